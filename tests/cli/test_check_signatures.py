"""`dopusk check --signature`: an account of each signature, findings, clear refusals."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dopusk import suite
from dopusk.cli import signatures
from dopusk.cli.app import app
from dopusk.clock import MOSCOW
from dopusk.signature import SigningFaults, load_credential, sign_detached
from dopusk.signature.asn1 import to_pem
from fixtures.documents import good

PKI = suite.root() / "fixtures" / "pki"
SIGNED = datetime(2024, 3, 11, 13, 0, tzinfo=MOSCOW)
DAY = ("--as-of", "2024-03-11")
Sign = Callable[..., Path]


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *DAY, *map(str, arguments)])


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.xml"
    path.write_bytes(good())
    return path


@pytest.fixture
def sign(tmp_path: Path, document: Path) -> Sign:
    """Signs the document (or other bytes) and writes the container; returns its path."""

    def write(
        name: str = "author.p7s",
        *,
        key: str = "author-7831",
        data: bytes | None = None,
        dress: Callable[[bytes], bytes] = bytes,
        **faults: Any,
    ) -> Path:
        der = sign_detached(
            document.read_bytes() if data is None else data,
            load_credential(PKI / "credentials" / f"{key}.pem"),
            signing_time=SIGNED,
            faults=SigningFaults(**faults),
        )
        path = tmp_path / name
        path.write_bytes(dress(der))
        return path

    return write


@pytest.mark.parametrize(
    "dress", [bytes, lambda der: to_pem(der, "CMS"), base64.b64encode, base64.encodebytes]
)
def test_a_good_signature_is_told_in_words(document: Path, sign: Sign, dress: Any) -> None:
    result = check("--signature", sign(dress=dress), document)
    assert result.exit_code == 0, result.output
    for words in (
        "author.p7s: ошибок нет",
        "кто: Тестов Артём Игоревич, СНИЛС 90000010185",
        "когда: 11.03.2024 13:00:00 МСК",
        "документ: подписан именно этот файл",
        "ГОСТ Р 34.10-2012 (256 бит) [1.2.643.7.1.1.1.1], tc26-256-A",
        "цепочка: Тестов Артём Игоревич ← ТЕСТ Аккредитованный УЦ",
        "доверие: Цепочки проверены по тестовой PKI стенда",
    ):
        assert words in result.stdout


def test_several_signatures_are_judged_one_by_one_and_together(document: Path, sign: Sign) -> None:
    author, mo = sign(), sign("mo.p7s", key="mo-7831")
    result = check("--signature", author, "--signature", mo, document)
    assert result.exit_code == 0
    assert result.stdout.count("подписан именно этот файл") == 2
    assert "ОГРН 1197700001014" in result.stdout
    twice = check("--signature", author, "--signature", sign("again.p7s"), document)
    assert twice.exit_code == 1
    assert "SIG-SET-DUPLICATE" in twice.stdout


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"data": b"other"}, "SIG-DIGEST", "не подтверждено"),
        ({"wrong_value": True}, "SIG-VALUE", "не подтверждено"),
        ({"key": "fault-untrusted"}, "PKI-UNTRUSTED", "подписан именно этот файл"),
        ({"no_certificate": True}, "SIG-NO-CERTIFICATE", "не подтверждено"),
        ({"no_signing_time": True}, "SIG-NO-SIGNING-TIME", "время подписания не указано"),
        ({"dress": lambda der: der[:100]}, "SIG-DECODE", "не подтверждено"),
        ({"dress": lambda der: b""}, "SIG-DECODE", "не подтверждено"),
        ({"dress": lambda der: b"garbage" * 9}, "SIG-DECODE", "не подтверждено"),
    ],
)
def test_a_bad_signature_is_explained(
    document: Path, sign: Sign, options: dict[str, Any], code: str, words: str
) -> None:
    result = check("--signature", sign(**options), document)
    assert result.exit_code == 1
    for expected in (f"ошибка {code}", words, "как исправить:", "author.p7s: не соответствует"):
        assert expected in result.stdout


def test_json(document: Path, sign: Sign) -> None:
    result = check("--json", "--signature", sign(), document)
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    (signature,) = record["signatures"]
    assert signature["coversDocument"] is True
    assert signature["verdict"] == "соответствует"
    assert signature["certificate"]["snils"] == "90000010185"
    assert record["kind"] == "194"
    assert record["signatureSet"] == []
    assert record["trust"]["test"] is True


def test_own_trust(document: Path, sign: Sign, tmp_path: Path) -> None:
    own = check("--trust", PKI / "trust", "--signature", sign(), document)
    assert own.exit_code == 0
    assert "доверие: ТЕСТ Головной УЦ" in own.stdout
    assert "опубликованы" not in own.stdout
    other = tmp_path / "other.pem"
    other.write_bytes((PKI / "trust" / "expired-issuing.pem").read_bytes())
    wrong = check("--trust", other, "--signature", sign(), document)
    assert wrong.exit_code == 1
    assert "PKI-MISSING-LINK" in wrong.stdout


def test_what_cannot_be_used_is_told_in_words(document: Path, sign: Sign, tmp_path: Path) -> None:
    good_signature = sign()
    for arguments, words in (
        (("--signature", tmp_path / "none.p7s", document), "none.p7s: подпись не читается (такого"),
        (("--signature", tmp_path, document), "подпись не читается (это папка"),
        (("--signature", good_signature, tmp_path / "none.xml"), "документ не читается"),
        (("--signature", good_signature, tmp_path), "это папка, а с --signature"),
        (("--signature", document, good_signature), "это XML, а не подпись"),
        (("--signature", good_signature, document, document), "проверяется один документ"),
        (("--signature", good_signature, "--out", tmp_path / "o", document), "без --out"),
        (("--trust", PKI / "trust", document), "--trust нужен вместе с --signature"),
        (
            ("--trust", tmp_path / "ca.pem", "--signature", good_signature, document),
            "файл якоря доверия не читается",
        ),
        (
            ("--trust", document, "--signature", good_signature, document),
            "document.xml",
        ),
    ):
        result = check(*arguments)
        assert result.exit_code == 2, result.output
        assert words in result.stderr
        assert "Traceback" not in result.output


def test_size_of_a_signature_is_bounded(
    document: Path, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "MAX_BYTES", 100)
    result = check("--signature", sign(), document)
    assert result.exit_code == 2
    assert "столько стенд не читает" in result.stderr


def test_what_is_signed_need_not_be_a_document(tmp_path: Path, sign: Sign) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"a letter")
    result = check("--signature", sign(data=b"a letter"), path)
    assert result.exit_code == 1, "the file is no СЭМД"
    assert "подписан именно этот файл" in result.stdout
