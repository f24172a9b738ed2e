"""ISO Schematron: a fast engine for the dialect of the Минздрав packs, an exact one behind it.

Both give the same failures at the same nodes. They may part only where XPath itself leaves it
open: which operand of `and` and `or` is looked at first, hence whether a test with a dynamic error
in one operand is an error or is decided by the other one. The fast engine goes from left to right.
"""

from dopusk.schematron.errors import SchemaError
from dopusk.schematron.fast.plan import Fallback
from dopusk.schematron.result import EvaluationError, Failure, Result
from dopusk.schematron.schema import CDA, Schema, compile_schema

__all__ = [
    "CDA",
    "EvaluationError",
    "Failure",
    "Fallback",
    "Result",
    "Schema",
    "SchemaError",
    "compile_schema",
]
