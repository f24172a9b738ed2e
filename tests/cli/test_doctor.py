import json
import re
import socket
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dopusk.cli import examination
from dopusk.cli.app import app
from dopusk.cli.examination import Check, State
from dopusk.declaration import load
from dopusk.declaration.model import Attestation

cli = CliRunner()
Declare = Callable[..., Path]
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


class Mis(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = {"/adapter/health": 200, "/callback": 405}
        body = b'{"status": "ok", "product": "\xd0\x9c\xd0\x98\xd0\xa1"}'
        self.send_response(known.get(self.path, 404))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def mis() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Mis) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def examine(*arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    result = cli.invoke(app, ["doctor", *arguments, "--json"])
    data = json.loads(result.stdout)
    assert data["ok"] == (result.exit_code == 0)
    return result.exit_code, {check["name"]: check for check in data["checks"]}


def test_the_stand_by_itself() -> None:
    code, checks = examine()
    assert code == 0
    assert list(checks) == ["Python", "Пакеты", "ГОСТ", "Правила вида 194", "Журнал"]
    assert "МБ/с" in checks["ГОСТ"]["detail"]
    assert not list(Path.cwd().iterdir())


def test_everything_in_order(declare: Declare, mis: str, free_port: int) -> None:
    code, checks = examine(str(declare(mis, port=free_port)))
    assert {check["state"] for check in checks.values()} <= {"ok", "warning"}
    assert code == 0
    assert "status: ok, product: МИС" in checks["Управление МИС"]["detail"]
    assert checks["Сервис обратных вызовов"]["detail"] == f"{mis}/callback: HTTP 405"
    back = checks["Путь от МИС к стенду"]
    assert f"http://127.0.0.1:{free_port}/remd/emdr" in back["detail"]
    assert "только по адресу" in back["detail"]
    assert "HTTP 501" in back["detail"]
    assert "dopusk serve" in back["advice"]


def test_table_for_people(declare: Declare, mis: str) -> None:
    result = cli.invoke(app, ["doctor", str(declare(mis))])
    assert result.exit_code == 0
    assert "✓ Журнал: пишется" in result.stdout
    assert "Всё готово к прогону." in result.stdout


def test_nobody_answers(declare: Declare, free_port: int) -> None:
    code, checks = examine(str(declare(f"http://127.0.0.1:{free_port}")))
    assert code == 2
    for name in ("Управление МИС", "Сервис обратных вызовов", "Сервис файлов"):
        assert checks[name]["state"] == "bad", name
        assert checks[name]["advice"], name
    assert "в соединении отказано" in checks["Сервис файлов"]["detail"]
    assert "file_service_url" in checks["Сервис файлов"]["advice"]
    assert "МИС не принимает соединение" in checks["Путь от МИС к стенду"]["detail"]


def test_unknown_path_is_only_a_warning(declare: Declare, mis: str) -> None:
    code, checks = examine(str(declare(mis, files="/files")))
    assert code == 0
    assert checks["Сервис файлов"]["state"] == "warning"


def test_occupied_port(declare: Declare, mis: str) -> None:
    port = int(mis.rsplit(":", 1)[1])
    code, checks = examine(str(declare(mis, port=port)))
    assert code == 2
    assert checks["Порт"]["state"] == "bad"
    assert "port в разделе [stand]" in checks["Порт"]["advice"]


def test_address_that_is_not_of_this_machine() -> None:
    check = examination._port("нет-такого-узла.invalid", 8080)
    assert check.state is State.BAD


def test_wrong_declaration_names_its_lines() -> None:
    Path("mis.toml").write_text("[product]\nvendor = 1\n", encoding="utf-8")
    result = cli.invoke(app, ["doctor", "mis.toml"])
    assert result.exit_code == 2
    assert "mis.toml:2: [product] vendor: нужна строка в кавычках" in result.stdout
    assert "Журнал" in result.stdout


def test_absent_declaration() -> None:
    result = cli.invoke(app, ["doctor", "нет.toml"])
    assert result.exit_code == 2
    assert "нет.toml: такого файла нет; создайте его: dopusk init" in result.stdout


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "PACKAGES", ("lxml", "no-such-package-at-all"))
    check = examination._packages()
    assert check == Check(
        "Среда",
        "Пакеты",
        State.BAD,
        "нет: no-such-package-at-all",
        "pip install no-such-package-at-all",
    )


def test_packages_are_those_of_the_project() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[><=!~ \[]", item)[0] for item in project["dependencies"]}
    assert names == set(examination.PACKAGES)


def test_folder_where_no_journal_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert examination._journal(tmp_path / "file").state is State.BAD


def test_kind_without_rules() -> None:
    check = examination._pack("1", None)
    assert check.state is State.BAD
    assert check.advice


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2023, 7, 30), State.WARNING),
        (date(2023, 7, 31), State.GOOD),
        (date(2024, 6, 30), State.GOOD),
        (date(2024, 7, 1), State.WARNING),
    ],
)
def test_kind_outside_its_window(day: date, state: State) -> None:
    check = examination._pack("194", day)
    assert check.state is state
    assert (check.advice is not None) == (state is State.WARNING)


def test_declared_documents(declared: Path) -> None:
    declaration = load(declared)
    check = examination._attestations(declaration)
    assert check.state is State.WARNING
    assert "FED-3.1: документ не заявлен" in check.detail
    assert "FED-3.3: документ не заявлен" in check.detail
    papers = tuple(
        Attestation(name, "Заключение", "1", date(2024, 1, 1), None, None)
        for name in ("FED-3.1", "FED-3.3")
    )
    check = examination._attestations(replace(declaration, attestations=papers))
    assert (check.state, check.detail) == (State.GOOD, "в порядке: 2")
