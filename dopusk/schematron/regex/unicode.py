"""Character classes that Python's `re` has no name for, as ranges of code points."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

from dopusk.schematron.errors import UnsupportedError

_CATEGORY = re.compile("C[cfno]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?").fullmatch
_BLOCKS = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsCyrillicSupplement": (0x0500, 0x052F),
}
_SURROGATES = range(0xD800, 0xE000)


def word_class() -> str:
    r"""Return what `\w` means (all but punctuation, separators and «other»), without brackets."""
    return _ranges(("P", "Z", "C"), negative=True)


def property_class(name: str, *, negative: bool) -> str:
    r"""Return what `\p{name}` or, when negative, `\P{name}` means, without brackets.

    Raises:
        UnsupportedError: the category or block is not known here.
    """
    if name in _BLOCKS:
        low, high = _BLOCKS[name]
        if not negative:
            return _range(low, high)
        return (_range(0, low - 1) if low else "") + _range(high + 1, sys.maxunicode)
    if not _CATEGORY(name):
        raise UnsupportedError(f"регулярное выражение: \\p{{{name}}}")
    return _ranges((name,), negative=negative)


@functools.cache
def _ranges(prefixes: tuple[str, ...], *, negative: bool) -> str:
    found: list[str] = []
    start: int | None = None
    for code in range(sys.maxunicode + 1):
        inside = code not in _SURROGATES and (
            unicodedata.category(chr(code)).startswith(prefixes) != negative
        )
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            found.append(_range(start, code - 1))
            start = None
    if start is not None:
        found.append(_range(start, sys.maxunicode))
    return "".join(found)


def _range(low: int, high: int) -> str:
    return f"\\U{low:08x}-\\U{high:08x}"
