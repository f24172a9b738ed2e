"""Puts the engine's checks together as the stages of РЭМД."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from dopusk.declaration.model import Declaration
from dopusk.remd.checks import (
    RegistryView,
    check_coarse,
    check_request,
    check_transport,
)
from dopusk.remd.directory import Directory, RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import Envelope


class Judge(Protocol):
    """Decides about messages at each stage by findings."""

    def transport(
        self, envelope: Envelope, headers: Mapping[str, str], *, repeated: bool
    ) -> list[Finding]:
        """Judge how a message was sent."""
        ...

    def coarse(self, request: RegisterDocument) -> list[Finding]:
        """Judge the structure of a request, before the sync answer."""
        ...

    def stage1(
        self,
        request: RegisterDocument,
        *,
        system: RegisteredSystem,
        registry: RegistryView,
        now: datetime,
    ) -> list[Finding]:
        """Judge the whole request."""
        ...

    def stage2(
        self, data: bytes, request: RegisterDocument, *, received: datetime, now: datetime
    ) -> list[Finding]:
        """Judge the received file with the request and its signatures."""
        ...


class EngineJudge:
    """Judges with the checks of dopusk.remd, dopusk.semd and dopusk.signature."""

    def __init__(
        self, declaration: Declaration, directory: Directory, profile: WireProfile
    ) -> None:
        from dopusk.remd.signatures import trust_of

        self._declaration = declaration
        self._directory = directory
        self._profile = profile
        self._trust = trust_of(declaration)

    def transport(
        self, envelope: Envelope, headers: Mapping[str, str], *, repeated: bool
    ) -> list[Finding]:
        """Judge envelope, transport header and addressing."""
        return check_transport(
            envelope,
            headers,
            self._declaration,
            directory=self._directory,
            profile=self._profile,
            repeated=repeated,
        )

    def coarse(self, request: RegisterDocument) -> list[Finding]:
        """Judge presence and form of what cannot be missing."""
        return check_coarse(request)

    def stage1(
        self,
        request: RegisterDocument,
        *,
        system: RegisteredSystem,
        registry: RegistryView,
        now: datetime,
    ) -> list[Finding]:
        """Judge kind, organisation, patient, links, staff, and signatures without the document."""
        from dopusk.remd.signatures import check_request_signatures

        return [
            *check_request(
                request,
                system=system,
                directory=self._directory,
                registry=registry,
                now=now,
                profile=self._profile,
            ),
            *check_request_signatures(
                request, None, self._declaration, trust=self._trust, received_at=now
            ),
        ]

    def stage2(
        self, data: bytes, request: RegisterDocument, *, received: datetime, now: datetime
    ) -> list[Finding]:
        """Judge the СЭМД, its agreement with the request, and the signatures over its bytes."""
        from dopusk.remd.document import check_received_document
        from dopusk.remd.signatures import check_request_signatures

        return [
            *check_received_document(data, request, directory=self._directory),
            *check_request_signatures(
                request,
                data,
                self._declaration,
                trust=self._trust,
                received_at=received,
                checked_at=now,
            ),
        ]
