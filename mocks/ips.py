"""The part of ИПС in the stand: verifies what a МИС sends and signs what is sent to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from dopusk.clock import Clock
from dopusk.declaration.model import Declaration
from dopusk.remd.ips import ProvedMessage, prove
from dopusk.remd.signatures import trust_of
from dopusk.signature import Credential, TrustStore, load_credential, sign_message
from dopusk.suite import root
from dopusk.verdict import Finding
from dopusk.wire.soap import Envelope


@dataclass(frozen=True, slots=True)
class Ips:
    """Stands between a МИС that works through ИПС and the services."""

    trust: TrustStore
    credential: Credential
    clock: Clock
    conventions_block: bool

    @classmethod
    def of(cls, declaration: Declaration, clock: Clock) -> Self | None:
        """Return the ИПС of a declaration, None when its messages do not go through ИПС.

        Raises TrustError when a declared trust anchor cannot be used.
        """
        if not declaration.via_ips:
            return None
        return cls(
            trust=trust_of(declaration),
            credential=load_credential(root() / "fixtures" / "pki" / "credentials" / "ips.pem"),
            clock=clock,
            conventions_block=declaration.stand.conventions_block,
        )

    def prove(self, message: bytes, envelope: Envelope) -> ProvedMessage:
        """Return what of a message is proved by its signature."""
        return prove(
            message,
            envelope,
            trust=self.trust,
            checked_at=self.clock.now(),
            real_at=self.clock.source(),
        )

    def refuses(self, found: Iterable[Finding]) -> bool:
        """Tell whether a message with these findings about its signature goes no further."""
        return any(item.blocks(conventions_block=self.conventions_block) for item in found)

    def seal(self, envelope: bytes) -> bytes:
        """Return the message signed as ИПС signs it: body and addressing."""
        return sign_message(envelope, self.credential, signed_at=self.clock.now())
