"""The application to СТП: composed from the declaration, checked, compared with the traffic."""

from __future__ import annotations

from pytest_bdd import then, when

from dopusk.declaration.connection import Service
from dopusk.journal import Draft, Entry, Phase
from dopusk.remd.checks.emias import check_mnemonic
from dopusk.ticket import Application, check_application, check_notices, compose, read, render
from steps.emias import judged_copy
from steps.messages import CANDIDATE, REGISTER, RESULT, read_registration, variant_start
from steps.registration import await_registration
from steps.trial import StandError, Trial

TICKET = "ticket"
"""Operation of the journal's line that holds the text of the application."""


@when("по декларации составляют заявку в СТП")
def compose_ticket(trial: Trial) -> None:
    """Write the application into the journal; a recorded run has it already."""
    if trial.run.recorded:
        return
    trial.run.journal.append(
        Draft(
            Phase.EVENT,
            "runner",
            TICKET,
            scenario=trial.id,
            body=render(_declared(trial)).encode(),
        )
    )


@then("тема, мнемоника, адреса и отправка в ФРЭМД в заявке верны")
def ticket_is_right(trial: Trial) -> None:
    """Check the text of the application as СТП would read it."""
    written = trial.view.entries(operation=TICKET)
    if not written:
        raise StandError("в сценарии нет шага «Когда по декларации составляют заявку в СТП»")
    trial.view.touch(written[-1])
    trial.add(check_application(read(written[-1].body.decode()), _declared(trial)))


@then("обмен с ЕМИАС согласен с заявкой")
def traffic_agrees(trial: Trial) -> None:
    """Compare every message to ЕМИАС in this run so far, and its notifications, with it."""
    application = _declared(trial)
    if trial.run.entry is Service.EMIAS:
        await_registration(trial, trial.track)
    else:
        judged_copy(trial, trial.track)
    for entry in _of_the_variant(trial, REGISTER):
        if _is_sent_to_emias(entry):
            trial.view.touch(entry)
            _, request = read_registration(trial, entry)
            if request is not None:
                trial.add(check_mnemonic(request, application.mnemonic))
    notices = [entry for entry in _of_the_variant(trial, RESULT) if _is_notice(entry)]
    trial.view.touch(*notices)
    trial.add(check_notices([entry.url or "" for entry in notices], application))


def _declared(trial: Trial) -> Application:
    return compose(trial.run.declaration, trial.run.variant)


def _of_the_variant(trial: Trial, operation: str) -> list[Entry]:
    """Return the entries of this variant's circuit, those of earlier scenarios too."""
    start, end = variant_start(trial), trial.view.horizon
    return trial.run.journal.entries(start, operation=operation, upto=end)


def _is_sent_to_emias(entry: Entry) -> bool:
    return (
        entry.actor == CANDIDATE
        and entry.peer == Service.EMIAS
        and entry.operation == REGISTER
        and entry.phase is Phase.REQUEST
    )


def _is_notice(entry: Entry) -> bool:
    return entry.actor == Service.EMIAS and entry.peer == CANDIDATE and entry.phase is Phase.REQUEST
