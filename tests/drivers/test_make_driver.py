from __future__ import annotations

import pytest

from dopusk.declaration.model import DriverSettings
from dopusk.drivers import CommandDriver, DriverError, HttpDriver, make_driver


def test_http() -> None:
    driver = make_driver(DriverSettings("http", url="http://127.0.0.1:8090/"))
    assert isinstance(driver, HttpDriver)
    assert driver.name == "http http://127.0.0.1:8090"


def test_command() -> None:
    driver = make_driver(DriverSettings("command", command=("python", "mis.py")))
    assert isinstance(driver, CommandDriver)
    assert driver.name == "command python mis.py"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (DriverSettings("http"), "нужен адрес адаптера"),
        (DriverSettings("command"), "Не задана программа"),
        (DriverSettings("pigeon"), "такого способа нет"),
    ],
)
def test_unusable_settings(settings: DriverSettings, words: str) -> None:
    with pytest.raises(DriverError, match=words):
        make_driver(settings)
