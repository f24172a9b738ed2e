"""By which rules a run was judged: packs, dictionaries and wire profile with their fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dopusk import suite
from dopusk.declaration.model import Declaration
from dopusk.nsi import Library, library
from dopusk.nsi.model import NsiError, Origin
from dopusk.packs import load_pack
from dopusk.remd.table import remd_table
from dopusk.wire.profile import WireProfile

PROFILE = "профиль обмена стенда"

TABLES = ("nsi305", "kinds", "roles")
"""Dictionaries of РЭМД itself (schemas/remd/)."""


def rulebook(
    declaration: Declaration, profile: WireProfile, profile_file: Path | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield what a report names as its rules: one mapping a pack, dictionary or profile."""
    for kind in declaration.kinds:
        yield _pack(kind)
    yield {
        "what": profile.title,
        "source": f"профиль обмена {profile_file.name}" if profile_file else PROFILE,
        "version": profile.version,
        "sha256": _sha256(profile_file or suite.schemas() / "remd" / "profile.toml"),
    }
    for name in TABLES:
        passport = remd_table(name).passport
        yield {
            "what": passport["title"],
            "source": f"НСИ {passport['dictionary']}",
            "version": passport["version"],
            "sha256": _sha256(suite.schemas() / "remd" / f"{name}.csv"),
        }
    yield from _dictionaries(library())


def _dictionaries(held: Library) -> Iterator[Mapping[str, Any]]:
    """Yield every version of every dictionary of НСИ, the stand's and the imported."""
    for oid in held.oids():
        for version in held.versions(oid):
            table = None
            row = {
                "what": held.name(oid) or f"справочник {oid}",
                "source": f"НСИ {oid}",
                "version": version,
            }
            with suppress(NsiError):  # a file that cannot be read has failed its checks already
                table = held.dictionary(oid, version)
            if table is not None:
                row["sha256"] = table.passport.sha256
                if table.passport.origin is not Origin.OWN:
                    row["source"] += ", импортирован"
            yield row


def _pack(kind: str) -> Mapping[str, Any]:
    pack = load_pack(kind)
    return {
        "what": f"правила СЭМД вида {kind}",
        "kind": kind,
        "edition": pack.edition,
        "source": pack.source,
        "sha256": pack.sha256,
        "evidence": pack.evidence,
        "window": f"{pack.window_start} — {pack.window_end or 'не ограничено'}",
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
