from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from dopusk.remd.errors import remd_error
from dopusk.semd import SemdDocument, check_against_request
from dopusk.verdict import Evidence, Where
from dopusk.verdict.rule import rules
from dopusk.wire.messages import PatientData, Read, RegisterDocument, SignerData
from dopusk.wire.xml import read_xml
from fixtures.cases.identifiers import snils
from fixtures.documents import good

WHERE = Where(part="registerDocument")
MO = "1.2.643.5.1.13.13.12.2.50.4321"


def value(text: str) -> Read:
    return Read(text, WHERE)


AUTHOR = SignerData(
    role=value("AUTHOR"),
    surname=value("Образцов"),
    name=value("Пётр"),
    patronymic=value("Семёнович"),
    snils=value(snils(900004301)),
    local_id=value("S-4301"),
)
CHAIRMAN = SignerData(
    role=value("CHAIRMAN"),
    surname=value("Эталонова"),
    name=value("Мария"),
    patronymic=value("Андреевна"),
    snils=value(snils(900004302)),
    local_id=value("S-4302"),
)
PATIENT = PatientData(
    local_id=value("PAT-777"),
    surname=value("Пробникова"),
    name=value("Анна"),
    patronymic=value("Игоревна"),
    birth_date=value("1988-11-04"),
    gender=value("2"),
    snils=value(snils(900000777)),
)
REQUEST = RegisterDocument(
    local_uid=value("0F0C5C52-2A0C-4A36-8D3B-1D1B6D8F6A01"),
    organization=value(MO),
    department=value(f"{MO}.0.77001"),
    created=value("2024-03-11T12:45:00+03:00"),
    patient=PATIENT,
    signers=(AUTHOR, CHAIRMAN),
)
RECIPIENT = """<informationRecipient><intendedRecipient>
<id root="1.2.643.100.3" extension="{snils}"/>
<informationRecipient><name><family>Адресатова</family><given>Инна</given>
<identity:Patronymic>Олеговна</identity:Patronymic></name></informationRecipient>
</intendedRecipient></informationRecipient><informationRecipient>"""
TO_INNA = PatientData(
    snils=value(snils(900000778)),
    surname=value("Адресатова"),
    name=value("Инна"),
    patronymic=value("Олеговна"),
)


@cache
def document(old: bytes = b"", new: bytes = b"") -> SemdDocument:
    reading = read_xml(good().replace(old, new, 1) if old else good(), part="ЭМД")
    assert reading.tree is not None
    return SemdDocument.read(reading.tree)


def addressed() -> SemdDocument:
    text = RECIPIENT.format(snils=snils(900000778))
    return document(b"<informationRecipient>", text.encode())


def codes(request: RegisterDocument, semd: SemdDocument | None = None) -> list[str]:
    return [item.code for item in check_against_request(semd or document(), request)]


def patient(**changes: Read | None) -> RegisterDocument:
    return replace(REQUEST, patient=replace(PATIENT, **changes))  # type: ignore[arg-type]


def author(**changes: Read | None) -> RegisterDocument:
    return replace(REQUEST, signers=(replace(AUTHOR, **changes), CHAIRMAN))  # type: ignore[arg-type]


def recipient(**changes: Read | None) -> RegisterDocument:
    return replace(REQUEST, recipients=(replace(TO_INNA, **changes),))  # type: ignore[arg-type]


def test_agreement() -> None:
    assert codes(REQUEST) == []
    assert codes(replace(REQUEST, recipients=(TO_INNA,)), addressed()) == []


def test_nothing_is_asked_nothing_is_found_but_the_authenticator() -> None:
    assert codes(RegisterDocument()) == ["DOC-REQ-AUTHENTICATOR"]


@pytest.mark.parametrize(
    ("request_", "code", "remd"),
    [
        (replace(REQUEST, local_uid=value("other")), "DOC-REQ-ID", "VALIDATION_ERROR"),
        (
            replace(REQUEST, created=value("2024-03-11T12:46:00+03:00")),
            "DOC-REQ-DATE",
            "VALIDATION_ERROR",
        ),
        (patient(local_id=value("PAT-778")), "DOC-REQ-PATIENT-ID", "VALIDATION_ERROR"),
        (patient(snils=value("1")), "DOC-REQ-PATIENT-SNILS", "VALIDATION_ERROR"),
        (patient(surname=value("Иная")), "DOC-REQ-PATIENT-SURNAME", "VALIDATION_ERROR"),
        (patient(name=value("Иная")), "DOC-REQ-PATIENT-NAME", "VALIDATION_ERROR"),
        (patient(patronymic=value("Иная")), "DOC-REQ-PATIENT-PATRONYMIC", "VALIDATION_ERROR"),
        (patient(gender=value("1")), "DOC-REQ-PATIENT-GENDER", "VALIDATION_ERROR"),
        (patient(birth_date=value("1988-11-05")), "DOC-REQ-PATIENT-BIRTH", "VALIDATION_ERROR"),
        (
            replace(REQUEST, department=value(f"{MO}.0.1")),
            "DOC-REQ-DEPARTMENT",
            "VALIDATION_ERROR",
        ),
        (author(snils=value(snils(1))), "DOC-REQ-SIGNER-SNILS", "INVALID_DOCTOR_SNILS"),
        (author(surname=value("Иной")), "DOC-REQ-SIGNER-SURNAME", "INVALID_DOCTOR_FAMILY"),
        (author(name=value("Иной")), "DOC-REQ-SIGNER-NAME", "INVALID_DOCTOR_NAME"),
        (
            author(patronymic=value("Иной")),
            "DOC-REQ-SIGNER-PATRONYMIC",
            "INVALID_DOCTOR_PATRONYMIC",
        ),
        (author(local_id=value("S-1")), "DOC-REQ-SIGNER-ID", "INVALID_DOCTOR_ID"),
        (
            author(snils=value(snils(1)), local_id=value("S-1"), surname=value("Иной")),
            "DOC-REQ-SIGNER-INFO",
            "INVALID_DOCTOR_INFO",
        ),
        (
            replace(REQUEST, signers=(AUTHOR,)),
            "DOC-REQ-AUTHENTICATOR",
            "LEGAL_AUTHENTICATOR_NOT_FOUND",
        ),
        (recipient(), "DOC-REQ-RECIPIENT", "RECEPIENT_INFO_MISMATCH"),
    ],
)
def test_each_difference_has_its_own_code(request_: RegisterDocument, code: str, remd: str) -> None:
    (found,) = check_against_request(document(), request_)
    assert (found.code, found.remd) == (code, remd)
    assert found.where is not None
    assert found.expected or found.got


@pytest.mark.parametrize(
    ("request_", "code", "remd"),
    [
        (recipient(snils=value(snils(1))), "DOC-REQ-RECIPIENT-SNILS", "RECEPIENT_SNILS_MISMATCH"),
        (
            recipient(surname=value("Иная")),
            "DOC-REQ-RECIPIENT-SURNAME",
            "RECEPIENT_FAMILY_MISMATCH",
        ),
        (recipient(name=value("Иная")), "DOC-REQ-RECIPIENT-NAME", "RECEPIENT_NAME_MISMATCH"),
        (
            recipient(patronymic=value("Иная")),
            "DOC-REQ-RECIPIENT-PATRONYMIC",
            "RECEPIENT_PATRONYMIC_MISMATCH",
        ),
    ],
)
def test_recipients(request_: RegisterDocument, code: str, remd: str) -> None:
    (found,) = check_against_request(addressed(), request_)
    assert (found.code, found.remd) == (code, remd)


def test_organization_is_compared_in_every_place() -> None:
    found = check_against_request(document(), replace(REQUEST, organization=value("1.2.3")))
    assert [item.code for item in found] == ["DOC-REQ-ORG"] * 4
    assert [item.message.split("СП ")[1].split(" ")[0] for item in found] == [
        "providerOrganization",
        "representedOrganization",
        "representedOrganization",
        "representedCustodianOrganization",
    ]


@pytest.mark.parametrize("ogrn", [None, "1035000000045"])
def test_the_ogrn_of_the_organisation_agrees(ogrn: str | None) -> None:
    assert check_against_request(document(), REQUEST, ogrn=ogrn) == []


def test_another_ogrn_than_that_of_the_organisation() -> None:
    (found,) = check_against_request(document(), REQUEST, ogrn="1025000000101")
    assert (found.code, found.remd) == ("DOC-REQ-OGRN", "VALIDATION_ERROR")
    assert (found.expected, found.got) == ("1025000000101", "1035000000045")
    assert not found.blocks()


def test_an_entrepreneur_has_an_ogrnip() -> None:
    semd = document(
        b"<identity:Ogrn>1035000000045</identity:Ogrn>",
        b"<identity:Ogrnip>304500116000157</identity:Ogrnip>",
    )
    assert check_against_request(semd, REQUEST, ogrn="304500116000157") == []
    assert [item.code for item in check_against_request(semd, REQUEST, ogrn="1035000000045")] == [
        "DOC-REQ-OGRN"
    ]


def test_every_rule_of_the_matrix_is_tripped_here() -> None:
    """By name: each code of the matrix stands in a test of this module."""
    matrix = {code for code in rules() if code.startswith("DOC-REQ-")}
    text = Path(__file__).read_text(encoding="utf-8")
    assert {code for code in matrix if f'"{code}"' not in text} == set()


def test_every_rule_of_the_matrix_names_its_places_and_its_code() -> None:
    for code, rule in rules().items():
        if code.startswith("DOC-REQ-"):
            assert rule.document, code
            assert rule.request, code
            assert rule.remd is not None, code
            assert remd_error(rule.remd).code == rule.remd


def dashed(digits: str) -> Read:
    return value(f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}")


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, created=value("2024-03-11T09:45:00Z")),
        replace(REQUEST, created=value("2024-03-11T12:45:31.5+03:00")),
        patient(surname=value(" ПРОБНИКОВА ")),
        patient(snils=dashed(snils(900000777))),
        author(snils=dashed(snils(900004301))),
        replace(REQUEST, signers=(CHAIRMAN, AUTHOR)),
        replace(REQUEST, department=None),
    ],
)
def test_other_spellings_of_the_same_agree(request_: RegisterDocument) -> None:
    assert codes(request_) == []


def test_one_snils_for_two_people_is_told_apart_by_the_rest() -> None:
    chairman = snils(900004302).encode()
    shared = document(chairman, snils(900004301).encode())
    both = snils(900004301)
    request = replace(REQUEST, signers=(AUTHOR, replace(CHAIRMAN, snils=value(both))))
    assert codes(request, shared) == []


def test_what_is_compared_with_local_uid_is_marked_as_inferred() -> None:
    (found,) = check_against_request(document(), replace(REQUEST, local_uid=value("x")))
    assert found.evidence is Evidence.DERIVED
    assert not found.blocks()
    assert found.message.startswith("Уникальный идентификатор документа в ЭМД [0f0c5c52")


def test_a_patient_without_snils_in_the_document() -> None:
    reading = read_xml(good("194-oms"), part="ЭМД")
    assert reading.tree is not None
    found = check_against_request(
        SemdDocument.read(reading.tree), RegisterDocument(patient=PatientData(snils=value("1")))
    )
    assert [item.code for item in found][:1] == ["DOC-REQ-PATIENT-SNILS"]
    assert found[0].got == ""
