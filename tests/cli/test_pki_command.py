"""`dopusk pki new`: test certificates of own people that the stand accepts as they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dopusk import suite
from dopusk.cli.app import app
from dopusk.signature import (
    ORGANIZATION,
    SignerExpectation,
    TrustStore,
    check_container,
    examine_message,
    load_credential,
    sign_detached,
    sign_message,
)
from dopusk.wire.soap import write_envelope

NOW = datetime(2025, 5, 5, 12, tzinfo=UTC)
DOCUMENT = b"<document/>"
PEOPLE = """
[product]
name = "Моя МИС"

[[organizations]]
oid = "1.2.643.5.1.13.13.12.2.50.99999"
name = "ГБУЗ «Проверочная больница»"
ogrn = "1022500001325"
inn = "7707083893"
region = "50"

[[staff]]
organization = "1.2.643.5.1.13.13.12.2.50.99999"
roles = ["AUTHOR"]
surname = "Пробина"
name = "Анна"
snils = "112-233-445 95"
position_name = "Врач-терапевт"

[[staff]]
organization = "1.2.643.5.1.13.13.12.2.50.99999"
surname = "Пробина"
name = "Анна"
snils = "11223344595"
position_name = "Она же по совместительству"
"""
AUTHOR = SignerExpectation("AUTHOR", snils="11223344595", surname="Пробина", name="Анна")
MO = SignerExpectation(ORGANIZATION, org_ogrn="1022500001325", org_inn="7707083893")


def new(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["pki", "new", *map(str, arguments)])


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.toml"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture
def folder(people: Path, tmp_path: Path) -> Path:
    result = new("--declaration", people, "--out", tmp_path / "pki")
    assert result.exit_code == 0, result.output
    assert "Ключи ТЕСТОВЫЕ" in result.stdout
    return tmp_path / "pki"


def judge(
    folder: Path, name: str, expectation: SignerExpectation, trust: TrustStore | None = None
) -> list[str]:
    credential = load_credential(folder / "credentials" / f"{name}.pem")
    container = sign_detached(DOCUMENT, credential, signing_time=NOW - timedelta(minutes=1))
    found = check_container(
        container,
        DOCUMENT,
        part=name,
        expectation=expectation,
        trust=trust or TrustStore.test_pki(),
        created_at=NOW - timedelta(hours=1),
        received_at=NOW,
        checked_at=NOW,
    )
    return [item.code for item in found]


def test_the_stand_accepts_the_set_as_it_is(folder: Path) -> None:
    assert judge(folder, "author-11223344595", AUTHOR) == []
    assert judge(folder, "mo-1022500001325", MO) == []
    credential = load_credential(folder / "credentials" / "mis.pem")
    envelope = write_envelope(b"<a/>", message_id="1", action="registerDocument")
    message = sign_message(envelope, credential, signed_at=NOW)
    trust = TrustStore.test_pki()
    account = examine_message(message, part="запрос", trust=trust, checked_at=NOW)
    assert {item.code for item in account.findings} == {"SIG-WS-PARTS"}
    assert account.signer is not None
    assert "ТЕСТ Моя МИС" in account.signer.subject


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("expired", "SIG-CERTIFICATE-EXPIRED"),
        ("not-yet-valid", "SIG-CERTIFICATE-NOT-YET-VALID"),
        ("key-usage", "SIG-KEY-USAGE"),
        ("other-snils", "SIG-SNILS"),
        ("other-name", "SIG-PERSON-NAME"),
        ("untrusted", "PKI-UNTRUSTED"),
        ("missing-link", "PKI-MISSING-LINK"),
        ("expired-issuer", "PKI-ISSUER-NOT-VALID"),
        ("issuer-not-ca", "PKI-NOT-CA"),
        ("forged", "PKI-FORGED"),
    ],
)
def test_a_faulty_certificate_has_its_fault_alone(folder: Path, fault: str, code: str) -> None:
    found = judge(folder, f"fault-{fault}-11223344595", AUTHOR)
    assert set(found) - {"SIG-CERTIFICATE-EXPIRED-NOW"} == {code}


def test_revocation_is_seen_with_the_list_of_the_set(folder: Path) -> None:
    name = "fault-revoked-11223344595"
    assert judge(folder, name, AUTHOR) == []
    assert judge(folder, name, AUTHOR, TrustStore.load([folder / "trust"])) == ["PKI-REVOKED"]


def test_the_note_warns_and_names_everyone(folder: Path) -> None:
    text = (folder / "ПРОЧТИ.txt").read_text(encoding="utf-8")
    assert text.startswith("Ключи ТЕСТОВЫЕ")
    assert "author-11223344595.pem — Пробина Анна, СНИЛС 11223344595, Врач-терапевт" in text
    for path in (folder / "credentials").iterdir():
        assert path.name in text


def test_the_same_file_gives_the_same_bytes(folder: Path, people: Path, tmp_path: Path) -> None:
    assert new("--declaration", people, "--out", tmp_path / "again").exit_code == 0
    for path in folder.rglob("*.pem"):
        again = tmp_path / "again" / path.relative_to(folder)
        assert again.read_bytes() == path.read_bytes()


def test_a_declaration_of_a_mis_will_do(tmp_path: Path) -> None:
    declaration = suite.root() / "fixtures" / "reference_mis" / "mis.toml"
    assert new("--declaration", declaration, "--out", tmp_path / "pki").exit_code == 0
    assert (tmp_path / "pki" / "credentials" / "chairman-90000010286.pem").is_file()


def test_what_cannot_be_used_is_told_in_words(
    people: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.toml"
    for text, words in (
        ("[[staff", "broken.toml:1"),
        ("", "нет ни одного раздела [[organizations]]"),
        (PEOPLE.replace("1022500001325", "1022500001326"), "контрольная цифра ОГРН"),
        (PEOPLE.replace("445 95", "445 96"), "контрольное число СНИЛС"),
        (PEOPLE.replace('surname = "Пробина"', ""), "[[staff]] surname: нет обязательного поля"),
        (PEOPLE.replace('50.99999"\nroles', '50.1"\nroles'), "нет среди [[organizations]]"),
    ):
        broken.write_text(text, encoding="utf-8")
        result = new("--declaration", broken, "--out", tmp_path / "other")
        assert result.exit_code == 2
        assert words in result.stderr
        assert not (tmp_path / "other").exists()
    again = new("--declaration", people, "--out", folder)
    assert again.exit_code == 2
    assert "уже есть" in again.stderr
    monkeypatch.chdir(tmp_path)
    absent = new("--out", tmp_path / "other")
    assert absent.exit_code == 2
    assert "mis.toml: такого файла нет" in absent.stderr
