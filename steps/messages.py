"""Finds and reads the messages of a scenario's documents in its view of the journal."""

from __future__ import annotations

from dopusk.declaration.connection import Service
from dopusk.journal import Entry, Phase
from dopusk.remd.ips import ProvedMessage, prove
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument, RegistrationResult
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import Envelope, normalise_id, read_envelope
from steps.trial import StandError, Track, Trial

REGISTER = "registerDocument"
GET_FILE = "getDocumentFile"
RESULT = "sendRegisterDocumentResult"
DECISION = "decision"
STAND_ERROR = "stand-error"
CANDIDATE = "candidate"
BY_PLAN = "fault plan"
"""Cause of a decision that the scenario itself asked for."""


def attempts(trial: Trial, track: Track) -> list[Entry]:
    """Return the registerDocument requests of a document, oldest first."""
    until = next((other.since for other in trial.tracks if other.previous is track), None)
    return [
        entry
        for entry in trial.view.entries(operation=REGISTER, after=track.since)
        if is_attempt(trial, track, entry) and (until is None or entry.seq < until)
    ]


def is_attempt(trial: Trial, track: Track, entry: Entry) -> bool:
    """Tell whether the entry is a registerDocument of the МИС for this document."""
    return (
        entry.actor == CANDIDATE and entry.peer == trial.run.entry and _is_sent(trial, track, entry)
    )


def _is_sent(trial: Trial, track: Track, entry: Entry) -> bool:
    return (
        entry.actor == CANDIDATE
        and entry.operation == REGISTER
        and entry.phase is Phase.REQUEST
        and _belongs(trial, track, entry)
    )


def first_attempt(trial: Trial, track: Track) -> Entry | None:
    """Return the first registerDocument of a document, waiting for it while the run is live."""
    found = trial.view.wait(
        f"{REGISTER} от МИС на {trial.run.entry_url}",
        lambda entry: is_attempt(trial, track, entry),
        after=track.since,
    )
    if found is not None and track.told_local_uid is None:
        track.told_local_uid = found.local_uid
    return found


def first_sent(trial: Trial, track: Track) -> Entry | None:
    """Return the first registerDocument of a document to whatever service, waiting while live."""
    return trial.view.wait(
        f"{REGISTER} от МИС на {trial.run.entry_url}",
        lambda entry: _is_sent(trial, track, entry),
        after=track.since,
    )


def variant_start(trial: Trial) -> int:
    """Return the journal number with which this variant's first scenario began.

    Variants run one after another, so the entries of its circuit follow it.
    """
    prefix = f"{trial.run.variant.value}/"
    begins = trial.run.journal.entries(actor="runner", operation="scenario-begin")
    return next(
        (mark.seq for mark in begins if (mark.scenario or "").startswith(prefix)), trial.view.begin
    )


def local_uid(trial: Trial, track: Track) -> str:
    """Return the localUid of a document, in the journal's form; it must have been sent already."""
    sent = attempts(trial, track)
    if sent and sent[0].local_uid:
        return sent[0].local_uid
    return normalise_id(track.told_local_uid or "")


def read_registration(
    trial: Trial, entry: Entry
) -> tuple[Envelope | None, RegisterDocument | None]:
    """Return envelope and request of a registerDocument; None where they cannot be read.

    Of a message through ИПС, which is the way to РЭМД alone, only what the signature proves is
    read; gives up when it proves nothing.
    """
    envelope, _ = read_envelope(entry.body, part=REGISTER)
    if envelope is not None and trial.run.declaration.via_ips and entry.peer == Service.REMD:
        proof = proved(trial, entry, envelope)
        if proof.envelope is None:
            trial.block(*proof.findings)
        envelope = proof.envelope
    return envelope, None if envelope is None else _registration(envelope, trial.run.profile)


def proved(trial: Trial, entry: Entry, envelope: Envelope) -> ProvedMessage:
    """Return what the signature of a message proves, by the stand's clock or the real one."""
    return prove(
        entry.body,
        envelope,
        trust=trial.run.trust,
        checked_at=entry.stand_at,
        real_at=entry.at,
    )


def _registration(envelope: Envelope, profile: WireProfile) -> RegisterDocument | None:
    message = profile.read(envelope.body)
    return message if isinstance(message, RegisterDocument) else None


def decision(
    trial: Trial,
    track: Track,
    what: str,
    *stages: str,
    planned: bool | None = None,
    by: Service | None = None,
) -> Entry | None:
    """Return a decision on a document at one of the `stages`, waiting while live.

    It is the decision of one service, or, without `by`, of any on the way to РЭМД: the one that
    took the document or РЭМД itself. With `planned` only decisions that the fault plan made
    (True) or the candidate earned (False) count. Raises StandError when the stand noted an error
    of its own meanwhile.
    """
    uid = local_uid(trial, track)
    deciding = {by} if by else {trial.run.entry, Service.REMD}

    def wanted(entry: Entry) -> bool:
        if entry.operation == STAND_ERROR:
            return True
        return (
            entry.operation == DECISION
            and entry.actor in deciding
            and entry.local_uid == uid
            and entry.note.get("stage") in stages
            and (planned is None or (entry.note.get("cause") == BY_PLAN) is planned)
        )

    found = trial.view.wait(what, wanted, after=track.since)
    if found is not None and found.operation == STAND_ERROR:
        raise StandError(str(found.note.get("error", "стенд записал ошибку без текста")))
    return found


def stage_of(trial: Trial, result: Entry) -> str | None:
    """Return whose result a registerDocumentResult is, where Иная ИС marks it."""
    envelope, _ = read_envelope(result.body, part=RESULT)
    message = trial.run.profile.read(envelope.body) if envelope else None
    return message.stage if isinstance(message, RegistrationResult) else None


def decided_findings(entry: Entry) -> list[Finding]:
    """Return the findings on which the stand's decision rests."""
    return [Finding.from_dict(data) for data in entry.note.get("findings", ())]


def decided_codes(entry: Entry) -> tuple[str, ...]:
    """Return the НСИ 305 codes with which the stand refused."""
    return tuple(error["code"] for error in entry.note.get("errors", ()))


def _belongs(trial: Trial, track: Track, entry: Entry) -> bool:
    """Tell a document's attempts from those of other documents.

    The localUid decides; an attempt under an unknown localUid belongs to the document if it is
    about the same patient (a МИС that takes a new localUid for a retry is found that way). A
    patient's id in the МИС is of this document alone, a СНИЛС is not.
    """
    uid = normalise_id(entry.local_uid or "")
    if track.told_local_uid and uid == normalise_id(track.told_local_uid):
        return True
    others = [other.told_local_uid for other in trial.tracks if other is not track]
    if uid in {normalise_id(other) for other in others if other}:
        return False
    envelope, _ = read_envelope(entry.body, part=REGISTER)
    request = None if envelope is None else _registration(envelope, trial.run.profile)
    if request is None or request.patient is None:
        return track.told_local_uid is None
    patient, told = track.case.patient, request.patient
    if told.local_id is not None and told.local_id.value == patient.local_id:
        return True
    same_person = told.snils is not None and told.snils.value == patient.snils
    return same_person and track.told_local_uid is None
