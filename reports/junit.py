"""JUnit XML of a report, in the subset that GitLab, Jenkins and GitHub actions read alike.

A testsuite is a variant, a testcase a scenario. `не соответствует` is a failure with its findings,
`сбой стенда` an error, `не проверено` and `неприменимо` are skipped with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from dopusk.verdict import Verdict
from reports.formats import place

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHOWN = 40
"""Findings written out in one failure; the rest are counted."""
_SEVERITY = {"обязательно": "critical", "условно": "normal", "справочно": "minor"}
"""Severity by level of a requirement, the weightiest first; Allure says it in the same words."""


def render(report: Mapping[str, Any]) -> bytes:
    """Return the JUnit XML (UTF-8) of a report.json dict."""
    candidate = report["candidate"]
    name = " ".join(str(candidate[key]) for key in ("product", "version") if candidate.get(key))
    root = etree.Element("testsuites", name=_clean(f"Допуск: {name}".strip(": ")))
    suites = [
        _suite(report, variant, [s for s in report["scenarios"] if s["variant"] == variant])
        for variant in _variants(report)
    ]
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _variants(report: Mapping[str, Any]) -> list[str]:
    known = list(report["variants"])
    return known + sorted({s["variant"] for s in report["scenarios"]} - set(known))


def _suite(
    report: Mapping[str, Any], variant: str, scenarios: Sequence[Mapping[str, Any]]
) -> etree._Element:
    suite = etree.Element("testsuite", name=_clean(variant))
    verdicts = [scenario["verdict"] for scenario in scenarios]
    suite.set("tests", str(len(scenarios)))
    suite.set("failures", str(verdicts.count(Verdict.FAIL)))
    suite.set("errors", str(verdicts.count(Verdict.STAND_ERROR)))
    skipped = verdicts.count(Verdict.SKIP) + verdicts.count(Verdict.NOT_APPLICABLE)
    suite.set("skipped", str(skipped))
    suite.set("time", f"{sum(scenario['seconds'] for scenario in scenarios):.3f}")
    if scenarios:
        suite.set("timestamp", _clean(scenarios[0]["started"])[:19])
    _properties(
        suite,
        [
            ("verdict", report["verdict"]),
            ("as_of", report["as_of"]),
            ("stand_version", report["stand_version"]),
            ("command", report["command"]),
        ],
    )
    for scenario in scenarios:
        suite.append(_case(report, scenario))
    return suite


def _case(report: Mapping[str, Any], scenario: Mapping[str, Any]) -> etree._Element:
    case = etree.Element("testcase")
    case.set("classname", _clean(f"{scenario['variant']}.{scenario['id'].replace('/', '.')}"))
    case.set("name", _clean(scenario["name"]))
    case.set("time", f"{scenario['seconds']:.3f}")
    values = [("requirement", item) for item in scenario["requirements"]]
    severity = _severity(report, scenario)
    values += [("severity", severity)] if severity else []
    _properties(case, [*values, ("verdict", scenario["verdict"]), ("id", scenario["id"])])
    verdict = scenario["verdict"]
    findings = _findings(report, scenario)
    reason = _reason(scenario)
    if verdict == Verdict.FAIL:
        decisive = next((item for item in findings if item.get("blocks")), None)
        message = decisive["message"] if decisive else reason
        _outcome(case, "failure", message, decisive["code"] if decisive else "step")
        case[-1].text = _clean(_details(scenario, findings))
    elif verdict == Verdict.STAND_ERROR:
        _outcome(case, "error", reason, "stand")
        case[-1].text = _clean(_details(scenario, findings))
    elif verdict in (Verdict.SKIP, Verdict.NOT_APPLICABLE):
        _outcome(case, "skipped", f"{verdict}: {reason}", None)
    elif findings:
        output = etree.SubElement(case, "system-out")
        output.text = _clean(_details(scenario, findings))
    return case


def _severity(report: Mapping[str, Any], scenario: Mapping[str, Any]) -> str | None:
    """Return the weight of the weightiest requirement that the scenario shows."""
    levels = {
        item["level"] for item in report["requirements"] if item["id"] in scenario["requirements"]
    }
    return next((word for level, word in _SEVERITY.items() if level in levels), None)


def _findings(report: Mapping[str, Any], scenario: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    numbers = dict.fromkeys(n for step in scenario["steps"] for n in step["findings"])
    return [report["findings"][number] for number in numbers]


def _reason(scenario: Mapping[str, Any]) -> str:
    """Return why the scenario has its verdict: its note or that of the step that decided."""
    if scenario.get("note"):
        return str(scenario["note"])
    for step in scenario["steps"]:
        if step["verdict"] == scenario["verdict"]:
            return str(step.get("note") or f"{step['keyword']} {step['text']}")
    return str(scenario["verdict"])


def _details(scenario: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> str:
    lines = []
    for step in scenario["steps"]:
        lines.append(f"[{step['verdict']}] {step['keyword']} {step['text']}")
        if step.get("note"):
            lines.append(f"    {step['note']}")
    for item in findings[:_SHOWN]:
        lines += ["", *finding_lines(item)]
    if len(findings) > _SHOWN:
        lines += ["", f"… ещё замечаний: {len(findings) - _SHOWN}, все — в report.html"]
    return "\n".join(lines)


def finding_lines(item: Mapping[str, Any]) -> list[str]:
    """Return a finding as lines of plain text: what, where, expected, got, source, cure."""
    rows = [
        ("где", place(item.get("where"))),
        ("ожидалось", item.get("expected")),
        ("получено", item.get("got")),
        ("источник", f"{item['source']} ({item['evidence']})"),
        ("код РЭМД", item.get("remd")),
        ("как чинить", item.get("cure")),
        ("подробнее", f"dopusk explain {item['code']}"),
    ]
    return [
        f"{item['code']}: {item['message']}",
        *(f"    {name}: {value}" for name, value in rows if value),
    ]


def _outcome(case: etree._Element, tag: str, message: str, kind: str | None) -> None:
    element = etree.SubElement(case, tag, message=_clean(message))
    if kind:
        element.set("type", _clean(kind))


def _properties(parent: etree._Element, values: Sequence[tuple[str, object]]) -> None:
    box = etree.SubElement(parent, "properties")
    for name, value in values:
        etree.SubElement(box, "property", name=name, value=_clean(str(value)))


def _clean(text: str) -> str:
    """Return the text without characters that XML 1.0 forbids."""
    return _ILLEGAL.sub("\ufffd", text)
