"""«Дано»: control example, documents that exist already, faults of the circuit."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import given, parsers

import fixtures.cases as cases
from dopusk.drivers import DriverError
from dopusk.verdict import finding
from mocks.faults import Action, Fault
from steps.actions import register_document
from steps.callbacks import result_delivered
from steps.messages import GET_FILE, REGISTER
from steps.operator import give_up
from steps.parties import party, service
from steps.registration import registered
from steps.trial import StandError, Trial

CASES = {
    "противопоказаний нет": "fit",
    "противопоказания выявлены": "unfit",
}
"""Control examples by the names that scenarios use (fixtures/cases/)."""
FAILURES = {
    "соединение оборвано": Action.RESET,
    "SOAP Fault": Action.SOAP_FAULT,
    "ответ не читается": Action.MALFORMED,
}
"""Failures of the first sending by the names that scenarios use."""


@given("МИС отвечает стенду")
def mis_answers(trial: Trial) -> None:
    """Ask the МИС through its driver whether it is there."""
    try:
        trial.run.driver.health()
    except DriverError as error:
        give_up(trial, error, finding("DRIVER-FAILED", action="проверка связи", reason=error))


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


@given(parsers.parse("контрольный пример «{name}» другой МО"))
def control_case_of_another(trial: Trial, name: str) -> None:
    """Take a control example for the second declared MO and its staff."""
    organizations = trial.run.declaration.organizations
    if len(organizations) < 2:
        raise StandError("в декларации одна МО: сценарий не для неё")
    trial.case = cases.for_declaration(
        CASES[name],
        trial.run.declaration,
        now=trial.run.clock.now(),
        serial=f"{trial.serial}-{len(trial.tracks) + 1}",
        organization=organizations[1].oid,
    )


@given(party("{party} отказывает в синхронном ответе с кодом {code}"))
def refuse_sync(trial: Trial, party: str, code: str) -> None:
    """Plan a refusal in the synchronous answer."""
    plan(trial, Fault.refusal(code, stage="sync"), party)


@given(party("{party} отказывает при проверке запроса с кодом {code}"))
def refuse_request(trial: Trial, party: str, code: str) -> None:
    """Plan an asynchronous refusal at stage 1."""
    plan(trial, Fault.refusal(code, stage="stage1"), party)


@given(party("{party} отказывает при проверке файла с кодом {code}"))
def refuse_file(trial: Trial, party: str, code: str) -> None:
    """Plan an asynchronous refusal at stage 2."""
    plan(trial, Fault.refusal(code, stage="stage2"), party)


@given(party("{party} присылает результат через {minutes} минут"))
def result_late(trial: Trial, party: str, minutes: str) -> None:
    """Plan a late callback."""
    _delay_result(trial, int(minutes) * 60)
    plan(trial, Fault.result_late(int(minutes) * 60), party)


@given(party("{party} отвечает HTTP {status} на первый запрос"))
def unavailable(trial: Trial, party: str, status: str) -> None:
    """Plan an HTTP failure of the first registerDocument."""
    trial.failure = f"HTTP {status}"
    plan(trial, Fault.http_status(int(status)), party)


@given(party("{party} отвечает на первый запрос кодом {code}"))
def rate_limit(trial: Trial, party: str, code: str) -> None:
    """Plan a temporary refusal of the first registerDocument."""
    plan(trial, Fault.refusal(code, stage="sync"), party)


@given(parsers.parse("первый запрос встречает сбой «{failure}»"))
def first_fails(trial: Trial, failure: str) -> None:
    """Plan a failure of the first registerDocument from which nobody can tell if it was taken."""
    trial.failure = failure
    plan(trial, Fault(REGISTER, FAILURES[failure]))


@given(parsers.parse("первый запрос встречает отказ с кодом {code}"))
def first_refused(trial: Trial, code: str) -> None:
    """Plan a synchronous refusal of the first registerDocument by whoever takes it."""
    plan(trial, Fault.refusal(code, stage="sync"))


@given("результат приходит дважды с перерывом в минуту")
def result_twice(trial: Trial) -> None:
    """Plan a repeated callback."""
    _delay_result(trial, 60)
    plan(trial, Fault.result_twice(60))


@given(parsers.parse("результат приходит через {minutes:d} минут"))
def own_result_late(trial: Trial, minutes: int) -> None:
    """Plan a late callback of whoever answers the МИС."""
    _delay_result(trial, minutes * 60)
    plan(trial, Fault.result_late(minutes * 60))


@given("результат приходит раньше синхронного ответа")
def result_first(trial: Trial) -> None:
    """Plan a callback before the synchronous answer."""
    plan(trial, Fault(REGISTER, Action.RESULT_FIRST))


@given("перед результатом приходит чужой")
def result_unknown(trial: Trial) -> None:
    """Plan a callback about a message that nobody sent."""
    plan(trial, Fault(REGISTER, Action.RESULT_UNKNOWN))


@given("результат потерян")
def result_lost(trial: Trial) -> None:
    """Plan that no callback comes."""
    plan(trial, Fault(REGISTER, Action.RESULT_LOST))


@given("файл запрашивают дважды")
def file_twice(trial: Trial) -> None:
    """Plan a second getDocumentFile in the same registration."""
    plan(trial, Fault(REGISTER, Action.FILE_TWICE))


@given("ответ с файлом читают медленно")
def file_slowly(trial: Trial) -> None:
    """Plan that the answer to getDocumentFile is read for a minute."""
    plan(trial, Fault(GET_FILE, Action.SLOW_READ, seconds=60))


def plan(trial: Trial, fault: Fault, party: str | None = None) -> None:
    """Add a fault of a service, by default of the one to which the МИС sends.

    In a recorded journal it has happened already.
    """
    struck = service(party) if party else trial.run.entry
    if trial.run.circuit is not None:
        trial.run.circuit.plan(replace(fault, service=struck.value))


def _delay_result(trial: Trial, stand_seconds: float) -> None:
    trial.result_delay = stand_seconds / trial.run.time_scale
