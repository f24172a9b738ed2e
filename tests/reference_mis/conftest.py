from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fake_remd import FakeRemd, Trial

from dopusk.drivers import ResetOptions, make_driver
from fixtures.reference_mis import ReferenceMis, demo_declaration
from fixtures.reference_mis.defects import DEFECTS


@pytest.fixture
def remd() -> Iterator[FakeRemd]:
    remd = FakeRemd()
    yield remd
    remd.close()


@pytest.fixture
def start(remd: FakeRemd) -> Iterator[Callable[..., Trial]]:
    """Return a function that starts a МИС, with a defect if one is named."""
    started: list[ReferenceMis] = []

    def start(defect: str | None = None, time_scale: float = 600.0) -> Trial:
        ips = defect is not None and DEFECTS[defect].ips
        declared = replace(demo_declaration(), via_ips=ips)
        mis = ReferenceMis.for_demo(declared, defect=defect).start()
        started.append(mis)
        remd.mis_url = mis.url
        driver = make_driver(mis.declaration.driver)
        driver.reset(
            ResetOptions(declared.as_of, time_scale, "fed-3", endpoints={"remd": remd.url})
        )
        return Trial(mis, driver, remd, declared)

    yield start
    for mis in started:
        mis.stop()


@pytest.fixture
def trial(start: Callable[..., Trial]) -> Trial:
    return start()
