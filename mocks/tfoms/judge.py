"""What a mock ТФОМС decides by: the engine's checks of a package and its МЭК."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from lxml import etree

from dopusk.clock import Clock
from dopusk.tfoms.archive import (
    LimitError,
    MemberStream,
    RefusedError,
    members,
    open_archive,
)
from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.mek import DEFAULT_REASON, Decision, MekContext, MekOrder, Outcome
from dopusk.tfoms.names import PackageName, parse_name
from dopusk.tfoms.packing import Content, pack
from dopusk.tfoms.rak import rak, rak_name
from dopusk.tfoms.returned import Account, returned_name, returned_persons, write_register
from dopusk.tfoms.territories import Territory
from dopusk.verdict import Finding
from mocks.tfoms.exceptions import BadRequestError
from mocks.tfoms.packages import Package

_FIELDS = {"outcome", "reason", "cases", "share", "package", "okato"}


_UNOPENED = "801"
"""F012: what a ТФОМС answers where the stand opens no package so large."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ФЛК says of a package."""

    stage: str
    """package, format or flk: how far it came."""
    errors: tuple[FlkError, ...]
    findings: tuple[Finding, ...]
    accepted: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """Files of the result of МЭК."""

    name: str
    """Of the returned register, without extension."""
    archive: bytes
    """With the main and the person file."""
    rak_name: str
    rak: bytes
    """An archive, too."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An outcome that a scenario has set, and for which package."""

    order: MekOrder
    package: str | None
    """FILENAME; None: the next packages, until it is forgotten."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ordered:
        """Return what JSON says; raises BadRequestError, MekOrderError."""
        unknown = data.keys() - _FIELDS
        if unknown:
            raise BadRequestError(f"Решение МЭК: неизвестные поля {', '.join(sorted(unknown))}")
        chosen = data.get("cases", [])
        package = data.get("package")
        if not isinstance(chosen, list) or not isinstance(package, str | None):
            raise BadRequestError("Решение МЭК: cases — список IDCASE, package — имя пакета")
        try:
            order = MekOrder(
                Outcome(str(data.get("outcome"))),
                str(data.get("reason", DEFAULT_REASON)),
                frozenset(map(str, chosen)),
                Decimal(str(data.get("share", "0.5"))),
            )
        except InvalidOperation as problem:
            raise BadRequestError("Решение МЭК: share — число больше 0 и меньше 1") from problem
        except ValueError as problem:
            raise BadRequestError(f"Решение МЭК: {problem}") from problem
        return cls(order, package)

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes."""
        return {
            "outcome": self.order.outcome.value,
            "reason": self.order.reason,
            "cases": sorted(self.order.cases),
            "share": str(self.order.share),
            "package": self.package,
        }


class Judge:
    """Decides for one territory."""

    def __init__(
        self,
        territory: Territory,
        mo_codes: frozenset[str],
        clock: Clock,
        covered: Callable[[str, date], bool | None],
    ) -> None:
        self._territory = territory
        self._mo_codes = mo_codes
        self._clock = clock
        self._covered = covered
        self._lock = threading.Lock()
        self._orders: list[Ordered] = []

    def order(self, ordered: Ordered) -> None:
        """Decide МЭК of this package, or of all from now on, as ordered; the last order counts."""
        with self._lock:
            self._orders.append(ordered)

    def forget(self) -> None:
        """Decide by the rules again."""
        with self._lock:
            self._orders.clear()

    def check(self, package: Package) -> Verdict:
        """Return the outcome of ФЛК."""
        from dopusk.tfoms.package import check_package

        if package.nameless and (broken := _broken(package.data)):
            return Verdict("package", (broken,), (broken.finding(),), False)
        context = PackageContext(
            territory=self._territory,
            mo_codes=self._mo_codes,
            today=self._clock.today(),
            registered=lambda _name: package.duplicate,
        )
        report = check_package(package.data, f"{package.name}.ZIP", context)
        errors = report.errors
        if not errors and not report.accepted:
            words = "; ".join(report.notes) or "Пакет не удалось проверить"
            errors = (FlkError(_UNOPENED, words),)
        return Verdict(report.stage, errors, report.findings, report.accepted)

    def mek_context(self, package: Package, paid: Callable[[bytes], bool]) -> MekContext:
        """Return what МЭК of a package knows."""
        with self._lock:
            orders = [item for item in self._orders if item.package in (None, package.name)]
        return MekContext(paid, self._covered, orders[-1].order if orders else None)

    def account(self, package: Package) -> Account:
        """Return ZGLV and SCHET of a package that has passed ФЛК."""
        from dopusk.tfoms.package import head

        return Account(_name(package), *head(package.data))

    def zaps(self, package: Package) -> Iterator[etree._Element]:
        """Yield the records of a package; each lives until the next is asked for."""
        from dopusk.tfoms.package import cases

        return cases(package.data)

    def returned(
        self, package: Package, account: Account, decisions: tuple[Decision, ...]
    ) -> Returned:
        """Return the files of the result of МЭК."""
        on = self._clock.today()
        answer = parse_name(returned_name(account.name))
        assert answer is not None
        with open_archive(package.data) as archive:
            names = members(archive, account.name)
            with MemberStream(archive, names.persons) as stream:
                persons = returned_persons(stream.read(), account.name, answer)
        acts = rak_name(account.name)
        files: dict[str, Content] = {
            f"{answer.text}.XML": partial(
                write_register,
                account=account,
                zaps=self.zaps(package),
                decisions=decisions,
                on=on,
            ),
            f"{answer.person_name}.XML": persons,
        }
        return Returned(
            name=answer.text,
            archive=pack(files),
            rak_name=acts,
            rak=pack({f"{acts}.XML": rak(account, decisions, on=on)}),
        )


def _name(package: Package) -> PackageName:
    name = parse_name(package.name)
    assert name is not None, "only packages that passed ФЛК come to МЭК"
    return name


def _broken(data: bytes) -> FlkError | None:
    """Return why a package is no archive; its name is that of a file inside, so it has none."""
    try:
        with open_archive(data):
            return None
    except RefusedError as refused:
        return refused.error
    except LimitError as limit:
        return FlkError(_UNOPENED, str(limit))
