from __future__ import annotations

from itertools import islice

from dopusk.semd import SemdDocument
from dopusk.wire.xml import Positions, read_xml
from fixtures.documents import good
from fixtures.documents.mutants import mechanical

B = "1.2.643.5.1.13.13.12.2.50.4321.100.7.2"


def read(name: str = "194") -> SemdDocument:
    data = good(name)
    reading = read_xml(data, part="ЭМД")
    assert reading.tree is not None
    return SemdDocument.read(reading.tree, positions=Positions(data), file="a.xml")


def test_header() -> None:
    document = read()
    assert str(document.template_id) == "1.2.643.5.1.13.13.15.47.2"
    assert (str(document.id_root), str(document.id_extension)) == (
        f"{B}.51",
        "0f0c5c52-2a0c-4a36-8d3b-1d1b6d8f6a01",
    )
    assert (str(document.set_id_root), str(document.set_id_extension)) == (f"{B}.50", "SET-8001")
    assert str(document.version_number) == "1"
    assert str(document.effective_time) == "202403111245+0300"
    assert str(document.code) == "47"
    assert document.code is not None
    assert document.code.system == "1.2.643.5.1.13.13.99.2.1079"
    assert document.code.version == "1.24"
    assert str(document.title).startswith("Медицинское заключение")


def test_people() -> None:
    document = read()
    patient, author = document.patient, document.author
    assert (str(patient.surname), str(patient.name), str(patient.patronymic)) == (
        "Пробникова",
        "Анна",
        "Игоревна",
    )
    assert str(patient.local_id) == "PAT-777"
    assert (str(patient.gender), str(patient.birth_time)) == ("2", "19881104")
    assert author is not None
    assert author.full_name == "Образцов Пётр Семёнович"
    assert (str(author.local_id), author.role) == ("S-4301", None)
    assert document.legal_authenticator is not None
    assert document.legal_authenticator.full_name == "Эталонова Мария Андреевна"
    assert [str(person.role) for person in document.performers] == ["CHAIRMAN", "AUTHOR"]
    assert [person.snils for person in document.performers] == [None, None]
    assert len(document.staff) == 4


def test_organizations() -> None:
    document = read()
    assert document.provider is not None
    assert str(document.provider.id) == "1.2.643.5.1.13.13.12.2.50.4321"
    assert str(document.provider.department) == "1.2.643.5.1.13.13.12.2.50.4321.0.77001"
    assert str(document.provider.ogrn) == "1035000000045"
    assert [str(item.id) for item in document.represented] == [str(document.provider.id)] * 2
    assert document.custodian is not None
    assert str(document.custodian.id) == str(document.provider.id)


def test_coded_fields() -> None:
    document = read()
    assert [str(field.value) for field in document.entries["813"]] == ["76", "417"]
    conclusion = document.entry("837")
    assert conclusion is not None
    assert (str(conclusion.value), conclusion.name) == (
        "32",
        "Медицинские противопоказания к работе не выявлены",
    )
    next_date, unit = document.entry("8087"), document.entry("8006")
    assert next_date is not None
    assert str(next_date.value) == "20250311"
    assert unit is not None
    assert (str(unit.value), unit.name) == ("Участок № 2", None)
    assert str(document.employer) == "ООО «Пробный цех»"
    assert document.entry("nothing") is None


def test_absent_values_keep_their_reason() -> None:
    document = read("194-oms")
    profession, next_date = document.entry("4074"), document.entry("8087")
    assert profession is not None
    assert (profession.value, profession.reason) == (None, "OTH")
    assert str(profession.original) == "Испытатель стендов"
    assert next_date is not None
    assert (next_date.value, next_date.reason) == (None, "NAV")
    assert document.patient.snils is None


def test_values_carry_their_place() -> None:
    place = read().version_number
    assert place is not None
    assert (place.where.line, place.where.column) == (13, 3)
    assert place.where.xpath == "/ClinicalDocument[1]/versionNumber[1]/@value"
    assert place.where.file == "a.xml"


def test_recipients_are_people_only() -> None:
    assert read().recipients == ()


def test_reading_a_damaged_document_never_raises() -> None:
    for _, tree in islice(mechanical("194"), 0, None, 13):
        assert SemdDocument.read(tree).where.xpath


def test_an_empty_document_has_no_values() -> None:
    reading = read_xml(b"<other/>", part="ЭМД")
    assert reading.tree is not None
    document = SemdDocument.read(reading.tree)
    assert document.id_extension is None
    assert document.staff == ()
    assert dict(document.entries) == {}
