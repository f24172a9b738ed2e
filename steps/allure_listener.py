"""Writes steps, findings and labels into the results of allure-pytest."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import allure

from dopusk.verdict import Verdict
from dopusk.verdict.result import ScenarioResult, StepResult
from steps.trial import StandError

_FAILED = {Verdict.FAIL: AssertionError, Verdict.STAND_ERROR: StandError}
"""Allure calls an assertion «failed» and any other exception «broken»."""


@dataclass
class AllureListener:
    """Mirrors each scenario in the allure test that runs it."""

    _step: AbstractContextManager[object] | None = field(default=None, init=False)

    def scenario_begins(self, scenario_id: str, name: str, variant: str) -> None:
        """Name the test as the scenario."""
        allure.dynamic.title(name)
        allure.dynamic.parent_suite("Допуск")
        allure.dynamic.suite(variant)
        allure.dynamic.label("variant", variant)
        allure.dynamic.id(scenario_id)

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
                json.dumps(item.to_dict(), ensure_ascii=False, indent=2),
                name=f"{item.code}: {item.message}"[:200],
                attachment_type=allure.attachment_type.JSON,
            )
        error = _FAILED.get(step.verdict)
        text = "; ".join(item.message for item in step.findings) or step.note or ""
        if error is None:
            self._step.__exit__(None, None, None)
        else:
            self._step.__exit__(error, error(text), None)
        self._step = None

    def scenario_ends(self, result: ScenarioResult) -> None:
        """Label the test with the requirements that the scenario verifies."""
        for requirement in result.requirements:
            allure.dynamic.label("requirement", requirement)
            allure.dynamic.tag(requirement)
