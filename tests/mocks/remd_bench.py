"""A stand with an easy judge and a fake МИС, for tests of the mock РЭМД."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import remd_samples
import requests
from fake_mis import WAIT, FakeMis

from dopusk.declaration.model import Declaration
from dopusk.journal import Entry, Journal
from dopusk.remd.checks import check_coarse, check_transport
from dopusk.remd.directory import Directory, RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import Acknowledgement
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import Envelope, content_type, normalise_id, read_envelope
from mocks.stand import Stand


class EasyJudge:
    """Judges transport and structure; lets tests decide about the later stages."""

    def __init__(self, declared: Declaration, *others: RegisteredSystem) -> None:
        self._declared = declared
        self._directory = Directory.of(declared, *others)
        self.at_stage1: Callable[[Any], list[Finding]] = lambda _request: []
        self.at_stage2: Callable[[bytes], list[Finding]] = lambda _data: []

    def transport(
        self, envelope: Envelope, headers: Mapping[str, str], *, repeated: bool
    ) -> list[Finding]:
        return check_transport(
            envelope, headers, self._declared, directory=self._directory, repeated=repeated
        )

    def coarse(self, request: Any) -> list[Finding]:
        return check_coarse(request)

    def stage1(self, request: Any, **_view: Any) -> list[Finding]:
        return self.at_stage1(request)

    def stage2(self, data: bytes, request: Any, **_times: Any) -> list[Finding]:
        return self.at_stage2(data)


@dataclass
class Bench:
    """A stand, its journal and a fake МИС."""

    stand: Stand
    journal: Journal
    mis: FakeMis
    judge: EasyJudge
    session: requests.Session = field(default_factory=requests.Session)

    def post(self, data: bytes, version: str = "1.2", **headers: str) -> requests.Response:
        usual = {"Content-Type": content_type(version)}
        return self.session.post(
            self.stand.entry_url, data=data, headers={**usual, **headers}, timeout=WAIT
        )

    def register(self, **changes: Any) -> Acknowledgement:
        answer = self.post(remd_samples.envelope(remd_samples.body(**changes)))
        assert answer.status_code == 200
        return self.read(answer.content)

    def read(self, data: bytes) -> Acknowledgement:
        envelope, _ = read_envelope(data, part="ответ")
        assert envelope is not None
        return default_profile().read_acknowledgement(envelope.body)

    def decisions(self, local_uid: str) -> list[Entry]:
        uid = normalise_id(local_uid)
        return self.journal.entries(operation="decision", local_uid=uid)

    def decided(self, local_uid: str, *stages: str) -> Entry:
        uid = normalise_id(local_uid)
        found = self.journal.wait_for(
            lambda entry: (
                entry.operation == "decision"
                and entry.local_uid == uid
                and entry.note["stage"] in stages
            ),
            after=0,
            timeout=WAIT,
        )
        assert found is not None, f"no decision {stages}"
        return found
