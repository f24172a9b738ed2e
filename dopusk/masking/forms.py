"""Cases of Russian names: a mask has to meet «Примеровой», too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dopusk.masking.people import Field

_SHORTEST: Final = 4
"""Letters of a name whose cases are masked; shorter ones give common words."""


def name_forms(word: str, kind: Field) -> frozenset[str]:
    """Return the word and its cases, lower case without «ё»."""
    return frozenset((word, *_cases(word, kind))) if len(word) >= _SHORTEST else frozenset((word,))


def _cases(word: str, kind: Field) -> Iterator[str]:
    base = word[:-1]
    if word.endswith(("ова", "ева", "ина", "ына")) and kind is Field.SURNAME:
        yield from (base + end for end in ("ой", "у"))
    elif word.endswith(("ов", "ев", "ин", "ын")) and kind is Field.SURNAME:
        yield from (word + end for end in ("а", "у", "ым", "е"))
    elif word.endswith("ая"):
        yield from (word[:-2] + end for end in ("ой", "ую"))
    elif word.endswith(("ий", "ый", "ой")) and kind is Field.SURNAME:
        yield from (word[:-2] + end for end in ("ого", "ому", "им", "ым", "ом"))
    elif word.endswith("ия"):
        yield from (base + end for end in ("и", "ю", "ей"))
    elif word.endswith("а"):
        yield from (base + end for end in ("ы", "и", "е", "у", "ой", "ей"))
    elif word.endswith("я"):
        yield from (base + end for end in ("и", "е", "ю", "ей"))
    elif word.endswith(("й", "ь")):
        yield from (base + end for end in ("я", "ю", "ем", "е"))
    elif word[-1] not in "оуыэюие":
        yield from (word + end for end in ("а", "у", "ом", "ем", "е"))
