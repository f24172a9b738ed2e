"""The circuit of ОМС on a stand: a ТФОМС for each declared territory, and ФЕРЗЛ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType

from flask import Blueprint

from dopusk.clock import Clock
from dopusk.declaration.connection import Service
from dopusk.declaration.model import Declaration, OmsTerritory
from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.territories import Transport, territory
from mocks.faults import FaultPlan
from mocks.ferzl import urls as ferzl_urls
from mocks.ferzl.models import Ferzl
from mocks.remd.records import Records
from mocks.tfoms import urls as tfoms_urls
from mocks.tfoms.flow import Flow
from mocks.tfoms.folder import PERIOD, Folder
from mocks.tfoms.judge import Judge
from mocks.tfoms.models import Member, Tfoms
from mocks.tfoms.packages import Package, Packages
from mocks.tfoms.reading import RequestReader, package_name
from mocks.tfoms.records import TfomsRecords
from mocks.tfoms.tokens import Tokens
from mocks.traffic import Appender, Reader
from mocks.workers import Workers


@dataclass(frozen=True, slots=True)
class OmsParts:
    """What the services of ОМС share with their stand."""

    declaration: Declaration
    journal: Appender
    clock: Clock
    workers: Workers
    faults: FaultPlan


class Oms:
    """ТФОМС by ОКАТО and ФЕРЗЛ; nothing is there when no territory is declared."""

    def __init__(self, parts: OmsParts) -> None:
        self._parts = parts
        self.ferzl = Ferzl(parts.journal, parts.clock)
        self._folders: dict[str, Folder] = {}
        self.tfoms: Mapping[str, Tfoms] = MappingProxyType(
            {item.okato: self._tfoms(item) for item in parts.declaration.oms}
        )

    @property
    def addresses(self) -> Mapping[str, str]:
        """Return paths of the services: «tfoms-46000» and «ferzl»."""
        if not self.tfoms:
            return {}
        base = tfoms_urls.PREFIX
        funds = {f"{Service.TFOMS}-{okato}": f"{base}/{okato}" for okato in self.tfoms}
        return {**funds, Service.FERZL.value: ferzl_urls.SERVICE}

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Return the actor behind each prefix of paths."""
        if not self.tfoms:
            return {}
        return {
            f"{tfoms_urls.PREFIX}/": Service.TFOMS.value,
            ferzl_urls.PREFIX: Service.FERZL.value,
        }

    @property
    def readers(self) -> Mapping[str, Reader]:
        """Return what reads requests that are no SOAP of РЭМД, by actor."""
        return {Service.TFOMS.value: RequestReader(self._name_of)}

    @property
    def records(self) -> Mapping[str, Records]:
        """Return what writes events, by actor."""
        journal = self._parts.journal
        return {
            Service.TFOMS.value: Records(journal, Service.TFOMS.value),
            Service.FERZL.value: Records(journal, Service.FERZL.value),
        }

    def routes(self) -> tuple[Blueprint, ...]:
        """Return the routes of the services."""
        if not self.tfoms:
            return ()
        funds = tfoms_urls.blueprint(self.tfoms, self._parts.clock)
        return funds, ferzl_urls.blueprint(self.ferzl)

    def start(self) -> None:
        """Make the folders of exchange, empty them, and begin to look into them; OSError."""
        for okato, folder in self._folders.items():
            folder.prepare()
            look = partial(self._look, self.tfoms[okato], folder)
            failed = _Once(self.tfoms[okato].records)
            self._parts.workers.regularly(PERIOD, look, failed)

    def reset(self) -> None:
        """Begin anew."""
        for fund in self.tfoms.values():
            fund.reset()
        for folder in self._folders.values():
            folder.prepare()
        self.ferzl.reset()

    def _tfoms(self, declared: OmsTerritory) -> Tfoms:
        parts = self._parts
        known = territory(declared.okato)
        records = TfomsRecords(parts.journal, declared.okato)
        judge = Judge(known, frozenset({declared.mo_code}), parts.clock, self._covered)
        flow = Flow(
            judge=judge,
            packages=Packages(),
            records=records,
            workers=parts.workers,
            clock=parts.clock,
            faults=parts.faults,
            time_scale=parts.declaration.stand.time_scale,
        )
        if declared.folder is not None:
            folder = Folder(Path(declared.folder))
            self._folders[declared.okato] = folder
            flow.deliver = partial(_put, folder, records)
        tokens = Tokens(parts.declaration.stand.time_scale)
        member = Member.of(declared)
        return Tfoms(known, (member,), flow=flow, tokens=tokens, records=records)

    def _covered(self, number: str, day: date) -> bool | None:
        return self.ferzl.covers(number, day)

    def _name_of(self, ref: str) -> str | None:
        return next((name for fund in self.tfoms.values() if (name := fund.name_of(ref))), None)

    def _look(self, fund: Tfoms, folder: Folder) -> None:
        def taken(file: str, data: bytes) -> None:
            package = Package(package_name(file), data, Transport.FOLDER, None)
            fund.records.file(Operation.SEND, file, data, package, inbox=True)
            fund.begin(package)

        def asked(name: str) -> None:
            fund.records.note("asked-again", None, okato=fund.territory.okato, package=name)
            failed = partial(fund.records.stand_error, uid=name)
            self._parts.workers.submit(partial(fund.again, name), failed)

        folder.look(taken, asked)


class _Once:
    """Writes the trouble of a watch once, not at every look."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._told = ""

    def __call__(self, error: BaseException) -> None:
        """Write an error that is not the last one again."""
        if self._told != str(error):
            self._told = str(error)
            self._records.stand_error(error)


def _put(folder: Folder, records: TfomsRecords, package: Package, what: Operation) -> None:
    answer = package.answers[what]
    records.file(what, answer.name, answer.data, package, inbox=False)
    folder.put(answer)
