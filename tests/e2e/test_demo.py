"""The main job: the reference МИС through the scenarios."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET

import pytest
from commands import Command


def test_the_reference_mis_conforms(dopusk: Command) -> None:
    done = dopusk("demo", "--variant", "fed-3")
    assert done.code == 0, done.text
    assert done.report["verdict"] == "соответствует"
    assert {item["verdict"] for item in done.report["scenarios"]} <= {"соответствует", "замечание"}
    assert done.failures == set()
    assert str(done.out / "report.html") in done.text.replace("\n", "")
    suites = ET.parse(done.out / "junit.xml").getroot()
    assert suites.get("failures") == "0"
    results = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (done.out / "allure-results").glob("*-result.json")
    ]
    assert len(results) == len(done.report["scenarios"])
    assert {item["status"] for item in results} == {"passed"}
    assert all(item["steps"] for item in results)
    for item in results:
        labels = {label["name"]: label["value"] for label in item["labels"]}
        assert labels["requirement"]
        assert labels["severity"] in ("critical", "normal", "minor")
        assert str(done.out.parent) not in item["description"]


@pytest.mark.parametrize("variant", ["fed-3", "mo-1"])
def test_the_reference_mis_conforms_through_ips(dopusk: Command, variant: str) -> None:
    done = dopusk("demo", "--variant", variant, "--ips")
    assert done.code == 0, done.text
    assert done.failures == set()
    requirements = {item["id"]: item["verdict"] for item in done.report["requirements"]}
    assert requirements["SIG.3"] == "соответствует"


def test_conditional_scenarios_run_only_when_the_condition_holds(dopusk: Command) -> None:
    assert dopusk("demo", "--scenario", "ips-signed").code == 2


def test_scenarios_can_be_chosen(dopusk: Command) -> None:
    done = dopusk("demo", "--variant", "fed-3", "--scenario", "success")
    assert [item["id"] for item in done.report["scenarios"]] == ["fed-3/fed-3/success"]
    assert done.code == 4, "what was not run is not verified"
    assert any("не все сценарии" in item for item in done.report["blocking"])
    partly = next(item for item in done.report["requirements"] if item["id"] == "FED-3.2")
    assert partly["verdict"] == "не проверено", "only one of its scenarios was run"


def test_unknown_scenario_variant_and_defect_are_usage_errors(dopusk: Command) -> None:
    assert dopusk("demo", "--scenario", "no-such").code == 2
    assert dopusk("demo", "--variant", "fed-9").code == 2
    assert dopusk("demo", "--defect", "no-such").code == 2


def test_results_are_never_overwritten(dopusk: Command) -> None:
    first = dopusk("demo", "--scenario", "success")
    again = dopusk("demo", "--scenario", "success")
    assert (first.code, again.code) == (4, 2)


def test_the_journal_holds_the_run(dopusk: Command) -> None:
    done = dopusk("demo", "--scenario", "success")
    with sqlite3.connect(done.out / "journal.sqlite") as journal:
        operations = {row[0] for row in journal.execute("SELECT operation FROM entry")}
    journal.close()
    assert operations >= {
        "registerDocument",
        "getDocumentFile",
        "sendRegisterDocumentResult",
        "decision",
        "submit",
        "status",
        "scenario-begin",
        "scenario-end",
    }
