"""A synthetic insured person, for tests of the mocks of ОМС."""

from __future__ import annotations

from datetime import date

from dopusk.cases import Address, Person

ENP = "9900000000000010"
"""Policy of the first case of a clean package."""
PERSON = Person(
    local_id="7",
    surname="Тестов",
    name="Иван",
    patronymic="Петрович",
    birth_date=date(1980, 5, 17),
    gender="1",
    snils="10000000110",
    passport_series="45 10",
    passport_number="123456",
    passport_issuer="Отдел (тест)",
    passport_issuer_code="770-001",
    passport_date=date(2005, 6, 1),
    policy_number=ENP,
    address=Address("г Москва", "77", "г. Москва", "101000", "", ""),
    phone="+79001234567",
)
