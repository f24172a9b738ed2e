from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.declaration.model import Employee
from dopusk.journal import Entry, Phase
from dopusk.masking import Field, Masker, People, read_entry, read_findings, read_staff
from dopusk.masking.forms import name_forms
from fixtures.cases import loader
from fixtures.reference_mis import demo_declaration

PERSON = {
    Field.SURNAME: "Примерова",
    Field.NAME: "Анна",
    Field.PATRONYMIC: "Сергеевна",
    Field.BIRTH: "1988-04-12",
    Field.SNILS: "11223344595",
    Field.POLICY: "5050000000702017",
    Field.DOCUMENT: "461890",
    Field.PHONE: "+79990000001",
    Field.ADDRESS: "г Москва, ул Пушкинская, д 69",
}


def entry(body: str | bytes, **more: object) -> Entry:
    data = body.encode() if isinstance(body, str) else body
    now = datetime(2024, 3, 14, tzinfo=UTC)
    return Entry(Phase.REQUEST, "candidate", "x", body=data, seq=1, at=now, stand_at=now, **more)


@pytest.fixture
def masker() -> Masker:
    people = People()
    people.add(PERSON)
    return Masker(people)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("<family>Примерова</family>", "<family>[фамилия 1]</family>"),
        ("ПРИМЕРОВА", "[фамилия 1, ПРОПИСНЫЕ]"),
        ("у Примеровой Анны", "у [фамилия 1] [имя 1]"),
        ("Примерова А. С. пришла", "[фамилия 1] пришла"),
        ("11223344595", "[СНИЛС 1]"),
        ("112-233-445 95", "[СНИЛС 1, 999-999-999 99]"),
        ("1988-04-12T00:00:00", "[дата рождения 1]T00:00:00"),
        ('<birthTime value="19880412"/>', '<birthTime value="[дата рождения 1, ГГГГММДД]"/>'),
        ('"198804120000+0300"', '"[дата рождения 1, ГГГГММДД]0000+0300"'),
        ("12.04.1988", "[дата рождения 1, ДД.ММ.ГГГГ]"),
        ("tel:+79990000001", "tel:[телефон 1]"),
        ("8 (999) 000-00-01", "[телефон 1, 9 (999) 999-99-99]"),
        ("5050000000702017", "[полис 1]"),
        ("<Number>461890</Number>", "<Number>[документ 1]</Number>"),
        ("4511 461890", "[документ 1, 9999 999999]"),
        ("живёт: г Москва, ул Пушкинская, д 69.", "живёт: [адрес 1]."),
        ("<Series>4511</Series>", "<Series>[серия]</Series>"),
        ("910-070-201 30", "[СНИЛС 2, 999-999-999 99]"),
        ("+7 (916) 123-45-67", "[телефон 2, +9 (999) 999-99-99]"),
        ("пишите ivan@example.org", "пишите [почта]"),
    ],
)
def test_a_personal_value_is_masked_in_each_of_its_writings(masker: Masker, text, masked):
    assert masker.text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "1.2.643.5.1.13.13.12.2.77.7831",
        "1.2.643.100.3.11223344595",
        "503a9c6c-1cfa-442e-9aad-907e1cc2841f",
        "194.77.24.02.000000001",
        "/ClinicalDocument[1]/languageCode[1]/@code",
        "SIG-DIGEST: NO_DOCUMENT_KIND_ON_DATE",
        "2024-02-15T06:39:53.906+03:00 202402150639+0300",
        "ОГРН 1197700001014, ИНН 7700001010",
        "Аннамария и Приммеровас живут в Москве",
        "Справочника 1.2.643.5.1.13.13.99.2.855 нет",
    ],
)
def test_codes_and_identifiers_stay(masker: Masker, text):
    assert masker.text(text) == text


def test_a_value_of_several_people_has_one_mask_without_a_person():
    people = People()
    people.add(PERSON)
    people.add({**PERSON, Field.SURNAME: "Другая", Field.SNILS: "90000100186", Field.POLICY: ""})
    masker = Masker(people)
    assert masker.text("Анна") == "[имя №1]"
    assert masker.text("Другая") == "[фамилия 2]"
    assert masker.text("90000100186 и 11223344595") == "[СНИЛС 2] и [СНИЛС 1]"


def test_one_person_met_again_stays_one():
    people = People()
    people.add(PERSON)
    people.add({Field.SNILS: "112-233-445 95", Field.PHONE: "8 916 111 22 33"})
    people.add({kind: PERSON[kind] for kind in (Field.SURNAME, Field.NAME, Field.PATRONYMIC)})
    assert people.count == 1


def test_a_value_cut_off_at_the_end_leaves_no_stump(masker: Masker):
    tail = "\n… ещё 500 знаков — целиком в журнале"
    assert masker.text(f"<family>Примеро{tail}") == f"<family>…{tail}"
    assert masker.text(f"<a>г Москва, ул Пу{tail}") == f"<a>…{tail}"
    assert masker.text(f"<snils>112233{tail}") == f"<snils>…{tail}"
    assert masker.text(f"<kind>194{tail}") == f"<kind>194{tail}"


@given(st.text(alphabet="Примероваан <>\n/\"'=0123456789-+.,[]", max_size=200))
def test_lines_stay_and_nothing_breaks(text: str):
    people = People()
    people.add(PERSON)
    masked = Masker(people).text(text)
    assert masked.count("\n") == text.count("\n")


DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>
<id root="1.2.643.100.3" extension="90000100186"/>
<identity:IdentityDoc><identity:Series>4511</identity:Series>
<identity:Number>461890</identity:Number></identity:IdentityDoc>
<identity:InsurancePolicy><identity:Number>7700009000000017</identity:Number>
</identity:InsurancePolicy>
<addr><streetAddressLine>г Москва, ул Пушкинская, д 69</streetAddressLine></addr>
<telecom value="tel:+79990000001" use="MC"/>
<patient><name><family>Александров</family><given>Макар</given>
<identity:Patronymic>Васильевич</identity:Patronymic></name>
<birthTime value="19851226"/></patient>
<providerOrganization><name>ГБУЗ «Поликлиника»</name><telecom value="tel:+74950007831"/>
<addr><streetAddressLine>г Москва, ул Тестовая, д 1</streetAddressLine></addr>
</providerOrganization></patientRole></recordTarget></ClinicalDocument>"""


def test_people_are_found_in_a_packed_document_and_its_organization_is_not():
    packed = base64.b64encode(DOCUMENT.encode()).decode()
    people = People()
    read_entry(people, entry(f"<data>{packed}</data>"))
    masked = Masker(people).text(DOCUMENT)
    for value in ("90000100186", "461890", "7700009000000017", "Пушкинская", "79990000001"):
        assert value not in masked
    for value in ("Александров", "Макар", "Васильевич", "19851226", "4511<"):
        assert value not in masked
    for value in ("ГБУЗ «Поликлиника»", "+74950007831", "г Москва, ул Тестовая, д 1"):
        assert value in masked
    assert people.count == 1


def test_people_are_found_in_a_register():
    xml = (
        '<?xml version="1.0" encoding="windows-1251"?><PERS_LIST><PERS><ID_PAC>1</ID_PAC>'
        "<FAM>ОБРАЗЦОВ</FAM><IM>ПАВЕЛ</IM><DR>1970-12-24</DR><SNILS>910-070-202 31</SNILS>"
        "</PERS></PERS_LIST>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("LM.XML", xml.encode("cp1251"))
    people = People()
    read_entry(people, entry(stream.getvalue()))
    masked = Masker(people).text("Образцов Павел, 24.12.1970, СНИЛС 91007020231")
    assert masked == "[фамилия 1] [имя 1], [дата рождения 1, ДД.ММ.ГГГГ], СНИЛС [СНИЛС 1]"


def test_staff_and_full_names_in_findings_are_known():
    people = People()
    staff = Employee(
        "1.2",
        "1",
        "Тестов",
        "Артём",
        "Игоревич",
        date(1980, 3, 14),
        "90000010185",
        "80",
        "Врач",
        (),
    )
    read_staff(people, [staff])
    read_findings(people, [{"message": "Подписала не Чужая Инна Павловна"}])
    masked = Masker(people).text("АРТЕМ Тестов, Чужая Инна Павловна")
    assert masked == "[имя 1, ПРОПИСНЫЕ] [фамилия 1], [фамилия 2] [имя 2] [отчество 2]"


def test_whom_a_certificate_names_is_known():
    der = (
        b"0\x82"
        + b"\0" * 120
        + b"\x06\x03\x55\x04\x04\x0c\x0c"
        + "Чужова".encode()
        + b"\x06\x03\x55\x04\x2a\x0c\x13"
        + "Инна Пална"[:10].encode()
    )
    people = People()
    read_entry(people, entry(b"<s>" + base64.b64encode(der) + b"</s>"))
    assert "Чужов" not in Masker(people).text("сертификат Чужовой")


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04broken", b"{not json", b"<a>" + b"A" * 500, b"\xff\xfe\x00<family>"]
)
def test_a_body_that_cannot_be_read_is_no_error(body):
    read_entry(People(), entry(body))


def test_forms_of_short_names_are_left_alone():
    assert name_forms("лев", Field.NAME) == {"лев"}
    assert "примеровой" in name_forms("примерова", Field.SURNAME)


def test_every_value_of_every_control_case_is_masked():
    declared = demo_declaration()
    now = datetime(2024, 2, 15, tzinfo=UTC)
    for name in loader.names():
        case = loader.for_declaration(name, declared, now=now, serial="1")
        people = People()
        text = json.dumps({"case": case.to_json()}, ensure_ascii=False)
        read_entry(people, entry(text))
        masked = Masker(people).text(text)
        one = case.patient
        for value in (
            *(one.surname, one.name, one.patronymic, one.snils, one.birth_date.isoformat()),
            *(one.passport_number, one.passport_series, one.policy_number, one.phone),
            *(one.address.text, one.address.houseguid, one.passport_date.isoformat()),
            *(case.author.surname, case.author.snils, case.chairman.snils),
        ):
            assert value is None or f'"{value}"' not in masked, value
        assert case.facility.oid in masked
        assert case.exam.profession.system in masked


def test_five_thousand_messages_are_masked_in_a_second():
    people = People()
    for number in range(300):
        people.add({**PERSON, Field.SNILS: f"{11200000000 + number * 101}", Field.POLICY: ""})
    masker = Masker(people)
    body = ("<registerDocumentRequest>" + "<kind>194</kind>" * 60 + DOCUMENT) * 2
    began = time.perf_counter()
    for number in range(5000):
        masker.text(f"{number}{body}"[:4000])
    assert time.perf_counter() - began < 10  # about 1 s where nothing else runs
