"""The НСИ layer: each rule tripped by one change of the good document, and the good one clean."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dopusk.nsi import Dictionary, Library, NsiError, Origin, Passport, policy
from dopusk.nsi.imported import imported_file, write_imported
from dopusk.nsi.model import digest
from dopusk.semd import check_document, value_layers
from dopusk.semd.coded import Agreement, judge, judge_by_others
from dopusk.semd.nsi import NsiContext, NsiOutcome, check_nsi
from dopusk.suite import schemas
from dopusk.verdict import Evidence, Finding, Severity, Verdict, rules
from dopusk.wire.xml import Positions
from fixtures.documents import GOOD, good

N = "1.2.643.5.1.13.13."
FACTORS, POSTS, PAYERS = f"{N}11.1060", f"{N}11.1002", f"{N}11.1039"
UNHELD = (PAYERS, f"{N}11.1522", f"{N}99.2.855")
SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd" / "samples"

CHANGES = {
    "NSI-OID": (f'"{N}11.1040"', '"urn:oid:1.2"'),
    "NSI-OID-FOREIGN": (f'code="3" codeSystem="{N}11.1522"', 'codeSystem="2.16.840.1.113883.6.1"'),
    "NSI-FOR-KIND": (f'code="3" codeSystem="{N}11.1522"', f'codeSystem="{N}11.1066"'),
    "NSI-VERSION-FORM": ('codeSystemVersion="2.8"', 'codeSystemVersion="10.1_old"'),
    "NSI-CODE": ('code="417"', 'code="999417"'),
    "NSI-NAME": ('displayName="Автор документа"', 'displayName="Автор"'),
    "NSI-NAME-SPELLING": ('displayName="Автор документа"', 'displayName="автор  документа"'),
    "NSI-NAME-SHORT": (
        " (температура, индекс тепловой нагрузки среды, влажность, тепловое излучение)",
        "",
    ),
    "NSI-NAME-POST": ('displayName="Врач-профпатолог"', 'displayName="Профпатолог"'),
    "NSI-DICTIONARY-NAME": ('codeSystemName="Пол пациента"', 'codeSystemName="Пол"'),
}


def changed(old: str, new: str) -> bytes:
    text = good().decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def library(imported: Path = Path("none")) -> Library:
    return Library(schemas() / "nsi", imported)


def run(data: bytes, kind: str | None = "194", held: Library | None = None) -> NsiOutcome:
    context = NsiContext(held or library(), policy(), kind, frozenset(UNHELD))
    tree = etree.fromstring(data).getroottree()
    return check_nsi(tree, context, Positions(data), part="ЭМД", file="a.xml")


def findings(outcome: NsiOutcome) -> list[Finding]:
    return [item.finding for item in outcome.located] + [
        item for item in outcome.unchecked if item.code != "NSI-NOT-PUBLIC"
    ]


def dictionary(
    oid: str, version: str, names: dict[str, str], name: str | None = None
) -> Dictionary:
    passport = Passport(
        oid, version, name, "ID", "NAME", len(names), digest(names.items()), "тест", Origin.IMPORTED
    )
    return Dictionary(passport, names)


@pytest.mark.parametrize("name", GOOD)
def test_the_good_document_has_nothing_but_what_is_not_held(name: str) -> None:
    outcome = run(good(name))
    assert findings(outcome) == []
    assert {item.code for item in outcome.unchecked} == {"NSI-NOT-PUBLIC"}
    assert outcome.compared + sum(item.count for item in outcome.unchecked) == outcome.values


@pytest.mark.parametrize("code", CHANGES)
def test_one_change_trips_exactly_its_rule(code: str) -> None:
    (found,) = findings(run(changed(*CHANGES[code])))
    assert found.code == code
    assert found.where
    assert found.where.xpath
    assert found.where.line
    assert found.got
    assert "{" not in found.message
    assert "None" not in found.message


def test_every_rule_of_the_layer_has_a_test() -> None:
    named = {item.code for item in rules().values() if item.subject == "nsi"}
    elsewhere = {
        "NSI-VERSION",
        "NSI-NOT-HELD",
        "NSI-NOT-PUBLIC",
        "NSI-VERSION-NOT-HELD",
        "NSI-NOT-READ",
    }
    assert named == set(CHANGES) | elsewhere


@pytest.mark.parametrize(
    ("code", "remd", "blocks"),
    [
        ("NSI-OID", "INVALID_DICTIONARY_OID", True),
        ("NSI-OID-FOREIGN", "INVALID_DICTIONARY_OID", False),
        ("NSI-FOR-KIND", "INVALID_DICTIONARY", False),
        ("NSI-VERSION-FORM", "INVALID_DICTIONARY_VERSION", True),
        ("NSI-CODE", "INVALID_ELEMENT_VALUE_CODE", True),
        ("NSI-NAME", "INVALID_ELEMENT_VALUE_NAME", True),
        ("NSI-NAME-SPELLING", "INVALID_ELEMENT_VALUE_NAME", False),
        ("NSI-NAME-SHORT", "INVALID_ELEMENT_VALUE_NAME", False),
        ("NSI-NAME-POST", "INVALID_ELEMENT_VALUE_NAME", False),
        ("NSI-DICTIONARY-NAME", None, False),
    ],
)
def test_only_what_is_proven_blocks(code: str, remd: str | None, blocks: bool) -> None:
    (found,) = findings(run(changed(*CHANGES[code])))
    assert (found.remd, found.blocks(conventions_block=True)) == (remd, blocks)
    assert (found.evidence is Evidence.PROFILE) is blocks


def test_messages_are_those_of_remd() -> None:
    (found,) = findings(run(changed(*CHANGES["NSI-CODE"])))
    assert (
        found.message
        == f"Справочник OID [{FACTORS}], версия [2.1]. Элемент с кодом [999417] отсутствует"
    )
    (found,) = findings(run(changed(*CHANGES["NSI-NAME"])))
    assert found.message == (
        f"Справочник OID [{N}99.2.368], версия [2.8]. Наименование элемента [Автор] "
        "не соответствует наименованию элемента в НСИ [Автор документа]"
    )
    assert (found.expected, found.got) == ("Автор документа", "Автор")


def test_a_version_that_the_kind_fixes() -> None:
    (found,) = findings(run(good(), kind="103"))
    assert (found.code, found.expected, found.got) == ("NSI-VERSION", "5.1", "5.2")
    assert found.message == (
        f"Справочник OID [{PAYERS}]. Версия [5.2] недопустима для документа вида [103]. "
        "Требуется: [5.1]"
    )
    assert "PARTICIPANT.xsd" in found.source
    assert found.blocks()
    data = changed('codeSystemVersion="5.2"', 'codeSystemVersion="5.1"')
    assert findings(run(data, kind="103")) == []


def test_a_kind_without_policy_makes_no_claims() -> None:
    assert findings(run(changed(*CHANGES["NSI-FOR-KIND"]), kind="306")) == []
    assert findings(run(good(), kind=None)) == []


def test_another_version_that_agrees_is_fine() -> None:
    data = changed(f'{FACTORS}" codeSystemVersion="2.1"', f'{FACTORS}" codeSystemVersion="2.7"')
    outcome = run(data)
    assert findings(outcome) == []
    assert outcome.compared == run(good()).compared


@pytest.mark.parametrize("change", [('code="76"', 'code="9999"'), ('"Шум"', '"Гул"')])
def test_another_version_that_disagrees_is_unchecked_and_never_an_error(
    change: tuple[str, str],
) -> None:
    text = changed(f'{FACTORS}" codeSystemVersion="2.1"', f'{FACTORS}" codeSystemVersion="2.7"')
    data = text.decode().replace(*change, 1).encode()
    (found,) = findings(run(data))
    assert (found.code, found.severity) == ("NSI-VERSION-NOT-HELD", Severity.UNCHECKED)
    assert "версии [2.7] на стенде нет, есть [2.1]" in found.message


def test_an_absent_version_is_judged_as_another_one() -> None:
    data = changed(f'{FACTORS}" codeSystemVersion="2.1"', f'{FACTORS}"')
    assert findings(run(data)) == []
    (found,) = findings(run(data.replace(b'code="76"', b'code="9999"')))
    assert (found.code, found.severity) == ("NSI-VERSION-NOT-HELD", Severity.UNCHECKED)


def test_an_import_decides_about_its_version(tmp_path: Path) -> None:
    data = changed(f'{FACTORS}" codeSystemVersion="2.1"', f'{FACTORS}" codeSystemVersion="2.7"')
    write_imported(tmp_path, dictionary(FACTORS, "2.7", {"76": "Производственный шум"}))
    (found,) = findings(run(data, held=library(tmp_path)))
    assert (found.code, found.expected) == ("NSI-NAME", "Производственный шум")
    write_imported(tmp_path, dictionary(FACTORS, "2.7", {"77": "Шум"}))
    (found,) = findings(run(data, held=library(tmp_path)))
    assert found.code == "NSI-CODE"
    write_imported(tmp_path, dictionary(FACTORS, "2.7", {"76": "Шум"}))
    assert findings(run(data, held=library(tmp_path))) == []


def test_a_dictionary_that_was_not_public_is_judged_once_imported(tmp_path: Path) -> None:
    write_imported(tmp_path, dictionary(PAYERS, "5.2", {"8": "Средства граждан"}))
    (found,) = findings(run(good(), held=library(tmp_path)))
    assert (found.code, found.expected) == ("NSI-NAME", "Средства граждан")


def test_the_name_of_an_imported_passport_is_compared(tmp_path: Path) -> None:
    genders = {"1": "Мужской", "2": "Женский"}
    write_imported(tmp_path, dictionary(f"{N}11.1040", "2.1", genders, "Пол"))
    (found,) = findings(run(good(), held=library(tmp_path)))
    assert (found.code, found.expected) == ("NSI-DICTIONARY-NAME", "Пол")


def test_a_spoilt_import_is_unchecked(tmp_path: Path) -> None:
    imported_file(tmp_path, f"{N}11.1040", "2.1").write_text("{")
    (found,) = findings(run(good(), held=library(tmp_path)))
    assert (found.code, found.severity) == ("NSI-NOT-READ", Severity.UNCHECKED)
    assert "испорчен" in found.message


def test_what_is_not_held_is_counted_and_listed() -> None:
    text = good().decode()
    at = text.index("<effectiveTime")
    values = "".join(
        f'<x code="{n}" codeSystem="{N}99.2.1" codeSystemVersion="1.0"/>' for n in range(7)
    )
    outcome = run(f"{text[:at]}{values}{text[at:]}".encode(), kind=None)
    (found,) = [item for item in outcome.unchecked if item.code == "NSI-NOT-HELD"]
    assert (found.count, found.severity) == (7, Severity.UNCHECKED)
    assert "[0, 1, 2, 3, 4 и другие]" in found.message


def test_check_says_what_is_not_held_and_a_run_excuses_what_is_not_public() -> None:
    report = check_document(good())
    assert {item.code for item in report.findings} == {"NSI-NOT-HELD"}
    assert report.verdict is Verdict.SKIP
    report = check_document(good(), not_public=UNHELD)
    assert {item.code for item in report.findings} == {"NSI-NOT-PUBLIC"}
    assert report.verdict is Verdict.REMARK


@pytest.mark.parametrize(
    "change",
    [
        ('code="32"', 'code="5"'),
        (f'"{N}11.1040"', f'"{N}11.1041"'),
        (f'"{N}11.1040"', '"urn:oid:1.2"'),
        ('codeSystemVersion="2.8"', 'codeSystemVersion=""'),
        ('displayName="Автор документа"', 'displayName=""'),
    ],
)
def test_one_defect_is_one_finding(change: tuple[str, str]) -> None:
    """What XSD or Schematron say about an attribute is not said again by the НСИ layer."""
    report = check_document(changed(*change), not_public=UNHELD)
    (found,) = [item for item in report.findings if item.code != "NSI-NOT-PUBLIC"]
    assert found.code.startswith(("SCH-", "XSD-"))


def test_a_missing_attribute_hides_no_wrong_value_beside_it() -> None:
    text = changed('code="AUTHOR"', 'code="WRITER"').decode()
    data = text.replace('displayName="Автор документа"', "", 1).encode()
    codes = [item.code for item in check_document(data, not_public=UNHELD).findings]
    assert "NSI-CODE" in codes
    assert any(code.startswith(("SCH-", "XSD-")) for code in codes)


def test_the_layer_runs_without_a_pack() -> None:
    data = changed('code="417"', 'code="999417"').replace(b"13.15.47.2", b"13.15.47.3")
    report = check_document(data, kind="343", not_public=UNHELD)
    layers = {item.name: item for item in report.layers}
    assert layers["xsd"].status is Verdict.SKIP
    assert [item.code for item in layers["nsi"].findings if item.blocks()] == ["NSI-CODE"]


def test_broken_own_tables_leave_the_layer_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Library:
        raise NsiError("Не читается index.toml")

    monkeypatch.setattr(value_layers, "library", broken)
    report = check_document(good())
    (layer,) = (item for item in report.layers if item.name == "nsi")
    assert (layer.status, [item.code for item in layer.findings]) == (
        Verdict.SKIP,
        ["NSI-NOT-READ"],
    )
    assert "Не читается index.toml" in layer.findings[0].message


@pytest.mark.parametrize("name", ["194_synthetic.xml", "194_synthetic_bad.xml"])
def test_shared_samples_are_not_blocked_by_values(name: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("no shared samples beside the project")
    report = check_document((SAMPLES / name).read_bytes())
    values = [item for layer in report.layers[5:] for item in layer.findings]
    assert {item.code for item in values} == {
        "NSI-NAME-POST",
        "NSI-NAME-SHORT",
        "NSI-NOT-HELD",
        "ID-POLICY",
    }
    assert not any(item.blocks() for item in values)


LONG = "Наименование " * 9


@pytest.mark.parametrize(
    ("given_name", "official", "oid", "agreement"),
    [
        (None, "Шум", FACTORS, Agreement.FULL),
        ("Шум", "Шум", FACTORS, Agreement.FULL),
        ("шум ", "Шум", FACTORS, Agreement.SPELLING),
        ('Категория "А"', "Категория «А»", FACTORS, Agreement.SPELLING),
        ("Елка", "Ёлка", FACTORS, Agreement.SPELLING),
        (
            "Медицинские противопоказания",
            "Медицинские противопоказания не выявлены",
            FACTORS,
            Agreement.OTHER_NAME,
        ),
        (LONG.strip(), LONG + "конец", FACTORS, Agreement.SHORT),
        (LONG.strip() + "…", LONG + "конец", FACTORS, Agreement.SHORT),
        (LONG + "ко", LONG + "конец", FACTORS, Agreement.OTHER_NAME),
        (".", LONG, FACTORS, Agreement.OTHER_NAME),
        ("Хирург", "Врач-хирург", POSTS, Agreement.POST),
        ("врач-хирург", "Врач-хирург", POSTS, Agreement.SPELLING),
    ],
)
def test_how_a_name_agrees(
    given_name: str | None, official: str, oid: str, agreement: Agreement
) -> None:
    assert (
        judge("1", given_name, dictionary(oid, "1.0", {"1": official}), policy()).agreement
        is agreement
    )


@given(st.text(max_size=130), st.text(min_size=1, max_size=130))
def test_a_name_is_judged_whatever_it_is(name: str, official: str) -> None:
    found = judge("1", name, dictionary(FACTORS, "1.0", {"1": official}), policy())
    assert found.name == official
    assert (found.agreement is Agreement.FULL) == (not name or name == official)


def test_a_full_agreement_with_an_older_version_comes_before_a_tolerable_one() -> None:
    newer = dictionary(FACTORS, "3.0", {"1": "ШУМ"})
    older = dictionary(FACTORS, "2.0", {"1": "Шум"})
    found = judge_by_others("1", "Шум", [newer, older], policy())
    assert found is not None
    assert (found.agreement, found.dictionary.version) == (Agreement.FULL, "2.0")
    found = judge_by_others("1", "шум", [newer, older], policy())
    assert found is not None
    assert (found.agreement, found.dictionary.version) == (Agreement.SPELLING, "3.0")
    assert judge_by_others("2", "Шум", [newer, older], policy()) is None
    assert judge_by_others("1", "Гул", [newer, older], policy()) is None
    assert judge_by_others("1", "Шум", [], policy()) is None
