from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dopusk.cli.app import app
from dopusk.declaration.model import TicketSettings, Variant
from dopusk.ticket import (
    SUBJECT,
    Application,
    TicketError,
    check_application,
    check_notices,
    compose,
    read,
    render,
)
from fixtures.reference_mis import demo_declaration

ADDRESS = "http://10.50.0.17:8090/emdr/callback"
REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "reference_mis" / "mis.toml"
cli = CliRunner()


@pytest.fixture
def application() -> Application:
    declared = replace(
        demo_declaration(),
        mnemonic="across",
        ticket=TicketSettings((ADDRESS, "https://mis.example/notify"), "Тестова А. П."),
    )
    return compose(declared, Variant.MO_3)


def codes(text: str, application: Application) -> list[str]:
    return [item.code for item in check_application(read(text), application)]


def test_what_is_written_is_read_back(application: Application) -> None:
    text = render(application)
    written = read(text)
    assert (written.subject, written.mnemonic, written.forward) == (SUBJECT, "across", True)
    assert written.addresses == application.addresses
    assert check_application(written, application) == []
    assert "Контактное лицо: Тестова А. П." in text
    assert application.organizations[0].oid in text


def test_forwarding_of_mo_1(application: Application) -> None:
    declared = replace(application, variant=Variant.MO_1, forward=False)
    assert read(render(declared)).forward is False
    assert codes(render(declared), declared) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (SUBJECT, "Подключение МИС", "TICKET-SUBJECT"),
        (f"Тема: {SUBJECT}\n", "", "TICKET-NO-SUBJECT"),
        (": across", ": асross", "TICKET-MNEMONIC-CYRILLIC"),
        (": across", ": Across", "TICKET-MNEMONIC-CASE"),
        (": across", ": smr", "TICKET-MNEMONIC-OTHER"),
        (": across", ": ", "TICKET-NO-MNEMONIC"),
        ("б)", "г)", "TICKET-NO-ADDRESS"),
        (ADDRESS, "", "TICKET-ADDRESS-OTHER"),
        ("ФРЭМД: нужна", "ФРЭМД:", "TICKET-NO-FORWARDING"),
        ("ФРЭМД: нужна", "ФРЭМД: не нужна", "TICKET-FORWARDING"),
    ],
)
def test_each_mistake_has_its_finding(
    application: Application, old: str, new: str, code: str
) -> None:
    text = render(application)
    assert old in text
    assert codes(text.replace(old, new), application) == [code]


def test_lookalikes_are_told_by_position(application: Application) -> None:
    text = render(application).replace(": across", ": aсrоss")
    (found,) = check_application(read(text), application)
    assert "'с' на месте 2 (похожа на латинскую 'c')" in found.message
    assert "'о' на месте 4 (похожа на латинскую 'o')" in found.message


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8090/emdr",
        "http://localhost/emdr",
        "http://[::1]:80/emdr",
        "http://0.0.0.0/emdr",
        "http://[::ffff:127.0.0.1]/emdr",
        "http://mis.localhost/emdr",
    ],
)
def test_an_address_of_the_machine_itself(application: Application, address: str) -> None:
    declared = replace(application, addresses=(address,))
    assert codes(render(declared), declared) == ["TICKET-ADDRESS-LOOPBACK"]


@pytest.mark.parametrize("address", ["ftp://mis/emdr", "http://", "http://mis:port/x"])
def test_an_address_that_is_none(application: Application, address: str) -> None:
    declared = replace(application, addresses=(address,))
    assert codes(render(declared), declared) == ["TICKET-ADDRESS-FORM"]


@pytest.mark.parametrize(
    ("said", "forward"),
    [
        ("в) Необходимость отправки в ФРЭМД: да", True),
        ("В) отправка в ФРЭМД требуется", True),
        ("в) Необходимость отправки в ФРЭМД: нет", False),
        ("в) в ФРЭМД отправлять не требуется", False),
        ("в) ФРЭМД", None),
    ],
)
def test_own_words_are_understood(said: str, forward: bool | None) -> None:
    assert read(said).forward is forward


def test_notifications_go_to_an_applied_path(application: Application) -> None:
    assert list(check_notices(["http://127.0.0.1:5000/emdr/callback"], application)) == []
    (found,) = check_notices(["http://127.0.0.1:5000/other"] * 2, application)
    assert found.code == "TICKET-NOTICE-ELSEWHERE"


def test_a_variant_without_application() -> None:
    with pytest.raises(TicketError, match="Варианту fed-3 заявка в СТП не нужна"):
        compose(demo_declaration(), Variant.FED_3)


def test_no_mnemonic() -> None:
    with pytest.raises(TicketError, match="нет мнемоники"):
        compose(replace(demo_declaration(), mnemonic=None), Variant.MO_1)


@pytest.fixture
def declare(tmp_path: Path) -> Callable[..., Path]:
    def write(variants: str, *extra: str) -> Path:
        lines = REFERENCE.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(("variants", "[ticket]"))]
        kept = [line for line in kept if not line.startswith(("callback_urls", "contact"))]
        kept = [line for line in kept if not line.startswith("forward_to_remd")]
        at = kept.index("[connection]")
        kept[at + 1 : at + 1] = [f"variants = {variants}"]
        path = tmp_path / "mis.toml"
        path.write_text("\n".join([*kept, "[ticket]", *extra, ""]), encoding="utf-8")
        return path

    return write


def test_command_writes_and_checks(declare: Callable[..., Path], tmp_path: Path) -> None:
    path = declare('["mo-3"]', f'callback_urls = ["{ADDRESS}"]')
    shown = cli.invoke(app, ["ticket", str(path)])
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith(f"Тема: {SUBJECT}\n")
    saved = tmp_path / "заявка.txt"
    assert cli.invoke(app, ["ticket", str(path), "--out", str(saved)]).exit_code == 0
    assert saved.read_text(encoding="utf-8") == shown.stdout
    assert cli.invoke(app, ["ticket", str(path), "--check", str(saved)]).exit_code == 0
    saved.write_text(shown.stdout.replace("нужна", "не нужна"), encoding="utf-8")
    wrong = cli.invoke(app, ["ticket", str(path), "--check", str(saved)])
    assert wrong.exit_code == 1
    assert "TICKET-FORWARDING" in wrong.stderr


def test_command_on_a_loopback_address(declare: Callable[..., Path]) -> None:
    result = cli.invoke(app, ["ticket", str(declare('["mo-1"]'))])
    assert result.exit_code == 1
    assert "TICKET-ADDRESS-LOOPBACK" in result.stderr


@pytest.mark.parametrize(
    ("variants", "options", "says"),
    [
        ('["fed-3"]', [], "подают для mo-1 и mo-3"),
        ('["mo-1", "mo-3"]', [], "выберите --variant"),
        ('["mo-1"]', ["--variant", "mo-3"], "объявлено: mo-1"),
        ('["mo-1"]', ["--check", "нет.txt"], "не читается"),
    ],
)
def test_command_that_cannot_be_done(
    declare: Callable[..., Path], variants: str, options: list[str], says: str
) -> None:
    result = cli.invoke(app, ["ticket", str(declare(variants)), *options])
    assert result.exit_code == 2
    assert says in result.stderr
