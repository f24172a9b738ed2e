"""Regular expressions of XPath 3.1, matched as fn:matches() does and in bounded time."""

from __future__ import annotations

import re
from collections.abc import Callable

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.regex.linear import LinearMatcher
from dopusk.schematron.regex.shape import degree, python_pattern, ways
from dopusk.schematron.regex.syntax import read_regex

__all__ = ["Matcher", "matcher", "read_regex"]

Matcher = Callable[[str], object]

_SHORT = 300
"""Up to this length `re` is trusted with a few repetitions in a row."""
_MAX_DEGREE = 3
_FEW_WAYS = 5_000


def matcher(pattern: str, flags: str = "") -> Matcher:
    """Return a function that tells (as truth) whether fn:matches() is true of a text.

    Raises:
        UnsupportedError: see `read_regex`.
    """
    piece = read_regex(pattern, flags)
    try:
        quick = re.compile(python_pattern(piece)).search
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsupportedError(f"регулярное выражение: {error}") from None
    if ways(piece) <= _FEW_WAYS:
        return quick
    linear = LinearMatcher(piece).search
    if degree(piece) > _MAX_DEGREE:
        return linear

    def search(text: str) -> object:
        return quick(text) if len(text) <= _SHORT else linear(text)

    return search
