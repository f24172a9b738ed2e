"""Check digits of Russian identifiers, and the forms of OID and ФИАС identifiers.

The tests compare ИНН and ОГРН with python-stdnum; importing it costs a check 15 ms of start-up,
and its ОГРНИП refuses numbers whose remainder has two digits.
"""

from __future__ import annotations

import re

_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)

SNILS_LAST_UNCHECKED = 1_001_998
"""СНИЛС up to this number were given without a control number."""


def is_snils(digits: str) -> bool:
    """Tell whether eleven digits carry the right control number.

    The weighted sum of the first nine by modulus 101, 100 counting as 00 (постановление Правления
    ПФР 18п 2019, приложение). Raises ValueError when these are not eleven digits.
    """
    if len(digits) != 11 or not _decimal(digits):
        raise ValueError("eleven digits expected")
    return snils_control(digits[:9]) in (None, digits[9:])


def snils_control(number: str) -> str | None:
    """Return the two control digits of the nine digits of a СНИЛС; None where it has none."""
    if int(number) <= SNILS_LAST_UNCHECKED:
        return None
    total = sum(int(digit) * (9 - index) for index, digit in enumerate(number))
    return f"{total % 101 % 100:02d}"


def is_inn(digits: str) -> bool:
    """Tell whether this is an ИНН of ten or twelve digits with right check digits.

    Each check digit is the weighted sum of the digits before it, by modulus 11 and then 10.
    """
    if not _decimal(digits) or len(digits) not in (10, 12):
        return False
    own = (9,) if len(digits) == 10 else (10, 11)
    return all(_weighted(digits[:place]) == int(digits[place]) for place in own)


def is_ogrn(digits: str) -> bool:
    """Tell whether this is an ОГРН of thirteen digits: the remainder by 11, its last digit."""
    return len(digits) == 13 and _decimal(digits) and _remainder(digits, 11)


def is_ogrnip(digits: str) -> bool:
    """Tell whether this is an ОГРНИП of fifteen digits: the remainder by 13, its last digit."""
    return len(digits) == 15 and _decimal(digits) and _remainder(digits, 13)


def is_enp(digits: str) -> bool:
    """Tell whether this is a ЕНП: sixteen digits, the last a check by modulus 10 (Luhn)."""
    if len(digits) != 16 or not _decimal(digits):
        return False
    values = [int(digit) for digit in digits]
    return (sum(sum(divmod(value * 2, 10)) for value in values[0::2]) + sum(values[1::2])) % 10 == 0


def is_oid(text: str) -> bool:
    """Tell whether this is an OID in dotted form (ITU-T X.660; СЭМД: правило о //id)."""
    return _OID.fullmatch(text) is not None


def is_guid(text: str) -> bool:
    """Tell whether this is a GUID with dashes, as ФИАС writes AOGUID and HOUSEGUID."""
    return _GUID.fullmatch(text) is not None


def _weighted(digits: str) -> int:
    weights = _INN_WEIGHTS[-len(digits) :]
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return total % 11 % 10


def _remainder(digits: str, modulus: int) -> bool:
    return int(digits[:-1]) % modulus % 10 == int(digits[-1])


def _decimal(text: str) -> bool:
    return text.isascii() and text.isdigit()
