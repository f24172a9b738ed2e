import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.tfoms.flk.language import ConditionError, condition
from dopusk.tfoms.flk.operands import Operand
from dopusk.tfoms.flk.record import Record

REQUIRED = frozenset(("USL_OK",))
KNOWN = ("USL_OK", "FOR_POM", "DS1", "DS2", "SUMP", "SUMV", "SANK_IT", "DATE_1", "DATE_2", "DR")


class Names:
    def operand(self, name: str) -> Operand | None:
        if name not in KNOWN:
            return None
        return Operand(lambda record: record.leaves.get(name, ()), name in REQUIRED)

    def presence(self, name: str):
        return (lambda record: record.has(name)) if name in KNOWN else None


def record(**values: str) -> Record:
    made = Record("SL", "SL")
    made.leaves = {name: value.split("|") for name, value in values.items()}
    return made


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("USL_OK=3", {"USL_OK": "3"}, True),
        ("USL_OK=3", {"USL_OK": "1"}, False),
        ("USL_OK=3", {}, None),
        ("USL_OK<>3", {}, None),
        ("FOR_POM<>3", {}, True),
        ("FOR_POM=3", {}, False),
        ("USL_OK={1, 2}", {"USL_OK": "2"}, True),
        ("USL_OK <> {1, 2}", {"USL_OK": "2"}, False),
        ("(FOR_POM=3 и USL_OK=1) или USL_OK=2", {"USL_OK": "2"}, True),
        ("(FOR_POM=3 и USL_OK=1) или USL_OK=2", {"USL_OK": "1", "FOR_POM": "3"}, True),
        ("(FOR_POM=3 и USL_OK=1) или USL_OK=2", {"USL_OK": "1"}, False),
        ("FOR_POM=3 и USL_OK=1", {"FOR_POM": "2"}, False),
        ("FOR_POM=3 или USL_OK=1", {"FOR_POM": "3"}, True),
        ("не FOR_POM=3", {"FOR_POM": "3"}, False),
        ("не USL_OK=3", {}, None),
        ("DS1 присутствует", {"DS1": "I10"}, True),
        ("Тег DS1 присутствует", {}, False),
        ("DS1 отсутствует", {}, True),
        ("DS1<Z00.0", {"DS1": "J06.9"}, True),
        ("DS1<Z00.0", {"DS1": "Z10"}, False),
        ("100<SUMP<200", {"SUMP": "150.00"}, True),
        ("100<SUMP<200", {"SUMP": "200"}, False),
        ("9<SUMP", {"SUMP": "10"}, True),
        ("SUMP=SUMV-SANK_IT", {"SUMP": "350.00", "SUMV": "450", "SANK_IT": "100.0"}, True),
        ("SUMP=SUMV-SANK_IT", {"SUMP": "450.00", "SUMV": "450"}, True),
        ("SUMP=SUMV-(SANK_IT+SANK_IT)", {"SUMP": "1", "SUMV": "3", "SANK_IT": "1"}, True),
        ("SUMP=SUMV-SANK_IT", {"SUMV": "450"}, None),
        ("DS1<>DS2", {"DS1": "I10", "DS2": "I11|I10"}, False),
        ("DS1<>DS2", {"DS1": "I10"}, None),
        ("DATE_1<=DATE_2", {"DATE_1": "2026-06-10", "DATE_2": "2026-06-09"}, False),
        ("год(DATE_1)=2026", {"DATE_1": "2026-06-10"}, True),
        ("месяц(DATE_1)=6", {"DATE_1": "2026-06-10"}, True),
        ("месяц(DATE_1)=6", {"DATE_1": "2026-06-41"}, None),
        ("лет(DR, DATE_1)<18", {"DR": "2008-06-11", "DATE_1": "2026-06-10"}, True),
        ("лет(DR, DATE_1)<18", {"DR": "2008-06-10", "DATE_1": "2026-06-10"}, False),
        ("лет(DR, DATE_1)<18", {"DR": "2027-01-01", "DATE_1": "2026-06-10"}, True),
        ("сумма(SUMP)=3.5", {"SUMP": "1.5|2"}, True),
        ("конец(DS1)=9", {"DS1": "J06.9"}, True),
        ("начало(DS1)>D09", {"DS1": "D09.1"}, False),
    ],
)
def test_what_a_condition_says(text: str, values: dict[str, str], answer: bool | None) -> None:
    assert condition(text, Names())(record(**values)) is answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "USL_OK",
        "USL_OK=",
        "USL_OK={1, 2",
        "ABCD=1",
        "USL_OK=1 и",
        "USL_OK=1)",
        "(USL_OK=1",
        "ABCD присутствует",
        "__import__('os')",
        "USL_OK=1; USL_OK=2",
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        condition(text, Names())


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        compiled = condition(text, Names())
    except (ConditionError, ValueError):
        return
    assert compiled(record(USL_OK="1")) in (True, False, None)
