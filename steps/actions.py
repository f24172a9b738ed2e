"""«Когда»: what the МИС, its operator or another system does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from pytest_bdd import when

import fixtures.cases as cases
from dopusk.cases import ControlCase
from dopusk.drivers import DriverError, Submission
from dopusk.journal import Entry, Phase
from dopusk.verdict import finding
from steps.operator import give_up
from steps.trial import StandError, Track, Trial


@when("МИС отправляет документ на регистрацию")
def register_document(trial: Trial) -> None:
    """Make the МИС form, sign and send a document for the control example."""
    case = _case(trial)
    _submit(trial, "отправка документа", lambda: trial.run.driver.submit(case), None)


@when("МИС отправляет другой документ на регистрацию")
def register_another(trial: Trial) -> None:
    """Make the МИС send a document about another person while the first is under way."""
    register_document(trial)


@when("МИС отправляет новую версию документа с другим заключением")
def register_version(trial: Trial) -> None:
    """Make the МИС replace the registered document by another finding of the exam."""
    case, previous = cases.with_other_conclusion(_case(trial)), trial.track
    _submit(
        trial,
        "новая версия документа",
        lambda: trial.run.driver.replace(previous.ref, case),
        previous,
    )


@when("МИС отправляет исправленный документ")
def register_mended(trial: Trial) -> None:
    """Make the МИС send the refused document again after its operator mended it."""
    case, previous = _case(trial), trial.track
    mended = case.changed(ended=case.exam.ended + timedelta(minutes=1))
    _submit(
        trial,
        "исправленный документ",
        lambda: trial.run.driver.replace(previous.ref, mended),
        previous,
    )


@when("другая система запрашивает зарегистрированный документ")
def demand(trial: Trial) -> None:
    """Let the stand demand the file on behalf of another system."""
    emdr_id = trial.track.emdr_id
    if emdr_id is None:
        raise StandError("документ не зарегистрирован: запрашивать нечего")
    if trial.run.circuit is not None:
        trial.run.circuit.demand(emdr_id)


def _case(trial: Trial) -> ControlCase:
    if trial.case is None:
        raise StandError("в сценарии нет шага «Дано контрольный пример …»")
    return trial.case


def _submit(
    trial: Trial,
    action: str,
    act: Callable[[], Submission],
    previous: Track | None,
) -> None:
    try:
        submission = act()
    except DriverError as error:
        give_up(trial, error, finding("DRIVER-FAILED", action=action, reason=error))
    else:
        action_entry = _action_entry(trial)
        sent = ControlCase.from_json(json.loads(action_entry.body)["case"])
        trial.case = sent
        trial.tracks.append(
            Track(
                case=sent,
                since=action_entry.seq,
                ref=submission.ref,
                told_local_uid=submission.local_uid,
                previous=previous,
            )
        )


def _action_entry(trial: Trial) -> Entry:
    """Return the journal's record of the action that made the document that comes next.

    The control example is taken from it, so that a recorded run is judged by the example that the
    МИС was given then.
    """
    actions = [
        entry
        for entry in trial.view.entries(actor="driver", phase=Phase.REQUEST)
        if entry.operation in ("submit", "replace")
    ]
    return actions[len(trial.tracks)]
