import hashlib
from datetime import date

import pytest

from dopusk.tfoms.dictionaries import UnknownDictionaryError, dictionary, folder, index


@pytest.mark.parametrize("name", sorted(index()))
def test_the_index_tells_what_the_table_holds(name: str) -> None:
    data = (folder() / f"{name}.tsv").read_bytes()
    assert hashlib.sha256(data).hexdigest() == index()[name]["sha256"]
    rows = [row for group in dictionary(name).rows.values() for row in group]
    assert len(rows) == index()[name]["rows"]
    assert all(row.name for row in rows)
    assert all(row.since <= row.until for row in rows if row.since and row.until)


def test_every_table_is_in_the_index() -> None:
    assert {file.stem for file in folder().glob("*.tsv")} == set(index())


@pytest.mark.parametrize(
    ("name", "code", "on", "there"),
    [
        ("V010", "34", date(2018, 12, 31), True),
        ("V010", "34", date(2019, 1, 1), False),
        ("V010", "29", date(2026, 6, 1), True),
        ("V008", "14", date(2018, 12, 31), False),
        ("V009", "337", date(2017, 12, 31), True),
        ("V009", "337", date(2018, 1, 1), False),
        ("V009", "301", None, True),
        ("F014", "211", date(2021, 5, 24), False),
        ("F014", "211", date(2021, 5, 25), True),
        ("V016", "ОПВ", date(2026, 6, 1), True),
        ("V006", "5", None, False),
    ],
)
def test_a_code_is_in_force_by_its_dates(
    name: str, code: str, on: date | None, there: bool
) -> None:
    assert dictionary(name).has(code, on) is there
    assert (dictionary(name).row(code, on) is not None) is there


def test_an_unknown_dictionary_is_said_so() -> None:
    with pytest.raises(UnknownDictionaryError):
        dictionary("V999")
