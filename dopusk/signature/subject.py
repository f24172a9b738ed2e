"""What one check of a container looks at: the container, its signer and the circumstances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dopusk.signature.account import SignaturePolicy, SignerExpectation
from dopusk.signature.certificate import Certificate
from dopusk.signature.container import Container, Signer
from dopusk.signature.trust import TrustStore
from dopusk.verdict import Finding, Where, finding


@dataclass(frozen=True, slots=True)
class Subject:
    """A readable container with at least one signer."""

    part: str
    container: Container
    signer: Signer
    certificate: Certificate | None
    document: bytes | None
    expectation: SignerExpectation | None
    trust: TrustStore
    created_at: datetime | None
    received_at: datetime | None
    checked_at: datetime
    policy: SignaturePolicy

    @property
    def by_organization(self) -> bool:
        """Tell whether the MO, not a person, is to have signed."""
        return self.expectation is not None and self.expectation.is_organization

    def found(
        self,
        code: str,
        *,
        expected: object = None,
        got: object = None,
        remd: str | None = None,
        **fields: Any,
    ) -> Finding:
        """Return a finding at this container."""
        return finding(
            code, where=Where(part=self.part), expected=expected, got=got, remd=remd, **fields
        )
