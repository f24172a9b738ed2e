"""What a relay is made of."""

from __future__ import annotations

from dataclasses import dataclass

from dopusk.clock import Clock
from dopusk.declaration.model import Declaration
from dopusk.remd.directory import Directory
from dopusk.wire.profile import WireProfile
from mocks.relay.forwarding import Forwarder
from mocks.relay.passage import Target
from mocks.remd.caller import Caller
from mocks.remd.records import Records
from mocks.remd.results import Results
from mocks.workers import Workers


@dataclass(frozen=True, slots=True)
class Parts:
    """What the stand gives to a relay."""

    declaration: Declaration
    directory: Directory
    """Systems that may send to this relay, and the MOs and staff of the declaration."""
    profile: WireProfile
    clock: Clock
    caller: Caller
    forwarder: Forwarder
    results: Results
    records: Records
    workers: Workers
    targets: tuple[Target, ...]
    """Where documents are passed on; empty when they stay here."""
