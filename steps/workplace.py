"""Steps of mo-2: a doctor works in ГИС ЕМИАС, the candidate has nothing to send."""

from __future__ import annotations

from uuid import uuid4

from lxml import etree
from pytest_bdd import then, when

import fixtures.cases as cases
from dopusk.declaration.connection import Service
from dopusk.drivers import DriverError
from dopusk.journal import Phase
from dopusk.verdict import finding
from dopusk.wire.soap import normalise_id
from fixtures.reference_mis import demo_declaration
from fixtures.reference_mis.config import CREDENTIALS
from fixtures.reference_mis.document import Identity, form
from fixtures.reference_mis.request import RequestWriter
from fixtures.reference_mis.signing import KeyStore
from fixtures.reference_mis.store import Version
from fixtures.reference_mis.xml import to_bytes
from steps.messages import DECISION, REGISTER, decided_codes, decided_findings, decision
from steps.trial import StandError, Track, Trial


@when("врач оформляет заключение в ГИС ЕМИАС")
def works_in_emias(trial: Trial) -> None:
    """Have ЕМИАС form, sign and register a document of the training MO."""
    if trial.run.circuit is not None:
        body, data = _document(trial)
        trial.run.circuit.work(body, data)
    formed = [
        entry
        for entry in trial.view.entries(operation=DECISION, actor=Service.EMIAS)
        if entry.note.get("stage") == "formed"
    ]
    if not formed:
        raise StandError("ЕМИАС не оформила документ")
    case = cases.for_declaration(
        "fit", demo_declaration(), now=trial.run.clock.now(), serial=trial.serial
    )
    trial.tracks.append(Track(case, formed[-1].seq - 1, "", formed[-1].local_uid))
    trial.view.wait(
        "registerDocument от ЕМИАС",
        lambda entry: (
            entry.actor == Service.EMIAS
            and entry.operation == REGISTER
            and entry.phase is Phase.REQUEST
        ),
    )


@when("тот же осмотр записан в МИС организации")
def told_to_mis(trial: Trial) -> None:
    """Give the exam to the МИС of the MO, if it has one."""
    case = cases.for_declaration(
        "fit", trial.run.declaration, now=trial.run.clock.now(), serial=trial.serial
    )
    try:
        trial.run.driver.submit(case)
    except DriverError:
        return  # In this variant the MO may have no МИС at all: then nothing can be sent.


@then("РЭМД регистрирует документ ЕМИАС")
def registered(trial: Trial) -> None:
    """Wait until РЭМД has registered what was made in ЕМИАС."""
    stages = ("registered", "refused", "sync")
    made = decision(trial, trial.track, "решение РЭМД о документе ЕМИАС", *stages, by=Service.REMD)
    if made is None:
        raise StandError("РЭМД не принял решения о документе ЕМИАС")
    if made.note["stage"] != "registered":
        codes = ", ".join(decided_codes(made))
        trial.block(*(decided_findings(made) or [finding("REG-REFUSED", got=codes, codes=codes)]))
    trial.track.emdr_id = str(made.note["emdr_id"])


@then("РЭМД отказывает документу ЕМИАС")
def refused(trial: Trial) -> None:
    """Wait for the planned refusal."""
    made = decision(trial, trial.track, "отказ РЭМД", "refused", "sync", by=Service.REMD)
    if made is None:
        raise StandError("РЭМД не отказал, хотя отказ назначен сценарием")


def _document(trial: Trial) -> tuple[bytes, bytes]:
    """Return registerDocumentRequest and the document of a training МО, signed by test keys."""
    now = trial.run.clock.now().replace(microsecond=0)
    case = cases.for_declaration("fit", demo_declaration(), now=now, serial=trial.serial)
    uid = str(uuid4())
    identity = Identity(uid, str(uuid4()), 1, trial.serial, now.replace(second=0))
    data = to_bytes(form(case, identity))
    keys = KeyStore(CREDENTIALS)
    signed = keys.sign(keys.plan(case, data, now), data)
    version = Version(normalise_id(uid), identity, case, None)
    body = RequestWriter("dopusk-emias").write(version, signed)
    return etree.tostring(body, encoding="utf-8"), data
