"""«Тогда» about the file: getDocumentFile, СЭМД, agreement with request and control example."""

from __future__ import annotations

from pytest_bdd import parsers, then

from dopusk.catalogue import Catalogue
from dopusk.journal import Entry, Phase
from dopusk.remd.checks import check_same_file
from dopusk.remd.checks.values import text
from dopusk.remd.directory import Directory
from dopusk.semd import (
    DocumentReport,
    check_against_case,
    check_against_request,
    check_document,
    check_kind,
    check_version,
)
from dopusk.verdict import finding
from steps.messages import (
    CANDIDATE,
    DECISION,
    GET_FILE,
    STAND_ERROR,
    attempts,
    decided_findings,
    local_uid,
    read_registration,
)
from steps.registration import await_registration
from steps.served import ServedFile, read_served
from steps.trial import StandError, Track, Trial


@then("МИС отдаёт файл документа")
def serves_file(trial: Trial) -> None:
    """Wait for getDocumentFile and its answer, and check the answer."""
    served = served_document(trial, trial.track)
    trial.add(served.findings)
    if served.data is None:
        trial.block()


@then(parsers.parse("файл является СЭМД вида {kind} без ошибок"))
def is_semd(trial: Trial, kind: str) -> None:
    """Check bytes, XML, structure and rules of the document."""
    report = document_report(trial, trial.track)
    trial.add(report.findings)
    trial.add(check_kind(report, kind))
    if report.document is None:
        trial.block()


@then("документ согласован с запросом")
def agrees_with_request(trial: Trial) -> None:
    """Compare the document with registerDocumentRequest."""
    report = document_report(trial, trial.track)
    _, request = read_registration(trial, attempts(trial, trial.track)[0])
    if report.document is not None and request is not None:
        code = text(request.organization)
        known = Directory.of(trial.run.declaration).organization(code)
        ogrn = known.ogrn if known else None
        trial.add(check_against_request(report.document, request, ogrn=ogrn))


@then("документ передаёт контрольный пример")
def carries_case(trial: Trial) -> None:
    """Compare the document with the control example that the МИС was given."""
    report = document_report(trial, trial.track)
    if report.document is not None:
        trial.add(check_against_case(report.document, trial.track.case))


@then("документ является следующей версией прежнего")
def is_next_version(trial: Trial) -> None:
    """Compare setId, versionNumber and id with those of the previous version."""
    previous = trial.track.previous
    if previous is None:
        raise StandError("в сценарии нет прежней версии документа")
    before, now = document_report(trial, previous), document_report(trial, trial.track)
    if before.document is not None and now.document is not None:
        trial.add(check_version(before.document, now.document))


@then("МИС отдаёт тот же файл, что и при регистрации")
def serves_same_file(trial: Trial) -> None:
    """Compare the file given to another system with the registered one."""
    track = trial.track
    registered = served_document(trial, track)
    exchange = file_exchange(trial, track, after=registered.request.seq)
    demanded = read_served(*exchange, None, trial.run.profile)
    trial.add(demanded.findings)
    if demanded.data is None or registered.data is None or track.emdr_id is None:
        trial.block()
    trial.add(check_same_file(registered.data, demanded.data, emdr_id=track.emdr_id))


def served_document(trial: Trial, track: Track) -> ServedFile:
    """Return the file that was served for registration, waiting for it while the run is live."""
    await_registration(trial, track)
    request, answer = file_exchange(trial, track, after=track.since)
    _, registration = read_registration(trial, attempts(trial, track)[0])
    return read_served(request, answer, registration, trial.run.profile)


def file_exchange(trial: Trial, track: Track, *, after: int) -> tuple[Entry, Entry]:
    """Return a getDocumentFile to the МИС and its answer, waiting for them while live."""
    uid = local_uid(trial, track)

    def wanted(entry: Entry) -> bool:
        if entry.operation == STAND_ERROR:
            return True
        if entry.local_uid != uid or entry.actor != trial.run.entry:
            return False
        if entry.operation == DECISION:
            return entry.note.get("stage") in ("refused", "sync")
        return (
            entry.operation == GET_FILE and entry.phase is Phase.REQUEST and entry.peer == CANDIDATE
        )

    request = trial.view.wait("getDocumentFile к МИС", wanted, after=after)
    if request is None:
        raise StandError(f"{trial.run.entry.label}: файл документа не запрошен")
    if request.operation == STAND_ERROR:
        raise StandError(str(request.note.get("error")))
    if request.operation == DECISION:
        trial.block(*decided_findings(request))
    answer = trial.view.answer_to(request, what="файл документа от МИС")
    if answer is None:
        trial.block(finding("WAIT-NO-FILE-ANSWER", reason="ответа нет"))
    trial.view.touch(request, answer)
    return request, answer


def document_report(trial: Trial, track: Track) -> DocumentReport:
    """Return what is found in the document that the МИС served; gives up when there is none."""
    served = served_document(trial, track)
    if served.data is None:
        trial.block(*served.findings)
    stand_at = served.answer.stand_at
    return check_document(
        served.data,
        as_of=stand_at.date(),
        now=stand_at,
        not_public=Catalogue.load().not_public_dictionaries,
    )
