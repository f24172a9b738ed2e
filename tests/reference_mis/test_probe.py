"""The reference МИС calls the stand when it is asked to."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from dopusk.drivers import DriverError, Failure, HttpDriver
from fixtures.reference_mis import ReferenceMis, demo_declaration


@pytest.fixture(scope="module")
def driver() -> Iterator[HttpDriver]:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        driver = HttpDriver(mis.url)
        yield driver
        driver.close()


def test_it_tells_the_status(driver: HttpDriver) -> None:
    url = driver.name.removeprefix("http ")
    assert driver.probe(f"{url}/health").status == 200
    assert driver.probe(f"{url}/nowhere").status == 404


def test_it_tells_why_nothing_came(driver: HttpDriver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = driver.probe(f"http://127.0.0.1:{port}/")
    assert told.failure is Failure.REFUSED
    assert "в соединении отказано" in told.text


@pytest.mark.parametrize("url", ["", "ftp://x/", "остров"])
def test_it_calls_no_other_addresses(driver: HttpDriver, url: str) -> None:
    with pytest.raises(DriverError, match="нужен адрес http"):
        driver.probe(url)
