import pytest

from dopusk.behaviour.status import (
    Shown,
    check_refused,
    check_registered,
    check_state,
    check_unchanged,
)

EMDR = "194.77.24.02.000000001"


def test_what_is_right_gives_nothing() -> None:
    shown = Shown("registered", "u", EMDR)
    assert not list(check_registered(shown, emdr_id=EMDR, event="результат"))
    assert not list(check_refused(Shown("refused", codes=("A", "B")), codes=["A"], event="отказ"))
    assert not list(check_state(Shown("accepted"), "accepted", event="приём"))
    assert not list(check_unchanged(shown, Shown("registered", "U", EMDR)))


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (Shown("accepted"), "STATUS-WRONG"),
        (Shown("registered", emdr_id="1"), "STATUS-NO-EMDRID"),
        (Shown("registered"), "STATUS-NO-EMDRID"),
    ],
)
def test_registered(shown: Shown, code: str) -> None:
    assert [f.code for f in check_registered(shown, emdr_id=EMDR, event="результат")] == [code]


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (Shown("accepted", codes=("A",)), "STATUS-WRONG"),
        (Shown("refused"), "STATUS-NO-ERRORS"),
        (Shown("refused", codes=("B",)), "STATUS-NO-ERRORS"),
    ],
)
def test_refused(shown: Shown, code: str) -> None:
    assert [f.code for f in check_refused(shown, codes=["A"], event="отказ")] == [code]


@pytest.mark.parametrize(
    "after",
    [Shown("refused", "u", EMDR), Shown("registered", "u", "2"), Shown("registered", "v", EMDR)],
)
def test_a_repeated_result_changes_nothing(after: Shown) -> None:
    found = list(check_unchanged(Shown("registered", "u", EMDR), after))
    assert [f.code for f in found] == ["CB-DUPLICATE-CHANGED"]
