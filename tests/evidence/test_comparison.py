from __future__ import annotations

import copy
from typing import Any

import pytest

from dopusk.evidence.comparison import compare

FINDING = {"code": "SIG-DIGEST", "message": "м", "where": {"part": "п", "line": 3}, "got": "1"}
REPORT: dict[str, Any] = {
    "id": "r",
    "verdict": "соответствует",
    "exit_code": 0,
    "as_of": "2024-02-15",
    "time_scale": 1.0,
    "variants": ["fed-3"],
    "blocking": [],
    "candidate": {"vendor": "в", "declaration": {"kinds": ["194"], "sha256": "1"}},
    "findings": [FINDING, {"code": "DOC-X", "message": "м"}],
    "requirements": [{"id": "R.1", "verdict": "соответствует", "note": None, "scenarios": ["a"]}],
    "scenarios": [
        {
            "id": "a",
            "verdict": "соответствует",
            "steps": [
                {
                    "keyword": "Дано",
                    "text": "т",
                    "verdict": "соответствует",
                    "messages": [1, 2],
                    "findings": [1],
                }
            ],
        }
    ],
}


def changed(path: str, value: object) -> dict[str, Any]:
    report = copy.deepcopy(REPORT)
    *parts, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place: Any = report
    for part in parts:
        place = place[part]
    place[last] = value
    return report


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("verdict", "не соответствует", "итог"),
        ("exit_code", 1, "код выхода"),
        ("variants", ["mo-1"], "варианты"),
        ("blocking", ["x"], "что мешает"),
        ("candidate/vendor", "д", "МИС, vendor"),
        ("candidate/declaration/kinds", [], "МИС, declaration.kinds"),
        ("requirements", [], "требование R.1"),
        ("requirements/0/verdict", "не проверено", "требование R.1"),
        ("requirements/0/note", "н", "требование R.1, пояснение"),
        ("scenarios", [], "сценарий a"),
        ("scenarios/0/verdict", "не соответствует", "сценарий a"),
        ("scenarios/0/steps", [], "сценарий a, шаг 1"),
        ("scenarios/0/steps/0/text", "у", "сценарий a, шаг 1"),
        ("scenarios/0/steps/0/verdict", "замечание", "сценарий a, шаг 1 «Дано т»"),
        ("scenarios/0/steps/0/messages", [9], "сценарий a, шаг 1, сообщения"),
        ("scenarios/0/steps/0/findings", [], "сценарий a, шаг 1, находка"),
        ("findings/1/message", "н", "сценарий a, шаг 1, находка"),
    ],
)
def test_each_difference_is_told(path: str, value: object, what: str) -> None:
    assert compare(REPORT, REPORT) == []
    told = compare(REPORT, changed(path, value))
    assert {item.what for item in told} == {what}, told
    assert {item.what for item in compare(changed(path, value), REPORT)} == {what}


def test_what_is_no_difference() -> None:
    assert not compare(REPORT, changed("candidate/declaration/sha256", "2"))
    assert not compare(REPORT, changed("scenarios/0/steps/0/messages", [2]))
    assert not compare(REPORT, changed("findings/1/message", "н"), texts=False)
