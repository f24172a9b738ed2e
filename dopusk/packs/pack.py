"""Reads packs: pack.toml beside an XSD and a Schematron, the stand's own or imported."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from dopusk.packs.store import imported_packs
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
    root: Path
    """Folder that its files may refer into."""
    xsd: Path
    schematron: Path
    strip_namespace: str | None
    """Namespace whose elements the rule contexts name without a prefix."""
    source: str
    sha256: str
    """Over names and contents of all files, in order of names, as they were before import.

    An own pack counts the files that it shares with others too.
    """
    evidence: Evidence
    """What findings of the pack rest on; «выведено» makes them remarks."""
    window_start: date
    window_end: date | None
    active: str = "own"
    """own or imported."""
    defects: tuple[str, ...] = ()
    """What was found wrong in the pack itself, one Russian sentence each.

    Of an own pack: in the official one, and what the own one does about it.
    """
    contradicted: frozenset[int] = frozenset()
    """Lines of assertions that no document accepted by the XSD can satisfy: they only remark."""


def pack_kinds() -> tuple[str, ...]:
    """Return the kinds that have a pack, sorted by number."""
    folders = (own_packs(), imported_packs())
    found = {file.parent.name for folder in folders for file in folder.glob(f"*/{MANIFEST}")}
    return tuple(sorted((name for name in found if name.isdigit()), key=int))


def load_pack(kind: str) -> Pack:
    """Return the active pack for this kind: the imported one, else the own. Raises PackError."""
    for folder, active in ((imported_packs(), "imported"), (own_packs(), "own")):
        if kind.isdigit() and (folder / kind / MANIFEST).is_file():
            return _loaded(folder / kind, active)
    known = ", ".join(pack_kinds()) or "ни одного"
    raise PackError(f"Нет пакета правил для вида {kind}. Есть пакеты: {known}")


def own_packs() -> Path:
    """Return the folder of the stand's own packs."""
    return schemas() / "semd"


@cache
def _loaded(folder: Path, active: str) -> Pack:
    return read_pack(folder, active=active)


def forget_packs() -> None:
    """Make the next `load_pack` read again what lies on the disk."""
    _loaded.cache_clear()


def read_pack(folder: Path, *, active: str) -> Pack:
    """Return the pack of one folder; raises PackError."""
    manifest = folder / MANIFEST
    try:
        data: dict[str, Any] = tomllib.loads(manifest.read_text(encoding="utf-8"))
        shared = folder / data["shared"] if "shared" in data else None
        pack = Pack(
            kind=data["kind"],
            edition=data["edition"],
            title=data["title"],
            template_id=data["template"],
            root=folder.parent if shared else folder,
            xsd=folder / data["xsd"],
            schematron=folder / data["schematron"],
            strip_namespace=data.get("strip_namespace"),
            source=data["source"],
            sha256=data.get("sha256") or digest(folder, shared),
            evidence=Evidence(data["evidence"]),
            window_start=data["window_start"],
            window_end=data.get("window_end"),
            active=active,
            defects=tuple(data.get("defects", ())),
            contradicted=frozenset(data.get("contradicted", ())),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{manifest}: это не TOML ({error})") from error
    except KeyError as error:
        raise PackError(f"{manifest}: нет поля {error}") from error
    for file in (pack.xsd, pack.schematron):
        if not file.is_file():
            raise PackError(f"{manifest}: нет файла {file.name}")
    return pack


def digest(*folders: Path | None) -> str:
    """Return SHA-256 (hex) over relative names and contents of all files under the folders."""
    whole = sha256()
    for folder in filter(None, folders):
        for file in sorted(item for item in folder.rglob("*") if item.is_file()):
            name = file.relative_to(folder).as_posix()
            whole.update(f"{name}\0{file.stat().st_size}\0".encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()
