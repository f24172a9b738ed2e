"""One document of `dopusk check`: judged, and written as one line of JSON.

The line is what goes from a worker to the parent, into the results file and to `--json`.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from dopusk.cli.check_rules import rules_digest
from dopusk.semd import DocumentReport, LayerResult, check_document, check_file
from dopusk.semd.rules import Engine
from dopusk.tfoms.kinds import may_be_register
from dopusk.verdict import Evidence, Severity, Verdict
from dopusk.wire.xml import DEFAULT_LIMITS
from dopusk.wording import os_reason

Record = Mapping[str, Any]


class State(StrEnum):
    """What a user wants to know of a document first."""

    CLEAN = "ошибок нет"
    PARTLY = "ошибок нет, проверено не всё"
    FAILED = "не соответствует"
    UNJUDGED = "не проверено"
    UNREAD = "не прочитано"
    STAND_ERROR = "сбой проверки"


class Weight(StrEnum):
    """How much a finding matters to the user."""

    ERROR = "ошибка"
    UNCHECKED = "не проверено"
    REMARK = "замечание"


@dataclass(frozen=True, slots=True)
class Settings:
    """How every document of a call is judged."""

    now: datetime | date
    """The stand's moment; its day decides which kinds are open."""
    kind: str | None = None
    as_of: date | None = None
    """The day, when the call named one."""
    engine: Engine = "fast"
    okato: str | None = None
    """Territory of ОМС that registers are sent to."""

    def rules(self, kind: str | None) -> str:
        """Return the digest of what decides about a document of this kind."""
        asked = f"{self.kind}\0{self.okato}" if self.okato else self.kind
        return rules_digest(kind, asked=asked, as_of=self.as_of, engine=self.engine)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a document."""

    state: State
    codes: Mapping[str, tuple[Weight, str]]
    """Each rule that was broken or not checked: its weight, and its words at the first place."""
    line: str
    """The record as JSON, without a line break."""
    earlier: bool = False
    """Whether it comes from the results of an earlier run."""

    @classmethod
    def of(cls, record: Record) -> Judged:
        """Return what a record says."""
        return cls(_state(record), _codes(record), json_line(record))

    @classmethod
    def of_line(cls, line: str) -> Judged:
        """Return what a line of an earlier run says."""
        record = json.loads(line)
        return cls(_state(record), _codes(record), line, earlier=True)

    @property
    def record(self) -> dict[str, Any]:
        """Return what the line holds."""
        record: dict[str, Any] = json.loads(self.line)
        return record


def json_line(record: Record, *, ascii_only: bool = False) -> str:
    """Return the record as JSON without a line break.

    Letters stay letters, but a file name that is no Unicode (and with `ascii_only` all else) is
    escaped.
    """
    line = json.dumps(record, ensure_ascii=ascii_only)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(record)
    return line


def judge(path: Path, settings: Settings) -> Judged:
    """Judge a document. One that cannot be read is told, never raised."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            is_folder = stat.S_ISDIR(found.st_mode)
            return unread(path, "папка закрыта" if is_folder else "это не обычный файл")
        record = _register(path, settings) or _document(path, found.st_size, settings)
    except OSError as error:
        return unread(path, os_reason(error))
    rules = settings.rules(record["kind"])
    return Judged.of({**record, "size": found.st_size, "mtime": found.st_mtime_ns, "rules": rules})


def unread(path: Path, reason: str) -> Judged:
    """Return what is told of a file that cannot be read."""
    return Judged.of({"file": str(path), "verdict": Verdict.SKIP, "judged": False, "error": reason})


def broken(path: Path, reason: str) -> Judged:
    """Return what is told of a document over which the program itself failed."""
    return Judged.of(
        {"file": str(path), "verdict": Verdict.STAND_ERROR, "judged": False, "error": reason}
    )


def weight(item: Record) -> Weight:
    """Return the weight of a finding as a record holds it."""
    if item["severity"] == Severity.UNCHECKED:
        return Weight.UNCHECKED
    if item["severity"] == Severity.REMARK or item["evidence"] != Evidence.PROFILE:
        return Weight.REMARK
    return Weight.ERROR


def _register(path: Path, settings: Settings) -> dict[str, Any] | None:
    """Return the record of a register's file; None for a document."""
    if not may_be_register(path):
        return None
    from dopusk.cli.check_register import register_record  # loaded only for registers

    return register_record(path, settings)


def _document(path: Path, size: int, settings: Settings) -> dict[str, Any]:
    report, digest = _check(path, size, settings)
    return {
        "file": str(path),
        "kind": report.kind,
        "verdict": report.verdict,
        "judged": report.judged,
        "layers": [_layer(layer) for layer in report.layers],
        "findings": [item.to_dict() for item in report.findings],
        "sha256": digest,
    }


def _check(path: Path, size: int, settings: Settings) -> tuple[DocumentReport, str | None]:
    """Return the report, and SHA-256 (hex) of the bytes unless there are too many to read."""
    now = settings.now
    day = settings.as_of or (now.date() if isinstance(now, datetime) else now)
    kind, engine = settings.kind, settings.engine
    if size > DEFAULT_LIMITS.max_bytes:
        return check_file(path, kind=kind, as_of=day, engine=engine, now=now), None
    with path.open("rb") as stream:
        data = stream.read(DEFAULT_LIMITS.max_bytes + 1)
    report = check_document(data, file=str(path), kind=kind, as_of=day, engine=engine, now=now)
    return report, sha256(data).hexdigest()


def _codes(record: Record) -> dict[str, tuple[Weight, str]]:
    codes: dict[str, tuple[Weight, str]] = {}
    for item in record.get("findings", ()):
        codes.setdefault(item["code"], (weight(item), item["message"]))
    return codes


def _state(record: Record) -> State:
    verdict = record["verdict"]
    if verdict == Verdict.STAND_ERROR:
        return State.STAND_ERROR
    if "error" in record:
        return State.UNREAD
    if verdict == Verdict.FAIL:
        return State.FAILED
    if not record["judged"]:
        return State.UNJUDGED
    return State.PARTLY if verdict == Verdict.SKIP else State.CLEAN


def _layer(layer: LayerResult) -> dict[str, str | int | None]:
    return {
        "name": layer.name,
        "status": layer.status,
        "note": layer.note,
        "findings": len(layer.findings),
    }
