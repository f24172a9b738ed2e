"""Errors in the codes of a territory: ids of the checks of Q015, or the kinds of error of F012.

Public sources show both in protocols of real funds, and no table that joins them; which kind of
F012 a check of Q015 becomes is the stand's convention (docs/registers.md).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType

from dopusk.tfoms.errors import F012, FlkError
from dopusk.tfoms.flk import rules
from dopusk.tfoms.territories import Dialect

_BY_FAMILY = MappingProxyType(
    {"001F": "904", "002F": "804", "004F": "903", "005F": "904", "006F": "804"}
)
_MISSING, _WRONG, _REPEATED = "901", "804", "905"


def spoken(error: FlkError, dialect: Dialect) -> FlkError:
    """Return the error with the code that this territory uses; the id stays in the comment."""
    if dialect is Dialect.Q015 or error.dictionary == F012:
        return error
    return replace(
        error, oshib=_kind(error), comment=f"{error.comment} [{error.dictionary} {error.oshib}]"
    )


def _kind(error: FlkError) -> str:
    family = error.oshib.partition(".")[0]
    if family != "003F":
        return _BY_FAMILY.get(family, _WRONG)
    if error.oshib in _unique() and error.zn_pol is not None:
        return _REPEATED
    return _WRONG if error.oshib in _absent() else _MISSING


@cache
def _unique() -> frozenset[str]:
    return frozenset(rule.id for rule in rules() if "unique" in rule.more)


@cache
def _absent() -> frozenset[str]:
    return frozenset(rule.id for rule in rules() if rule.kind == "absent")
