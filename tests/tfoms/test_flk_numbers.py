"""Check digits of ЕНП and СНИЛС in registers."""

from hypothesis import given
from hypothesis import strategies as st
from register_bases import base, controlled
from stdnum import luhn

from dopusk.check_digits import is_enp
from fixtures.registers import mutated


@given(st.text("0123456789", min_size=15, max_size=15))
def test_the_check_digit_of_an_enp_is_that_of_luhn(digits: str) -> None:
    right = luhn.calc_check_digit(digits)
    assert [digit for digit in "0123456789" if is_enp(digits + digit)] == [right]


def test_a_wrong_digit_in_a_policy_is_an_error_of_f012() -> None:
    broken = mutated(base("H"), {"ZAP/PACIENT/NPOLIS": "9900000000000011"})
    (error,) = controlled(broken)
    assert (error.oshib, error.im_pol, error.bas_el) == ("804", "NPOLIS", "PACIENT")
    assert error.n_zap == "1"


def test_a_wrong_digit_in_an_enp_is_told_beside_the_policy() -> None:
    broken = mutated(base("H"), {"ZAP[2]/PACIENT/ENP": "9900000000000011"})
    assert [(one.oshib, one.im_pol, one.n_zap) for one in controlled(broken)] == [
        ("804", "ENP", "2")
    ]


def test_a_wrong_control_number_of_a_snils_is_an_error_of_f012() -> None:
    broken = mutated(base("H"), person={"PERS/SNILS": "100-000-001 11"})
    (error,) = controlled(broken)
    assert (error.oshib, error.im_pol, error.id_pac) == (
        "804",
        "SNILS",
        "00000000-0000-4000-8000-000000000001",
    )
