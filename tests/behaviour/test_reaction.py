from __future__ import annotations

import pytest

from dopusk.behaviour.reaction import check_reaction
from dopusk.remd.errors import remd_errors
from dopusk.remd.reactions import Action, reaction, reactions
from dopusk.verdict import Evidence


def test_every_code_of_registration_has_one_reaction() -> None:
    wanted = {code for code, item in remd_errors().items() if item.circuit == "регистрация СЭМД"}
    assert set(reactions()) == wanted


def test_temporary_codes_are_those_to_be_repeated() -> None:
    repeated = {code for code, item in reactions().items() if item.action is Action.RETRY}
    assert repeated == {code for code, item in remd_errors().items() if item.temporary}


def test_only_what_the_dictionary_says_is_profile() -> None:
    official = {code for code, item in reactions().items() if item.evidence is Evidence.PROFILE}
    assert official == {"RATE_LIMIT"}
    assert reactions()["RATE_LIMIT"].pause == 60


@pytest.mark.parametrize(
    ("codes", "action"),
    [
        (["RATE_LIMIT"], Action.RETRY),
        (["RATE_LIMIT", "VALIDATION_ERROR"], Action.MEND),
        (["VALIDATION_ERROR", "NO_RMIS", "RUNTIME_ERROR"], Action.PERSON),
        (["VALIDATION_ERROR", "OWN_CODE"], Action.MEND),
    ],
)
def test_the_heaviest_code_decides(codes: list[str], action: Action) -> None:
    found = reaction(codes)
    assert found is not None
    assert found.action is action


def test_nothing_is_known_of_foreign_codes() -> None:
    assert reaction(["FRLLO_DIC_ERROR", "OWN_CODE"]) is None
    assert list(check_reaction(["OWN_CODE"], state="sent", repeated=3)) == []


@pytest.mark.parametrize(
    ("codes", "state", "repeated", "expected"),
    [
        (["RATE_LIMIT"], "refused", 0, ["REACT-GAVE-UP-ASKED"]),
        (["ASYNC_RESPONSE_TIMEOUT"], "refused", 0, ["REACT-GAVE-UP"]),
        (["ASYNC_RESPONSE_TIMEOUT"], "accepted", 0, []),
        (["ASYNC_RESPONSE_TIMEOUT"], "refused", 1, []),
        (["VALIDATION_ERROR"], "refused", 0, []),
        (["VALIDATION_ERROR"], "refused", 2, ["REACT-REPEATED"]),
        (["VALIDATION_ERROR"], "accepted", 0, ["REACT-UNSETTLED"]),
        (["NO_RMIS"], "sent", 0, ["REACT-UNSETTLED"]),
        (["NO_RMIS"], "failed", 0, []),
    ],
)
def test_what_the_mis_did(codes: list[str], state: str, repeated: int, expected: list[str]) -> None:
    found = list(check_reaction(codes, state=state, repeated=repeated))
    assert [item.code for item in found] == expected


def test_a_repeat_that_succeeded_is_no_giving_up() -> None:
    found = check_reaction(["RUNTIME_ERROR"], state="registered", repeated=0, reregistered=True)
    assert list(found) == []
