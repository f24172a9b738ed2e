"""Steps about МЭК: what is paid, what is refused, and what the МИС shows of it."""

from __future__ import annotations

from pytest_bdd import given, parsers, then

from dopusk.drivers import RegisterState
from dopusk.tfoms.conduct import check_not_paid_twice
from dopusk.tfoms.mek import MekOrder, Outcome
from dopusk.tfoms.shown import check_results, check_state
from dopusk.verdict import finding
from steps.exchange import decided, mek_decision, packages_of
from steps.registers import await_passed, judge_register
from steps.trial import RegisterTrack, StandError, Trial


@given(parsers.parse("МЭК отказывает в оплате по основанию {code}"))
def refuse_all(trial: Trial, code: str) -> None:
    """Have МЭК refuse every case of the register."""
    _order(trial, MekOrder(Outcome.REFUSED, reason=code))


@given(parsers.parse("МЭК оплачивает каждый случай частично по основанию {code}"))
def pay_partly(trial: Trial, code: str) -> None:
    """Have МЭК withhold half of every case."""
    _order(trial, MekOrder(Outcome.PARTLY, reason=code))


@then("МИС показывает решение МЭК по каждой услуге")
def shows_results(trial: Trial) -> None:
    """Compare what the МИС shows of each service with what МЭК decided."""
    for track in trial.registers:
        if not any(item.previous is track for item in trial.registers):
            _judge(trial, track)


@then("МЭК отказывает в оплате части услуг")
def partly_refused(trial: Trial) -> None:
    """See that МЭК has paid some services and refused others."""
    track = trial.register
    decision = mek_decision(trial, await_passed(trial, track))
    made = {item.oplata for item in decided(trial, track, decision)}
    if "2" not in made:
        trial.block(finding("OMS-NO-MISTAKE", who="МЭК", package=decision.local_uid))


@then("оплаченные услуги не отправлены снова")
def not_paid_twice(trial: Trial) -> None:
    """Check that the correction has only what was not paid."""
    track = trial.register
    before = track.previous
    if before is None:
        raise StandError("реестр не исправляли: шаг «Когда МИС отправляет исправленный …» пропущен")
    first = packages_of(trial, before)[0]
    made = decided(trial, before, mek_decision(trial, first))
    paid = [item.service_id for item in made if item.oplata in ("1", "3")]
    later = [item for item in packages_of(trial, track) if item.seq > track.since]
    trial.add(check_not_paid_twice(track.order, paid, later))
    if trial.blocking:
        trial.block()


def _judge(trial: Trial, track: RegisterTrack) -> None:
    decision = mek_decision(trial, await_passed(trial, track))
    made = decided(trial, track, decision)
    judge_register(trial, track, lambda shown: list(check_results(made, shown)))
    if trial.blocking:
        trial.block()
    paid = [item for item in made if item.oplata in ("1", "3")]
    states: tuple[RegisterState, ...] = (RegisterState.MEK_FAILED,)
    if paid:
        states = (RegisterState.MEK_PASSED, RegisterState.ACCEPTED)
        if len(paid) < len(made) or any(item.oplata == "3" for item in paid):
            states = (*states, RegisterState.MEK_FAILED)
    judge_register(
        trial, track, lambda shown: list(check_state(shown, states, event="результаты МЭК"))
    )


def _order(trial: Trial, order: MekOrder) -> None:
    if trial.run.circuit is not None:
        trial.run.circuit.order_mek(trial.orders[-1].okato, order)
