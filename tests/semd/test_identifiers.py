"""The layer of identifiers and dates: each rule tripped, and the good document clean."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from lxml import etree

from dopusk.clock import MOSCOW
from dopusk.semd import check_document
from dopusk.semd.identifiers import check_identifiers
from dopusk.verdict import Finding, rules
from dopusk.wire.xml import Positions
from fixtures.documents import GOOD, good

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=MOSCOW)


def run(data: bytes, now: datetime | date | None = NOW) -> list[Finding]:
    tree = etree.fromstring(data).getroottree()
    found = check_identifiers(tree, Positions(data), now=now, part="ЭМД")
    return [item.finding for item in found]


def changed(*pairs: tuple[str, str]) -> bytes:
    text = good().decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


@pytest.mark.parametrize("name", GOOD)
def test_the_good_documents_are_clean(name: str) -> None:
    assert run(good(name)) == []


EMPLOYER = "5029000002/1025000000101"
OWN = "<identity:Ogrn>1035000000045</identity:Ogrn>"
CREATED = '<effectiveTime value="202403111245+0300"/>'
POLICY = "<identity:Number>7700009000043215</identity:Number>"
CHANGES = {
    "ID-SNILS": ('extension="900-000-777 22"', 'extension="900-000-777 23"'),
    "ID-INN": (EMPLOYER, "5029000003/1025000000101"),
    "ID-OGRN": (OWN, OWN.replace("45<", "46<")),
    "ID-OGRNIP": (OWN, "<identity:Ogrnip>304500116000158</identity:Ogrnip>"),
    "ID-EMPLOYER": (EMPLOYER, "не присвоен"),
    "ID-POLICY": (POLICY, POLICY.replace("215<", "216<")),
    "ID-OID": ('<setId root="', '<setId root="01.'),
    "ID-AOGUID": ("<fias:AOGUID>", "<fias:AOGUID>x"),
    "ID-HOUSEGUID": ("<fias:HOUSEGUID>", "<fias:HOUSEGUID>x"),
    "ID-DATE-FUTURE": (CREATED, CREATED.replace("202403", "202407")),
    "ID-DATE-ORDER": ('<birthTime value="19881104"', '<birthTime value="20881104"'),
}
REMD = {
    "ID-OID": "VALIDATION_ERROR",
    "ID-AOGUID": "AOGUID_NOT_FOUND",
    "ID-HOUSEGUID": "HOUSEGUID_NOT_FOUND",
    "ID-DATE-FUTURE": "WRONG_CREATION_DATE",
}


@pytest.mark.parametrize("code", CHANGES)
def test_one_change_trips_exactly_its_rule(code: str) -> None:
    (found,) = run(changed(CHANGES[code]))
    assert found.code == code
    assert found.where
    assert found.where.xpath
    assert found.where.line
    assert found.got
    assert "{" not in found.message


@pytest.mark.parametrize("code", CHANGES)
def test_only_what_an_official_rule_proves_blocks(code: str) -> None:
    (found,) = run(changed(CHANGES[code]))
    assert found.remd == REMD.get(code)
    assert found.blocks(conventions_block=True) is (code in REMD)


def test_every_rule_of_the_layer_has_a_test() -> None:
    named = {item.code for item in rules().values() if item.subject == "identifiers"}
    assert named == set(CHANGES)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("5029000002", []),
        ("1025000000101", []),
        ("ИНН 5029000002, ОГРН 1025000000101", []),
        ("500100732259", []),
        ("304500116000157", []),
        ("ИНН/ОГРН: 5029000003 / 1025000000102", ["ID-INN", "ID-OGRN"]),
        ("304500116000158", ["ID-OGRNIP"]),
        ("50290000021", ["ID-EMPLOYER"]),
        ("", []),
    ],
)
def test_forms_of_the_numbers_of_an_employer(text: str, codes: list[str]) -> None:
    assert [item.code for item in run(changed((EMPLOYER, text)))] == codes


@pytest.mark.parametrize(
    ("kind", "number", "codes"),
    [
        ("2", "7700009000043215", []),
        ("2", "770000900004321", ["ID-POLICY"]),
        ("1", "4321", []),
        ("4", "123456789", []),
    ],
)
def test_only_a_policy_of_the_common_form_bears_a_check_digit(
    kind: str, number: str, codes: list[str]
) -> None:
    data = changed(
        ("7700009000043215", number),
        ('<identity:InsurancePolicyType code="2"', f'<identity:InsurancePolicyType code="{kind}"'),
    )
    assert [item.code for item in run(data)] == codes


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (None, []),
        (datetime(2024, 3, 11, 12, 45, tzinfo=MOSCOW), []),
        (datetime(2024, 3, 11, 12, 44, tzinfo=MOSCOW), ["ID-DATE-FUTURE"]),
        (date(2024, 3, 11), []),
        (date(2024, 3, 10), ["ID-DATE-FUTURE"]),
    ],
)
def test_no_document_is_from_the_future(now: datetime | date | None, codes: list[str]) -> None:
    assert [item.code for item in run(good(), now)] == codes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("19881104", "20240306"), None),
        (("19881104", "20240307"), "начало осмотра"),
        (("202403111230+0300", "202403060859+0300"), "окончание осмотра"),
        (("202403111230+0300", "202403111246+0300"), "создание документа"),
        (("202403111230+0300", "202403111445+0500"), None),
        (('value="20250311"', 'value="20240310"'), "очередной осмотр"),
        (('value="20250311"', 'value="20240311"'), None),
        (("19881104", "1988"), None),
        (("19881104", "99999999"), None),
        ((CREATED, '<effectiveTime value="20240311"/>'), None),
    ],
)
def test_dates_follow_each_other(change: tuple[str, str], words: str | None) -> None:
    found = run(changed(change))
    assert [item.code for item in found] == ([] if words is None else ["ID-DATE-ORDER"])
    assert words is None or found[0].message.startswith(words)


def test_dates_that_are_absent_are_not_compared() -> None:
    data = changed(
        ('<low value="202403060900+0300"/>', ""), ('<high value="202403111230+0300"/>', "")
    )
    assert run(data) == []
    later = data.replace(b"19881104", b"20240312")
    assert [item.code for item in run(later)] == ["ID-DATE-ORDER"]


def test_what_the_structure_says_is_not_said_again() -> None:
    report = check_document(changed(CHANGES["ID-AOGUID"]))
    blocking = [item for item in report.findings if item.blocks()]
    assert len(blocking) == 1
    assert not blocking[0].code.startswith("ID-")


def test_a_document_of_the_future_is_refused_by_the_check() -> None:
    report = check_document(good(), now=date(2024, 3, 1))
    assert [item.code for item in report.findings if item.blocks()] == ["ID-DATE-FUTURE"]


def test_bare_documents_do_not_break_the_layer() -> None:
    for data in (b"<a/>", b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>'):
        assert run(data) == []
