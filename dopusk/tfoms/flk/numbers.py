"""Check digits in a register, which Q015 does not ask for and a ТФОМС finds all the same.

A wrong digit makes a person unidentifiable; the stand answers with 804 of F012, «неверное значение
элемента».
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dopusk.check_digits import is_enp, is_snils
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.flk.record import Record

_SNILS = re.compile(r"\d{3}-\d{3}-\d{3} \d{2}", re.ASCII)
_ENP = re.compile(r"\d{16}", re.ASCII)
_BAD = "804"


def policy_errors(patient: Record) -> Iterator[FlkError]:
    """Yield an error for a ЕНП of sixteen digits whose last one is wrong (Luhn)."""
    numbers = [("ENP", value) for value in patient.leaves.get("ENP", ())]
    if patient.first("VPOLIS") == "3":
        numbers += [("NPOLIS", value) for value in patient.leaves.get("NPOLIS", ())]
    for name, value in numbers:
        if _ENP.fullmatch(value) and not is_enp(value):
            yield FlkError(
                _BAD,
                "Контрольная цифра ЕНП неверна",
                im_pol=name,
                zn_pol=value,
                cure="Сверьте номер полиса с ФЕРЗЛ: в ЕНП ошибка хотя бы в одной цифре.",
            )


def snils_errors(person: Record) -> Iterator[FlkError]:
    """Yield an error for a СНИЛС in the right form with a wrong control number."""
    for value in person.leaves.get("SNILS", ()):
        if _SNILS.fullmatch(value) and not is_snils("".join(filter(str.isdigit, value))):
            yield FlkError(
                _BAD,
                "Контрольное число СНИЛС неверно",
                im_pol="SNILS",
                zn_pol=value,
                cure="Сверьте СНИЛС с документом: в нём ошибка хотя бы в одной цифре.",
            )
