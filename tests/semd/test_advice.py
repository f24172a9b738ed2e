from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dopusk.packs import load_pack, pack_kinds
from dopusk.schematron import compile_schema
from dopusk.semd import check_document
from dopusk.semd.advice import MAX_TEST, advise, forms_of
from fixtures.documents import good

OFFICIAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd" / "packs"
PATIENT = etree.fromstring(
    '<patient xmlns="urn:hl7-org:v3" xmlns:identity="urn:hl7-ru:identity" use="H">'
    "<name/><name/><identity:Series/></patient>"
)
OID = r"'^[0-2](\.([1-9][0-9]*|0))+"


@pytest.mark.parametrize(
    ("test", "expected", "cure"),
    [
        ("count(birthTime)=1", "ровно один: birthTime", "Добавьте в patient элемент birthTime."),
        ("count(name) = 1", "ровно один: name", "Оставьте в patient не больше 1: name."),
        ("count(name)<=1", "не больше 1: name", "Оставьте в patient не больше 1: name."),
        ("count(name) = 0", "ровно 0: name", "Уберите из patient: name."),
        ("count(addr)=[1,2]", "от 1 до 2: addr", "Добавьте в patient элемент addr."),
        ("count(addr) = (1, 2)", "от 1 до 2: addr", "Добавьте в patient элемент addr."),
        ("count(telecom)>=1", "хотя бы один: telecom", "Добавьте в patient элемент telecom."),
        (
            "count(entry[observation/code/@code = '837']) = 1",
            "ровно один: entry[observation/code/@code = '837']",
            "Пересчитайте в patient элементы entry[observation/code/@code = '837']: "
            "нужно ровно один.",
        ),
        (
            "@code='RU'",
            "@code: «RU»",
            "Запишите у элемента patient атрибут code со значением «RU».",
        ),
        (
            "@code=['31','32']",
            "@code: «31» или «32»",
            "Запишите у элемента patient атрибут code со значением «31» или «32».",
        ),
        (
            "code/@codeSystem = ('1.2')",
            "code/@codeSystem: «1.2»",
            "Запишите у элемента code в patient атрибут codeSystem со значением «1.2».",
        ),
        (
            "@nullFlavor = 'NI'",
            "@nullFlavor: «NI»",
            "Вместо значения укажите у элемента patient nullFlavor «NI».",
        ),
        (
            "@extension!=''",
            "непустой @extension",
            "Заполните у элемента patient атрибут extension: он обязателен.",
        ),
        (
            ". != ''",
            "непустой элемент patient",
            "Заполните элемент patient: он обязателен.",
        ),
        (
            "not(identity:Ogrn) or identity:Ogrn!=''",
            "непустой элемент identity:Ogrn",
            "Заполните элемент identity:Ogrn: он обязателен.",
        ),
        (
            "not(@nullFlavor)",
            "без nullFlavor",
            "Уберите nullFlavor и запишите значение элемента patient: оно обязательно.",
        ),
        ("not(@code or @root)", "без @code, @root", "Уберите из patient: @code, @root."),
        (
            "@nullFlavor or @code = 'S'",
            "@code: «S»",
            "Запишите у элемента patient атрибут code со значением «S».",
        ),
        (
            "@nullFlavor = 'NI' or @code = 'S'",
            "@nullFlavor: «NI» или @code: «S»",
            "Вместо значения укажите у элемента patient nullFlavor «NI». "
            "Либо запишите у элемента patient атрибут code со значением «S».",
        ),
        (
            "if (@use) then @use != '' else (not(@use))",
            "непустой @use",
            "Заполните у элемента patient атрибут use: он обязателен.",
        ),
        (
            "if (@code='OTH') then count(originalText)=1 else (count(birthTime) = 1)",
            "ровно один: birthTime",
            "Добавьте в patient элемент birthTime.",
        ),
        (
            f"matches(@root, {OID}\\.51$')",
            "OID с окончанием .51",
            "Запишите у элемента patient атрибут root по форме: OID с окончанием .51.",
        ),
        (
            "matches(., '^[0-9]{6}$')",
            "шесть цифр",
            "Запишите у элемента patient значение по форме: шесть цифр.",
        ),
        (
            "matches(@value,'^[12][0-9]{3}[01][0-9][0-3][0-9]$') "
            "or matches(@value,'^[12][0-9]{3}$')",
            "дата ГГГГММДД, ГГГГ",
            "Запишите у элемента patient атрибут value по форме: дата ГГГГММДД, ГГГГ.",
        ),
    ],
)
def test_a_test_in_plain_words(test: str, expected: str, cure: str) -> None:
    advice = advise(test, PATIENT)
    assert advice is not None
    assert (advice.expected, advice.cure) == (expected, cure)


@pytest.mark.parametrize(
    ("test", "cure"),
    [
        (
            "@nullFlavor",
            "Уберите nullFlavor и запишите значение элемента patient: оно обязательно.",
        ),
        ("Ogrn and Ogrnip", "Оставьте в patient одно из: Ogrn и Ogrnip."),
    ],
)
def test_a_report_in_plain_words(test: str, cure: str) -> None:
    advice = advise(test, PATIENT, is_report=True)
    assert advice is not None
    assert advice.cure == cure


@pytest.mark.parametrize(
    ("expression", "forms"),
    [
        (r"^[0-2](\.([1-9][0-9]*|0))+$", ("OID",)),
        (
            r"^[0-2](\.([1-9][0-9]*|0))+\.100([.]([1-9][0-9]*|0))+\.70$",
            ("«OID МО».100.«номер МИС».«номер экземпляра».70",),
        ),
        (r"^([0-9]{3}[-\s]{0,1}){3}[0-9]{2}$", ("СНИЛС из одиннадцати цифр",)),
        ("^[0-9]+$", ("число",)),
        ("^[А-Я]{2}$", ("образец ^[А-Я]{2}$",)),
        (".*", ("образец .*",)),
        ("(", ("образец (",)),
        ("^([0-9.]+)+x$", ("образец ^([0-9.]+)+x$",)),
    ],
)
def test_what_an_expression_looks_like(expression: str, forms: tuple[str, ...]) -> None:
    assert forms_of(expression) == forms


@pytest.mark.parametrize(
    "test",
    ["", "string-length(@value) = 8", "count(a) + count(b) = 1", "@a = @b", "x" * (MAX_TEST + 1)],
)
def test_an_unknown_shape_has_no_advice(test: str) -> None:
    assert advise(test, PATIENT) is None


PIECES = [
    "count(",
    ")",
    "not(",
    "@a",
    "/",
    "b",
    "[",
    "]",
    "'c'",
    "''",
    "=",
    "!=",
    "or",
    "and",
    "if(",
    "matches(",
    ",",
    ".",
    "..",
    "then",
    "else",
    "1",
    ">",
    "'",
    '"',
    "<=",
    "(",
    "'^(a+)+$'",
    "a[]/",
    "b[c]/",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join), st.booleans())
def test_nothing_raises(test: str, is_report: bool) -> None:
    advice = advise(test, PATIENT, is_report=is_report)
    assert advice is None or (advice.expected and advice.cure.endswith("."))


@pytest.mark.parametrize("piece", ["a[]/", "(", "not(", "a[b", "'", "a or ", "count("])
def test_long_tests_take_no_time(piece: str) -> None:
    text = piece * (MAX_TEST // len(piece))
    started = time.process_time()
    advise(text, PATIENT)
    advise(f"count({text[: MAX_TEST - 20]}) = 1", PATIENT)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("kind", pack_kinds())
def test_own_rules_are_explained(kind: str) -> None:
    pack = load_pack(kind)
    schema = compile_schema(pack.schematron, folder=pack.root)
    checks = [
        check
        for pattern in schema.model.patterns
        for rule in pattern.rules
        for check in rule.checks
    ]
    dumb = [item.test for item in checks if advise(item.test, PATIENT) is None]
    assert len(dumb) < len(checks) * 0.05


@pytest.mark.parametrize("kind", ["103", "194"])
def test_official_rules_are_explained(kind: str) -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("no official rules beside the project")
    rules = etree.parse(str(OFFICIAL / kind / f"{kind}.sch"))
    checks = [(item.get("test") or "", "report" in item.tag) for item in rules.iter("{*}assert")]
    checks += [(item.get("test") or "", True) for item in rules.iter("{*}report")]
    dumb = [test for test, report in checks if advise(test, PATIENT, is_report=report) is None]
    assert len(dumb) < len(checks) * 0.1


def test_a_finding_carries_the_rule_verbatim_and_the_advice_beside() -> None:
    (found,) = (
        item
        for item in check_document(good().replace(b'code="ru-RU"', b'code="en"')).findings
        if item.code.startswith("SCH-")
    )
    assert found.message == "У1-9-1. Язык документа: код «en», должен быть «ru-RU»"
    assert (found.expected, found.got) == ("@code: «ru-RU»", 'code="en"')
    assert found.cure == "Запишите у элемента languageCode атрибут code со значением «ru-RU»."
