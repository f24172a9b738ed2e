from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
from fake_mis import FakeMis
from remd_bench import Bench, EasyJudge

from dopusk.clock import Clock
from dopusk.declaration.model import Variant
from dopusk.journal import Journal
from mocks.relays import senders_to_remd
from mocks.stand import Stand


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Starts a stand with an easy judge; keywords change the stand's settings."""
    opened: list[Bench] = []

    def start(
        variant: Variant = Variant.FED_3,
        *,
        soap_version: str = "1.2",
        declared_as: Mapping[str, Any] = MappingProxyType({}),
        via_ips: bool = False,
        **settings: Any,
    ) -> Bench:
        declared = replace(remd_samples.declaration(), via_ips=via_ips, **declared_as)
        mis = FakeMis()
        usual = {"time_scale": 1000.0, "port": 0}
        declared = replace(
            declared,
            callback_url=mis.url,
            file_service_url=mis.url,
            stand=replace(declared.stand, **{**usual, **settings}),
        )
        clock = Clock.at(declared.as_of)
        journal = Journal.create(tmp_path / f"{uuid4()}.sqlite", clock=clock, run={})
        judge = EasyJudge(declared, *senders_to_remd(variant, declared))
        stand = Stand(
            declared, journal, clock, variant=variant, judge=judge, soap_version=soap_version
        )
        bench = Bench(stand, journal, mis, judge)
        opened.append(bench)
        stand.start()
        return bench

    yield start
    for bench in opened:
        bench.stand.stop()
        bench.mis.close()
        bench.session.close()
        bench.journal.close()


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    return start()
