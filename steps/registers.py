"""Steps about registers: what the МИС sends to ТФОМС, and what it sends again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

from pytest_bdd import then, when

import fixtures.orders as orders
from dopusk.drivers import DriverError, RegisterState, RegisterStatus, Submission
from dopusk.journal import Entry, Phase
from dopusk.oms import RegisterOrder
from dopusk.tfoms.conduct import (
    check_contents,
    check_correction,
    check_names,
    check_territories,
)
from dopusk.tfoms.sent import SentPackage
from dopusk.tfoms.shown import check_state
from dopusk.verdict import Finding, finding
from steps.exchange import (
    first_package,
    flk_codes,
    flk_decision,
    flk_passed,
    is_package,
    packages,
    packages_of,
    register_driver,
)
from steps.messages import decided_findings
from steps.policies import refuse
from steps.trial import RegisterTrack, StandError, Trial

QUIET_PAUSE = 300.0
"""Seconds, before scaling, in which a МИС that sends packages without need would have done so."""
ACTIONS = ("send_register", "correct_register")


@when("МИС отправляет реестр")
def send(trial: Trial) -> None:
    """Make the МИС form and send the register of the newest order."""
    _send(trial, _order(trial))


@when("МИС отправляет реестры всех территорий")
def send_all(trial: Trial) -> None:
    """Make the МИС send a register to every declared ТФОМС."""
    for order in tuple(trial.orders):
        _send(trial, order)


@when("МИС отправляет ещё один реестр за тот же месяц")
def send_another(trial: Trial) -> None:
    """Make the МИС send a second register of the same month, with other patients."""
    place = trial.run.declaration.oms[0]
    order = orders.for_territory(
        trial.register.order.id,
        trial.run.declaration,
        place,
        now=trial.run.clock.now(),
        serial=int(trial.serial) * 10 + len(trial.orders),
    )
    trial.orders.append(order)
    if trial.run.circuit is not None:
        trial.run.circuit.insure(order)
    _send(trial, order)


@when("МИС отправляет исправленный реестр")
def correct(trial: Trial) -> None:
    """Make the МИС send what was refused again, after a person mended it."""
    previous = trial.register
    mended = _mended(trial, previous.order)
    _act(
        trial,
        "исправление реестра",
        lambda: register_driver(trial).correct_register(previous.ref, mended),
        previous,
    )


@then("ТФОМС принимает реестр")
def accepted(trial: Trial) -> None:
    """Wait for the package of the newest register and for ФЛК to pass it."""
    await_passed(trial, trial.register)


@then("каждый ТФОМС принимает свой реестр")
def all_accepted(trial: Trial) -> None:
    """Wait for the packages of all registers and for ФЛК to pass them."""
    for track in trial.registers:
        await_passed(trial, track)


@then("ФЛК не пропускает реестр")
def refused(trial: Trial) -> None:
    """Wait for ФЛК to refuse the mistake that is in the order."""
    track = trial.register
    decision = flk_decision(trial, await_package(trial, track))
    if flk_passed(decision):
        trial.block(finding("OMS-NO-MISTAKE", who="ФЛК", package=decision.local_uid))
    _judge_names(trial)
    if trial.blocking:
        trial.block()


@then("в реестре все услуги, которые оплачивает ОМС, и только они")
def contents(trial: Trial) -> None:
    """Compare what was sent with the orders."""
    for track in trial.registers:
        trial.add(check_contents(track.order, packages_of(trial, track)))


@then("каждый ТФОМС получил услуги только своей территории")
def territories(trial: Trial) -> None:
    """Check that the registers of the territories were not mixed."""
    _watch(trial)
    trial.add(check_territories(trial.orders, packages(trial)))


@then("у каждого пакета своё имя")
def names(trial: Trial) -> None:
    """Check that no name was used again, unless the ТФОМС had not answered."""
    _watch(trial)
    _judge_names(trial)


@then("исправленные записи пришли новым пакетом")
def corrected(trial: Trial) -> None:
    """Check the package that follows a refusal by ФЛК."""
    track = trial.register
    before = track.previous
    if before is None:
        raise StandError("реестр не исправляли: шаг «Когда МИС отправляет исправленный …» пропущен")
    first = packages_of(trial, before)[0]
    second = _correction(trial, track)
    whole = flk_decision(trial, first).note.get("stage") != "flk"
    trial.add(check_correction(before.order, track.order, first, second, marked=not whole))
    if trial.blocking:
        trial.block()


@then("МИС показывает, что реестр прошёл ФЛК")
def shows_passed(trial: Trial) -> None:
    """Check the state that the МИС shows after a protocol without errors."""
    states = (
        RegisterState.FLK_PASSED,
        RegisterState.MEK_PASSED,
        RegisterState.MEK_FAILED,
        RegisterState.ACCEPTED,
    )
    judge_register(
        trial,
        trial.register,
        lambda shown: list(check_state(shown, states, event="ФЛК пройден")),
    )


def await_package(trial: Trial, track: RegisterTrack) -> SentPackage:
    """Return the first package of a register; gives up when none comes."""
    package = first_package(trial, track)
    if package is None:
        trial.block(
            finding("OMS-NOT-SENT", seconds=f"{trial.view.wait_seconds:g}", okato=track.order.okato)
        )
    return package


def await_passed(trial: Trial, track: RegisterTrack) -> SentPackage:
    """Return the first package of a register when ФЛК has passed it; gives up when it did not.

    What is wrong with the contents is told first: ФЛК sees only its consequences.
    """
    package = await_package(trial, track)
    decision = flk_decision(trial, package)
    if not flk_passed(decision):
        _explain(trial, track, package, decision)
    return package


def judge_register(
    trial: Trial, track: RegisterTrack, judge: Callable[[RegisterStatus], list[Finding]]
) -> None:
    """Ask for the status until it satisfies, or time is up; then judge the last one shown."""
    deadline = time.monotonic() + (0 if trial.run.by_hand else trial.view.wait_seconds)
    while not trial.run.recorded:
        try:
            register_driver(trial).register_status(track.ref)
        except DriverError as error:
            trial.block(finding("OMS-STATUS-UNKNOWN", reason=error))
        shown = last_shown(trial, track)
        left = deadline - time.monotonic()
        if left <= 0 or (shown is not None and not judge(shown)):
            break
        trial.view.pause("состояние реестра в МИС", left)
    shown = last_shown(trial, track)
    if shown is None:
        trial.block(finding("OMS-STATUS-UNKNOWN", reason="МИС не ответила на вопрос о реестре"))
    trial.add(judge(shown))


def last_shown(trial: Trial, track: RegisterTrack) -> RegisterStatus | None:
    """Return what the МИС showed of a register last; None when it has not been asked."""
    entries = trial.view.entries(operation="register_status", after=track.since)
    asked = {
        entry.exchange
        for entry in entries
        if entry.phase is Phase.REQUEST and json.loads(entry.body).get("ref") == track.ref
    }
    answers = [
        entry
        for entry in entries
        if entry.phase is Phase.RESPONSE and entry.exchange in asked and "error" not in entry.note
    ]
    if not answers:
        return None
    trial.view.touch(answers[-1])
    return RegisterStatus.from_json(json.loads(answers[-1].body))


def _watch(trial: Trial) -> None:
    """Watch for a package that nobody asked for."""
    sent = packages(trial)
    trial.view.wait(
        "не отправит ли МИС пакет ещё раз",
        is_package,
        after=sent[-1].seq if sent else trial.register.since,
        seconds=trial.quiet(QUIET_PAUSE),
    )


def _judge_names(trial: Trial) -> None:
    sent = packages(trial)
    trial.add(check_names(sent, _unanswered(trial, sent)))


def _explain(trial: Trial, track: RegisterTrack, package: SentPackage, decision: Entry) -> None:
    codes = ", ".join(dict.fromkeys(flk_codes(decision)))
    sent = packages(trial)
    causes = [
        *check_territories(trial.orders, sent),
        *check_names(sent, _unanswered(trial, sent)),
    ]
    refused = decided_findings(decision) or [
        finding("OMS-REFUSED", package=package.name, codes=codes)
    ]
    trial.block(*(causes or refused))


def _correction(trial: Trial, track: RegisterTrack) -> SentPackage:
    package = first_package(trial, track)
    if package is None:
        trial.block(finding("OMS-NO-RESEND", seconds=f"{trial.view.wait_seconds:g}"))
    return package


def _mended(trial: Trial, order: RegisterOrder) -> RegisterOrder:
    """Return the order as a person mended it: right code of the result, a doctor, a profile."""
    doctor = trial.run.declaration.staff[0].snils
    usual = orders.VISIT
    services = [
        replace(
            item,
            doctor_snils=item.doctor_snils or doctor,
            result=usual["result"] if item.outcome else item.result,
            profile=usual["profile"] if item.due else item.profile,
        )
        for item in order.services
    ]
    return order.with_services(*services)


def _order(trial: Trial) -> RegisterOrder:
    if not trial.orders:
        raise StandError("в сценарии нет шага «Дано контрольное задание …»")
    return trial.orders[-1]


def _send(trial: Trial, order: RegisterOrder) -> None:
    _act(trial, "отправка реестра", lambda: register_driver(trial).send_register(order), None)


def _act(
    trial: Trial, action: str, act: Callable[[], Submission], previous: RegisterTrack | None
) -> None:
    try:
        submission = act()
    except DriverError as error:
        refuse(trial, error, action)
    entry = _action_entry(trial)
    order = RegisterOrder.from_json(json.loads(entry.body)["order"])
    trial.registers.append(
        RegisterTrack(order=order, since=entry.seq, ref=submission.ref, previous=previous)
    )


def _action_entry(trial: Trial) -> Entry:
    """Return the journal's record of the action; a recorded run is judged by its order."""
    actions = [
        entry
        for entry in trial.view.entries(actor="driver", phase=Phase.REQUEST)
        if entry.operation in ACTIONS
    ]
    return actions[len(trial.registers)]


def _unanswered(trial: Trial, sent: list[SentPackage]) -> list[int]:
    """Return the packages to which the ТФОМС gave no good answer: they may be repeated."""
    exchanges = {entry.seq: entry.exchange for entry in trial.view.entries(phase=Phase.REQUEST)}
    return [
        package.seq
        for package in sent
        if (exchange := exchanges.get(package.seq)) is not None
        and not any(
            entry.status is not None and entry.status < 300
            for entry in trial.view.entries(exchange=exchange, phase=Phase.RESPONSE)
        )
    ]
