import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dopusk.declaration import template

FILLED = {
    "vendor": "ООО «Проба»",
    "name": "МИС Проба",
    "version": "2.4",
    "client_entity_id": "8D1F0C6E-0A5B-4C1D-9F7E-2B3A4C5D6E7F",
    "callback_url": "http://127.0.0.1:8090/callback",
    "file_service_url": "https://mis.example:8443/files",
    "url": "http://127.0.0.1:8090/adapter",
    "oid": "1.2.643.5.1.13.13.12.2.50.99999",
    "organization": "1.2.643.5.1.13.13.12.2.50.99999",
    "ogrn": "1022500001325",
    "inn": "7707083893",
    "region": "50",
    "license_number": "ЛО-50-01-000001",
    "license_issuer": "Минздрав Московской области",
    "phone": "+7 495 000-00-00",
    "text": "Московская обл., г. Примерск, ул. Пробная, д. 1",
    "region_name": "Московская область",
    "postal_code": "141000",
    "aoguid": "29251dcf-00a1-4e34-98d4-5c47484a36d4",
    "houseguid": "29251dcf-00a1-4e34-98d4-5c47484a36d5",
    "local_id": "17",
    "surname": "Пробова",
    "patronymic": "Ивановна",
    "birth_date": "01.02.1980",
    "snils": "112-233-445 95",
    "position": "122",
    "position_name": "врач-профпатолог",
}
PLACE = re.compile(r'^(\w+) = "<заполните[^"]*"', re.MULTILINE)


@pytest.fixture
def filled() -> str:
    """The template with every place filled in."""
    return PLACE.sub(lambda match: f'{match[1]} = "{FILLED[match[1]]}"', template())


@pytest.fixture
def put(filled: str) -> Callable[[str, str], str]:
    """Replaces a line of the filled template (the first that begins so) with other lines."""

    def replace(begins: str, by: str) -> str:
        lines = filled.split("\n")
        index = next(i for i, line in enumerate(lines) if line.startswith(begins))
        return "\n".join([*lines[:index], by, *lines[index + 1 :]])

    return replace


@pytest.fixture
def mis_toml(tmp_path: Path) -> Path:
    return tmp_path / "mis.toml"
