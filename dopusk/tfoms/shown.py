"""What a МИС shows of policies, protocols and payments, against what it was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dopusk.drivers.registers import (
    REGISTER_LABELS,
    CaseStatus,
    PackageStatus,
    PolicyAnswer,
    RegisterState,
    RegisterStatus,
)
from dopusk.oms import Policy
from dopusk.verdict import Finding, finding

PAYMENTS: Final = {
    "0": "решения нет",
    "1": "оплачено",
    "2": "отказано",
    "3": "оплачено частично",
}
"""F005 in words."""
AFTER_FLK: Final = frozenset(
    {
        RegisterState.FLK_PASSED,
        RegisterState.MEK_PASSED,
        RegisterState.MEK_FAILED,
        RegisterState.ACCEPTED,
    }
)
"""States of a МИС that knows that ФЛК is passed."""
AFTER_MEK: Final = frozenset({RegisterState.MEK_PASSED, RegisterState.ACCEPTED})
"""States of a МИС that knows that МЭК is passed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What МЭК decided on one service."""

    service_id: str
    oplata: str
    sum: Decimal
    reasons: tuple[str, ...] = ()


def check_policy(policy: Policy | None, answer: PolicyAnswer) -> Iterator[Finding]:
    """Check that the МИС shows of a policy what ФЕРЗЛ answered."""
    if policy is None or not answer.found:
        if answer.found != (policy is not None):
            expected = policy.status.value if policy else "человек не найден"
            got = answer.status if answer.found else "человек не найден"
            yield finding("OMS-POLICY-SHOWN", expected=expected, got=got)
        return
    for expected, got in (
        (policy.status.value, answer.status),
        (policy.enp, answer.enp),
        (policy.smo, answer.smo or policy.smo),
    ):
        if expected != got:
            yield finding("OMS-POLICY-SHOWN", expected=expected, got=got)


def check_state(
    status: RegisterStatus, expected: Iterable[RegisterState], *, event: str
) -> Iterator[Finding]:
    """Check the state of the register after an event."""
    wanted = tuple(expected)
    if status.state not in wanted:
        yield finding(
            "OMS-STATE",
            event=event,
            expected=" или ".join(REGISTER_LABELS[item] for item in wanted),
            got=REGISTER_LABELS[status.state],
        )


def check_flk_shown(
    package: str, codes: Iterable[str], status: RegisterStatus
) -> Iterator[Finding]:
    """Check that the МИС shows that ФЛК failed, and every code of the protocol."""
    wanted = sorted(set(codes))
    shown = _package(package, status)
    got = {item.code for item in shown.errors} if shown else set()
    state = shown.state if shown else status.state
    if state is not RegisterState.FLK_FAILED:
        yield finding(
            "OMS-STATE",
            event="ФЛК не пройден",
            expected=REGISTER_LABELS[RegisterState.FLK_FAILED],
            got=REGISTER_LABELS[state],
        )
    elif not got.issuperset(wanted):
        yield finding(
            "OMS-FLK-UNREAD",
            package=package,
            expected=", ".join(wanted),
            got=", ".join(sorted(got)) or "ничего",
        )


def check_protocol_taken(package: str, status: RegisterStatus, *, event: str) -> Iterator[Finding]:
    """Check that a protocol that came late or was lost was got all the same."""
    shown = _package(package, status)
    state = shown.state if shown else status.state
    if state not in AFTER_FLK:
        yield finding("OMS-NO-PROTOCOL", package=package, event=event, got=REGISTER_LABELS[state])


def check_own_protocol(package: str, foreign: str, status: RegisterStatus) -> Iterator[Finding]:
    """Check that a protocol about another package changed nothing."""
    shown = _package(package, status)
    if shown is not None and (shown.errors or shown.state is RegisterState.FLK_FAILED):
        yield finding("OMS-FOREIGN-PROTOCOL", expected=package, got=foreign)


def check_results(decided: Iterable[Decided], status: RegisterStatus) -> Iterator[Finding]:
    """Check that the МИС shows the decision of МЭК on every service: payment, sum, reasons."""
    shown: Mapping[str, CaseStatus] = {
        case.service_id: case for package in status.packages for case in package.cases
    }
    for item in decided:
        case = shown.get(item.service_id)
        if case is None or case.oplata is None:
            yield finding("OMS-MEK-UNREAD", service=item.service_id, expected=PAYMENTS[item.oplata])
        elif case.oplata != item.oplata:
            yield finding(
                "OMS-MEK-OPLATA",
                service=item.service_id,
                expected=PAYMENTS[item.oplata],
                got=PAYMENTS.get(case.oplata, case.oplata),
            )
        elif case.sum is not None and case.sum != item.sum:
            yield finding(
                "OMS-MEK-SUM",
                service=item.service_id,
                expected=f"{item.sum:.2f}",
                got=f"{case.sum:.2f}",
            )
        elif not set(case.reasons).issuperset(item.reasons):
            yield finding(
                "OMS-MEK-REASON",
                service=item.service_id,
                expected=", ".join(item.reasons),
                got=", ".join(case.reasons) or "ничего",
            )


def _package(name: str, status: RegisterStatus) -> PackageStatus | None:
    return next((item for item in status.packages if item.name.upper() == name.upper()), None)
