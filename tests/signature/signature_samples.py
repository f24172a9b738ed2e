"""What the tests of signatures share: a document, its signers, a moment."""

from datetime import UTC, datetime

from dopusk.signature import ORGANIZATION, SignerExpectation

NOW = datetime(2025, 5, 5, 12, tzinfo=UTC)
DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?>\n<a b="1">Документ\n<c/></a>\n'.encode()
AUTHOR = SignerExpectation(
    "AUTHOR",
    snils="900-000-101 85",
    surname="Тестов",
    name="Артем",
    patronymic="Игоревич",
    org_ogrn="1197700001014",
)
MO = SignerExpectation(
    ORGANIZATION,
    org_ogrn="1197700001014",
    org_inn="7700001010",
    org_name='ГБУЗ "Тестовая  поликлиника № 1"',
)
