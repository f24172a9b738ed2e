"""«Дано»: control example, documents that exist already, faults of the circuit."""

from __future__ import annotations

from pytest_bdd import given, parsers

import fixtures.cases as cases
from dopusk.drivers import DriverError
from dopusk.verdict import finding
from mocks.faults import Fault
from steps.actions import register_document
from steps.callbacks import result_delivered
from steps.registration import registered
from steps.trial import Trial

CASES = {
    "противопоказаний нет": "fit",
    "противопоказания выявлены": "unfit",
}
"""Control examples by the names that scenarios use (fixtures/cases/)."""


@given("МИС отвечает стенду")
def mis_answers(trial: Trial) -> None:
    """Ask the МИС through its driver whether it is there."""
    try:
        trial.run.driver.health()
    except DriverError as error:
        trial.block(finding("DRIVER-FAILED", action="проверка связи", reason=error))


@given(parsers.parse("контрольный пример «{name}»"))
def control_case(trial: Trial, name: str) -> None:
    """Take a control example for the first declared MO and its staff."""
    trial.case = cases.for_declaration(
        CASES[name], trial.run.declaration, now=trial.run.clock.now(), serial=trial.serial
    )


@given("документ зарегистрирован")
def registered_document(trial: Trial) -> None:
    """Have a document registered; its checks belong to another scenario."""
    register_document(trial)
    registered(trial)
    result_delivered(trial)


@given(parsers.parse("РЭМД отказывает в синхронном ответе с кодом {code}"))
def refuse_sync(trial: Trial, code: str) -> None:
    """Plan a refusal in the synchronous answer."""
    plan(trial, Fault.refusal(code, stage="sync"))


@given(parsers.parse("РЭМД отказывает при проверке запроса с кодом {code}"))
def refuse_request(trial: Trial, code: str) -> None:
    """Plan an asynchronous refusal at stage 1."""
    plan(trial, Fault.refusal(code, stage="stage1"))


@given(parsers.parse("РЭМД отказывает при проверке файла с кодом {code}"))
def refuse_file(trial: Trial, code: str) -> None:
    """Plan an asynchronous refusal at stage 2."""
    plan(trial, Fault.refusal(code, stage="stage2"))


@given("РЭМД присылает результат дважды с перерывом в минуту")
def result_twice(trial: Trial) -> None:
    """Plan a repeated callback."""
    _delay_result(trial, 60)
    plan(trial, Fault.result_twice(60))


@given(parsers.parse("РЭМД присылает результат через {minutes:d} минут"))
def result_late(trial: Trial, minutes: int) -> None:
    """Plan a late callback."""
    _delay_result(trial, minutes * 60)
    plan(trial, Fault.result_late(minutes * 60))


@given(parsers.parse("РЭМД отвечает HTTP {status:d} на первый запрос"))
def unavailable(trial: Trial, status: int) -> None:
    """Plan an HTTP failure of the first registerDocument."""
    plan(trial, Fault.http_status(status))


@given(parsers.parse("РЭМД отвечает на первый запрос кодом {code}"))
def rate_limit(trial: Trial, code: str) -> None:
    """Plan a temporary refusal of the first registerDocument."""
    plan(trial, Fault.refusal(code, stage="sync"))


def plan(trial: Trial, fault: Fault) -> None:
    """Add a fault; in a recorded journal it has happened already."""
    if trial.run.circuit is not None:
        trial.run.circuit.plan(fault)


def _delay_result(trial: Trial, stand_seconds: float) -> None:
    trial.result_delay = stand_seconds / trial.run.time_scale
