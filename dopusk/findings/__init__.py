"""What each code means, for `dopusk explain` and for docs/findings.md."""

from dopusk.findings.explanation import Explanation, RemdAnswer
from dopusk.findings.lookup import UnknownCodeError, explain, known_codes

__all__ = ["Explanation", "RemdAnswer", "UnknownCodeError", "explain", "known_codes"]
