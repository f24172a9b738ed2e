from __future__ import annotations

from collections.abc import Callable
from uuid import UUID
from zlib import crc32

import pytest
from fake_remd import EMDR_ID, Trial
from lxml import etree

from dopusk.drivers import DocumentState, DriverError, ResetOptions

HL7 = {"c": "urn:hl7-org:v3"}
State = DocumentState


def document_of(trial: Trial, local_uid: str | None) -> etree._Element:
    return etree.fromstring(trial.remd.file(local_uid or ""))


def test_a_document_is_registered(trial: Trial) -> None:
    submission = trial.driver.submit(trial.case())
    request = trial.remd.wait()
    accepted = trial.wait(submission.ref, State.ACCEPTED)
    assert (accepted.emdr_id, accepted.attempts) == (None, 1)
    assert request.text("localUid") == submission.local_uid
    answer = trial.remd.result(request.text("MessageID"))
    assert answer.status_code == 200
    assert b"<status>success</status>" in answer.content
    registered = trial.driver.status(submission.ref)
    assert (registered.state, registered.emdr_id) == (State.REGISTERED, EMDR_ID)


def test_the_request_tells_about_the_document(trial: Trial) -> None:
    case = trial.case("unfit")
    trial.driver.submit(case)
    request = trial.remd.wait()
    assert request.text("clientEntityId") == trial.declared.client_entity_id
    assert request.text("Action") == "registerDocument"
    assert UUID(request.text("MessageID"))
    assert request.text("kind") == "194"
    assert request.text("organization") == case.facility.oid
    assert request.texts("department/localId") == [case.facility.department_oid]
    assert request.texts("patient/snils") == [case.patient.snils]
    assert request.texts("signer/role") == ["AUTHOR", "CHAIRMAN"]
    assert request.texts("associations/item/target") == []
    data = trial.remd.file(request.text("localUid") or "")
    assert request.texts("docContent/checksum") == [str(crc32(data))]
    document = etree.fromstring(data)
    assert document.find("c:id", HL7).get("extension") == request.text("localUid")
    created = document.find("c:effectiveTime", HL7).get("value")
    sent = request.text("creationDateTime") or ""
    assert created == sent[:16].translate(str.maketrans("", "", "-T:")) + "+0300"


def test_a_new_version_replaces_the_registered_one(trial: Trial) -> None:
    ref, first = trial.register()
    replaced = trial.driver.replace(ref, trial.case("unfit"))
    second = trial.remd.wait(2)
    assert replaced.ref == ref
    assert second.text("localUid") not in (None, first.text("localUid"))
    assert second.texts("associations/item/target") == [EMDR_ID]
    old = document_of(trial, first.text("localUid"))
    new = document_of(trial, second.text("localUid"))
    assert new.find("c:setId", HL7).attrib == old.find("c:setId", HL7).attrib
    assert new.find("c:versionNumber", HL7).get("value") == "2"
    assert new.find("c:id", HL7).get("extension") != old.find("c:id", HL7).get("extension")


def test_a_refused_document_is_mended_as_the_same_version(trial: Trial) -> None:
    ref = trial.driver.submit(trial.case()).ref
    first = trial.remd.wait()
    trial.remd.result(first.text("MessageID"), "error", (("INVALID_DICTIONARY", "нельзя"),))
    refused = trial.wait(ref, State.REFUSED)
    assert refused.errors == (("INVALID_DICTIONARY", "нельзя"),)
    trial.driver.replace(ref, trial.case())
    second = trial.remd.wait(2)
    assert second.text("localUid") != first.text("localUid")
    assert second.texts("associations/item/target") == []
    document = document_of(trial, second.text("localUid"))
    assert document.find("c:versionNumber", HL7).get("value") == "1"


def test_a_refused_new_version_is_mended_with_its_number_and_link(trial: Trial) -> None:
    ref, _ = trial.register()
    trial.driver.replace(ref, trial.case())
    trial.remd.result(trial.remd.wait(2).text("MessageID"), "error", (("NO_SNILS", "нет"),))
    trial.wait(ref, State.REFUSED)
    trial.driver.replace(ref, trial.case())
    third = trial.remd.wait(3)
    assert third.texts("associations/item/target") == [EMDR_ID]
    document = document_of(trial, third.text("localUid"))
    assert document.find("c:versionNumber", HL7).get("value") == "2"


def test_a_document_on_its_way_cannot_be_replaced(trial: Trial) -> None:
    ref = trial.driver.submit(trial.case()).ref
    trial.wait(ref, State.ACCEPTED)
    with pytest.raises(DriverError, match=r"HTTP 409: Документ .* ещё отправляется"):
        trial.driver.replace(ref, trial.case())


def test_many_documents_in_flight_keep_their_results(trial: Trial) -> None:
    refs = {trial.driver.submit(trial.case()).ref for _ in range(30)}
    trial.remd.wait(30)
    for number, request in enumerate(reversed(trial.remd.received)):
        trial.remd.result(request.text("MessageID"), emdr_id=f"194.77.24.02.{number:09d}")
    by_uid = {
        request.text("localUid"): f"194.77.24.02.{number:09d}"
        for number, request in enumerate(reversed(trial.remd.received))
    }
    for ref in refs:
        status = trial.wait(ref, State.REGISTERED)
        assert status.emdr_id == by_uid[status.local_uid]


def test_a_signer_without_a_key_fails_the_document(trial: Trial) -> None:
    from dataclasses import replace

    case = trial.case()
    stranger = replace(case, author=replace(case.author, snils="11223344595"))
    status = trial.wait(trial.driver.submit(stranger).ref, State.FAILED)
    assert "Нет ключа подписи" in status.errors[0][1]
    assert trial.remd.received == []


def test_reset_forgets_documents(trial: Trial) -> None:
    ref, request = trial.register()
    trial.driver.reset(ResetOptions(endpoints={"remd": trial.remd.url}))
    with pytest.raises(DriverError, match=f"Документа {ref} в МИС нет"):
        trial.driver.status(ref)
    answer = trial.remd.ask_file(request.text("localUid") or "")
    assert answer.text("status") == "error"


def test_without_an_address_of_remd_nothing_is_sent(start: Callable[..., Trial]) -> None:
    trial = start()
    trial.driver.reset(ResetOptions(trial.declared.as_of))
    status = trial.wait(trial.driver.submit(trial.case()).ref, State.FAILED)
    assert status.errors == (("MIS", "Адрес РЭМД не настроен"),)
