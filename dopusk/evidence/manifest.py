"""manifest.json: what the archive holds, and by what the run was judged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

FORMAT: Final = "dopusk-evidence/1"
NAME: Final = "manifest.json"
SIGNATURE: Final = "manifest.p7s"
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_MEMBERS: Final = 10_000
MAX_NAME: Final = 200

_HASH = re.compile(r"[0-9a-f]{64}\Z")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|\ud800-\udfff]')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
)


class ManifestError(ValueError):
    """manifest.json cannot be used; the text is Russian."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive."""

    name: str
    size: int
    sha256: str
    packed_size: int
    packed_sha256: str
    """Of the bytes as they lie in the archive: compression leaves bits that mean nothing."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What manifest.json says."""

    run: Mapping[str, Any]
    """id, started, finished, command, variants, verdict, exit_code … of the run."""
    fingerprints: Mapping[str, str]
    """What judged: version or SHA-256 by Russian name (dopusk.evidence.fingerprints)."""
    members: tuple[Member, ...]
    loss: tuple[str, ...] = field(default=())
    """Russian sentences: what masking took away, and so cannot be judged again."""

    def dump(self) -> bytes:
        """Return the file; the same manifest gives the same bytes."""
        data = {
            "format": FORMAT,
            "run": dict(self.run),
            "loss": list(self.loss),
            "fingerprints": dict(self.fingerprints),
            "members": [asdict(item) for item in self.members],
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return the manifest in a file; raises ManifestError."""
        try:
            raw = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ManifestError(f"это не JSON: {error}") from None
        if not isinstance(raw, dict) or raw.get("format") != FORMAT:
            raise ManifestError(f"это не описание улик формата {FORMAT}")
        try:
            made = cls(
                run=_mapping(raw["run"]),
                fingerprints={str(k): str(v) for k, v in _mapping(raw["fingerprints"]).items()},
                members=tuple(_member(item) for item in raw["members"]),
                loss=tuple(str(item) for item in raw["loss"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ManifestError(f"поля не те: {error}") from None
        names = [item.name for item in made.members]
        if len(names) > MAX_MEMBERS or len({name.casefold() for name in names}) < len(names):
            raise ManifestError("файлов слишком много или имя повторяется")
        return made


def name_problem(name: str) -> str | None:
    """Return what is wrong with the name of a member: it must be a plain path below the archive."""
    parts = name.split("/")
    if not name or len(name) > MAX_NAME:
        return "пустое или слишком длинное имя"
    if _FORBIDDEN.search(name):
        return "недопустимый знак в имени"
    if any(part in ("", ".", "..") or part[-1] in ". " for part in parts):
        return "имя выводит за пределы архива"
    if any(part.split(".")[0].casefold() in _DEVICES for part in parts):
        return "имя устройства"
    return None


def _member(data: object) -> Member:
    row = Member(**_mapping(data))
    sizes_ok = all(type(size) is int and size >= 0 for size in (row.size, row.packed_size))
    hashes_ok = all(_HASH.match(value) for value in (row.sha256, row.packed_sha256))
    if name_problem(row.name) or not sizes_ok or not hashes_ok:
        raise ValueError(f"строка о {row.name!r}")
    return row


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("ожидался объект")
    return value
