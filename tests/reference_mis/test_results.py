from __future__ import annotations

import pytest
from fake_remd import CALLBACK, EMDR_ID, Trial, envelope, reply

from dopusk.drivers import DocumentState

State = DocumentState
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"


def test_a_repeated_result_changes_nothing(trial: Trial) -> None:
    ref, request = trial.register()
    again = trial.remd.result(request.text("MessageID"), emdr_id="194.77.24.02.000000777")
    assert b"<status>success</status>" in again.content
    assert trial.driver.status(ref).emdr_id == EMDR_ID


def test_a_refusal_after_registration_changes_nothing(trial: Trial) -> None:
    ref, request = trial.register()
    trial.remd.result(request.text("MessageID"), "error", (("NO_SNILS", "нет"),))
    status = trial.driver.status(ref)
    assert (status.state, status.errors) == (State.REGISTERED, ())


@pytest.mark.parametrize("form", ["urn:uuid:{}", "&lt;urn:uuid:{}&gt;", "uuid:{}", "{{{}}}"])
def test_message_ids_are_compared_without_their_dress(trial: Trial, form: str) -> None:
    ref = trial.driver.submit(trial.case()).ref
    message_id = (trial.remd.wait().text("MessageID") or "").upper()
    trial.remd.result(form.format(message_id))
    trial.wait(ref, State.REGISTERED)


def test_an_unknown_message_is_told_about(trial: Trial) -> None:
    answer = trial.remd.result("11111111-0000-4000-8000-000000000000")
    assert answer.status_code == 200
    assert b"<status>error</status>" in answer.content
    assert b"WRONG_MESSAGE_ID" in answer.content


def test_a_result_before_the_synchronous_answer(trial: Trial) -> None:
    """РЭМД refuses with a message that the МИС reads only after the result came."""
    trial.remd.answers.append(reply("error", (("RATE_LIMIT", "позже"),)))
    ref = trial.driver.submit(trial.case()).ref
    request = trial.remd.wait()
    trial.remd.result(request.text("MessageID"))
    assert trial.wait(ref, State.REGISTERED).errors == ()


def test_soap_11_is_answered_in_soap_11(trial: Trial) -> None:
    ref = trial.driver.submit(trial.case()).ref
    request = trial.remd.wait()
    answer = trial.remd.result(request.text("MessageID"), version=SOAP_11)
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert SOAP_11.encode() in answer.content
    trial.wait(ref, State.REGISTERED)


def test_the_answer_is_related_to_the_request(trial: Trial) -> None:
    _, request = trial.register()
    answer = trial.remd.ask_file(request.text("localUid") or "")
    assert answer.text("RelatesTo") == "0f0e0d0c-0000-4000-8000-000000000001"
    assert answer.text("Action") == "getDocumentFileResponse"
    assert answer.text("localUid") == request.text("localUid")


def test_a_registered_file_is_found_by_its_number(trial: Trial) -> None:
    _, request = trial.register()
    by_uid = trial.remd.ask_file(request.text("localUid") or "")
    by_number = trial.remd.ask_file(emdr_id=EMDR_ID)
    assert by_number.text("data") == by_uid.text("data")
    assert by_number.text("checksum") == by_uid.text("checksum")


def test_a_file_that_does_not_exist(trial: Trial) -> None:
    answer = trial.remd.ask_file("22222222-0000-4000-8000-000000000000")
    assert (answer.text("status"), answer.text("code")) == ("error", "MIS_ERROR")
    assert answer.text("data") is None


def test_a_delivered_file_is_taken(trial: Trial) -> None:
    body = (
        f'<sendDocumentFileRequest xmlns="{CALLBACK}"><emdrId>{EMDR_ID}</emdrId>'
        f"<docContent><data>QQ==</data></docContent></sendDocumentFileRequest>"
    )
    answer = trial.remd.post(envelope(body))
    assert b"sendDocumentFileResponse" in answer.content
    assert b"<status>success</status>" in answer.content


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"hello",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        envelope(""),
        envelope("<formatDisk/>"),
        envelope("<formatDisk/>", SOAP_11),
    ],
)
def test_what_is_not_understood_gets_a_fault(trial: Trial, message: bytes) -> None:
    answer = trial.remd.post(message)
    assert answer.status_code == 400
    assert b"Fault" in answer.content
