"""A document on its way through a relay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dopusk.wire.messages import RegistrationResult
from mocks.remd.records import Attempt


@dataclass(frozen=True, slots=True)
class Target:
    """Where a relay passes documents on."""

    service: str
    """Actor of the service."""
    url: str
    label: str
    """Russian name of the service."""
    stage: str | None = None
    """How its results are marked for the МИС; None where there is only one target."""


@dataclass(slots=True)
class Passage:
    """One registerDocument that a relay accepted."""

    attempt: Attempt
    body: bytes
    """registerDocumentRequest as it came: it is passed on unchanged."""
    file: bytes | None = None
    """The document, once it was taken from the МИС."""
    results: dict[str, RegistrationResult] = field(default_factory=dict)
    """Results of the targets that have answered, by service."""

    @property
    def registered(self) -> RegistrationResult | None:
        """Return the result with a number of РЭМД, if one has come."""
        return next((item for item in self.results.values() if item.emdr_id), None)

    def shown(self) -> Mapping[str, object]:
        """Return what searchRegistryItem tells of the document; empty while it has no number."""
        result = self.registered
        if result is None:
            return {}
        request = self.attempt.request
        return {
            "emdr_id": result.emdr_id,
            "local_uid": self.attempt.local_uid,
            "kind": request.kind.value if request.kind else None,
            "organization": request.organization.value if request.organization else None,
            "registered": result.registered,
            "created": result.created,
            "store_till": result.store_till,
            "document_status": result.document_status,
        }
