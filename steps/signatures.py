"""«Тогда» about signatures: of staff and organisation on the document, of the МИС on messages."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_bdd import then

from dopusk.journal import Entry
from dopusk.remd.signatures import check_request_signatures
from dopusk.wire.soap import read_envelope
from steps.document import served_document
from steps.messages import REGISTER, attempts, proved, read_registration
from steps.trial import Track, Trial


@then("подписи документа верны")
def signatures_are_valid(trial: Trial) -> None:
    """Verify every container of the request over the bytes that the МИС served."""
    _judge_document(trial, trial.track)


@then("подписи каждого документа верны")
def every_document_is_signed(trial: Trial) -> None:
    """Verify the containers of each document of the scenario."""
    for track in trial.tracks:
        _judge_document(trial, track)


def _judge_document(trial: Trial, track: Track) -> None:
    served = served_document(trial, track)
    entry = attempts(trial, track)[0]
    _, request = read_registration(trial, entry)
    trial.view.touch(entry)
    if request is None or served.data is None:
        return
    run = trial.run
    trial.add(
        check_request_signatures(
            request, served.data, run.declaration, trust=run.trust, received_at=entry.stand_at
        )
    )


@then("сообщение подписано по правилам ИПС")
def message_is_signed(trial: Trial) -> None:
    """Verify the WS-Security signature of the first registerDocument of the document."""
    _judge_messages(trial, attempts(trial, trial.track)[:1])


@then("каждая отправка подписана по правилам ИПС")
def every_attempt_is_signed(trial: Trial) -> None:
    """Verify the WS-Security signature of every registerDocument of the document."""
    _judge_messages(trial, attempts(trial, trial.track))


def _judge_messages(trial: Trial, entries: Iterable[Entry]) -> None:
    for entry in entries:
        trial.view.touch(entry)
        envelope, found = read_envelope(entry.body, part=REGISTER)
        trial.add(found if envelope is None else proved(trial, entry, envelope).findings)
