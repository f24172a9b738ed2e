"""«Тогда» about ЕМИАС: the mnemonic, notifications, registered documents that are handed over."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.behaviour.attempts import RATE_LIMIT_PAUSE
from dopusk.behaviour.status import Shown, check_registered, check_second_refusal
from dopusk.declaration.connection import Service
from dopusk.journal import Entry, Phase
from dopusk.remd.checks import check_file_answer
from dopusk.remd.checks.emias import check_mnemonic, check_registered_copy, check_same_bytes
from dopusk.remd.checks.file import FileAnswer
from dopusk.verdict import Finding, Where, finding
from steps.callbacks import check_acknowledged, judge_status, results, stop_unless_told
from steps.document import served_document
from steps.messages import (
    CANDIDATE,
    GET_FILE,
    REGISTER,
    RESULT,
    decided_codes,
    decided_findings,
    decision,
    local_uid,
    read_registration,
)
from steps.parties import party, service
from steps.registration import await_registered
from steps.retries import repeated
from steps.trial import StandError, Track, Trial

QUIET_SECONDS = 150.0
"""Seconds, before scaling, in which a МИС that hands over what it should not would have done so."""


@then("мнемоника системы передана и совпадает с заявленной")
def mnemonic_is_right(trial: Trial) -> None:
    """Check tag `system` of every registerDocument of the scenario."""
    declared = trial.run.declaration.mnemonic
    if declared is None:
        raise StandError("в декларации нет мнемоники")
    for entry in trial.view.entries(actor=CANDIDATE, operation=REGISTER, phase=Phase.REQUEST):
        trial.view.touch(entry)
        _, request = read_registration(trial, entry)
        if request is not None:
            trial.add(check_mnemonic(request, declared))
    if trial.blocking:
        trial.block()


@then("уведомление приходит по заявленному адресу, и МИС отвечает")
def notified(trial: Trial) -> None:
    """Check that the declared address took the notification of ЕМИАС."""
    notice = results(trial, trial.track, 1)[0]
    if notice.url != trial.run.declaration.callback_url:
        raise StandError(f"уведомление ушло на {notice.url}")
    check_acknowledged(trial, notice)


@then("МИС передаёт зарегистрированный документ в ЕМИАС")
def hands_over(trial: Trial) -> None:
    """Check that the document went to ЕМИАС after its result, under its number."""
    judged_copy(trial, trial.track)


@then("до результата РЭМД МИС не передаёт документ в ЕМИАС")
def not_before_result(trial: Trial) -> None:
    """Watch for a document that goes to ЕМИАС before its result has come."""
    entry = _watch(trial, trial.track, until_result=True)
    if entry is not None:
        trial.block(_not_registered(entry))


@then("МИС не передаёт документ в ЕМИАС")
def not_handed_over(trial: Trial) -> None:
    """Watch for a refused document that goes to ЕМИАС all the same."""
    refused = decision(trial, trial.track, "отказ РЭМД", "sync", "refused")
    if refused is None:
        raise StandError("никто не отказал, хотя отказ назначен сценарием")
    entry = _watch(trial, trial.track)
    if entry is not None:
        codes = ", ".join(decided_codes(refused))
        trial.block(_not_registered(entry, f"РЭМД отказал ({codes})"))


@then("ЕМИАС получает те же байты, что зарегистрированы в РЭМД")
def same_bytes(trial: Trial) -> None:
    """Compare the file that ЕМИАС got with the one that РЭМД registered."""
    track = trial.track
    uid = local_uid(trial, track)
    registered = served_document(trial, track)
    request = trial.view.wait(
        "getDocumentFile от ЕМИАС",
        lambda entry: (
            entry.operation == GET_FILE
            and entry.phase is Phase.REQUEST
            and entry.actor == Service.EMIAS
            and entry.local_uid == uid
        ),
        after=track.since,
    )
    if request is None:
        raise StandError("ЕМИАС не запросила файл документа")
    answer = trial.view.answer_to(request, what="файл документа для ЕМИАС")
    if answer is None:
        trial.block(finding("WAIT-NO-FILE-ANSWER", reason="ответа нет"))
    trial.view.touch(request, answer)
    judged = check_file_answer(
        FileAnswer(answer.status, answer.headers, answer.body, answer.note.get("error")),
        message_id=request.message_id,
        profile=trial.run.profile,
    )
    trial.add(judged.findings)
    if judged.data is None or registered.data is None:
        trial.block()
    trial.add(check_same_bytes(registered.data, judged.data))


@then("ЕМИАС принимает зарегистрированный документ")
def kept(trial: Trial) -> None:
    """Wait until ЕМИАС has taken the document; a refusal brings its findings here."""
    stages = ("kept", "returned", "refused", "sync")
    made = decision(trial, trial.track, "решение ЕМИАС", *stages, planned=False, by=Service.EMIAS)
    if made is None:
        raise StandError("ЕМИАС не приняла решения о документе")
    if made.note["stage"] in ("refused", "sync"):
        codes = ", ".join(decided_codes(made))
        trial.block(*(decided_findings(made) or [finding("REG-REFUSED", got=codes, codes=codes)]))


@then("МИС подтверждает приём ответа ЕМИАС")
def acknowledges_emias(trial: Trial) -> None:
    """Check the answer to the result of ЕМИАС about the document that was handed over."""
    check_acknowledged(trial, _notice(trial, trial.track))


@then(party("МИС показывает, что документ зарегистрирован, и коды отказа ({party})"))
def shows_second_refusal(trial: Trial, party: str) -> None:
    """Check that the refusal of the second system is shown beside the registration."""
    track = trial.track
    refused = decision(trial, track, f"отказ ({party})", "refused", "sync", by=service(party))
    if refused is None or track.emdr_id is None:
        raise StandError(f"{party}: отказа нет, хотя он назначен сценарием")
    number, codes = track.emdr_id, decided_codes(refused)

    def judge(shown: Shown) -> list[Finding]:
        return [*check_second_refusal(shown, emdr_id=number, codes=codes, who=party)]

    judge_status(trial, track, judge)


@then("МИС повторяет передачу в ЕМИАС")
def repeats(trial: Trial) -> None:
    """Check the retry after a failure of ЕМИАС."""
    _judge_retry(trial, "HTTP 503", pause=0.0)


@then("МИС повторяет передачу в ЕМИАС не раньше чем через минуту")
def repeats_after_a_minute(trial: Trial) -> None:
    """Check the retry after RATE_LIMIT of ЕМИАС."""
    _judge_retry(trial, "RATE_LIMIT", pause=RATE_LIMIT_PAUSE)


@then("МИС показывает, что документ зарегистрирован, несмотря на сбой ЕМИАС")
def still_registered(trial: Trial) -> None:
    """Check that what happens at ЕМИАС leaves the registration as it is."""
    number = trial.track.emdr_id
    if number is None:
        raise StandError("документ не зарегистрирован: шага о регистрации не было")
    judge_status(
        trial,
        trial.track,
        lambda shown: list(check_registered(shown, emdr_id=number, event="ответ ЕМИАС")),
    )


def _judge_retry(trial: Trial, failure: str, *, pause: float) -> None:
    track = trial.track
    _, found = repeated(
        trial,
        failure,
        what=f"повтор передачи в ЕМИАС после {failure}",
        wanted=lambda entry: _is_copy(trial, track, entry),
        first=judged_copy(trial, track),
        pause=pause,
    )
    trial.add(found)


def judged_copy(trial: Trial, track: Track) -> Entry:
    """Return the first message that hands the document over; gives up when it is wrong."""
    if track.emdr_id is None:
        await_registered(trial, track)
    stop_unless_told(trial, track)
    entry = _copy(trial, track)
    if entry is None:
        url = trial.run.addresses[Service.EMIAS]
        trial.block(finding("EMIAS-NOT-SENT", seconds=f"{trial.view.wait_seconds:g}", url=url))
    trial.view.touch(entry)
    if entry.seq < results(trial, track, 1)[0].seq:
        trial.block(_not_registered(entry))
    _, request = read_registration(trial, entry)
    if request is not None and track.emdr_id is not None:
        uid = local_uid(trial, track)
        trial.add(check_registered_copy(request, emdr_id=track.emdr_id, local_uid=uid))
        trial.add(check_mnemonic(request, trial.run.declaration.mnemonic or ""))
    if trial.blocking:
        trial.block()
    return entry


def _copy(trial: Trial, track: Track) -> Entry | None:
    return trial.view.wait(
        f"{REGISTER} от МИС на {trial.run.addresses[Service.EMIAS]}",
        lambda entry: _is_copy(trial, track, entry),
        after=track.since,
    )


def _watch(trial: Trial, track: Track, *, until_result: bool = False) -> Entry | None:
    """Return a document that goes to ЕМИАС in the time in which none should."""
    found = trial.view.wait(
        "не передаст ли МИС документ в ЕМИАС",
        lambda entry: (
            _is_copy(trial, track, entry) or (until_result and _is_result(trial, track, entry))
        ),
        after=track.since,
        seconds=trial.quiet(QUIET_SECONDS) + (trial.result_delay if until_result else 0.0),
    )
    return found if found is not None and found.operation == REGISTER else None


def _is_copy(trial: Trial, track: Track, entry: Entry) -> bool:
    return (
        entry.actor == CANDIDATE
        and entry.peer == Service.EMIAS
        and entry.operation == REGISTER
        and entry.phase is Phase.REQUEST
        and (
            entry.local_uid == local_uid(trial, track)
            or (track.emdr_id is not None and entry.emdr_id == track.emdr_id)
        )
    )


def _is_result(trial: Trial, track: Track, entry: Entry) -> bool:
    return (
        entry.operation == RESULT
        and entry.phase is Phase.REQUEST
        and entry.peer == CANDIDATE
        and entry.local_uid == local_uid(trial, track)
    )


def _notice(trial: Trial, track: Track) -> Entry:
    found = trial.view.wait(
        "ответ ЕМИАС о переданном документе",
        lambda entry: entry.actor == Service.EMIAS and _is_result(trial, track, entry),
        after=track.since,
    )
    if found is None:
        raise StandError("ЕМИАС не ответила о переданном документе")
    return found


def _not_registered(entry: Entry, why: str = "результата ещё не было") -> Finding:
    return finding("EMIAS-NOT-REGISTERED", where=_place(entry), why=why)


def _place(entry: Entry) -> Where:
    return Where(part=f"registerDocument к ЕМИАС (запись журнала {entry.seq})")
