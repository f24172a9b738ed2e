"""The results file of `dopusk check --out`: JSON lines, which are also the state of the check.

An interrupted check goes on from it: a document whose line is there, and which has not changed
since, is not judged again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b, sha256
from pathlib import Path
from typing import IO

from dopusk.cli.check_one import Judged, Record, Settings
from dopusk.verdict import Verdict
from dopusk.wording import os_reason

_BEGIN = b'{"file": '
"""How every line begins."""


class ResultsError(ValueError):
    """The results file cannot be used (Russian text)."""


class Results:
    """An open results file.

    It holds in memory one number for each line (about 100 bytes a document), no results.
    """

    def __init__(self, stream: IO[bytes], lines: dict[int, int]) -> None:
        self._stream = stream
        self._lines = lines

    @property
    def kept(self) -> int:
        """Return how many lines were valid when the file was opened."""
        return len(self._lines)

    def known(self, path: Path) -> Judged | None:
        """Return the earlier judgement of a document, None when there is no valid one."""
        offset = self._lines.get(_key(str(path)))
        if offset is None:
            return None
        self._stream.seek(offset)
        line = self._stream.readline().decode().rstrip("\n")
        self._stream.seek(0, os.SEEK_END)
        return Judged.of_line(line)

    def append(self, judged: Judged) -> None:
        """Write a judgement; it outlives the process from then on. Raises ResultsError."""
        try:
            self._stream.write(judged.line.encode() + b"\n")
            self._stream.flush()
        except OSError as error:
            raise ResultsError(f"Результаты не записываются: {os_reason(error)}") from error


@contextmanager
def open_results(path: Path, settings: Settings) -> Iterator[Results]:
    """Open the results file, made when absent, without the lines that are valid no more.

    A line is valid when its document has the size and time that it had, or at least the bytes, and
    the rules are the same. Raises ResultsError when the path holds something else, or cannot be
    written.
    """
    if path.exists() and not path.is_file():
        raise ResultsError(f"{path}: это не обычный файл, результаты в него не записать")
    place = path.resolve()
    fresh = place.with_name(place.name + ".part")
    try:
        with fresh.open("w+b") as copy:
            lines = _copy_valid(place, copy, settings) if place.exists() else {}
        fresh.replace(place)
        stream = place.open("r+b")
    except OSError as error:
        raise ResultsError(f"{path}: не записывается: {os_reason(error)}") from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    with stream:
        stream.seek(0, os.SEEK_END)
        yield Results(stream, lines)


def _copy_valid(path: Path, target: IO[bytes], settings: Settings) -> dict[int, int]:
    """Copy the valid lines; return the offset of each in the copy by the key of its document."""
    lines: dict[int, int] = {}
    with path.open("rb") as source:
        for number, line in enumerate(source, 1):
            record = _record(line)
            if record is None:
                if not line.endswith(b"\n") and line[: len(_BEGIN)] == _BEGIN[: len(line)]:
                    break  # cut off when the process was killed
                raise ResultsError(
                    f"{path}: строка {number} — не результат dopusk check. "
                    "Укажите в --out другой файл"
                )
            key = _key(record["file"])
            if key not in lines and _valid(record, settings):
                lines[key] = target.tell()
                target.write(line if line.endswith(b"\n") else line + b"\n")
    return lines


def _record(line: bytes) -> Record | None:
    """Return what a line holds, None when it is no result."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not isinstance(record.get("file"), str):
        return None
    return record if isinstance(record.get("verdict"), str) else None


def _valid(record: Record, settings: Settings) -> bool:
    if "error" in record or record["verdict"] == Verdict.STAND_ERROR:
        return False
    path = Path(record["file"])
    kind, digest = record.get("kind"), record.get("sha256")
    if not isinstance(kind, str | None) or record.get("rules") != settings.rules(kind):
        return False
    try:
        found = path.stat()
        if found.st_size != record.get("size"):
            return False
        if found.st_mtime_ns == record.get("mtime"):
            return True
        return digest is not None and sha256(path.read_bytes()).hexdigest() == digest
    except (OSError, ValueError):
        return False


def _key(name: str) -> int:
    """Return 64 bits that stand for a file name, as it was given, in the index."""
    digest = blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
