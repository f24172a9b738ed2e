"""What a run writes into its journal so that it can be judged again: plan and circuits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Final, Self

from dopusk.declaration.json_form import DeclarationFormError, from_json, to_json
from dopusk.declaration.model import Declaration, Variant
from dopusk.evidence.archive import EvidenceError, Source
from dopusk.evidence.fingerprints import file_digest
from dopusk.evidence.manifest import name_problem
from dopusk.journal import Draft, Entry, Journal, Phase

ACTOR: Final = "runner"
PLAN: Final = "run-plan"
CIRCUIT: Final = "circuit"
FILES: Final = "files"
"""Folder of the archive for files that the declaration names."""

_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files of the declaration that a judgement needs: trust anchors and the wire profile."""

    names: Mapping[Path, str]

    @classmethod
    def of(cls, declaration: Declaration) -> Self:
        """Return the files with their names in the archive; raises OSError."""
        paths = [*declaration.trust_anchors]
        if declaration.wire_profile is not None:
            paths.append(declaration.wire_profile)
        return cls({path: _archive_name(path) for path in dict.fromkeys(paths)})

    def name(self, path: Path) -> str:
        """Return how the archive names a path: files that it does not hold by their last part."""
        return self.names.get(path, path.name)

    def sources(self) -> list[Source]:
        """Return the files as members of the archive."""
        return [Source(name, path) for path, name in self.names.items()]


@dataclass(frozen=True, slots=True)
class RecordedPlan:
    """What was to be run."""

    declaration: Declaration
    variants: tuple[Variant, ...]
    only: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordedCircuit:
    """The stand of one variant as the candidate saw it."""

    declaration: Declaration
    entry_url: str
    addresses: Mapping[str, str]
    driver: str


def recorded_form(declaration: Declaration) -> dict[str, Any]:
    """Return the declaration as evidence keeps it; raises OSError.

    The command of the driver stays out: a judgement needs it not, and it may hold a secret.
    """
    form = to_json(declaration, Attachments.of(declaration).name)
    form["driver"]["command"] = []
    return form


def record_plan(
    journal: Journal, declaration: Declaration, variants: Sequence[Variant], only: Sequence[str]
) -> None:
    """Write the plan as the first line of a run; raises JournalError or OSError."""
    note = {"variants": [item.value for item in variants], "only": list(only)}
    _append(journal, PLAN, note, {"declaration": recorded_form(declaration)})


def record_circuit(journal: Journal, variant: Variant, circuit: RecordedCircuit) -> None:
    """Write how a variant's circuit stands; raises JournalError or OSError."""
    body = {
        "declaration": recorded_form(circuit.declaration),
        "entry_url": circuit.entry_url,
        "addresses": dict(circuit.addresses),
        "driver": circuit.driver,
    }
    _append(journal, CIRCUIT, {"variant": variant.value}, body)


def recorded_plan(journal: Journal, folder: Path) -> RecordedPlan:
    """Return the plan of a recorded run; its files lie in `folder`. Raises EvidenceError."""
    entry = next(iter(journal.entries(actor=ACTOR, operation=PLAN)), None)
    if entry is None:
        raise EvidenceError("в журнале нет плана прогона: он записан прежней версией")
    try:
        return RecordedPlan(
            _declaration(_body(entry), folder),
            tuple(Variant(name) for name in entry.note["variants"]),
            tuple(str(name) for name in entry.note["only"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"план прогона в журнале испорчен: {error}") from None


def recorded_circuits(journal: Journal, folder: Path) -> dict[Variant, RecordedCircuit]:
    """Return the circuits of a recorded run by variant; raises EvidenceError."""
    found = {}
    for entry in journal.entries(actor=ACTOR, operation=CIRCUIT):
        try:
            data = _body(entry)
            found[Variant(entry.note["variant"])] = RecordedCircuit(
                declaration=_declaration(data, folder),
                entry_url=str(data["entry_url"]),
                addresses={str(key): str(value) for key, value in data["addresses"].items()},
                driver=str(data["driver"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EvidenceError(f"запись журнала {entry.seq} испорчена: {error}") from None
    return found


def _declaration(data: Mapping[str, Any], folder: Path) -> Declaration:
    """Return the declaration with its files in `folder`; no name leads out of it."""

    def place(name: str) -> Path:
        if not name.startswith(f"{FILES}/"):
            return folder / "declared" / PureWindowsPath(name).name
        if name_problem(name):
            raise DeclarationFormError(f"путь {name} выводит за пределы архива")
        return folder / name

    return from_json(data["declaration"], place)


def _append(journal: Journal, operation: str, note: Mapping[str, Any], body: object) -> None:
    journal.append(
        Draft(
            phase=Phase.EVENT,
            actor=ACTOR,
            operation=operation,
            note=note,
            body=json.dumps(body, ensure_ascii=False).encode(),
        )
    )


def _body(entry: Entry) -> dict[str, Any]:
    data = json.loads(entry.body)
    if not isinstance(data, dict):
        raise TypeError("ожидался объект")
    return data


def _archive_name(path: Path) -> str:
    return f"{FILES}/{file_digest(path)[:12]}-{_UNSAFE.sub('_', path.name)[-80:]}"
