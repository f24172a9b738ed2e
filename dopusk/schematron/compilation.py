"""Plans for the fast engine: from the store when the rules are known, else made anew."""

from __future__ import annotations

import functools
import hashlib
import marshal
import sys
from collections.abc import Callable
from pathlib import Path

from dopusk import __version__
from dopusk.schematron.errors import SchemaError
from dopusk.schematron.fast.plan import Fallback, Plan
from dopusk.schematron.model import SchemaModel
from dopusk.schematron.source import folder_of, load
from dopusk.schematron.store import Store

_OLD_BINDINGS = frozenset({"xslt", "xpath"})


def plan_of(
    data: bytes,
    path: Path | None,
    phase: str | None,
    model: Callable[[], SchemaModel],
    store: Store,
    *,
    folder: Path | None = None,
) -> Plan:
    """Return the plan for the rules in `data`, asking for the model only when it must be made.

    Includes are looked for in `folder`, by default that of `path`.

    Raises:
        SchemaError: the rules are not usable.
    """
    key = _key(data, phase)
    held = store.get(key)
    if held is not None:
        included, kept = marshal.loads(held)  # noqa: S302  # the store proved that we wrote it
        if _unchanged(folder_of(path, folder), included):
            return Plan.load(kept)
    plan = _make(model())
    store.put(key, marshal.dumps((model().included, plan.dump())))
    return plan


def _key(data: bytes, phase: str | None) -> str:
    made_by = f"{__version__} {_engine()} {sys.implementation.cache_tag} {sys.hexversion} {phase!r}"
    return hashlib.sha256(made_by.encode() + hashlib.sha256(data).digest()).hexdigest()


@functools.cache
def _engine() -> str:
    """Return what tells this engine from any other: the SHA-256 of its own source files."""
    whole = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _unchanged(folder: Path | None, included: tuple[tuple[str, str], ...]) -> bool:
    if folder is None:
        return not included
    try:
        return all(
            hashlib.sha256(load(folder / name)).hexdigest() == digest for name, digest in included
        )
    except SchemaError:
        return False


def _make(model: SchemaModel) -> Plan:
    from dopusk.schematron.fast.generate import generate  # not needed for a kept compilation

    if model.binding not in _OLD_BINDINGS:
        return generate(model)
    reason = f"queryBinding={model.binding}: XPath 1.0"
    return Plan(
        compile("", "<schematron>", "exec"),
        (),
        (),
        tuple(
            Fallback(number, pattern.id, reason, pattern.line)
            for number, pattern in enumerate(model.patterns)
        ),
    )
