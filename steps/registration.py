"""«Тогда» about registerDocument: the request, its synchronous answer, the decision."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.behaviour.connection import Deed, check_path
from dopusk.declaration.connection import Service, receivers
from dopusk.journal import Entry
from dopusk.remd.checks import check_metadata, check_replacement, check_transport
from dopusk.ticket import FORWARDING
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.soap import read_envelope
from steps.messages import (
    REGISTER,
    attempts,
    decided_codes,
    decided_findings,
    decision,
    first_attempt,
    first_sent,
    local_uid,
    read_registration,
)
from steps.parties import party, service
from steps.trial import StandError, Track, Trial


@then("МИС обращается к registerDocument")
def sends_registration(trial: Trial) -> None:
    """Wait for the first registerDocument of the document."""
    await_registration(trial, trial.track)


def await_registration(trial: Trial, track: Track) -> None:
    """Wait for the first registerDocument of a document; gives up when none comes."""
    check_forwarding(trial)
    strayed = first_sent(trial, track)
    if strayed is not None and strayed.peer not in receivers(trial.run.variant):
        trial.view.touch(strayed)
        trial.block(*_bypassed(trial, strayed))
    if first_attempt(trial, track) is None:
        trial.block(
            finding(
                "WAIT-NO-REQUEST",
                seconds=f"{trial.view.wait_seconds:g}",
                url=trial.run.entry_url,
            )
        )


@then("транспортный заголовок и адресация верны")
def transport_is_right(trial: Trial) -> None:
    """Check envelope, transportHeader and WS-Addressing of the first attempt."""
    entry = _first(trial)
    trial.add(read_envelope(entry.body, part=REGISTER)[1])
    envelope, _ = read_registration(trial, entry)
    if envelope is not None:
        run = trial.run
        trial.add(check_transport(envelope, entry.headers, run.declaration, profile=run.profile))


@then("сведения о документе в запросе полны и верны")
def metadata_is_right(trial: Trial) -> None:
    """Check the metadata of the first attempt against НСИ 1520 and the stand's registries."""
    entry = _first(trial)
    _, request = read_registration(trial, entry)
    if request is not None:
        trial.add(check_metadata(request, trial.run.declaration, now=entry.stand_at))


@then(party("{party} принимает запрос на проверку"))
def accepted(trial: Trial, party: str) -> None:
    """Wait until the party has taken the request to be checked, whatever becomes of it later."""
    _wait_accepted(trial, service(party))


@then("запрос принят на проверку")
def accepted_at_entry(trial: Trial) -> None:
    """Wait until the service to which the МИС sends has taken the request to be checked."""
    _wait_accepted(trial, trial.run.entry)


def _wait_accepted(trial: Trial, by: Service) -> None:
    sends_registration(trial)
    stages = ("sync", "accepted", "stage1", "refused")
    made = decision(trial, trial.track, "ответ на запрос", *stages, by=by)
    if made is None:
        raise StandError(f"{by.value}: ответа на запрос нет")
    if made.note["stage"] == "sync":
        trial.block(*decided_findings(made))


@then(party("{party} отказывает в приёме запроса"))
def refused_at_once(trial: Trial, party: str) -> None:
    """Wait for the planned synchronous refusal."""
    await_registration(trial, trial.track)
    what = f"синхронный отказ ({party})"
    refused = decision(trial, trial.track, what, "sync", by=service(party))
    if refused is None:
        raise StandError(f"{party}: отказа нет, хотя он назначен сценарием")


@then("РЭМД регистрирует документ")
def registered(trial: Trial) -> None:
    """Wait for the decision; a refusal brings its findings here."""
    await_registered(trial, trial.track)


@then("РЭМД регистрирует каждый документ")
def every_registered(trial: Trial) -> None:
    """Wait for the decision on each document of the scenario."""
    for track in trial.tracks:
        await_registered(trial, track)


def await_registered(trial: Trial, track: Track) -> None:
    """Wait until РЭМД has registered a document; a refusal on the way gives up the scenario."""
    await_registration(trial, track)
    made = decision(
        trial,
        track,
        "решение РЭМД о регистрации",
        "registered",
        "refused",
        "sync",
        planned=False,
    )
    if made is None:
        raise StandError("РЭМД не принял решения о регистрации")
    if made.note["stage"] != "registered":
        found = decided_findings(made)
        codes = ", ".join(decided_codes(made))
        trial.block(*(found or [finding("REG-REFUSED", got=codes, codes=codes)]))
    track.emdr_id = str(made.note["emdr_id"])


@then("новая версия имеет свой localUid и ссылается на прежнюю")
def is_a_replacement(trial: Trial) -> None:
    """Check localUid and associations of a new version."""
    previous = _previous(trial)
    if previous.emdr_id is None:
        raise StandError("прежняя версия в сценарии не зарегистрирована")
    _judge_replacement(trial, previous, previous.emdr_id)


@then("исправленный документ имеет свой localUid")
def mended_has_own_uid(trial: Trial) -> None:
    """Check that the mended document is not sent under the refused localUid."""
    sends_registration(trial)
    _judge_replacement(trial, _previous(trial), None)


def check_forwarding(trial: Trial) -> None:
    """Give up when the application makes ЕМИАС forward, or not, against the variant."""
    run = trial.run
    wanted = FORWARDING.get(run.variant)
    declared = run.declaration.forwards(run.variant)
    if wanted is not None and declared is not wanted:
        words = {True: "нужна", False: "не нужна"}
        trial.block(
            finding(
                "TICKET-FORWARDING",
                expected=words[wanted],
                got=words[declared],
                variant=run.variant.value,
            )
        )


def _bypassed(trial: Trial, entry: Entry) -> list[Finding]:
    where = Where(part=f"{REGISTER} (запись журнала {entry.seq})")
    deed = Deed(REGISTER, Service(entry.peer or "").label, None, where)
    variant = trial.run.variant
    permitted = [item.label for item in receivers(variant)]
    return check_path([deed], permitted=permitted, variant=variant.value)


def _judge_replacement(trial: Trial, previous: Track, emdr_id: str | None) -> None:
    _, request = read_registration(trial, _first(trial))
    if request is not None:
        uid = local_uid(trial, previous)
        trial.add(check_replacement(request, previous_local_uid=uid, previous_emdr_id=emdr_id))


def _first(trial: Trial) -> Entry:
    sent = attempts(trial, trial.track)
    if not sent:
        raise StandError("в сценарии нет шага «Тогда МИС обращается к registerDocument»")
    trial.view.touch(sent[0])
    return sent[0]


def _previous(trial: Trial) -> Track:
    if trial.track.previous is None:
        raise StandError("в сценарии нет прежней версии документа")
    return trial.track.previous
