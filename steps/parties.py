"""The services of the circuit as scenarios call them."""

from __future__ import annotations

import re

from pytest_bdd import parsers

from dopusk.declaration.connection import Service

_BY_LABEL = {item.label: item for item in Service}
_FORMS = {
    "party": "|".join(_BY_LABEL),
    "code": r"\S+",
    "minutes": r"\d+",
    "status": r"\d+",
}


def service(label: str) -> Service:
    """Return the service of this name."""
    return _BY_LABEL[label]


def party(text: str) -> parsers.re:
    """Return the parser of a step in which `{party}` stands for a service.

    `{code}` stands for a word, `{minutes}` and `{status}` for numbers.
    """
    pattern = re.escape(text)
    for name, form in _FORMS.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{form})")
    return parsers.re(pattern)
