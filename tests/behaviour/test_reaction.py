from __future__ import annotations

import pytest

from dopusk.behaviour.reaction import check_reaction
from dopusk.behaviour.status import Shown
from dopusk.remd.errors import remd_errors
from dopusk.remd.reactions import Action, reaction, reaction_to_failure, reactions
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


def test_a_failure_without_codes_is_to_be_repeated() -> None:
    asked = reaction_to_failure()
    assert (asked.action, asked.evidence) == (Action.RETRY, Evidence.CONVENTION)


def test_nothing_is_known_of_foreign_codes() -> None:
    assert reaction(["FRLLO_DIC_ERROR", "OWN_CODE"]) is None
    assert list(check_reaction(["OWN_CODE"], Shown("sent"), repeated=3)) == []


LATER, MEND, PERSON = ["ASYNC_RESPONSE_TIMEOUT"], ["VALIDATION_ERROR"], ["NO_RMIS"]


@pytest.mark.parametrize(
    ("codes", "state", "told", "repeated", "expected"),
    [
        (["RATE_LIMIT"], "refused", None, 0, ["REACT-GAVE-UP-ASKED"]),
        (["RATE_LIMIT"], "refused", "person", 0, ["REACT-GAVE-UP-ASKED"]),
        (LATER, "refused", None, 0, ["REACT-GAVE-UP"]),
        (LATER, "registered", "mend", 1, ["REACT-GAVE-UP"]),
        (LATER, "refused", "mend", 1, []),
        (LATER, "sent", "none", 0, ["REACT-GAVE-UP"]),
        (LATER, "failed", "retry", 0, []),
        (LATER, "accepted", None, 0, []),
        (LATER, "refused", None, 1, []),
        ([], "failed", None, 0, ["REACT-GAVE-UP"]),
        ([], "sent", "retry", 0, []),
        (MEND, "refused", "mend", 0, []),
        (MEND, "refused", "person", 0, []),
        (MEND, "refused", "retry", 0, ["REACT-RETRIES"]),
        (MEND, "refused", "none", 0, ["REACT-NO-PERSON"]),
        (MEND, "refused", None, 0, ["REACT-UNTOLD"]),
        (PERSON, "refused", "person", 0, []),
        (PERSON, "refused", "retry", 2, ["REACT-RETRIES"]),
        (PERSON, "refused", "mend", 0, ["REACT-NO-PERSON"]),
        (PERSON, "refused", "none", 0, ["REACT-NO-PERSON"]),
        (PERSON, "failed", None, 0, ["REACT-UNTOLD"]),
    ],
)
def test_what_the_mis_decided(
    codes: list[str], state: str, told: str | None, repeated: int, expected: list[str]
) -> None:
    found = list(check_reaction(codes, Shown(state, reaction=told), repeated=repeated))
    assert [item.code for item in found] == expected


def test_what_is_not_told_never_blocks() -> None:
    (found,) = check_reaction(MEND, Shown("refused"), repeated=0)
    assert not found.blocks(conventions_block=True)


def test_a_wrong_decision_blocks_only_where_conventions_do() -> None:
    (found,) = check_reaction(MEND, Shown("refused", reaction="retry"), repeated=0)
    assert not found.blocks()
    assert found.blocks(conventions_block=True)
    assert "VALIDATION_ERROR" in found.message
    assert (found.expected, found.got) == ("исправить и отправить новую версию", "повторить позже")
