"""Finds and reads what a МИС and the services of ОМС exchanged in a scenario's view."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from dopusk.declaration.connection import Service
from dopusk.drivers import RegisterDriver
from dopusk.journal import Entry, Phase
from dopusk.tfoms.conduct import Lookup, services_by_case
from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.sent import SentPackage, package_bytes, read_rows
from dopusk.tfoms.shown import Decided
from dopusk.wire.names import local
from dopusk.wire.xml import read_xml
from steps.messages import CANDIDATE, DECISION, STAND_ERROR
from steps.trial import RegisterTrack, StandError, Trial

ASK_POLICY = "getInsuranceStatus"
FLK_STAGES = frozenset({"package", "format", "flk"})
MEK_STAGE = "mek"
PATIENCE = 30.0
"""Seconds in which the stand itself decides on a package, however short the МИС is waited for."""
_PLACE = re.compile(r"/tfoms/([0-9]{5})")
_INTERNAL = "500"


def register_driver(trial: Trial) -> RegisterDriver:
    """Return the driver as one of registers; an adapter without them says so when it is called."""
    driver = trial.run.driver
    if not isinstance(driver, RegisterDriver):
        raise StandError(f"драйвер {driver.name} не умеет обмена с ТФОМС")
    return driver


def is_package(entry: Entry) -> bool:
    """Tell whether an entry is a package of the МИС on its way to a ТФОМС."""
    return (
        entry.actor == CANDIDATE
        and entry.operation == Operation.SEND
        and entry.phase is Phase.REQUEST
    )


def packages(trial: Trial, *, after: int = 0) -> list[SentPackage]:
    """Return all packages of the scenario, oldest first."""
    return [
        read_package(entry)
        for entry in trial.view.entries(operation=Operation.SEND, after=after)
        if is_package(entry)
    ]


def read_package(entry: Entry) -> SentPackage:
    """Return what a package says, with the territory whose ТФОМС got it."""
    place = _PLACE.search(entry.url or "")
    return SentPackage(
        seq=entry.seq,
        okato=place[1] if place else "",
        name=entry.local_uid or "",
        rows=read_rows(package_bytes(entry.body)),
    )


def packages_of(trial: Trial, track: RegisterTrack) -> list[SentPackage]:
    """Return the packages with the patients of a register, until it was corrected."""
    until = next((item.since for item in trial.registers if item.previous is track), None)
    return [
        package
        for package in packages(trial, after=track.since)
        if _has(package, track) and (until is None or package.seq < until)
    ]


def first_package(trial: Trial, track: RegisterTrack) -> SentPackage | None:
    """Return the first package of a register, waiting for it while the scenario is live."""
    found = trial.view.wait(
        f"пакет реестра в ТФОМС {track.order.okato}",
        lambda entry: is_package(entry) and _has(read_package(entry), track),
        after=track.since,
    )
    return None if found is None else read_package(found)


def flk_decision(trial: Trial, package: SentPackage) -> Entry:
    """Return the decision of ФЛК on a package, waiting while live."""
    return _decision(trial, package, FLK_STAGES, f"ФЛК пакета {package.name}")


def mek_decision(trial: Trial, package: SentPackage) -> Entry:
    """Return the decision of МЭК on a package, waiting while live."""
    return _decision(trial, package, {MEK_STAGE}, f"МЭК по пакету {package.name}")


def flk_passed(decision: Entry) -> bool:
    """Tell whether the package passed ФЛК."""
    return not decision.note.get("errors")


def flk_codes(decision: Entry) -> tuple[str, ...]:
    """Return OSHIB of every PR of the protocol."""
    return tuple(error["OSHIB"] for error in decision.note.get("errors", ()))


def decided(trial: Trial, track: RegisterTrack, decision: Entry) -> list[Decided]:
    """Return what МЭК decided on each service of a register."""
    package = next(item for item in packages(trial) if item.name == decision.local_uid)
    known = services_by_case(track.order, package)
    return [
        Decided(
            service_id=known[case["idcase"]],
            oplata=str(case["oplata"]),
            sum=Decimal(case["sump"]),
            reasons=tuple(item["s_osn"] for item in case["sanctions"]),
        )
        for case in decision.note.get("cases", ())
        if case["idcase"] in known
    ]


def lookups(trial: Trial) -> list[Lookup]:
    """Return the questions that the МИС asked ФЕРЗЛ in the scenario."""
    found = []
    for entry in trial.view.entries(operation=ASK_POLICY, phase=Phase.REQUEST):
        if entry.actor != CANDIDATE or entry.peer != Service.FERZL:
            continue
        answer = next(iter(trial.view.entries(exchange=entry.exchange, phase=Phase.RESPONSE)), None)
        trial.view.touch(entry)
        found.append(_lookup(entry, answer))
    return found


def wait_for(trial: Trial, what: str, operation: str, *, after: int) -> Entry | None:
    """Return the next request of the МИС for an operation, waiting while live."""
    return trial.view.wait(
        what,
        lambda entry: (
            entry.actor == CANDIDATE
            and entry.operation == operation
            and entry.phase is Phase.REQUEST
        ),
        after=after,
    )


def _lookup(entry: Entry, answer: Entry | None) -> Lookup:
    texts = _texts(entry.body)
    return Lookup(
        seq=entry.seq,
        enp=texts.get("enp"),
        snils="".join(filter(str.isdigit, texts.get("snils", ""))) or None,
        on=_day(texts.get("dt")) or entry.stand_at.date(),
        answered=answer is not None and _answered(answer),
    )


def _answered(answer: Entry) -> bool:
    if answer.status != 200:
        return False
    tree = read_xml(answer.body, part="ответ ФЕРЗЛ").tree
    if tree is None:
        return False
    names = {local(element) for element in tree.iter("*")}
    codes = {_text(element) for element in tree.iter("{*}code")}
    return "Fault" not in names and _INTERNAL not in codes


def _texts(body: bytes) -> dict[str, str]:
    tree = read_xml(body, part=ASK_POLICY).tree
    if tree is None:
        return {}
    return {local(element): _text(element) for element in tree.iter("*") if len(element) == 0}


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _decision(trial: Trial, package: SentPackage, stages: Iterable[str], what: str) -> Entry:
    wanted = frozenset(stages)
    found = trial.view.wait(
        what,
        lambda entry: (
            entry.operation == STAND_ERROR
            or (
                entry.operation == DECISION
                and entry.actor == Service.TFOMS
                and entry.local_uid == package.name
                and entry.note.get("okato") == package.okato
                and entry.note.get("stage") in wanted
            )
        ),
        after=package.seq,
        seconds=max(trial.view.wait_seconds, PATIENCE) + trial.result_delay,
    )
    if found is None:
        raise StandError(f"ТФОМС не принял решения: {what}")
    if found.operation == STAND_ERROR:
        raise StandError(str(found.note.get("error", "стенд записал ошибку без текста")))
    return found


def _has(package: SentPackage, track: RegisterTrack) -> bool:
    """Tell whether a package has patients of a register, or nobody knows whom it has."""
    patients = [service.patient for service in track.order.services]
    return not package.rows or any(row.about(who) for row in package.rows for who in patients)
