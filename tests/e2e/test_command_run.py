"""A run in which the МИС is made to act by a program of the vendor."""

from __future__ import annotations

import sys
from pathlib import Path

from commands import ROOT, Command

from fixtures.reference_mis import ReferenceMis, demo_declaration

BRIDGE = """
import json, sys, urllib.request

url, task = sys.argv[1], json.load(sys.stdin)
action = task.pop("action")
method, path, body = {
    "health": ("GET", "/health", None),
    "reset": ("POST", "/reset", task),
    "submit": ("POST", "/documents", task),
    "replace": ("POST", f"/documents/{task.get('ref')}/versions", {"case": task.get("case")}),
    "status": ("GET", f"/documents/{task.get('ref')}", None),
}[action]
data = None if body is None else json.dumps(body).encode()
headers = {"Content-Type": "application/json"}
request = urllib.request.Request(url + path, data, headers, method=method)
print(urllib.request.urlopen(request).read().decode() or "{}")
"""


def test_a_program_drives_the_mis(dopusk: Command, tmp_path: Path) -> None:
    (tmp_path / "bridge.py").write_text(BRIDGE, encoding="utf-8")
    text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        command = [sys.executable, "bridge.py", mis.url]
        text = text.replace("http://127.0.0.1:8090/emdr", f"{mis.url}/emdr")
        text = text.replace('kind = "http"', f'kind = "command"\ncommand = {command!r}')
        text = text.replace('url = "http://127.0.0.1:8090"', "").replace("port = 8080", "port = 0")
        (tmp_path / "mis.toml").write_text(text, encoding="utf-8")
        done = dopusk("run", "mis.toml", "--scenario", "success", "--scenario", "new-version")
    assert done.code == 4, done.text
    assert {item["verdict"] for item in done.report["scenarios"]} <= {"соответствует", "замечание"}
    assert done.report["candidate"]["driver"] == "command"
