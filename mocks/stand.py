"""The stand: composes the mock services over one journal and serves them on one port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, request
from lxml import etree
from werkzeug.exceptions import HTTPException

from dopusk import __version__
from dopusk.clock import Clock
from dopusk.declaration.connection import SERVICES, Service, entry
from dopusk.declaration.model import Declaration, Variant
from dopusk.oms import RegisterOrder
from dopusk.remd.directory import Directory
from dopusk.tfoms.mek import MekOrder
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import WireProfile, default_profile
from dopusk.wire.soap import content_type, write_envelope, write_fault
from mocks.control.models import Control
from mocks.control.urls import blueprint as control_routes
from mocks.emias.models import Emias
from mocks.faults import Action, Fault, FaultPlan
from mocks.ferzl.models import Ferzl
from mocks.gate import FaultGate
from mocks.inside import Inside
from mocks.ips import Ips
from mocks.oms import Oms, OmsParts
from mocks.outgoing import Call, Outgoing
from mocks.relays import ADDRESSES, Surroundings, make_relays, senders_to_remd
from mocks.relays import routes as relay_routes
from mocks.remd.caller import Caller
from mocks.remd.decisions import Decisions
from mocks.remd.flow import Flow
from mocks.remd.judge import EngineJudge, Judge
from mocks.remd.models import Remd
from mocks.remd.records import ACTOR, Records
from mocks.remd.registry import Registry
from mocks.remd.results import Results
from mocks.remd.urls import EMDR, PREFIX
from mocks.remd.urls import blueprint as remd_routes
from mocks.server import App, Server, ServerStartError, disconnect
from mocks.tfoms.judge import Ordered
from mocks.tfoms.models import Tfoms
from mocks.traffic import TRAFFIC_KEY, Appender, Incoming, JournalingMiddleware
from mocks.workers import Workers

StandStartError = ServerStartError

DRAIN_SECONDS = 10.0
"""How long `stop` lets work under way come to its end."""

__all__ = ["Stand", "StandStartError"]


class Stand:
    """All mock services of one run, on one port. State lives and dies with the object."""

    def __init__(
        self,
        declaration: Declaration,
        journal: Appender,
        clock: Clock,
        *,
        variant: Variant = Variant.FED_3,
        scenario_source: Callable[[], str | None] = lambda: None,
        profile: WireProfile | None = None,
        judge: Judge | None = None,
        soap_version: str = "1.2",
        threads: int = 8,
    ) -> None:
        self.variant = variant
        self._declaration = declaration
        self._clock = clock
        self._scenario = scenario_source
        self._stopping = threading.Event()
        self.faults = FaultPlan()
        self._workers = Workers(threads=threads)
        self._records = Records(journal)
        self._inside = Inside()
        self._outgoing = Outgoing(journal, ACTOR, self._waiting_before(Service.REMD), self._inside)
        profile = profile or default_profile()
        self.remd = self._make_remd(profile, judge, soap_version)
        self.relays = make_relays(
            Surroundings(
                declaration=declaration,
                variant=variant,
                journal=journal,
                clock=clock,
                profile=profile,
                workers=self._workers,
                inside=self._inside,
                before_call=self._waiting_before,
                soap_version=soap_version,
            )
        )
        self.oms = Oms(OmsParts(declaration, journal, clock, self._workers, self.faults))
        self.control = Control(
            remd=self.remd,
            relays=tuple(self.relays.values()),
            oms=self.oms,
            faults=self.faults,
            workers=self._workers,
            scenario=scenario_source,
            health=self._health,
        )
        settings = declaration.stand
        self._server = Server(self._application(journal), host=settings.host, port=settings.port)

    def start(self) -> None:
        """Listen; raises StandStartError when the port cannot be had."""
        try:
            self.oms.start()
        except OSError as error:
            self._workers.close()
            raise StandStartError(f"Папка обмена с ТФОМС не готова: {error}") from error
        self._server.start()
        self._inside.base = self._server.url

    def stop(self) -> None:
        """Stop listening, let work under way end, drop what is due later."""
        self._stopping.set()
        self._workers.drain(DRAIN_SECONDS)
        self._server.stop()
        self._workers.close()
        self._outgoing.close()
        for relay in self.relays.values():
            relay.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the base address of the stand, as the МИС knows it."""
        return (self._declaration.stand.public_url or self._server.url).rstrip("/")

    @property
    def remd_url(self) -> str:
        """Return the address of the mock РЭМД for the МИС."""
        return f"{self.url}{EMDR}"

    @property
    def addresses(self) -> Mapping[str, str]:
        """Return where each service of the variant takes documents, by its actor.

        With ОМС: also «tfoms-46000» for each declared territory, and «ferzl».
        """
        paths = {item.value: ADDRESSES[item] for item in SERVICES[self.variant]}
        return {name: self.url + path for name, path in {**paths, **self.oms.addresses}.items()}

    @property
    def tfoms(self) -> Mapping[str, Tfoms]:
        """Return the ТФОМС of the declared territories, by ОКАТО."""
        return self.oms.tfoms

    @property
    def ferzl(self) -> Ferzl:
        """Return the register of insured persons."""
        return self.oms.ferzl

    @property
    def entry_url(self) -> str:
        """Return the address to which the candidate sends documents in this variant."""
        return self.addresses[entry(self.variant)]

    def plan(self, fault: Fault) -> None:
        """Add a fault to the plan."""
        self.control.plan(fault)

    def clear_plan(self) -> None:
        """Forget the planned faults and ordered outcomes of МЭК."""
        self.control.clear_plan()
        self.control.forget_mek_orders()

    def insure(self, order: RegisterOrder) -> None:
        """Tell ФЕРЗЛ about the patients of an order and their policies."""
        for service in order.services:
            if service.policy is not None:
                self.ferzl.know(service.patient, service.policy)

    def order_mek(self, okato: str, order: MekOrder) -> None:
        """Let МЭК of a territory decide as ordered until the plan is cleared."""
        self.control.order_mek(okato, Ordered(order, None))

    def demand(self, emdr_id: str) -> None:
        """Let another system demand a registered document; RegistryItemNotFoundError."""
        self.control.demand(emdr_id)

    def work(self, body: bytes, data: bytes) -> None:
        """Let a doctor register a document at the workplace in ЕМИАС (mo-2)."""
        emias = self.relays[Service.EMIAS]
        element = etree.fromstring(body)
        request = self.remd.profile.read(element)
        assert isinstance(emias, Emias)
        assert isinstance(request, RegisterDocument)
        emias.work(request, body, data, self._scenario())

    def idle(self, timeout: float) -> bool:
        """Wait until nothing is under way or due; False when the seconds are over."""
        return self._workers.idle(timeout)

    def _make_remd(self, profile: WireProfile, judge: Judge | None, soap_version: str) -> Remd:
        settings = self._declaration.stand
        others = senders_to_remd(self.variant, self._declaration)
        directory = Directory.of(self._declaration, *others)
        judge = judge or EngineJudge(self._declaration, directory, profile)
        registry = Registry()
        ips = Ips.of(self._declaration, self._clock)
        caller = Caller(
            self._outgoing,
            self._workers,
            profile,
            settings.time_scale,
            version=soap_version,
            ips=ips,
        )
        results = Results(caller, self._records, self._workers, settings.time_scale)
        flow = Flow(
            registry=registry,
            directory=directory,
            judge=judge,
            caller=caller,
            records=self._records,
            workers=self._workers,
            clock=self._clock,
            profile=profile,
            results=results,
            decisions=Decisions(self._records, results, settings.conventions_block),
        )
        return Remd(
            directory=directory,
            registry=registry,
            judge=judge,
            flow=flow,
            caller=caller,
            records=self._records,
            clock=self._clock,
            profile=profile,
            ips=ips,
        )

    def _application(self, journal: Appender) -> App:
        app = Flask("dopusk.stand", static_folder=None)
        app.register_blueprint(remd_routes(self.remd))
        for blueprint in relay_routes(self.relays):
            app.register_blueprint(blueprint)
        for blueprint in self.oms.routes():
            app.register_blueprint(blueprint)
        app.register_blueprint(control_routes(self.control))
        app.register_error_handler(Exception, self._failed)
        gate = FaultGate(
            app,
            self.faults,
            time_scale=self._declaration.stand.time_scale,
            report=self._report,
            stopping=self._stopping,
        )
        return JournalingMiddleware(
            gate,
            journal,
            services={
                PREFIX: ACTOR,
                **{f"/{item}/": item.value for item in self.relays},
                **self.oms.prefixes,
            },
            disconnect=disconnect,
            scenario=self._scenario,
            operation=self.remd.profile.operation,
            inside=self._inside,
            readers=self.oms.readers,
        )

    def _waiting_before(self, service: Service) -> Callable[[Call], float]:
        """Return what waits before each call of a service as the plan says.

        It returns over how many seconds the answer is to be read.
        """

        def wait(call: Call) -> float:
            slow = 0.0
            for fault in self.faults.arrive(call.operation, call.local_uid, service.value):
                self._report(fault, call)
                seconds = fault.seconds / self._declaration.stand.time_scale
                if fault.action is Action.SLOW_READ:
                    slow += seconds
                else:
                    self._stopping.wait(seconds)
            return slow

        return wait

    def _report(self, fault: Fault, subject: Incoming | Call) -> None:
        """Write that a planned fault was applied, on behalf of the service that it strikes."""
        writers = {s.value: relay.records for s, relay in self.relays.items()}
        writers.update(self.oms.records)
        writers.get(fault.service, self._records).fault(fault, subject)

    def _failed(self, error: Exception) -> Response | HTTPException:
        """Answer for an error of the stand itself, and write it down."""
        if isinstance(error, HTTPException):
            return error
        incoming: Incoming | None = request.environ.get(TRAFFIC_KEY)
        uid = incoming.local_uid if incoming else None
        self._records.stand_error(error, scenario=self._scenario(), uid=uid)
        version = incoming.envelope.version if incoming and incoming.envelope else "1.2"
        fault = write_fault("Сбой стенда, подробности в журнале", version=version, sender=False)
        body = write_envelope(fault, version=version, message_id=None, action="fault")
        return Response(body, status=500, content_type=content_type(version))

    def _health(self) -> dict[str, Any]:
        return {
            "status": "ok",
            "version": __version__,
            "asOf": self._clock.today().isoformat(),
            "variant": self.variant.value,
            **self.addresses,
            "timeScale": self._declaration.stand.time_scale,
        }
