"""A МИС that talks to the mock ТФОМС, for its tests: REST, and the packages it sends."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from fake_mis import WAIT
from lxml import etree
from remd_bench import Bench

from dopusk.declaration.model import OmsTerritory
from dopusk.journal import Entry
from dopusk.tfoms.exchange import PASSWORD
from fixtures.registers import Built, build_package

OKATO, MO = "99000", "990001"


def declared(**more: Any) -> dict[str, Any]:
    """Return what is declared of ОМС: one territory, invented."""
    return {"oms": (OmsTerritory(OKATO, MO, "rest", **more),)}


def package(kind: str = "H", **more: Any) -> Built:
    """Return a clean package of the month before the stand's date."""
    return build_package(kind, **{"year": 2024, "month": 1, "mo": MO, "smo": "99001", **more})


def edited(built: Built, edit: Callable[[etree._Element], None]) -> bytes:
    """Return the archive of a package whose main file was changed."""
    root = etree.fromstring(built.main)
    edit(root)
    main = etree.tostring(root.getroottree(), encoding="windows-1251", xml_declaration=True)
    return zipped({f"{built.name}.XML": main, f"{built.person_name}.XML": built.person})


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a ZIP with these members."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return box.getvalue()


def inside(data: bytes, index: int = 0) -> bytes:
    """Return a member of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(archive.namelist()[index])


@dataclass
class Client:
    """Speaks REST to one ТФОМС of a bench."""

    bench: Bench
    okato: str = OKATO
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    @property
    def url(self) -> str:
        return self.bench.stand.addresses[f"tfoms-{self.okato}"]

    def login(self, login: str = "dopusk", password: str = PASSWORD) -> requests.Response:
        body = {"login": login, "password": password}
        answer = self.session.post(f"{self.url}/token", json=body, timeout=WAIT)
        if answer.ok:
            self.token = answer.json()["token"]
        return answer

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        url = f"{self.url}{path}"
        return self.session.request(method, url, headers=headers, timeout=WAIT, **more)

    def post(self, name: str, data: bytes) -> requests.Response:
        headers = {"X-File-Name": f"{name}.ZIP", "Content-Type": "application/zip"}
        return self.call("POST", "/registers", data=data, headers=headers)

    def send(self, built: Built | None = None, data: bytes | None = None) -> str:
        """Send a package and return its id."""
        built = built or package()
        if not self.token:
            assert self.login().status_code == 200
        answer = self.post(built.name, built.zip if data is None else data)
        assert answer.status_code == 202, answer.text
        ref: str = answer.json()["id"]
        return ref

    def settle(self) -> None:
        """Wait until nothing is under way."""
        assert self.bench.stand.idle(WAIT)

    def states(self, ref: str) -> list[str]:
        answer = self.call("GET", f"/registers/{ref}").json()
        return [item["state"] for item in answer["states"]]

    def file(self, ref: str, what: str) -> requests.Response:
        return self.call("GET", f"/registers/{ref}/{what}")

    def decisions(self, stage: str | None = None) -> list[Entry]:
        found = self.bench.journal.entries(operation="decision", actor="tfoms")
        return [item for item in found if stage in (None, item.note["stage"])]


def folder_of(tmp_path: Path) -> Path:
    """Return the folder of exchange of a test."""
    return tmp_path / "обмен"
