"""«Тогда» about the way of a document: whom the МИС sent it to, and what relays made of it."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.behaviour.connection import Deed, check_path, check_scope, check_sent_once
from dopusk.declaration.connection import Service, receivers
from dopusk.journal import Entry, Phase
from dopusk.verdict import Where, finding
from dopusk.wire.messages import RegisterDocument, SearchRegistryItem
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import read_envelope
from steps.messages import (
    CANDIDATE,
    DECISION,
    REGISTER,
    attempts,
    local_uid,
    read_registration,
    variant_start,
)
from steps.parties import party, service
from steps.trial import StandError, Trial

SECOND_SECONDS = 60.0
"""Seconds, before scaling, in which a МИС that registers twice would have done so."""
QUIET_SECONDS = 150.0
"""Seconds, before scaling, in which a МИС that sends what it should not would have done so."""


@then(party("{party} передаёт документ в РЭМД"))
def passed_on(trial: Trial, party: str) -> None:
    """See that the relay sent the document to РЭМД as it came, and under its own name."""
    _passed(trial, service(party), Service.REMD)


@then(party("{party} передаёт документ в ГИС субъекта"))
def passed_to_gis(trial: Trial, party: str) -> None:
    """See that the relay sent the document to ГИС субъекта as it came."""
    _passed(trial, service(party), Service.GIS)


@then("МИС отправила документ один раз")
def sent_once(trial: Trial) -> None:
    """Check that a failure behind the relay made the МИС send nothing again."""
    sent = attempts(trial, trial.track)
    trial.view.touch(*sent)
    trial.add(check_sent_once(len(sent)))


@then("документ зарегистрирован в РЭМД один раз")
def registered_once(trial: Trial) -> None:
    """Check that the document has one number in РЭМД, and went only where the variant says."""
    uid = local_uid(trial, trial.track)

    def is_registration(entry: Entry) -> bool:
        return (
            entry.operation == DECISION
            and entry.actor == Service.REMD
            and entry.local_uid == uid
            and entry.note.get("stage") == "registered"
        )

    first = trial.view.wait("регистрация в РЭМД", is_registration, after=trial.track.since)
    if first is None:
        raise StandError("документ не зарегистрирован: шага о регистрации не было")
    again = trial.view.wait(
        "нет ли второй регистрации",
        is_registration,
        after=first.seq,
        seconds=trial.quiet(SECOND_SECONDS),
    )
    if again is not None:
        numbers = f"{first.note['emdr_id']}, {again.note['emdr_id']}"
        trial.block(finding("PATH-DOUBLE-REGISTRATION", got=2, numbers=numbers))
    variant = trial.run.variant
    permitted = [item.label for item in receivers(variant)]
    trial.add(check_path(deeds(trial), permitted=permitted, variant=variant.value))


@then("МИС ничего не отправляет")
def nothing_sent(trial: Trial) -> None:
    """Watch for a registerDocument of the candidate: none is to come."""
    trial.view.wait(
        "не отправит ли МИС документ",
        lambda entry: _is_deed(entry) and entry.operation == REGISTER,
        seconds=trial.quiet(QUIET_SECONDS),
    )
    trial.add(check_path(deeds(trial), permitted=(), variant=trial.run.variant.value))


@then("МИС не вышла за пределы заявленных прав")
def within_scope(trial: Trial) -> None:
    """Compare operations and organisations of the scenario with the declared scope."""
    _await_more(trial)
    trial.add(check_scope(deeds(trial), trial.run.declaration))


@then("ни в одном сценарии МИС не вышла за пределы заявленных прав")
def always_within_scope(trial: Trial) -> None:
    """Compare everything that the МИС has called in this variant with the declared scope."""
    _await_more(trial)
    start, end = variant_start(trial), trial.view.horizon
    entries = trial.run.journal.entries(start, actor=CANDIDATE, upto=end)
    done = [_deed(entry, trial.run.profile) for entry in entries if _is_deed(entry)]
    trial.add(check_scope(done, trial.run.declaration))


def _await_more(trial: Trial) -> None:
    """Give the МИС time to call what it should not."""
    trial.view.wait(
        "что ещё вызовет МИС",
        lambda entry: _is_deed(entry) and entry.operation not in (REGISTER, "searchRegistryItem"),
        seconds=trial.quiet(SECOND_SECONDS),
    )


def deeds(trial: Trial) -> list[Deed]:
    """Return what the МИС called in this scenario, oldest first."""
    return [
        _deed(entry, trial.run.profile)
        for entry in trial.view.entries(actor=CANDIDATE)
        if _is_deed(entry)
    ]


def _is_deed(entry: Entry) -> bool:
    return (
        entry.actor == CANDIDATE
        and entry.phase is Phase.REQUEST
        and entry.peer in set(Service)
        and entry.operation not in ("wsdl", "unknown")
    )


def _deed(entry: Entry, profile: WireProfile) -> Deed:
    envelope, _ = read_envelope(entry.body, part=entry.operation)
    message = profile.read(envelope.body) if envelope else None
    organization = None
    if isinstance(message, RegisterDocument | SearchRegistryItem) and message.organization:
        organization = message.organization.value
    label = Service(entry.peer).label if entry.peer else ""
    where = Where(part=f"{entry.operation} (запись журнала {entry.seq})")
    return Deed(entry.operation, label, organization, where)


def _passed(trial: Trial, relay: Service, target: Service) -> None:
    uid = local_uid(trial, trial.track)
    found = trial.view.wait(
        f"{relay.label}: передача документа ({target.label})",
        lambda entry: (
            entry.actor == relay
            and entry.peer == target
            and entry.operation == REGISTER
            and entry.phase is Phase.REQUEST
            and entry.local_uid == uid
        ),
        after=trial.track.since,
    )
    if found is None:
        raise StandError(f"{relay.label} не передала документ ({target.label})")
    trial.view.touch(found)
    _, came = read_registration(trial, attempts(trial, trial.track)[0])
    _, went = read_registration(trial, found)
    if came is None or went is None or came.checksum is None or went.checksum is None:
        return
    if came.checksum.value != went.checksum.value:
        raise StandError(f"{relay.label} изменила документ")
