"""What decides about a coded value beside the dictionary itself: schemas/nsi/policy.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dopusk.nsi.model import NsiError
from dopusk.suite import schemas


@dataclass(frozen=True, slots=True)
class KindPolicy:
    """What the rules of one kind say about dictionaries."""

    source: str = ""
    dictionaries: frozenset[str] = frozenset()
    """All dictionaries that the rules name; empty when nothing is known."""
    versions: Mapping[str, tuple[str, ...]] | None = None
    """The only allowed versions by OID, where the rules fix them."""

    def allowed(self, oid: str) -> tuple[str, ...]:
        """Return the only versions of a dictionary that the kind allows; empty: no claim."""
        return (self.versions or {}).get(oid, ())


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole file."""

    posts: frozenset[str]
    """Dictionaries of posts, in which another name is a remark."""
    long: int
    """Characters: the beginning of a longer name is taken as shortened."""
    kinds: Mapping[str, KindPolicy]

    def kind(self, code: str | None) -> KindPolicy:
        """Return what is known of a kind of НСИ 1520; nothing for one that is not in the file."""
        return self.kinds.get(code or "", KindPolicy())


@cache
def policy() -> Policy:
    """Return the policy of the stand; raises NsiError when its file is broken."""
    return read_policy(schemas() / "nsi" / "policy.toml")


def read_policy(path: Path) -> Policy:
    """Return the policy in a file; raises NsiError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Policy(
            posts=frozenset(data["names"]["posts"]),
            long=int(data["names"]["long"]),
            kinds={
                code: KindPolicy(
                    source=row["source"],
                    dictionaries=frozenset(row.get("dictionaries", ())),
                    versions={oid: tuple(v) for oid, v in row.get("versions", {}).items()},
                )
                for code, row in data["kinds"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NsiError(f"Не читается {path}: {error!r}") from error
