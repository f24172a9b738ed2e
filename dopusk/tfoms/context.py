"""What a check of a package needs to know of its surroundings, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.names import PackageName
from dopusk.tfoms.territories import Territory
from dopusk.verdict import Finding

Stage = Literal["package", "format", "flk"]


def _never(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class PackageContext:
    """Who receives the package, and when."""

    territory: Territory | None = None
    """None when a file is looked at by itself: the common calendar and the codes of Q015."""
    mo_codes: frozenset[str] | None = None
    """Codes of МО that the territory knows (F003/F032); None when that is not looked at."""
    today: date = date.max
    """Day on which the package came."""
    registered: Callable[[str], bool] = _never
    """Tells whether a package of this name (without extension) was registered before."""


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What the formal control of a package gave."""

    name: PackageName | None
    """None when the name is not one of a register."""
    stage: Stage
    """The last stage that was run: what comes later was not looked at."""
    errors: tuple[FlkError, ...] = ()
    cases: int = 0
    """Completed cases (Z_SL) read."""
    persons: int = 0
    total: Decimal = Decimal(0)
    """Sum of SUMV of the cases read, roubles."""
    notes: tuple[str, ...] = ()
    """What was not looked at, and why (Russian)."""
    unchecked: tuple[Finding, ...] = ()
    """Why the stand could not judge; not the candidate's fault."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the errors as findings, and what was not checked."""
        return (*(error.finding() for error in self.errors), *self.unchecked)

    @property
    def accepted(self) -> bool:
        """Tell whether the package passed the formal control whole."""
        return self.stage == "flk" and not self.errors and not self.unchecked
