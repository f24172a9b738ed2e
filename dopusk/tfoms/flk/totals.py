"""Totals over the cases of a register, which the account and the header must agree with."""

from __future__ import annotations

from decimal import Decimal

from dopusk.tfoms.flk.operands import number
from dopusk.tfoms.flk.record import Record

_SUMS = (("ВСЕГО_SUMV", "SUMV"), ("ВСЕГО_SUMP", "SUMP"), ("ВСЕГО_SANK_IT", "SANK_IT"))
_SANCTIONS = (
    ("ВСЕГО_МЭК", frozenset(("1", "10", "11", "12"))),
    ("ВСЕГО_МЭЭ", frozenset(str(code) for code in range(20, 30))),
    ("ВСЕГО_ЭКМП", frozenset(str(code) for code in range(30, 50))),
)
"""Sanctions by S_TIP (F006): МЭК with its repetitions, МЭЭ, ЭКМП."""


class Totals:
    """Counts cases and adds up their sums, roubles."""

    def __init__(self) -> None:
        self._cases = 0
        self._sums = {name: Decimal(0) for name, _ in (*_SUMS, *_SANCTIONS)}

    def add(self, case: Record) -> None:
        """Take one Z_SL."""
        self._cases += 1
        for name, leaf in _SUMS:
            self._take(name, case.first(leaf))
        for sanction in case.nodes.get("SANK", ()):
            kind = sanction.first("S_TIP")
            for name, kinds in _SANCTIONS:
                if kind in kinds:
                    self._take(name, sanction.first("S_SUM"))

    def leaves(self) -> dict[str, list[str]]:
        """Return the totals by the names that conditions give them."""
        found = {name: [str(value)] for name, value in self._sums.items()}
        return {**found, "ВСЕГО_Z_SL": [str(self._cases)]}

    def _take(self, name: str, text: str | None) -> None:
        if text is not None:
            self._sums[name] += number(text) or 0
