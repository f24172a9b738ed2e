"""Steps about protocols of ФЛК and tokens: late, lost, foreign, expired."""

from __future__ import annotations

from pytest_bdd import given, parsers, then

from dopusk.declaration.connection import Service
from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.shown import check_flk_shown, check_own_protocol, check_protocol_taken
from dopusk.verdict import finding
from mocks.faults import FLK_PROTOCOL, Action, Fault
from steps.exchange import (
    flk_codes,
    flk_decision,
    wait_for,
)
from steps.registers import await_package, await_passed, judge_register
from steps.trial import Trial

MINUTE = 60.0
TFOMS = Service.TFOMS.value


@given(parsers.parse("протокол ФЛК приходит через {minutes:d} минут"))
def protocol_late(trial: Trial, minutes: int) -> None:
    """Plan a late protocol."""
    trial.result_delay = minutes * MINUTE / trial.run.time_scale
    _plan(trial, Fault(FLK_PROTOCOL, Action.PROTOCOL_LATE, seconds=minutes * MINUTE, service=TFOMS))


@given("протокол ФЛК не находится, когда его спрашивают впервые")
def protocol_lost(trial: Trial) -> None:
    """Plan a protocol that is there only when asked for again."""
    _plan(trial, Fault(FLK_PROTOCOL, Action.PROTOCOL_LOST, service=TFOMS))


@given("протокол ФЛК называет чужой пакет")
def protocol_foreign(trial: Trial) -> None:
    """Plan a protocol whose FNAME_I is another package."""
    _plan(trial, Fault(FLK_PROTOCOL, Action.PROTOCOL_OTHER, service=TFOMS))


@given("срок токена ТФОМС истекает при отправке")
def token_expires(trial: Trial) -> None:
    """Plan that the token is no longer known when the package is sent."""
    _plan(trial, Fault(Operation.SEND, Action.TOKEN_EXPIRED, service=TFOMS))


@then("МИС показывает ошибки ФЛК")
def shows_errors(trial: Trial) -> None:
    """Check that the МИС shows the failed control and every code of the protocol."""
    track = trial.register
    package = await_package(trial, track)
    codes = flk_codes(flk_decision(trial, package))
    judge_register(trial, track, lambda shown: list(check_flk_shown(package.name, codes, shown)))
    if trial.blocking:
        trial.block()


@then(parsers.parse("МИС получает протокол ФЛК, который {event}"))
def got_protocol(trial: Trial, event: str) -> None:
    """Check that the МИС knows the outcome of ФЛК although its protocol was late or lost."""
    track = trial.register
    package = await_passed(trial, track)
    judge_register(
        trial, track, lambda shown: list(check_protocol_taken(package.name, shown, event=event))
    )


@then("МИС не принимает чужой протокол")
def leaves_foreign(trial: Trial) -> None:
    """Check that a protocol about another package changed nothing in the register."""
    track = trial.register
    package = await_package(trial, track)
    flk_decision(trial, package)
    foreign = f"{package.name}9"
    trial.view.wait("протокол ФЛК", lambda _: False, after=package.seq, seconds=trial.quiet(MINUTE))
    judge_register(
        trial, track, lambda shown: list(check_own_protocol(package.name, foreign, shown))
    )


@then("МИС получает новый токен и отправляет реестр снова")
def renews_token(trial: Trial) -> None:
    """Check that the МИС logged in again after its token had expired, and went on."""
    track = trial.register
    first = await_package(trial, track)
    again = wait_for(trial, "новый вход МИС в ТФОМС", Operation.TOKEN, after=first.seq)
    sent = again and wait_for(trial, "повтор отправки", Operation.SEND, after=again.seq)
    if sent is None:
        trial.block(finding("OMS-TOKEN", seconds=f"{trial.view.wait_seconds:g}"))


def _plan(trial: Trial, fault: Fault) -> None:
    if trial.run.circuit is not None:
        trial.run.circuit.plan(fault)
