"""Error codes of РЭМД: НСИ 1.2.643.5.1.13.13.99.2.305."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from dopusk.remd.reactions import Action, reactions
from dopusk.remd.table import remd_table

ALIASES = {
    f"RECEPIENT_{what}_MISMATCH": f"RECIPIENT_{what}_MISMATCH"
    for what in ("INFO", "SNILS", "FAMILY", "NAME", "PATRONYMIC")
}
"""Codes that РЭМД writes otherwise on the wire than the dictionary spells them."""


class UnknownErrorCodeError(KeyError):
    """The dictionary has no such code."""


@dataclass(frozen=True, slots=True)
class RemdError:
    """A code of the dictionary."""

    id: int
    code: str
    text: str
    """Official text, misprints kept."""
    circuit: str
    """«регистрация СЭМД», «ФРЛЛО» or «заказ справок онлайн»."""
    stage: str
    """1, 2, get, order, ФРЛЛО; empty for codes that belong to no stage."""
    stage_evidence: str
    """«профиль» or «выведено»."""

    @property
    def wire(self) -> str:
        """Return the spelling that РЭМД uses in messages."""
        return ALIASES.get(self.code, self.code)

    @property
    def temporary(self) -> bool:
        """Tell whether a repeat of the same document may succeed."""
        known = reactions().get(self.code)
        return known is not None and known.action is Action.RETRY


@cache
def remd_errors() -> dict[str, RemdError]:
    """Return all codes of the dictionary by mnemonic."""
    return {
        row["code"]: RemdError(
            id=int(row["id"]),
            code=row["code"],
            text=row["text"],
            circuit=row["circuit"],
            stage=row["stage"],
            stage_evidence=row["stage_evidence"],
        )
        for row in remd_table("nsi305").rows
    }


def remd_error(code: str) -> RemdError:
    """Return the record of this code, in either spelling; raises UnknownErrorCodeError."""
    known = remd_errors()
    canonical = next((name for name, wire in ALIASES.items() if wire == code), code)
    try:
        return known[canonical]
    except KeyError:
        raise UnknownErrorCodeError(code) from None
