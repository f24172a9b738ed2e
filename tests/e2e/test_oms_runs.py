"""The overlay of ТФОМС through the command line: demo, a running МИС, a folder, no adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import requests
from candidate import running_mis
from commands import Command
from served import served

SHORT = ("--scenario", "register-h", "--scenario", "policy-lookup")


def test_the_reference_mis_conforms_with_oms(dopusk: Command) -> None:
    done = dopusk("demo", "--variant", "fed-3", "--oms")
    assert done.code == 0, done.text
    assert done.failures == set()
    assert done.report["oms"] is True
    verdicts = {item["id"]: item["verdict"] for item in done.report["requirements"]}
    for name in ("FED-OMS.1", "FED-OMS.2", "FED-OMS.3", "TF.1", "TF.2", "TF.3", "TF.4"):
        assert verdicts[name] == "соответствует", name
    ran = {item["id"].split("/")[1] for item in done.report["scenarios"]}
    assert {"policies", "registers", "protocols", "payments"} <= ran


def test_a_recorded_run_is_judged_the_same(dopusk: Command) -> None:
    options = ("--variant", "fed-3", "--wait", "4", "--defect", "flk-unread")
    wanted = ("flk-mended", "register-h", "policy-invalid", "mended-after-mek", "protocol-late")
    chosen = [bit for slug in wanted for bit in ("--scenario", slug)]
    done = dopusk("demo", *options, *chosen)
    live = {item["id"]: item["verdict"] for item in done.report["scenarios"]}
    again = dopusk("judge", done.out / "evidence.zip", out=False)
    assert again.code == 0, again.text
    assert len(live) == len(wanted)
    assert set(live.values()) == {"соответствует", "не соответствует"}


def test_without_the_overlay_nothing_of_it_is_there(dopusk: Command) -> None:
    done = dopusk("demo", "--variant", "fed-3", "--scenario", "success")
    assert done.report["oms"] is False
    assert not [item for item in done.report["requirements"] if "OMS" in item["id"]]
    assert dopusk("demo", "--scenario", "register-h").code == 2


def test_the_option_needs_territories(dopusk: Command, tmp_path: Path) -> None:
    with running_mis(tmp_path) as (declaration, _):
        done = dopusk("run", declaration, "--oms")
    assert done.code == 2
    assert "[[oms]]" in done.text


def test_a_running_mis_conforms_through_a_folder(dopusk: Command, tmp_path: Path) -> None:
    with running_mis(tmp_path, oms=True) as (declaration, _):
        text = declaration.read_text(encoding="utf-8")
        folder = 'transport = "folder"\nfolder = "exchange"'
        declaration.write_text(text.replace('transport = "soap"', folder), encoding="utf-8")
        chosen = ("--scenario", "protocol-lost", "--scenario", "flk-mended")
        done = dopusk("run", declaration, "--oms", "--variant", "fed-3", *SHORT, *chosen)
    verdicts = {item["id"]: item["verdict"] for item in done.report["scenarios"]}
    assert set(verdicts.values()) == {"соответствует"}, done.text
    assert len(verdicts) == 4
    assert (tmp_path / "exchange" / "inbox").is_dir()


@contextmanager
def without_registers(url: str) -> Iterator[str]:
    """Serve the adapter at `url` as one that knows documents only."""

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if self.path.startswith(("/registers", "/policies")):
                status, data = 404, b"{}"
            else:
                kind = {"Content-Type": self.headers.get("Content-Type") or "application/json"}
                with requests.Session() as session:
                    session.trust_env = False
                    answer = session.request(
                        self.command, url + self.path, data=body, headers=kind, timeout=30
                    )
                status, data = answer.status_code, answer.content
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = pass_on  # noqa: N815 - names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    with served(Handler) as address:
        yield address


def test_a_mis_without_registers_is_not_verified_with_a_clear_word(
    dopusk: Command, tmp_path: Path
) -> None:
    with running_mis(tmp_path, oms=True) as (declaration, url), without_registers(url) as adapter:
        text = declaration.read_text(encoding="utf-8")
        own = text.replace(f'\nurl = "{url}"', f'\nurl = "{adapter}"')
        assert own != text
        declaration.write_text(own, encoding="utf-8")
        done = dopusk("run", declaration, "--variant", "fed-3", *SHORT)
    assert done.code == 4, done.text
    scenarios: list[dict[str, Any]] = done.report["scenarios"]
    assert {item["verdict"] for item in scenarios} == {"не проверено"}
    assert {item["code"] for item in done.report["findings"]} == {"OMS-UNSUPPORTED"}
    verdicts = {item["id"]: item["verdict"] for item in done.report["requirements"]}
    assert {verdicts[name] for name in ("FED-OMS.1", "TF.1", "TF.4")} == {"не проверено"}
