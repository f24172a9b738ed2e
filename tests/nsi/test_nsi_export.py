"""Exports of the НСИ portal: every form that is read, every one that is refused with a word."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dopusk.nsi import Dictionary, NsiError, table
from dopusk.nsi.add import Told, read_export
from dopusk.nsi.table import read_passport, read_table

OID = "1.2.643.5.1.13.13.11.1039"
ROWS = [{"ID": 1, "NAME": "Средства ОМС"}, {"ID": "8", "NAME": "Средства организаций"}]
NAMES = {"1": "Средства ОМС", "8": "Средства организаций"}
CELLS = [[{"column": name, "value": value} for name, value in row.items()] for row in ROWS]
PASSPORT = {
    "oid": OID,
    "version": "5.2",
    "fullName": "Источники оплаты  медицинской помощи",
    "keys": [{"field": "ID", "type": "PRIMARY"}, {"field": "NAME", "type": "VALUE"}],
}
TOLD = Told(OID, "5.2")


def export(folder: Path, data: object, name: str = "выгрузка.json") -> Path:
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return file


def read(folder: Path, data: object, told: Told = TOLD, **more: Any) -> Dictionary:
    return read_export(export(folder, data), told, **more)


@pytest.mark.parametrize(
    "data",
    [
        ROWS,
        CELLS,
        {"result": "OK", "resultCode": 1, "total": 2, "list": CELLS},
        {"result": "OK", "list": ROWS},
        {"passport": PASSPORT, "records": ROWS},
        {**PASSPORT, "data": ROWS},
        {"rows": ROWS, "total": 2},
    ],
    ids=["rows", "cells", "portal", "portal-rows", "passport-records", "flat-passport", "rows-key"],
)
def test_json_forms(tmp_path: Path, data: object) -> None:
    found = read(tmp_path, data)
    assert dict(found.names) == NAMES
    assert (found.oid, found.version) == (OID, "5.2")
    assert (found.passport.code_column, found.passport.value_column) == ("ID", "NAME")


CSV = 'ID;NAME;NOTE\r\n1;"Средства ОМС";\r\n8;Средства организаций;"два\r\nряда; и ""кавычки"""\r\n'


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode("utf-8-sig"),
        CSV.encode(),
        CSV.encode("cp1251"),
        CSV.replace("\r\n", "\n").encode(),
        CSV.replace(";", "\t").encode(),
        CSV.replace("два\r\nряда; и", "два").replace(";", ",").encode(),
        b"\r\n" + CSV.encode("cp1251") + b"\r\n;;\r\n",
    ],
    ids=["utf-8-bom", "utf-8", "cp1251", "lf", "tabs", "commas", "empty-lines"],
)
def test_csv_forms(tmp_path: Path, data: bytes) -> None:
    assert dict(read(tmp_path, data).names) == NAMES


def test_the_file_name_tells_what_it_is(tmp_path: Path) -> None:
    for name in (f"{OID}_5.2.json", f"{OID}_5.2_csv.csv"):
        found = read_export(export(tmp_path, ROWS, name))
        assert (found.oid, found.version, found.passport.name) == (OID, "5.2", None)


def test_what_the_user_tells_comes_before_the_passport(tmp_path: Path) -> None:
    data = {"passport": PASSPORT, "records": ROWS}
    assert read(tmp_path, data, Told()).passport.name == "Источники оплаты медицинской помощи"
    found = read(tmp_path, data, Told("1.2.3", "6.0", "Иное", "NAME", "ID"))
    assert (found.oid, found.version, found.passport.name) == ("1.2.3", "6.0", "Иное")
    assert found.names["Средства ОМС"] == "1"


def test_a_passport_may_be_a_file_of_its_own(tmp_path: Path) -> None:
    rows = [{"A": "1", "B": "x"}]
    keys = [{"field": "B", "type": "VALUE"}, {"field": "A", "type": "PRIMARY"}]
    passport = export(tmp_path, {**PASSPORT, "keys": keys}, "паспорт.json")
    found = read_export(export(tmp_path, rows), passport=passport)
    assert (found.oid, dict(found.names)) == (OID, {"1": "x"})


def test_known_columns_are_taken(tmp_path: Path) -> None:
    rows = [{"ID": "1", "CODE": "N", "NAME": "Обычный"}]
    with pytest.raises(NsiError, match=r"--code-column; столбцы файла: ID, CODE, NAME"):
        read(tmp_path, rows)
    found = read(tmp_path, rows, columns=lambda oid: ("CODE", "NAME") if oid == OID else None)
    assert dict(found.names) == {"N": "Обычный"}
    assert dict(read(tmp_path, rows, Told(OID, "1.0", code_column="ID")).names) == {"1": "Обычный"}


def test_the_same_row_twice_is_one(tmp_path: Path) -> None:
    assert dict(read(tmp_path, [*ROWS, ROWS[0]]).names) == NAMES


def test_spaces_in_names_are_single(tmp_path: Path) -> None:
    assert dict(read(tmp_path, [{"ID": " 1 ", "NAME": "а\u00a0 б\n"}]).names) == {"1": "а б"}


@pytest.mark.parametrize(
    ("data", "told", "words"),
    [
        (b"", TOLD, "Файл пуст"),
        (b"  \n", TOLD, "Файл пуст"),
        (b"PK\x03\x04....", TOLD, "архив"),
        (b"<?xml version='1.0'?><a/>", TOLD, "Это XML"),
        ("[]".encode("utf-16"), TOLD, "UTF-16"),
        (b"ID;NAME\n1;\x00\n", TOLD, "Это не текст"),
        (b"\x98\x98\x98", TOLD, "Это не текст"),
        (b"one column\n1\n", TOLD, "Это не таблица"),
        (b"ID;ID\n1;2\n", TOLD, "повторяются"),
        (b"ID;NAME\n1;2;3\n", TOLD, "Строка 1: ячеек 3, а столбцов 2"),
        (b"ID;NAME\n", TOLD, "ни одной строки"),
        (b"[", TOLD, "строка 1, столбец 2"),
        (b"[" * 100_000, TOLD, "вложенностью"),
        (b"[" + b"9" * 5000 + b"]", TOLD, "вложенностью или числами"),
        ([], TOLD, "ни одной строки"),
        ([1], TOLD, "Строка 1: ожидается объект"),
        ([[{"column": 1}]], TOLD, "Строка 1"),
        ({"result": "ERROR", "resultText": "нет справочника"}, TOLD, "нет справочника"),
        ({"total": 0}, TOLD, "нет списка строк"),
        (PASSPORT, TOLD, "--passport"),
        (ROWS, Told(), "--oid"),
        (ROWS, Told("abc", "1.0"), "не похоже на OID"),
        (ROWS, Told("1.2/../3", "1.0"), "не похоже на OID"),
        (ROWS, Told(OID), "--version"),
        (ROWS, Told(OID, "../1"), "не похоже на версию"),
        (ROWS, Told(OID, "1.0", code_column="NO"), "«NO»"),
        ([{"A": 1}], TOLD, "Столбец кодов не найден"),
        ([{"ID": 1, "B": 2}], TOLD, "Столбец имён не найден"),
        ([*ROWS, {"ID": None, "NAME": "x"}], TOLD, "Строка 3: пуст столбец кода"),
        ([*ROWS, {"NAME": "x"}], TOLD, "Строка 3: пуст столбец кода"),
        ([*ROWS, {"ID": 1, "NAME": "x"}], TOLD, "Строка 3: код «1» уже был"),
        ([{"ID": 1, "NAME": "x" * 40_000}], TOLD, "больше 32768 знаков"),
        (b"ID;NAME\n1;" + b"x" * 200_000 + b"\n", TOLD, "CSV не читается"),
    ],
)
def test_what_cannot_be_imported_is_said(
    tmp_path: Path, data: object, told: Told, words: str
) -> None:
    with pytest.raises(NsiError) as caught:
        read(tmp_path, data, told)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))


def test_files_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(NsiError, match="не читается"):
            read_export(path, TOLD)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    with file.open("wb") as stream:
        stream.truncate(table.MAX_BYTES + 1)
    with pytest.raises(NsiError, match="больше 64 МиБ"):
        read_export(file, TOLD)


@pytest.mark.parametrize("data", [ROWS, b"ID;NAME\n1;a\n2;b\n"])
def test_too_many_rows_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: object
) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 1)
    with pytest.raises(NsiError, match="Строк больше 1"):
        read(tmp_path, data)


@pytest.mark.parametrize("data", [b"[]", b"{}", b"1", b"x", b"", b"\xff\xfe"])
def test_what_is_no_passport_is_said(data: bytes) -> None:
    with pytest.raises(NsiError):
        read_passport(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["list", "passport", "column", "value", "ID", "NAME", "keys", "oid"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_read_or_refused_with_a_word(value: object) -> None:
    _read_or_refuse(json.dumps(value).encode())


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_word(data: bytes) -> None:
    _read_or_refuse(data)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="cp1251", exclude_characters="\0"), max_size=12),
            st.text(st.characters(codec="cp1251", exclude_characters="\0"), max_size=12),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1251"]),
)
def test_any_table_survives_csv(rows: list[tuple[str, str]], encoding: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(["ID", "NAME"])
    writer.writerows(rows)
    data = stream.getvalue().encode(encoding)
    assume(encoding != "cp1251" or data.isascii() or not _is_utf8(data))
    expected = [pair for pair in rows if any(cell.strip() for cell in pair)]
    assert [(row["ID"], row["NAME"]) for row in read_table(data).rows] == expected


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_or_refuse(data: bytes) -> None:
    try:
        found = read_table(data)
    except NsiError:
        return
    assert all(isinstance(cell, str) for row in found.rows for cell in row.values())
