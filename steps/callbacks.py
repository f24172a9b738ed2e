"""«Тогда» about results: how the МИС answers them and what it shows afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from pytest_bdd import then

from dopusk.behaviour.status import (
    Shown,
    check_refused,
    check_registered,
    check_state,
    check_unchanged,
)
from dopusk.declaration.connection import Service
from dopusk.drivers import DocumentState, DriverError
from dopusk.journal import Entry, Phase
from dopusk.remd.checks import check_callback_answer
from dopusk.verdict import Finding, finding
from steps.messages import (
    CANDIDATE,
    GET_FILE,
    RESULT,
    decided_codes,
    decided_findings,
    decision,
    local_uid,
    stage_of,
)
from steps.operator import give_up, recall_skip
from steps.parties import party, service
from steps.registration import await_registration
from steps.trial import StandError, Track, Trial

REGIONAL = "regional"
"""Mark of results of ГИС субъекта (schemas/other_is/README.md)."""
_NOBODY_THERE = (404, 405, 410)
"""HTTP statuses of an address at which no callback service answers."""


@then("МИС подтверждает приём результата")
def acknowledges_result(trial: Trial) -> None:
    """Check the answer to the (last) result callback."""
    check_acknowledged(trial, results(trial, trial.track, 1)[0])


@then("МИС подтверждает приём повторного результата")
def acknowledges_second_result(trial: Trial) -> None:
    """Check the answer to the repeated callback."""
    check_acknowledged(trial, results(trial, trial.track, 2)[1])


def result_delivered(trial: Trial) -> None:
    """Wait until the МИС has answered the result; gives up when nobody is at its address."""
    stop_unless_told(trial, trial.track)
    request = results(trial, trial.track, 1)[0]
    if trial.view.answer_to(request, what="ответ МИС на результат") is None:
        raise StandError("ответ МИС на результат не записан")


@then("РЭМД присылает отказ, не запросив файл")
def refused_without_file(trial: Trial) -> None:
    """Wait for the refusal of stage 1 and see that no file was asked for."""
    refused_later(trial, Service.REMD.label)
    uid = local_uid(trial, trial.track)
    if trial.view.entries(operation=GET_FILE, local_uid=uid, after=trial.track.since):
        raise StandError("РЭМД запросил файл документа, отказанного при проверке запроса")


@then(party("{party} присылает отказ"))
def refused_later(trial: Trial, party: str) -> None:
    """Wait for the planned asynchronous refusal and the callback that tells the МИС of it."""
    await_registration(trial, trial.track)
    stages = ("refused", "registered")
    refused = decision(trial, trial.track, f"отказ ({party})", *stages, by=service(party))
    if refused is None or refused.note["stage"] != "refused":
        raise StandError(f"{party}: отказа нет, хотя он назначен сценарием")
    if refused.note.get("cause") == "candidate":
        trial.block(*decided_findings(refused))
    results(trial, trial.track, 1)


@then("МИС показывает, что документ зарегистрирован, и его emdrId")
def shows_registered(trial: Trial) -> None:
    """Check the status that the МИС shows after the successful result."""
    judge_registered(trial, trial.track)


@then("МИС показывает, что каждый документ зарегистрирован, и его emdrId")
def shows_every_registered(trial: Trial) -> None:
    """Check the status of each document of the scenario."""
    for track in trial.tracks:
        judge_registered(trial, track)


def judge_registered(trial: Trial, track: Track) -> None:
    """Check that a document is shown as registered, under its own emdrId."""
    if track.emdr_id is None:
        raise StandError("документ не зарегистрирован: шага о регистрации не было")
    emdr_id = track.emdr_id
    stop_unless_told(trial, track)
    judge_status(
        trial,
        track,
        lambda shown: list(check_registered(shown, emdr_id=emdr_id, event="результат success")),
    )


@then("МИС показывает отказ и его коды")
def shows_refusal(trial: Trial) -> None:
    """Check the status and the codes that the МИС shows after a refusal."""
    refused = decision(trial, trial.track, "отказ РЭМД", "sync", "refused")
    if refused is None:
        raise StandError("никто не отказал, хотя отказ назначен сценарием")
    codes = decided_codes(refused)
    if refused.note["stage"] == "refused" or refused.actor != trial.run.entry:
        stop_unless_told(trial, trial.track)
    judge_status(
        trial,
        trial.track,
        lambda shown: list(check_refused(shown, codes=codes, event=f"отказ {', '.join(codes)}")),
    )


@then("до результата МИС показывает, что документ принят, но не зарегистрирован")
def shows_accepted(trial: Trial) -> None:
    """Check that a synchronous answer alone does not make a document registered."""
    judge_status(
        trial,
        trial.track,
        lambda shown: list(check_state(shown, "accepted", event="синхронный ответ success")),
    )


@then("повторный результат ничего не изменил")
def unchanged(trial: Trial) -> None:
    """Compare what the МИС shows before and after the repeated result."""
    second = results(trial, trial.track, 2)[1]
    track = trial.track
    shown = last_status(trial, track, until=second.seq)
    before = shown or Shown("registered", local_uid(trial, track), track.emdr_id)
    ask_status(trial, track)
    after = last_status(trial, track)
    if after is None:
        trial.block(finding("STATUS-UNKNOWN", reason="МИС не ответила на вопрос о статусе"))
    trial.add(check_unchanged(before, after))


def stop_unless_told(trial: Trial, track: Track) -> None:
    """Give up when no result has reached the МИС: what it shows then is no fault of its own."""
    for request in results(trial, track, 1):
        answer = trial.view.answer_to(request, what="ответ МИС на результат")
        if answer is not None and (answer.status is None or answer.status in _NOBODY_THERE):
            check_acknowledged(trial, request)


def check_acknowledged(trial: Trial, request: Entry) -> None:
    """Check the answer to a result; gives up when the МИС cannot have got it."""
    answer = trial.view.answer_to(request, what="ответ МИС на результат")
    trial.view.touch(request)
    if answer is None:
        raise StandError("ответ МИС на результат не записан")
    trial.add(
        check_callback_answer(
            answer.status,
            answer.headers,
            answer.body,
            answer.note,
            profile=trial.run.profile,
        )
    )
    if trial.blocking and (answer.status is None or answer.status in _NOBODY_THERE):
        trial.block()


def results(trial: Trial, track: Track, count: int, *, regional: bool = False) -> list[Entry]:
    """Return the first `count` result callbacks of a document, waiting for them while live.

    Иная ИС sends those of ГИС субъекта besides: they count only when `regional`.
    """
    uid = local_uid(trial, track)
    found: list[Entry] = []
    for _ in range(count):
        entry = trial.view.wait(
            "результат регистрации",
            lambda entry: (
                entry.operation == RESULT
                and entry.phase is Phase.REQUEST
                and entry.peer == CANDIDATE
                and entry.actor == trial.run.entry
                and entry.local_uid == uid
                and (stage_of(trial, entry) == REGIONAL) is regional
            ),
            after=found[-1].seq if found else track.since,
            seconds=trial.view.wait_seconds + trial.result_delay,
        )
        if entry is None:
            raise StandError(f"{trial.run.entry.label}: результат не отправлен")
        found.append(entry)
    return found


def judge_status(trial: Trial, track: Track, judge: Callable[[Shown], list[Finding]]) -> None:
    """Ask for the status until it satisfies, or time is up; then judge the last one shown.

    An operator is asked once. A recorded run is judged by the last status that this step recorded.
    """
    trial.add(judge(await_status(trial, track, lambda shown: not judge(shown))))


def await_status(trial: Trial, track: Track, enough: Callable[[Shown], bool]) -> Shown:
    """Return the status that the МИС shows when it is `enough`, or the last one in time.

    Gives up when the МИС shows nothing.
    """
    deadline = time.monotonic() + (0 if trial.run.by_hand else trial.view.wait_seconds)
    while not trial.run.recorded:
        ask_status(trial, track)
        shown = last_status(trial, track)
        left = deadline - time.monotonic()
        if left <= 0 or (shown is not None and enough(shown)):
            break
        trial.view.pause("статус документа в МИС", left)
    recall_skip(trial, track)
    shown = last_status(trial, track)
    if shown is None:
        trial.block(finding("STATUS-UNKNOWN", reason="МИС не ответила на вопрос о статусе"))
    return shown


def ask_status(trial: Trial, track: Track) -> None:
    """Ask the МИС through its driver; the journal keeps the answer. Recorded runs have it."""
    if trial.run.recorded:
        return
    try:
        trial.run.driver.status(track.ref)
    except DriverError as error:
        give_up(trial, error, finding("STATUS-UNKNOWN", reason=error))


def last_status(trial: Trial, track: Track, until: int | None = None) -> Shown | None:
    """Return what the МИС showed of a document last; None when it has not been asked."""
    entries = trial.view.entries(operation="status", after=track.since)
    asked = {
        entry.exchange
        for entry in entries
        if entry.phase is Phase.REQUEST and json.loads(entry.body).get("ref") == track.ref
    }
    answers = [
        entry
        for entry in entries
        if entry.phase is Phase.RESPONSE
        and entry.exchange in asked
        and (until is None or entry.seq < until)
        and "error" not in entry.note
    ]
    if not answers:
        return None
    trial.view.touch(answers[-1])
    data = json.loads(answers[-1].body)
    return Shown(
        state=DocumentState(data["state"]).value,
        local_uid=data["localUid"],
        emdr_id=data["emdrId"],
        codes=tuple(error["code"] for error in data["errors"]),
        reaction=data.get("reaction"),
    )
