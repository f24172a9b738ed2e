"""The services of the circuit as scenarios call them."""

from __future__ import annotations

from pytest_bdd import parsers

from dopusk.declaration.connection import Service

_BY_LABEL = {item.label: item for item in Service}
_PATTERN = "|".join(_BY_LABEL)


def service(label: str) -> Service:
    """Return the service of this name."""
    return _BY_LABEL[label]


def party(text: str) -> parsers.re:
    """Return the parser of a step in which `{party}` stands for a service, `{code}` for a word."""
    pattern = text.replace("{party}", f"(?P<party>{_PATTERN})")
    pattern = pattern.replace("{code}", r"(?P<code>\S+)")
    return parsers.re(
        pattern.replace("{minutes}", r"(?P<minutes>\d+)").replace("{status}", r"(?P<status>\d+)")
    )
