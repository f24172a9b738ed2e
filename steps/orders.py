"""«Тогда» about results and files that come in an unusual order, twice, foreign or not at all."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.behaviour.orders import check_foreign, check_found
from dopusk.journal import Entry, Phase
from dopusk.remd.checks import check_callback_answer, check_same_file
from steps.callbacks import judge_status, results
from steps.document import file_exchange
from steps.messages import CANDIDATE, RESULT, attempts, local_uid, read_registration
from steps.served import read_served
from steps.trial import StandError, Trial

SEARCH = "searchRegistryItem"
SEEK_PAUSE = 900.0
"""Seconds, before scaling, in which a МИС asks for a result that does not come (convention)."""


@then("МИС получила синхронный ответ")
def answered_after_result(trial: Trial) -> None:
    """See that the stand has really sent the result before the synchronous answer."""
    request = attempts(trial, trial.track)[0]
    answer = trial.view.answer_to(request, what="синхронный ответ стенда")
    result = results(trial, trial.track, 1)[0]
    if answer is None or answer.seq < result.seq:
        raise StandError("синхронный ответ ушёл раньше результата")


@then("результат второго документа приходит раньше первого")
def crossed(trial: Trial) -> None:
    """See that the stand has really sent the results in the other order."""
    first, second = trial.tracks[:2]
    later, earlier = results(trial, first, 1)[0], results(trial, second, 1)[0]
    if earlier.seq > later.seq:
        raise StandError("результаты ушли в порядке отправки")


@then("МИС отвечает на чужой результат")
def answers_foreign(trial: Trial) -> None:
    """Check that the МИС answers a result about a message that it has not sent, if by an error."""
    request = _foreign(trial)
    answer = trial.view.answer_to(request, what="ответ МИС на чужой результат")
    if answer is None:
        raise StandError("ответ МИС на чужой результат не записан")
    trial.view.touch(request, answer)
    if answer.status is None:
        trial.add(check_callback_answer(None, {}, b"", answer.note))


@then("чужой результат ничего не изменил")
def foreign_changed_nothing(trial: Trial) -> None:
    """Check that the document has its own number and not that of the foreign result."""
    track, number = trial.track, _foreign(trial).emdr_id
    if number is None or track.emdr_id is None:
        raise StandError("чужой результат без номера")
    own = track.emdr_id
    judge_status(trial, track, lambda shown: list(check_foreign(shown, own=own, foreign=number)))


@then("МИС узнаёт о регистрации запросом searchRegistryItem")
def finds_lost(trial: Trial) -> None:
    """Wait until the МИС asks for a document whose result was lost, then ask for its status."""
    track = trial.track
    seconds = SEEK_PAUSE / trial.run.time_scale + trial.view.wait_seconds
    asked = trial.view.wait(
        f"{SEARCH} от МИС о потерянном результате",
        lambda entry: entry.actor == CANDIDATE and entry.operation == SEARCH,
        after=track.since,
        seconds=seconds,
    )
    if asked is not None:
        trial.view.touch(asked)
    judge_status(
        trial,
        track,
        lambda shown: list(check_found(shown, emdr_id=track.emdr_id or "", seconds=seconds)),
    )


@then("МИС отдаёт один и тот же файл на каждый запрос")
def serves_same_file_twice(trial: Trial) -> None:
    """Compare the files of two requests in one registration."""
    track = trial.track
    request, answer = file_exchange(trial, track, after=track.since)
    again = file_exchange(trial, track, after=request.seq)
    _, registration = read_registration(trial, attempts(trial, track)[0])
    profile = trial.run.profile
    first = read_served(request, answer, registration, profile)
    second = read_served(*again, registration, profile)
    trial.add([*first.findings, *second.findings])
    if first.data is None or second.data is None:
        trial.block()
    trial.add(check_same_file(first.data, second.data, emdr_id=track.emdr_id or ""))


def _foreign(trial: Trial) -> Entry:
    own = {local_uid(trial, track) for track in trial.tracks}
    found = trial.view.wait(
        "чужой результат",
        lambda entry: (
            entry.operation == RESULT
            and entry.phase is Phase.REQUEST
            and entry.peer == CANDIDATE
            and entry.actor == trial.run.entry
            and entry.local_uid not in own
        ),
        after=trial.track.since,
    )
    if found is None:
        raise StandError("чужой результат не отправлен")
    return found
