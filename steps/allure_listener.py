"""Writes steps, findings and labels into the results of allure-pytest."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import allure
import pytest

from dopusk.catalogue import Catalogue, Level
from dopusk.verdict import Finding, Verdict
from dopusk.verdict.result import ScenarioResult, StepResult
from steps.trial import StandError

_FAILED = {Verdict.FAIL: AssertionError, Verdict.STAND_ERROR: StandError}
"""Allure calls an assertion «failed» and any other exception «broken»."""
_SEVERITY = {
    Level.MANDATORY: allure.severity_level.CRITICAL,
    Level.CONDITIONAL: allure.severity_level.NORMAL,
    Level.REFERENCE: allure.severity_level.MINOR,
}


@dataclass(eq=False)
class AllureListener:
    """Mirrors each scenario in the allure test that runs it; also a plugin of pytest.

    The severity of a test is that of the weightiest requirement it shows.
    """

    catalogue: Catalogue
    _step: AbstractContextManager[object] | None = field(default=None, init=False)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Leave the words of a verdict without the code that reached it."""
        report = yield
        if call.excinfo is not None and isinstance(call.excinfo.value, AssertionError):
            report.longrepr = str(call.excinfo.value)
        return report

    def scenario_begins(self, scenario_id: str, name: str, variant: str) -> None:
        """Name the test as the scenario."""
        allure.dynamic.title(name)
        allure.dynamic.parent_suite("Допуск")
        allure.dynamic.suite(variant)
        allure.dynamic.label("variant", variant)
        allure.dynamic.id(scenario_id)
        allure.dynamic.description(f"Обозначение сценария: {scenario_id}")

    def step_begins(self, keyword: str, text: str) -> None:
        """Open an allure step."""
        step: AbstractContextManager[object] = allure.step(f"{keyword} {text}")
        step.__enter__()
        self._step = step

    def step_ends(self, step: StepResult) -> None:
        """Attach the findings and close the allure step."""
        if self._step is None:
            return
        for item in step.findings:
            allure.attach(
                _told(item),
                name=f"{item.code}: {item.message}"[:200],
                attachment_type=allure.attachment_type.TEXT,
            )
        error = _FAILED.get(step.verdict)
        text = "; ".join(item.message for item in step.findings) or step.note or ""
        if error is None:
            self._step.__exit__(None, None, None)
        else:
            self._step.__exit__(error, error(text), None)
        self._step = None

    def scenario_ends(self, result: ScenarioResult) -> None:
        """Label the test with the requirements that the scenario shows, and their severity."""
        for requirement in result.requirements:
            allure.dynamic.label("requirement", requirement)
            allure.dynamic.tag(requirement)
        levels = {one.level for one in self.catalogue.all if one.id in result.requirements}
        weightiest = next((level for level in _SEVERITY if level in levels), None)
        if weightiest is not None:
            allure.dynamic.severity(_SEVERITY[weightiest])


def _told(item: Finding) -> str:
    """Return a finding as lines of text."""
    rows = [
        ("где", item.where),
        ("ожидалось", item.expected),
        ("получено", item.got),
        ("источник", f"{item.source} ({item.evidence})"),
        ("код РЭМД", item.remd),
        ("что делать", item.cure),
        ("подробнее", f"dopusk explain {item.code}"),
    ]
    lines = [item.message, *(f"{name}: {value}" for name, value in rows if value)]
    return "\n".join(lines)
