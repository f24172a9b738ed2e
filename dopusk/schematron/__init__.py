"""ISO Schematron: a fast engine for the dialect of the Минздрав packs, an exact one behind it."""

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
