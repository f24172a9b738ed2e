from __future__ import annotations

from decimal import Decimal

import pytest
from oms_samples import order

from dopusk.drivers import (
    CaseStatus,
    PackageStatus,
    PolicyAnswer,
    RegisterError,
    RegisterState,
    RegisterStatus,
)
from dopusk.tfoms.shown import (
    Decided,
    check_flk_shown,
    check_own_protocol,
    check_policy,
    check_protocol_taken,
    check_results,
    check_state,
)

NAME = "HM500432S50001_24011"
POLICY = order("clean-h").services[0].policy
assert POLICY is not None
TOLD = PolicyAnswer(True, "Действующий", POLICY.enp, POLICY.smo)


def codes(found: object) -> list[str]:
    return [item.code for item in found]  # type: ignore[attr-defined]


def status(
    state: RegisterState,
    errors: tuple[RegisterError, ...] = (),
    cases: tuple[CaseStatus, ...] = (),
) -> RegisterStatus:
    return RegisterStatus(state, (PackageStatus(NAME, state, errors, cases),))


def test_a_policy_is_shown_as_ferzl_told() -> None:
    assert codes(check_policy(POLICY, TOLD)) == []
    assert codes(check_policy(None, PolicyAnswer(found=False))) == []
    for policy, answer in (
        (POLICY, PolicyAnswer(found=False)),
        (None, TOLD),
        (POLICY, PolicyAnswer(True, "Аннулированный", TOLD.enp, TOLD.smo)),
        (POLICY, PolicyAnswer(True, "Действующий", "1", TOLD.smo)),
    ):
        assert codes(check_policy(policy, answer)) == ["OMS-POLICY-SHOWN"]


def test_the_state_of_a_register() -> None:
    shown = status(RegisterState.FLK_PASSED)
    assert codes(check_state(shown, [RegisterState.FLK_PASSED], event="…")) == []
    assert codes(check_state(shown, [RegisterState.ACCEPTED], event="…")) == ["OMS-STATE"]


@pytest.mark.parametrize(
    ("state", "shown", "code"),
    [
        (RegisterState.FLK_FAILED, ("902", "904"), None),
        (RegisterState.FLK_FAILED, ("902",), "OMS-FLK-UNREAD"),
        (RegisterState.FLK_FAILED, (), "OMS-FLK-UNREAD"),
        (RegisterState.ACCEPTED, ("902", "904"), "OMS-STATE"),
    ],
)
def test_errors_of_flk(state: RegisterState, shown: tuple[str, ...], code: str | None) -> None:
    answer = status(state, tuple(RegisterError(item) for item in shown))
    found = check_flk_shown(NAME, ["902", "904", "902"], answer)
    assert codes(found) == ([code] if code else [])


def test_a_protocol_that_was_late_or_foreign() -> None:
    passed, waiting = status(RegisterState.MEK_PASSED), status(RegisterState.REGISTERED)
    assert codes(check_protocol_taken(NAME, passed, event="опоздал")) == []
    assert codes(check_protocol_taken(NAME, waiting, event="опоздал")) == ["OMS-NO-PROTOCOL"]
    assert codes(check_own_protocol(NAME, f"{NAME}9", waiting)) == []
    failed = status(RegisterState.FLK_FAILED)
    assert codes(check_own_protocol(NAME, f"{NAME}9", failed)) == ["OMS-FOREIGN-PROTOCOL"]


PARTLY = Decided("7-1", "3", Decimal("225.00"), ("216",))


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (CaseStatus("7-1", "3", Decimal("225"), ("216",)), None),
        (CaseStatus("7-1", "3", None, ("216",)), None),
        (CaseStatus("7-2", "3", Decimal("225"), ("216",)), "OMS-MEK-UNREAD"),
        (CaseStatus("7-1", None), "OMS-MEK-UNREAD"),
        (CaseStatus("7-1", "1", Decimal("225"), ("216",)), "OMS-MEK-OPLATA"),
        (CaseStatus("7-1", "3", Decimal("450"), ("216",)), "OMS-MEK-SUM"),
        (CaseStatus("7-1", "3", Decimal("225")), "OMS-MEK-REASON"),
    ],
)
def test_the_decision_of_mek(case: CaseStatus, code: str | None) -> None:
    found = check_results([PARTLY], status(RegisterState.MEK_FAILED, cases=(case,)))
    assert codes(found) == ([code] if code else [])
