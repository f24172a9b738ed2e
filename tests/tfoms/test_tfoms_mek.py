from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.mek import (
    Decision,
    MekContext,
    MekOrder,
    MekOrderError,
    Oplata,
    Outcome,
    decide,
    reasons,
    rules,
)
from dopusk.tfoms.names import PackageName, parse_name
from dopusk.tfoms.package import cases, check_package, head
from dopusk.tfoms.packing import pack
from dopusk.tfoms.rak import rak, rak_name
from dopusk.tfoms.returned import (
    Account,
    returned_name,
    returned_persons,
    returned_register,
)
from dopusk.verdict.finding import Evidence
from fixtures.registers import Built, build_package

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "tfoms" / "samples_synth"
ON = date(2024, 2, 15)
Change = Callable[[etree._Element], None]


def zaps(built: Built, *changes: tuple[int, str, str]) -> list[etree._Element]:
    """Return the records, with texts at paths of some of them changed."""
    found = etree.fromstring(built.main).findall("ZAP")
    for index, path, value in changes:
        for element in found[index].iterfind(path):
            element.text = value
    return found


def package(kind: str = "H", **more: object) -> Built:
    return build_package(kind, **{"year": 2024, "month": 1, **more})  # type: ignore[arg-type]


def reasons_of(decisions: list[Decision]) -> list[str | None]:
    return [item.sanctions[0].s_osn if item.sanctions else None for item in decisions]


@pytest.mark.parametrize("kind", ["H", "ДВ4", "ДВ2", "ОПВ", "C", "T"])
def test_clean_cases_are_paid(kind: str) -> None:
    decisions = list(decide(zaps(package(kind)), MekContext()))
    assert {item.oplata for item in decisions} == {Oplata.PAID}
    assert all(item.paid == item.claimed and not item.withheld for item in decisions)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(1, "Z_SL/SL/PROFIL", "48")], [None, "211"]),
        ([(0, "Z_SL/SL/USL/PROFIL", "48")], ["211", None]),
        ([(0, "Z_SL/SL/DS1", "Z10.0")], ["214", None]),
        ([(0, "Z_SL/SL/DS1", "Z02.1")], ["214", None]),
        ([(0, "Z_SL/SL/DS1", "Z00.0")], [None, None]),
    ],
)
def test_an_exam_that_the_employer_pays_is_refused(
    changes: list[tuple[int, str, str]], expected: list[str | None]
) -> None:
    decisions = list(decide(zaps(package(), *changes), MekContext()))
    assert reasons_of(decisions) == expected
    refused = [item for item in decisions if item.sanctions]
    assert all(item.sanctions[0].evidence == "выведено" for item in refused)
    assert all((item.oplata, item.paid) == (Oplata.REFUSED, 0) for item in refused)


def test_a_case_that_is_there_twice_is_paid_once() -> None:
    found = zaps(package())
    again = etree.fromstring(etree.tostring(found[0]))
    for path, value in (("N_ZAP", "9"), ("Z_SL/IDCASE", "9"), ("Z_SL/SL/SL_ID", "SL-9")):
        element = again.find(path)
        assert element is not None
        element.text = value
    decisions = list(decide([*found, again], MekContext()))
    assert reasons_of(decisions) == [None, None, "222"]


def test_a_case_that_was_paid_before_is_not_paid_again() -> None:
    first, second = decide(zaps(package()), MekContext())
    context = MekContext(paid=lambda key: key == first.key)
    renumbered = zaps(package(), (0, "N_ZAP", "7"), (0, "Z_SL/IDCASE", "7"))
    assert reasons_of(list(decide(renumbered, context))) == ["221", None]
    assert second.key != first.key


@pytest.mark.parametrize(
    ("answer", "expected"), [(True, None), (None, None), (False, "210")], ids=str
)
def test_a_policy_must_be_valid_on_the_day(answer: bool | None, expected: str | None) -> None:
    asked: list[tuple[str, date]] = []

    def covered(number: str, day: date) -> bool | None:
        asked.append((number, day))
        return answer

    decisions = list(decide(zaps(package()), MekContext(covered=covered)))
    assert reasons_of(decisions) == [expected] * 2
    assert all(len(number) == 16 and day.year == 2024 for number, day in asked)


def test_a_scenario_decides_about_all_or_some() -> None:
    found = zaps(package(cases=3), (2, "Z_SL/SL/PROFIL", "48"))
    idcase = found[0].findtext("Z_SL/IDCASE", "")

    def decided(order: MekOrder) -> list[Oplata]:
        return [item.oplata for item in decide(found, MekContext(order=order))]

    assert decided(MekOrder(Outcome.PAID)) == [1, 1, 1]
    assert decided(MekOrder(Outcome.REFUSED)) == [2, 2, 2]
    assert decided(MekOrder(Outcome.PARTLY)) == [3, 3, 3]
    assert decided(MekOrder(Outcome.REFUSED, cases=frozenset({idcase}))) == [2, 1, 2]
    assert decided(MekOrder(Outcome.PAID, cases=frozenset({idcase}))) == [1, 1, 2]


@pytest.mark.parametrize(
    "values", [{"reason": "999"}, {"share": Decimal(0)}, {"share": Decimal(1)}], ids=str
)
def test_a_wrong_order_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(MekOrderError):
        MekOrder(Outcome.PARTLY, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("sum_", ["", "x", "NaN", "1e999999", "Infinity"])
def test_a_sum_that_is_none_counts_as_nothing(sum_: str) -> None:
    found = zaps(package(), (0, "Z_SL/SUMV", sum_), (0, "Z_SL/DATE_Z_2", sum_))
    first = next(decide(found, MekContext(covered=lambda *_: False)))
    assert (first.claimed, first.oplata) == (0, Oplata.PAID)


def test_one_kopeck_cannot_be_paid_in_part() -> None:
    found = zaps(package(), (0, "Z_SL/SUMV", "0.01"))
    first = next(decide(found, MekContext(order=MekOrder(Outcome.PARTLY))))
    assert (first.oplata, first.paid) == (Oplata.PAID, Decimal("0.01"))


def test_rules_are_whole() -> None:
    assert len({item.id for item in rules()}) == len(rules())
    for rule in rules():
        assert rule.s_osn in reasons()
        assert Evidence(rule.evidence)
        assert rule.source
        assert len(rule.comment) <= 250
        assert (rule.kind == "value") == bool(rule.field and rule.values)
    assert set(reasons()) == {str(code) for code in range(204, 227)}
    assert all(len(text) <= 250 for text in reasons().values())


def test_reasons_are_those_of_f014() -> None:
    path = SAMPLES.parent / "nsi" / "F014.tsv"
    if not path.is_file():
        pytest.skip("нет справочника ../shared/data/tfoms/nsi/F014.tsv")
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    official = {row[0]: (row[3].rstrip("."), row[2]) for row in rows if row[0] in reasons()}
    for code, text in reasons().items():
        ground, _, words = text.partition(": ")
        assert official[code][0] == ground
        assert words[:40] in official[code][1] or code == "220"


def account(built: Built) -> Account:
    name = parse_name(built.name)
    assert name is not None
    return Account(name, *head(built.zip))


def answered(built: Built, context: MekContext) -> tuple[PackageName, bytes]:
    """Return name and archive of the returned register."""
    known = account(built)
    decisions = list(decide(cases(built.zip), context))
    name = parse_name(returned_name(known.name))
    assert name is not None
    main = returned_register(known, cases(built.zip), decisions, on=ON)
    persons = returned_persons(built.person, known.name, name)
    members = {f"{name.text}.XML": main, f"{name.person_name}.XML": persons}
    return name, pack(members)


ORDERS = {
    "paid": None,
    "refused": MekOrder(Outcome.REFUSED),
    "partly": MekOrder(Outcome.PARTLY, share=Decimal("0.333")),
}


@pytest.mark.parametrize("receiver", ["smo", "tfoms"])
@pytest.mark.parametrize("outcome", list(ORDERS))
@pytest.mark.parametrize("kind", ["H", "ДВ4", "ДВ2", "ОПВ", "C", "T"])
def test_a_returned_register_passes_our_own_checks(kind: str, outcome: str, receiver: str) -> None:
    built = package(kind, direct_to="99" if receiver == "tfoms" else None)
    name, data = answered(built, MekContext(order=ORDERS[outcome]))
    assert name.sender_kind == ("S" if receiver == "smo" else "T")
    report = check_package(data, f"{name.text}.ZIP", PackageContext(today=ON))
    assert [(item.oshib, item.im_pol, item.comment) for item in report.errors] == []
    assert report.accepted


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.decimals("0.00", "99999.99", places=2), min_size=2, max_size=4),
    st.decimals("0.01", "0.99", places=2),
    st.sampled_from(list(Outcome)),
)
def test_sums_always_agree(sums: list[Decimal], share: Decimal, outcome: Outcome) -> None:
    built = package(cases=len(sums))
    changes = [(index, "Z_SL/SUMV", f"{value:.2f}") for index, value in enumerate(sums)]
    order = MekOrder(outcome, share=share)
    decisions = list(decide(zaps(built, *changes), MekContext(order=order)))
    root = etree.fromstring(
        returned_register(account(built), zaps(built, *changes), decisions, on=ON)
    )
    paid = [Decimal(item.findtext("SUMP", "")) for item in root.iter("Z_SL")]
    held = [Decimal(item.findtext("SANK_IT", "0")) for item in root.iter("Z_SL")]
    assert Decimal(root.findtext("SCHET/SUMMAP", "")) == sum(paid)
    assert Decimal(root.findtext("SCHET/SANK_MEK", "0")) == sum(held)
    for value, one_paid, one_held, case in zip(sums, paid, held, root.iter("Z_SL"), strict=True):
        assert one_paid + one_held == value
        oplata = case.findtext("OPLATA")
        assert (oplata == "1") == (case.find("SANK") is None)
        assert oplata != "2" or one_paid == 0
        assert oplata != "3" or 0 < one_held < value
    acts = etree.fromstring(rak(account(built), decisions, on=ON))
    assert [Decimal(item.findtext("SUMP", "")) for item in acts.iter("SLUCH")] == paid


def test_what_an_mo_wrote_in_the_payers_fields_is_dropped() -> None:
    built = package()
    found = zaps(built)
    case = found[0].find("Z_SL")
    assert case is not None
    etree.SubElement(case, "OPLATA").text = "1"
    decisions = list(decide(found, MekContext(order=MekOrder(Outcome.REFUSED))))
    root = etree.fromstring(returned_register(account(built), found, decisions, on=ON))
    assert [item.text for item in root.iter("OPLATA")] == ["2", "2"]


def test_names_are_reversed() -> None:
    known = account(package("ОПВ"))
    assert returned_name(known.name) == "DOS99001M990001_24011"
    assert rak_name(known.name) == "AS99001M990001_24011"
    direct = account(package(direct_to="99"))
    assert returned_name(direct.name) == "HT99M990001_24011"


def test_the_person_file_is_renamed_and_nothing_else() -> None:
    built = package()
    known = account(built)
    name = parse_name(returned_name(known.name))
    assert name is not None
    data = returned_persons(built.person, known.name, name)
    root, was = etree.fromstring(data), etree.fromstring(built.person)
    assert root.findtext("ZGLV/FILENAME") == name.person_name
    assert root.findtext("ZGLV/FILENAME1") == name.text
    assert [etree.tostring(item) for item in root.iter("PERS")] == [
        etree.tostring(item) for item in was.iter("PERS")
    ]


def test_the_sample_of_a_returned_register_has_the_same_shape() -> None:
    path = SAMPLES / "HS99001M990001_23061.XML"
    if not path.is_file():
        pytest.skip("нет примеров ../shared/data/tfoms/samples_synth")
    sample = etree.parse(path).getroot()
    built = build_package("H", year=2023, month=6)
    found = zaps(built, (1, "Z_SL/SL/PROFIL", "48"))
    decisions = list(decide(found, MekContext()))
    root = etree.fromstring(returned_register(account(built), found, decisions, on=ON))
    tails = [
        [item.tag for item in case if item.tag in ("OPLATA", "SUMP", "SANK", "SANK_IT")]
        for case in root.iter("Z_SL")
    ]
    assert tails == [
        [item.tag for item in case if item.tag in ("OPLATA", "SUMP", "SANK", "SANK_IT")]
        for case in sample.iter("Z_SL")
    ]
    ours, theirs = next(root.iter("SANK")), next(sample.iter("SANK"))
    assert [item.tag for item in ours] == [item.tag for item in theirs]
    assert ours.findtext("S_OSN") == theirs.findtext("S_OSN") == "211"
    assert [item.tag for item in root[1]] == [item.tag for item in sample[1]]


def test_a_large_register_is_answered_record_by_record() -> None:
    built = package(cases=50)
    alive = count()

    def one_at_a_time() -> object:
        for zap in cases(built.zip):
            next(alive)
            yield zap

    decisions = list(decide(one_at_a_time(), MekContext()))  # type: ignore[arg-type]
    assert len(decisions) == next(alive) == 50
