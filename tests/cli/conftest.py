import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dopusk.declaration import template

VALUES = {
    "client_entity_id": "8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f",
    "oid": "1.2.643.5.1.13.13.12.2.50.99999",
    "organization": "1.2.643.5.1.13.13.12.2.50.99999",
    "ogrn": "1022500001325",
    "inn": "7707083893",
    "region": "50",
    "postal_code": "141000",
    "aoguid": "29251dcf-00a1-4e34-98d4-5c47484a36d4",
    "houseguid": "29251dcf-00a1-4e34-98d4-5c47484a36d4",
    "birth_date": "1980-01-01",
    "snils": "11223344595",
    "position": "122",
}
PLACE = re.compile(r'^(\w+) = "<заполните[^"]*"', re.MULTILINE)


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Path]:
    """Writes a mis.toml for a МИС at an address; returns its path."""

    def write(url: str, *, port: int = 0, files: str = "/callback") -> Path:
        values = {
            **VALUES,
            "callback_url": f"{url}/callback",
            "file_service_url": f"{url}{files}",
            "url": f"{url}/adapter",
        }
        text = PLACE.sub(lambda m: f'{m[1]} = "{values.get(m[1], "проба")}"', template())
        path = tmp_path / "mis.toml"
        path.write_text(text.replace("port = 8080", f"port = {port}"), encoding="utf-8")
        return path

    return write


@pytest.fixture
def declared(declare: Callable[..., Path]) -> Path:
    """A mis.toml of a МИС that is not running."""
    return declare("http://127.0.0.1:9")
