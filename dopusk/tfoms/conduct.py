"""What a МИС did in the exchange with ТФОМС: policies asked, what it sent, what it sent again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dopusk.oms import OmsService, RegisterOrder, ServiceKind
from dopusk.tfoms.sent import SentPackage, SentRow
from dopusk.verdict import Finding, Where, finding

MENDABLE: Final = {
    "RSLT": "result",
    "RSLT_D": "result",
    "IDDOKT": "doctor_snils",
    "PROFIL": "profile",
}
"""Elements in which the control orders have mistakes, with the field of the service."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One getInsuranceStatus of the МИС."""

    seq: int
    enp: str | None
    snils: str | None
    """Digits only."""
    on: date | None
    """dt of the question, the stand's date where it was left out."""
    answered: bool
    """Whether ФЕРЗЛ answered, be it that the person is not known: not an error 500."""

    def about(self, service: OmsService) -> bool:
        """Tell whether the question is about the patient of a service."""
        patient = service.patient
        return self.enp == patient.policy_number or self.snils == patient.snils


def check_lookups(
    order: RegisterOrder, lookups: Sequence[Lookup], packages: Sequence[SentPackage]
) -> Iterator[Finding]:
    """Check that each policy was asked about before its service was brought to account.

    The question is to be about the day of the service; an internal error of ФЕРЗЛ is no answer.
    """
    for service in order.services:
        if service.kind is ServiceKind.EXAM_29N:
            continue
        asked = [item for item in lookups if item.about(service)]
        sent = _sent_in(service, packages)
        before = [item for item in asked if sent is None or item.seq < sent.seq]
        where = _where(sent.seq) if sent else None
        answered = [item for item in before if item.answered]
        if before and not answered:
            yield finding("OMS-POLICY-NO-RETRY", where=where, service=service.id)
        elif sent is not None and not before:
            yield finding("OMS-POLICY-NOT-ASKED", where=where, service=service.id)
        elif answered and not any(_on_day(item, service) for item in answered):
            yield finding(
                "OMS-POLICY-DATE",
                where=Where(part=f"getInsuranceStatus (запись журнала {answered[-1].seq})"),
                service=service.id,
                expected=service.ended,
                got=answered[-1].on,
            )


def check_contents(order: RegisterOrder, packages: Sequence[SentPackage]) -> Iterator[Finding]:
    """Check that the packages have the services of the order that ОМС pays for, and no others."""
    for service in order.services:
        found = _found(service, packages)
        if not service.due:
            yield from _not_due(service, found)
        elif not found:
            yield finding("OMS-SERVICE-MISSING", service=service.id, okato=order.okato)
        else:
            package, row = found[-1]
            yield from _values(service, package, row)


def check_territories(
    orders: Iterable[RegisterOrder], packages: Sequence[SentPackage]
) -> Iterator[Finding]:
    """Check that each service went to the ТФОМС of its own territory only."""
    for order in orders:
        for service in order.due:
            for package, _ in _found(service, packages):
                if package.okato != order.okato:
                    yield finding(
                        "OMS-WRONG-TERRITORY",
                        where=_where(package.seq),
                        service=service.id,
                        expected=order.okato,
                        got=package.okato,
                    )


def check_names(
    packages: Sequence[SentPackage], unanswered: Iterable[int] = ()
) -> Iterator[Finding]:
    """Check that no name of a package was used again.

    `unanswered` are the journal numbers of the packages to which no answer came: those may be
    repeated under the same name.
    """
    free = frozenset(unanswered)
    taken: dict[tuple[str, str], int] = {}
    for package in packages:
        key = (package.okato, package.name.upper())
        if key in taken and taken[key] not in free:
            yield finding("OMS-NAME-REUSED", where=_where(package.seq), package=package.name)
            return
        taken[key] = package.seq


def check_correction(
    before: RegisterOrder,
    after: RegisterOrder,
    first: SentPackage,
    second: SentPackage,
    *,
    marked: bool = True,
) -> Iterator[Finding]:
    """Check the package that followed a refusal: mended rows, marked, under another name.

    `marked`: the refused rows were taken as rows, so PR_NOV must say that they come again.
    """
    yield from check_names((first, second))
    for service in after.due:
        previous = before.service(service.id)
        if previous is None or previous == service:
            continue
        found = _found(service, (second,))
        if not found:
            yield finding("OMS-SERVICE-MISSING", service=service.id, okato=after.okato)
            continue
        _, row = found[-1]
        stale = list(_stale(previous, service, second, row))
        yield from stale
        if marked and not stale and row.pr_nov != "1":
            yield finding(
                "OMS-PR-NOV",
                where=_where(second.seq),
                service=service.id,
                package=second.name,
                got=row.pr_nov,
            )


def check_not_paid_twice(
    order: RegisterOrder, paid: Iterable[str], later: Sequence[SentPackage]
) -> Iterator[Finding]:
    """Check that services that were accepted for payment were not sent again (`paid`: ids)."""
    for service_id in paid:
        service = order.service(service_id)
        for package, _ in _found(service, later) if service else ():
            yield finding(
                "OMS-PAID-RESENT",
                where=_where(package.seq),
                service=service_id,
                package=package.name,
            )
            break


def services_by_case(order: RegisterOrder, package: SentPackage) -> Mapping[str, str]:
    """Return the id of the service by IDCASE of its row."""
    cases: dict[str, str] = {}
    for service in order.services:
        for _, row in _found(service, (package,)):
            if row.idcase:
                cases[row.idcase] = service.id
    return cases


def _not_due(
    service: OmsService, found: Sequence[tuple[SentPackage, SentRow]]
) -> Iterator[Finding]:
    if not found:
        return
    package = found[0][0]
    if service.kind is ServiceKind.EXAM_29N:
        yield finding(
            "OMS-29N-INCLUDED",
            where=_where(package.seq),
            service=service.id,
            package=package.name,
        )
        return
    yield finding(
        "OMS-POLICY-INVALID",
        where=_where(package.seq),
        service=service.id,
        package=package.name,
        reason=_reason(service),
    )


def _reason(service: OmsService) -> str:
    policy, day = service.policy, service.ended
    if policy is None:
        return "застрахованное лицо в ФЕРЗЛ не найдено"
    if not policy.status.pays:
        return f"полис {policy.status.value.lower()}"
    if day < policy.valid_from:
        return f"полис действует только с {policy.valid_from:%d.%m.%Y}"
    return f"полис на {day:%d.%m.%Y} уже не действовал"


def _values(service: OmsService, package: SentPackage, row: SentRow) -> Iterator[Finding]:
    expected = {
        "DATE_Z_1": service.began.isoformat(),
        "DATE_Z_2": service.ended.isoformat(),
        "DS1": service.diagnosis,
        "SUMV": f"{service.sum:.2f}",
    }
    for field, value in expected.items():
        got = row.value(field)
        if got != value:
            yield finding(
                "OMS-VALUE-CHANGED",
                where=_where(package.seq),
                service=service.id,
                field=field,
                package=package.name,
                expected=value,
                got=got,
            )


def _stale(
    previous: OmsService, service: OmsService, package: SentPackage, row: SentRow
) -> Iterator[Finding]:
    for element, field in MENDABLE.items():
        old, new = getattr(previous, field), getattr(service, field)
        got = row.value(element)
        if old != new and got is not None and got != new:
            yield finding(
                "OMS-NOT-MENDED",
                where=_where(package.seq),
                service=service.id,
                field=element,
                expected=new,
                got=got,
            )


def _found(
    service: OmsService, packages: Iterable[SentPackage]
) -> list[tuple[SentPackage, SentRow]]:
    """Return the rows of a service: an order has one service of each patient."""
    return [
        (package, row) for package in packages for row in package.rows if row.about(service.patient)
    ]


def _sent_in(service: OmsService, packages: Iterable[SentPackage]) -> SentPackage | None:
    return next((package for package, _ in _found(service, packages)), None)


def _on_day(lookup: Lookup, service: OmsService) -> bool:
    return lookup.on is not None and service.began <= lookup.on <= service.ended


def _where(seq: int) -> Where:
    return Where(part=f"пакет реестра (запись журнала {seq})")
