"""«Тогда» about MOs: each document is made and sent on behalf of its own."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.behaviour.connection import check_organization
from steps.document import document_report
from steps.messages import attempts, read_registration
from steps.trial import Trial


@then("каждый документ оформлен и отправлен от имени своей МО")
def own_organization(trial: Trial) -> None:
    """Compare the MO of request and document with that of the control example."""
    for track in trial.tracks:
        entry = attempts(trial, track)[0]
        _, request = read_registration(trial, entry)
        document = document_report(trial, track).document
        trial.view.touch(entry)
        if request is not None:
            trial.add(check_organization(request, document, track.case))
    if trial.blocking:
        trial.block()
