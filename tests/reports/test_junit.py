from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sample_run
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dopusk.verdict import Verdict
from reports import json_report, junit


def render(result):
    return etree.fromstring(junit.render(json_report.dump(result)))


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(file=str(Path(__file__).with_name("junit.xsd")))


@pytest.mark.parametrize(
    "build",
    [
        sample_run.mixed,
        sample_run.passing,
        sample_run.empty,
        sample_run.many_findings,
        lambda: sample_run.mixed(sample_run.SEVEN),
    ],
)
def test_it_obeys_the_schema_that_build_servers_accept(build, schema):
    schema.assertValid(render(build()))


def test_counts_agree_with_the_cases():
    root = render(sample_run.mixed(("fed-3", "mo-1")))
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "16",
        "failures": "6",
        "errors": "2",
        "skipped": "2",
    }
    assert [suite.get("name") for suite in root] == ["fed-3", "mo-1"]
    assert len(root.findall(".//failure")) == 6
    assert len(root.findall(".//error")) == 2


def test_a_failure_tells_what_where_and_the_cure():
    case = render(sample_run.mixed()).xpath("//testcase[@name='Отказ стадии 2 и исправление']")[0]
    failure = case.find("failure")
    assert failure.get("message") == sample_run.LANGUAGE.message
    assert failure.get("type") == "SCH-SAMPLE-LANGUAGE"
    for part in (
        "ЭМД:12:3 /ClinicalDocument[1]",
        "ожидалось: ru-RU",
        "получено: en-US",
        "как чинить",
    ):
        assert part in failure.text


def test_a_failed_step_without_findings_is_the_message():
    case = render(sample_run.mixed()).xpath("//testcase[contains(@name, 'недоступен')]")[0]
    assert case.find("failure").get("message").startswith("За 30 с от МИС")


def test_a_stand_error_is_an_error_and_never_a_failure():
    case = render(sample_run.mixed()).xpath("//testcase[contains(@name, 'другая система')]")[0]
    assert case.find("error").get("message") == "Стенд не смог занять порт 8443"
    assert case.find("failure") is None


def test_what_was_not_verified_is_skipped_with_the_reason():
    case = render(sample_run.mixed()).xpath("//testcase[contains(@name, 'поздно')]")[0]
    assert "оператор не подтвердил" in case.find("skipped").get("message")


def test_not_applicable_is_skipped():
    base = sample_run.passing()
    scenario = replace(base.scenarios[0], verdict=Verdict.NOT_APPLICABLE, note="не наш вариант")
    root = render(replace(base, scenarios=(scenario,)))
    assert root.get("skipped") == "1"
    assert root.find(".//skipped").get("message") == "неприменимо: не наш вариант"


def test_a_remark_passes_and_is_printed():
    case = render(sample_run.passing()).xpath("//testcase[contains(@name, 'дважды')]")[0]
    assert "DOC-SAMPLE-CLOSED" in case.find("system-out").text


def test_requirements_are_properties():
    case = render(sample_run.mixed()).find(".//testcase")
    values = case.xpath("properties/property[@name='requirement']/@value")
    assert values == ["FED-0.1", "FED-3.2"]


def test_a_scenario_of_an_undeclared_variant_is_not_lost():
    base = sample_run.passing()
    stray = replace(base.scenarios[0], variant="fed-9")
    assert render(replace(base, scenarios=(stray,))).get("tests") == "1"


def test_hundreds_of_findings_are_cut():
    failure = render(sample_run.many_findings()).find(".//failure")
    assert failure.text.count("как чинить") <= 40


@given(st.text(max_size=50))
def test_any_text_gives_readable_xml(text):
    base = sample_run.passing()
    scenario = replace(base.scenarios[0], name=text, verdict=Verdict.FAIL, note=text)
    render(replace(base, scenarios=(scenario,), candidate={"product": text}, command=text))


def test_a_case_carries_its_requirements_and_the_weight_of_the_weightiest():
    result = sample_run.mixed()
    report = json_report.dump(result)
    levels = {item["id"]: item["level"] for item in report["requirements"]}
    for scenario in report["scenarios"]:
        case = etree.fromstring(junit.render(report)).xpath(
            "//testcase[properties/property[@name='id'][@value=$id]]", id=scenario["id"]
        )[0]
        properties = [(one.get("name"), one.get("value")) for one in case.iter("property")]
        assert [value for name, value in properties if name == "requirement"] == list(
            scenario["requirements"]
        )
        severe = "обязательно" in {levels.get(one) for one in scenario["requirements"]}
        assert (("severity", "critical") in properties) == severe
