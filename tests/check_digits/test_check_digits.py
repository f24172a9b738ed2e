"""Check digits, against published examples and against python-stdnum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import inn, ogrn

from dopusk.check_digits import (
    is_enp,
    is_guid,
    is_inn,
    is_ogrn,
    is_ogrnip,
    is_oid,
    is_snils,
)
from fixtures.cases.identifiers import policy, snils

digits = st.text("0123456789", max_size=17)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("11223344595", True),
        ("11223344596", False),
        ("08765430300", True),
        ("08765430200", True),
        ("00100199899", True),
        ("00100199999", False),
    ],
)
def test_snils(text: str, right: bool) -> None:
    assert is_snils(text) is right


@given(st.integers(1_001_999, 999_999_999), st.integers(0, 99))
def test_one_control_number_is_right(number: int, control: int) -> None:
    right = snils(number)
    assert is_snils(right)
    assert is_snils(f"{right[:9]}{control:02d}") == (right[9:] == f"{control:02d}")


@pytest.mark.parametrize("text", ["", "1122334459", "112-233-445", "1122334459५"])
def test_snils_is_asked_of_eleven_digits(text: str) -> None:
    with pytest.raises(ValueError, match="eleven"):
        is_snils(text)


@given(digits)
def test_inn_and_ogrn_agree_with_stdnum(text: str) -> None:
    assert is_inn(text) == inn.is_valid(text)
    if len(text) == 13 and text[0] != "0":
        assert is_ogrn(text) == ogrn.is_valid(text)


@given(
    st.text("0123456789", min_size=9, max_size=9), st.text("0123456789", min_size=10, max_size=10)
)
def test_made_inn_are_right(company: str, person: str) -> None:
    assert is_inn(company + inn.calc_company_check_digit(company))
    assert is_inn(person + inn.calc_personal_check_digits(person))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("304500116000157", True),
        ("304500116000158", False),
        ("30450011600015", False),
        ("30450011600015a", False),
    ],
)
def test_ogrnip(text: str, right: bool) -> None:
    assert is_ogrnip(text) is right


def test_a_remainder_of_two_digits_counts_by_its_last() -> None:
    number = next(str(n) for n in range(30_450_011_600_000, 30_450_011_600_100) if n % 13 >= 10)
    assert is_ogrnip(number + str(int(number) % 13 % 10))


@given(st.integers(0, 10**15 - 1), st.integers(0, 9))
def test_one_check_digit_of_a_policy_is_right(number: int, check: int) -> None:
    right = policy(number)
    assert is_enp(right)
    assert is_enp(right[:15] + str(check)) == (right[15] == str(check))


@pytest.mark.parametrize("text", ["", "7" * 15, "7" * 17, "770000900000001a"])
def test_what_is_no_policy_number(text: str) -> None:
    assert not is_enp(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1.2.643.100.3", True),
        ("2.16.840.1.113883.1.3", True),
        ("1", False),
        ("3.1", False),
        ("1.02", False),
        ("1..2", False),
        ("1.2.", False),
        (" 1.2", False),
        ("urn:oid:1.2", False),
        ("1.2\n", False),
    ],
)
def test_oid(text: str, right: bool) -> None:
    assert is_oid(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("20c4bf97-e90e-4ef5-a643-11e701ba9bd2", True),
        ("20C4BF97-E90E-4EF5-A643-11E701BA9BD2", True),
        ("20c4bf97e90e4ef5a64311e701ba9bd2", False),
        ("{20c4bf97-e90e-4ef5-a643-11e701ba9bd2}", False),
        ("20c4bf97-e90e-4ef5-a643-11e701ba9bd", False),
    ],
)
def test_guid(text: str, right: bool) -> None:
    assert is_guid(text) is right
