"""The relays of a stand: which of them a connection variant needs, and how they are joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from flask import Blueprint

from dopusk.clock import Clock
from dopusk.declaration.connection import SERVICES, Service
from dopusk.declaration.model import Declaration, Variant
from dopusk.remd.directory import Directory, RegisteredSystem
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import normalise_id
from mocks.emias import urls as emias_urls
from mocks.emias.models import Emias
from mocks.gis import urls as gis_urls
from mocks.gis.models import Gis
from mocks.inside import Inside
from mocks.other_is import urls as other_is_urls
from mocks.other_is.models import FEDERAL, OtherIs
from mocks.outgoing import Call, Outgoing
from mocks.relay.forwarding import Forwarder
from mocks.relay.models import Relay
from mocks.relay.parts import Parts
from mocks.relay.passage import Target
from mocks.remd.caller import Caller
from mocks.remd.records import Records
from mocks.remd.results import REGIONAL, Results
from mocks.remd.urls import EMDR as REMD_EMDR
from mocks.traffic import Appender
from mocks.workers import Workers

ENTITY_IDS: Final[Mapping[Service, str]] = MappingProxyType(
    {
        Service.GIS: "5a6b0f1e-0000-4000-8000-000000000001",
        Service.OTHER_IS: "5a6b0f1e-0000-4000-8000-000000000002",
        Service.EMIAS: "5a6b0f1e-0000-4000-8000-000000000003",
    }
)
"""GUIDs by which the relays introduce themselves (invented for the stand)."""

ADDRESSES: Final[Mapping[Service, str]] = MappingProxyType(
    {
        Service.REMD: REMD_EMDR,
        Service.GIS: gis_urls.EMDR,
        Service.OTHER_IS: other_is_urls.EMDR,
        Service.EMIAS: emias_urls.EMDR,
    }
)
"""Where each service takes documents, as a path of the stand."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the relays of a stand share with it."""

    declaration: Declaration
    variant: Variant
    journal: Appender
    clock: Clock
    profile: WireProfile
    workers: Workers
    inside: Inside
    before_call: Callable[[Service], Callable[[Call], float]]
    soap_version: str


def system_of(service: Service, declaration: Declaration) -> RegisteredSystem:
    """Return a relay as РЭМД and other relays know it."""
    address = f"{ADDRESSES[service]}/callback"
    return RegisteredSystem(
        client_entity_id=normalise_id(ENTITY_IDS[service]),
        name=service.label,
        mnemonic=f"dopusk-{service.value}".replace("_", "-"),
        organizations=frozenset(item.oid for item in declaration.organizations),
        callback_url=address,
        file_service_url=address,
    )


def senders_to_remd(variant: Variant, declaration: Declaration) -> tuple[RegisteredSystem, ...]:
    """Return the relays that talk to РЭМД in this variant."""
    known = {Service.OTHER_IS} if variant is Variant.FED_2 else {Service.GIS, Service.EMIAS}
    return tuple(system_of(item, declaration) for item in SERVICES[variant] if item in known)


def make_relays(around: Surroundings) -> Mapping[Service, Relay]:
    """Return the relays of the variant, joined with each other and with РЭМД."""
    return {item: _MAKERS[item](around) for item in SERVICES[around.variant] if item in _MAKERS}


def routes(relays: Mapping[Service, Relay]) -> tuple[Blueprint, ...]:
    """Return the routes of these relays."""
    found = []
    for relay in relays.values():
        match relay:
            case Gis():
                found.append(gis_urls.blueprint(relay))
            case OtherIs():
                found.append(other_is_urls.blueprint(relay))
            case Emias():
                found.append(emias_urls.blueprint(relay))
    return tuple(found)


def _gis(around: Surroundings) -> Gis:
    if around.variant is Variant.FED_2:
        other = system_of(Service.OTHER_IS, around.declaration)
        return Gis(_parts(around, Service.GIS, (), other))
    return Gis(_parts(around, Service.GIS, (_target(Service.REMD),)))


def _other_is(around: Surroundings) -> OtherIs:
    targets = (_target(Service.REMD, FEDERAL), _target(Service.GIS, REGIONAL))
    return OtherIs(_parts(around, Service.OTHER_IS, targets))


def _emias(around: Surroundings) -> Emias:
    remd = _target(Service.REMD)
    forwards = around.declaration.forwards(around.variant)
    parts = _parts(around, Service.EMIAS, (remd,) if forwards else ())
    return Emias(parts, remd=remd, takes_registered=around.variant is Variant.MO_1)


def _target(service: Service, stage: str | None = None) -> Target:
    return Target(service.value, ADDRESSES[service], service.label, stage)


def _parts(
    around: Surroundings,
    service: Service,
    targets: tuple[Target, ...],
    *others: RegisteredSystem,
) -> Parts:
    declaration = replace(around.declaration, via_ips=False)
    scale = declaration.stand.time_scale
    outgoing = Outgoing(around.journal, service.value, around.before_call(service), around.inside)
    records = Records(around.journal, service.value)
    caller = Caller(outgoing, around.workers, around.profile, scale, version=around.soap_version)
    return Parts(
        declaration=declaration,
        directory=Directory.of(declaration, *others),
        profile=around.profile,
        clock=around.clock,
        caller=caller,
        forwarder=Forwarder(outgoing, around.workers, around.profile, ENTITY_IDS[service], scale),
        results=Results(caller, records, around.workers, scale),
        records=records,
        workers=around.workers,
        targets=targets,
    )


_MAKERS: Final[Mapping[Service, Callable[[Surroundings], Relay]]] = MappingProxyType(
    {Service.GIS: _gis, Service.OTHER_IS: _other_is, Service.EMIAS: _emias}
)
