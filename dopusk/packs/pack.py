"""Reads the packs of schemas/semd/<kind>/ (pack.toml beside an XSD and a Schematron)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dopusk.suite import schemas
from dopusk.verdict import Evidence

MANIFEST = "pack.toml"


class PackError(ValueError):
    """There is no pack for a kind, or its files are not what its manifest says (Russian text)."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules for one kind."""

    kind: str
    """Code of НСИ 1.2.643.5.1.13.13.11.1520."""
    edition: int
    title: str
    template_id: str
    """ClinicalDocument/templateId/@root."""
    xsd: Path
    schematron: Path
    strip_namespace: str | None
    """Namespace whose elements the rule contexts name without a prefix."""
    source: str
    sha256: str
    """Over names and contents of all files of the pack, in order of names."""
    evidence: Evidence
    """What findings of the pack rest on; «выведено» makes them remarks."""
    window_start: date
    window_end: date | None
    active: str = "own"
    """own or imported."""


def pack_kinds() -> tuple[str, ...]:
    """Return the kinds that have a pack, sorted by number."""
    return tuple(sorted((file.parent.name for file in _folder().glob(f"*/{MANIFEST}")), key=int))


@cache
def load_pack(kind: str) -> Pack:
    """Return the pack for this kind; raises PackError."""
    folder = _folder() / kind
    if not kind.isdigit() or not (folder / MANIFEST).is_file():
        known = ", ".join(pack_kinds()) or "ни одного"
        raise PackError(f"Нет пакета правил для вида {kind}. Есть пакеты: {known}")
    return _read(folder)


def _folder() -> Path:
    return schemas() / "semd"


def _read(folder: Path) -> Pack:
    manifest = folder / MANIFEST
    try:
        data: dict[str, Any] = tomllib.loads(manifest.read_text(encoding="utf-8"))
        pack = Pack(
            kind=data["kind"],
            edition=data["edition"],
            title=data["title"],
            template_id=data["template"],
            xsd=folder / data["xsd"],
            schematron=folder / data["schematron"],
            strip_namespace=data.get("strip_namespace"),
            source=data["source"],
            sha256=digest(folder),
            evidence=Evidence(data["evidence"]),
            window_start=data["window_start"],
            window_end=data.get("window_end"),
        )
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{manifest}: это не TOML ({error})") from error
    except KeyError as error:
        raise PackError(f"{manifest}: нет поля {error}") from error
    for file in (pack.xsd, pack.schematron):
        if not file.is_file():
            raise PackError(f"{manifest}: нет файла {file.name}")
    return pack


def digest(folder: Path) -> str:
    """Return SHA-256 (hex) over relative names and contents of all files under `folder`."""
    whole = sha256()
    for file in sorted(item for item in folder.rglob("*") if item.is_file()):
        name = file.relative_to(folder).as_posix()
        whole.update(f"{name}\0{file.stat().st_size}\0".encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()
