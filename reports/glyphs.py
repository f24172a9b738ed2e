"""What the fonts inside the typst wheel can show: PDF/A refuses a page with a missing glyph."""

from __future__ import annotations

import re

_SHOWN = (
    "\n\u0020-\u007e\u00a0-\u017f\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9\u0401-\u045f\u2010-\u2015"
    "\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122\u2190-\u2193\u2212"
    "\u2260\u2264\u2265\u221e\u2713"
)
"""Letters of European languages, Cyrillic, Greek and the signs that reports are written with."""
_OTHER = re.compile(f"[^{_SHOWN}\u200b]")
_SPACES = re.compile("[\t\u2000-\u200a\u202f\u205f]")
_IGNORED = re.compile("[\r\u00ad\u200c-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SEAM = re.compile(r"([/.:_=&?,;@|\\)\]}>-])(?=\S)")
_RUN = re.compile(r"[^\s\u200b]{18}(?=[^\s\u200b])")
_LETTERS = re.compile(r"[а-яёА-ЯЁ]{1,18}")


def shown(text: str) -> str:
    """Return the text with every character that the fonts lack written as [U+1F600].

    Spaces of other widths become plain, marks without width (the order of writing among them)
    are left out.
    """
    text = _SPACES.sub(" ", _IGNORED.sub("", text))
    return _OTHER.sub(lambda match: f"[U+{ord(match.group()):04X}]", text)


def breakable(text: str) -> str:
    """Return the text with places where a long code, path or digest may go on in the next line."""
    return " ".join(_seamed(word) for word in shown(text).split(" "))


def _seamed(word: str) -> str:
    if len(word) < 14 or _LETTERS.fullmatch(word):
        return word
    return _RUN.sub(lambda match: match.group() + "\u200b", _SEAM.sub("\\1\u200b", word))
