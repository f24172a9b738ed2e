from __future__ import annotations

import base64

import pytest

from dopusk.tfoms.sent import package_bytes, read_rows
from fixtures.registers import build_package

BUILT = build_package(kind="H")


@pytest.mark.parametrize(
    "body",
    [
        BUILT.zip,
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
        + BUILT.zip
        + b"\r\n--x--\r\n",
        b"<e:Envelope xmlns:e='x'><e:Body><data>"
        + base64.b64encode(BUILT.zip)
        + b"</data></e:Body></e:Envelope>",
    ],
    ids=["rest", "form", "soap"],
)
def test_a_package_is_found_in_its_message(body: bytes) -> None:
    assert package_bytes(body) == BUILT.zip


@pytest.mark.parametrize(
    "body", [b"", b"text", b"<a/>", b"<a><data>***</data></a>", b"PK\5\6PK\3\4"]
)
def test_a_message_without_a_package(body: bytes) -> None:
    assert package_bytes(body) == b""


def test_rows_of_a_package() -> None:
    rows = read_rows(BUILT.zip)
    assert rows
    assert [item.n_zap for item in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert all(item.enp and item.value("SUMV") for item in rows)
    assert len({item.snils for item in rows}) == len(rows)
    assert rows[0].value("NOTHING") is None


@pytest.mark.parametrize("data", [b"", b"PK\3\4", BUILT.main, BUILT.zip[:100]])
def test_rows_of_what_is_no_package(data: bytes) -> None:
    assert read_rows(data) == ()
