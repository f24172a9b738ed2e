"""«Тогда» about the signatures of staff and organisation."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.remd.signatures import check_request_signatures
from steps.document import served_document
from steps.messages import attempts, read_registration
from steps.trial import Trial


@then("подписи документа верны")
def signatures_are_valid(trial: Trial) -> None:
    """Verify every container of the request over the bytes that the МИС served."""
    served = served_document(trial, trial.track)
    entry = attempts(trial, trial.track)[0]
    _, request = read_registration(entry)
    trial.view.touch(entry)
    if request is None or served.data is None:
        return
    run = trial.run
    trial.add(
        check_request_signatures(
            request, served.data, run.declaration, trust=run.trust, received_at=entry.stand_at
        )
    )
