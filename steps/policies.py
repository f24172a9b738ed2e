"""Steps about insurance: control orders of ОМС, what ФЕРЗЛ knows, what the МИС asked of it."""

from __future__ import annotations

import json
from typing import NoReturn

from pytest_bdd import given, parsers, then, when

import fixtures.orders as orders
from dopusk.declaration.connection import Service
from dopusk.drivers import DriverError, DriverUnsupported, PolicyAnswer
from dopusk.journal import Phase
from dopusk.oms import OmsService, ServiceKind
from dopusk.tfoms.conduct import check_lookups
from dopusk.tfoms.shown import check_policy
from dopusk.verdict import finding
from mocks.faults import Action, Fault
from steps.exchange import ASK_POLICY, lookups, packages_of, register_driver
from steps.operator import give_up
from steps.trial import StandError, Trial

ORDERS = {
    "реестр H": "clean-h",
    "реестр ДВ4": "clean-dv4",
    "полисы действуют не у всех": "policies",
    "ошибочный код результата": "wrong-result",
    "не указан врач": "no-doctor",
    "осмотр за счёт работодателя": "employer-paid",
    "одно обращение не по программе ОМС": "not-in-programme",
}
"""Control orders by the names that scenarios use (fixtures/orders/)."""


@given(parsers.parse("контрольное задание «{name}»"))
def control_order(trial: Trial, name: str) -> None:
    """Take an order for the first declared territory; ФЕРЗЛ learns of its patients."""
    _take(trial, name, 1)


@given(parsers.parse("контрольное задание «{name}» для каждой территории"))
def control_orders(trial: Trial, name: str) -> None:
    """Take an order for every declared territory, each with patients of its own."""
    _take(trial, name, len(trial.run.declaration.oms))


@given("ФЕРЗЛ отвечает на первый вопрос ошибкой 500")
def insurance_fails(trial: Trial) -> None:
    """Plan an internal error of ФЕРЗЛ."""
    if trial.run.circuit is not None:
        fault = Fault(ASK_POLICY, Action.HTTP_STATUS, status=500, service=Service.FERZL.value)
        trial.run.circuit.plan(fault)


@when("МИС узнаёт полисы пациентов")
def asks_policies(trial: Trial) -> None:
    """Make the МИС look up the policy of every patient on the day of the service."""
    for service in _patients(trial):
        try:
            register_driver(trial).policy(service.patient, service.ended)
        except DriverError as error:
            refuse(trial, error, "проверка полиса")


@then("МИС показывает о полисах то, что ответила ФЕРЗЛ")
def shows_policies(trial: Trial) -> None:
    """Compare what the МИС told of each policy with what ФЕРЗЛ knows."""
    told = _told(trial)
    for service in _patients(trial):
        if service.patient.policy_number not in told:
            raise StandError(f"МИС не спрашивали о полисе пациента {service.patient.local_id}")
        trial.add(check_policy(service.policy, told[service.patient.policy_number]))


@then("МИС узнала полисы до отправки реестра, каждый на дату услуги")
def asked_before(trial: Trial) -> None:
    """Check the questions to ФЕРЗЛ against what was sent."""
    asked = lookups(trial)
    for track in trial.registers:
        trial.add(check_lookups(track.order, asked, packages_of(trial, track)))


def refuse(trial: Trial, error: DriverError, action: str) -> NoReturn:
    """Give up after an action of ОМС that failed; one that the adapter lacks is not verified."""
    if isinstance(error, DriverUnsupported):
        trial.block(finding("OMS-UNSUPPORTED", action=action, reason=error))
    give_up(trial, error, finding("DRIVER-FAILED", action=action, reason=error))


def _told(trial: Trial) -> dict[str, PolicyAnswer]:
    """Return what the МИС told of policies, by ЕНП; the journal keeps the answers."""
    told = {}
    for entry in trial.view.entries(operation="policy", phase=Phase.REQUEST):
        answer = trial.view.answer_to(entry, what="ответ МИС о полисе")
        if answer is not None and "error" not in answer.note:
            trial.view.touch(entry, answer)
            enp = json.loads(entry.body)["person"]["policy_number"]
            told[enp] = PolicyAnswer.from_json(json.loads(answer.body))
    return told


def _take(trial: Trial, name: str, count: int) -> None:
    places = trial.run.declaration.oms[:count]
    if not places:
        raise StandError("в декларации нет разделов [[oms]]: сценарий не для неё")
    for place in places:
        order = orders.for_territory(
            ORDERS[name],
            trial.run.declaration,
            place,
            now=trial.run.clock.now(),
            serial=int(trial.serial) * 10 + len(trial.orders),
        )
        trial.orders.append(order)
        if trial.run.circuit is not None:
            trial.run.circuit.insure(order)


def _patients(trial: Trial) -> list[OmsService]:
    return [
        service
        for order in trial.orders
        for service in order.services
        if service.kind is not ServiceKind.EXAM_29N
    ]
