from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fake_remd import EMDR_ID, Received, Trial, reply
from judge import blocking, judge
from lxml import etree

from dopusk.behaviour.attempts import Attempt, check_no_retry_after_refusal, check_retries
from dopusk.behaviour.reaction import check_reaction
from dopusk.behaviour.status import (
    Shown,
    check_refused,
    check_registered,
    check_state,
    check_unchanged,
)
from dopusk.drivers import DocumentState, DocumentStatus
from dopusk.remd.checks import check_callback_answer, check_replacement, check_same_file
from dopusk.semd import check_document, check_version
from dopusk.verdict import Finding, rules
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import read_envelope
from fixtures.reference_mis.defects import DEFECTS, UnknownDefectError, chosen, connections

Start = Callable[..., Trial]
State = DocumentState

VERSIONS = {"set-id", "version-number", "no-association"}
PROCESSES = {
    "never-sends",
    "rate-limit-refusal",
    "retry-after-refusal",
    "file-gone",
    "callback-fault",
    "retry-none",
    "retry-local-uid",
    "retry-message-id",
    "retry-at-once",
    "file-changed",
    "callback-http",
    "callback-error",
    "result-twice",
    "result-late",
    "refusal-unnoticed",
    "registered-early",
    "emdr-id-lost",
    "errors-lost",
    "retries-what-to-mend",
    "gives-up-temporary",
    "silent-to-person",
}
"""Defects that one registration without incidents does not show."""

BETWEEN_SYSTEMS = {defect.name for defect in connections.DEFECTS}
"""Defects of the way through other systems: the end-to-end tests show them on a whole stand."""

OF_OMS = {defect.name for defect in DEFECTS.values() if defect.of_oms}
"""Defects of registers of accounts: test_oms_contents.py and the sweep show them."""

AT_ONCE = sorted(set(DEFECTS) - VERSIONS - PROCESSES - BETWEEN_SYSTEMS - OF_OMS)


def shown(status: DocumentStatus) -> Shown:
    codes = tuple(code for code, _ in status.errors)
    return Shown(
        status.state.value,
        status.local_uid,
        status.emdr_id,
        codes,
        status.reaction.value if status.reaction else None,
    )


def registered(trial: Trial) -> tuple[str, str]:
    """Have a document registered; returns its ref and MessageID."""
    ref = trial.driver.submit(trial.case("unfit")).ref
    message_id = trial.remd.wait().text("MessageID") or ""
    trial.remd.result(message_id)
    trial.wait(ref, State.REGISTERED)
    return ref, message_id


def test_a_mis_without_defects_has_no_findings(start: Start) -> None:
    trial = start()
    case = trial.case("unfit")
    trial.driver.submit(case)
    assert judge(trial, trial.remd.wait(), case) == set()


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_defect_has_exactly_its_finding(start: Start, name: str) -> None:
    trial = start(name)
    case = trial.case("unfit")
    trial.driver.submit(case)
    assert judge(trial, trial.remd.wait(), case) == {DEFECTS[name].finding}


@pytest.mark.parametrize("name", sorted(VERSIONS))
def test_a_defect_of_versions_has_exactly_its_finding(start: Start, name: str) -> None:
    trial = start(name)
    ref, _ = registered(trial)
    case = trial.case("unfit")
    trial.driver.replace(ref, case)
    second = trial.remd.wait(2)
    assert judge(trial, second, case) == set()
    documents = [
        check_document(trial.remd.file(sent.text("localUid") or "")).document
        for sent in trial.remd.received
    ]
    assert documents[0] is not None
    assert documents[1] is not None
    link = check_replacement(
        request_of(second.body),
        previous_local_uid=trial.remd.received[0].text("localUid") or "",
        previous_emdr_id=EMDR_ID,
    )
    found = [*link, *check_version(documents[0], documents[1])]
    assert blocking(found) == {DEFECTS[name].finding}


def request_of(body: bytes) -> RegisterDocument:
    envelope, _ = read_envelope(body, part="registerDocument")
    assert envelope is not None
    request = default_profile().read(envelope.body)
    assert isinstance(request, RegisterDocument)
    return request


@pytest.mark.parametrize(
    "name",
    ["retry-none", "rate-limit-refusal", "retry-local-uid", "retry-message-id", "retry-at-once"],
)
def test_a_defect_of_retries_has_exactly_its_finding(start: Start, name: str) -> None:
    trial = start(name, time_scale=100.0)
    trial.remd.answers.append(reply("error", (("RATE_LIMIT", "позже"),)))
    ref = trial.driver.submit(trial.case()).ref
    trial.wait(ref, State.ACCEPTED, State.FAILED, State.REFUSED)
    found = check_retries(
        [attempt(number, sent) for number, sent in enumerate(trial.remd.received)],
        failure="RATE_LIMIT",
        waited=1.0,
        pause=60.0,
        time_scale=100.0,
    )
    assert blocking(found) == {DEFECTS[name].finding}


def attempt(number: int, sent: Received) -> Attempt:
    at = datetime.fromtimestamp(sent.at, UTC)
    return Attempt(number, at, sent.text("localUid"), sent.text("MessageID"))


@pytest.mark.parametrize("name", ["callback-http", "callback-fault", "callback-error"])
def test_a_defect_of_answers_has_exactly_its_finding(start: Start, name: str) -> None:
    trial = start(name)
    trial.driver.submit(trial.case())
    answer = trial.remd.result(trial.remd.wait().text("MessageID"))
    found = check_callback_answer(answer.status_code, dict(answer.headers), answer.content, {})
    assert blocking(found) == {DEFECTS[name].finding}


def test_a_file_that_changes_after_registration(start: Start) -> None:
    trial = start("file-changed")
    trial.driver.submit(trial.case())
    request = trial.remd.wait()
    local_uid = request.text("localUid") or ""
    before = trial.remd.file(local_uid)
    trial.remd.result(request.text("MessageID"))
    after = trial.remd.file(local_uid)
    assert blocking(check_same_file(before, after, emdr_id=EMDR_ID)) == {"FILE-CHANGED"}
    etree.fromstring(after)


def test_a_file_that_is_gone_after_registration(start: Start) -> None:
    trial = start("file-gone")
    trial.driver.submit(trial.case())
    request = trial.remd.wait()
    local_uid = request.text("localUid") or ""
    assert trial.remd.ask_file(local_uid).text("status") == "success"
    trial.remd.result(request.text("MessageID"))
    assert trial.remd.ask_file(local_uid).text("status") == "error"


def test_a_refused_document_that_is_sent_again(start: Start) -> None:
    trial = start("retry-after-refusal")
    trial.remd.answers.append(reply("error", (("NO_SNILS", "нет"),)))
    ref = trial.driver.submit(trial.case()).ref
    trial.remd.wait(2)
    attempts = [attempt(number, sent) for number, sent in enumerate(trial.remd.received)]
    found = check_no_retry_after_refusal(attempts, codes=["NO_SNILS"])
    assert blocking(found) == {"RETRY-AFTER-REFUSAL"}
    assert trial.driver.status(ref).state is State.REFUSED


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("retries-what-to-mend", "NO_DEPARTMENT"),
        ("gives-up-temporary", "INTERNAL_ERROR"),
        ("silent-to-person", "DISABLED_RMIS"),
    ],
)
def test_a_defect_of_reactions_has_exactly_its_finding(start: Start, name: str, code: str) -> None:
    def decided(defect: str | None) -> set[str]:
        trial = start(defect, 600.0)
        trial.remd.answers.append(reply("error", ((code, "отказ"),)))
        ref = trial.driver.submit(trial.case()).ref
        status = trial.wait(ref, State.ACCEPTED, State.REFUSED)
        return blocking(check_reaction([code], shown(status), repeated=0))

    assert decided(None) == set()
    assert decided(name) == {DEFECTS[name].finding}


def test_a_document_that_is_never_sent(start: Start) -> None:
    trial = start("never-sends")
    ref = trial.driver.submit(trial.case()).ref
    trial.driver.submit(trial.case())
    assert trial.driver.status(ref).state is State.PREPARED
    assert trial.remd.received == []


def result_twice(trial: Trial) -> list[Finding]:
    ref, message_id = registered(trial)
    before = shown(trial.driver.status(ref))
    trial.remd.result(message_id)
    return list(check_unchanged(before, shown(trial.driver.status(ref))))


def result_late(trial: Trial) -> list[Finding]:
    ref = trial.driver.submit(trial.case()).ref
    message_id = trial.remd.wait().text("MessageID")
    late = trial.case()
    trial.driver.submit(late)
    # At this scale the patience is over before a second registration is done.
    trial.remd.wait(2)
    trial.remd.result(message_id)
    return list(check_registered(shown(trial.driver.status(ref)), emdr_id=EMDR_ID, event="…"))


def refused(trial: Trial) -> list[Finding]:
    ref = trial.driver.submit(trial.case()).ref
    message_id = trial.remd.wait().text("MessageID")
    trial.wait(ref, State.ACCEPTED)
    trial.remd.result(message_id, "error", (("NO_SNILS", "нет"),))
    return list(check_refused(shown(trial.driver.status(ref)), codes=["NO_SNILS"], event="…"))


def accepted(trial: Trial) -> list[Finding]:
    ref = trial.driver.submit(trial.case()).ref
    status = trial.wait(ref, State.ACCEPTED, State.REGISTERED)
    return list(check_state(shown(status), "accepted", event="…"))


def has_number(trial: Trial) -> list[Finding]:
    ref, _ = registered(trial)
    return list(check_registered(shown(trial.driver.status(ref)), emdr_id=EMDR_ID, event="…"))


SITUATIONS: dict[str, tuple[Callable[[Trial], list[Finding]], float]] = {
    "result-twice": (result_twice, 600.0),
    "result-late": (result_late, 100_000.0),
    "refusal-unnoticed": (refused, 600.0),
    "registered-early": (accepted, 600.0),
    "emdr-id-lost": (has_number, 600.0),
    "errors-lost": (refused, 600.0),
}


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_without_the_defect_nothing_is_found(start: Start, name: str) -> None:
    situation, time_scale = SITUATIONS[name]
    assert blocking(situation(start(None, time_scale))) == set()


@pytest.mark.parametrize("name", sorted(SITUATIONS))
def test_a_defect_of_statuses_has_exactly_its_finding(start: Start, name: str) -> None:
    situation, time_scale = SITUATIONS[name]
    assert blocking(situation(start(name, time_scale))) == {DEFECTS[name].finding}


def test_every_defect_is_described_and_its_finding_is_a_rule() -> None:
    assert len(DEFECTS) >= 40
    for defect in DEFECTS.values():
        assert defect.title
        assert defect.finding in rules() or defect.finding.startswith(("SCH-У", "Q015-"))


def test_unknown_defect() -> None:
    with pytest.raises(UnknownDefectError, match="Дефекта no-such нет"):
        chosen(["no-such"])
