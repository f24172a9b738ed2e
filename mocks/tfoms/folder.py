"""Exchange with a ТФОМС through a folder that both see: inbox and outbox."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dopusk.tfoms.exchange import ASK_AGAIN
from mocks.tfoms.packages import Answer

PERIOD: Final = 0.05
"""Real seconds between two looks into the inbox."""
UNFINISHED: Final = (".part", ".tmp")
_OURS: Final = (".ZIP", ASK_AGAIN)
MAX_FILE: Final = 256 * 1024 * 1024


class Folder:
    """One pair of inbox and outbox.

    Files in the inbox belong to the ТФОМС as soon as they have their final name: one that begins
    with a dot or ends in .part or .tmp is still being written. A file is taken when it has not
    changed between two looks, so a МИС that does not rename is understood, too.
    """

    def __init__(self, base: Path) -> None:
        self.inbox = base / "inbox"
        self.outbox = base / "outbox"
        self._lock = threading.Lock()
        self._putting = threading.Lock()
        self._seen: dict[str, tuple[int, int]] = {}

    def prepare(self) -> None:
        """Make the folders and forget what an earlier run left in them; raises OSError."""
        with self._lock:
            for place in (self.inbox, self.outbox):
                place.mkdir(parents=True, exist_ok=True)
                for path in place.iterdir():
                    if path.suffix.upper() in _OURS and path.is_file():
                        _removed(path)
            self._seen = {}

    def look(self, package: Callable[[str, bytes], None], question: Callable[[str], None]) -> None:
        """Take what has come: packages by file name and bytes, questions by name of a package."""
        with self._lock:
            for path in self._arrived():
                data = _read(path)
                if data is None or not _removed(path):
                    continue
                if path.suffix.upper() == ASK_AGAIN:
                    question(path.stem.removeprefix("V"))
                else:
                    package(path.name, data)

    def put(self, answer: Answer) -> Path:
        """Put a file into the outbox under its final name at once, beside those not yet taken."""
        with self._putting:
            target = self.outbox / answer.name
            number = 2
            while target.exists() and _read(target) not in (None, answer.data):
                target = self.outbox / f"{Path(answer.name).stem}_{number}.ZIP"
                number += 1
            self.outbox.mkdir(parents=True, exist_ok=True)
            part = self.outbox / f".{target.name}.part"
            part.write_bytes(answer.data)
            part.replace(target)
            return target

    def _arrived(self) -> list[Path]:
        found: list[Path] = []
        sizes: dict[str, tuple[int, int]] = {}
        self.inbox.mkdir(parents=True, exist_ok=True)
        for path in sorted(self.inbox.iterdir()):
            if path.name.startswith(".") or path.suffix.lower() in UNFINISHED:
                continue
            try:
                state = path.lstat()
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(state.st_mode):
                continue
            mark = state.st_size, state.st_mtime_ns
            if self._seen.get(path.name) == mark and state.st_size <= MAX_FILE:
                found.append(path)
            else:
                sizes[path.name] = mark
        self._seen = sizes
        return found


def _read(path: Path) -> bytes | None:
    """Return what a file holds; None while somebody else holds it, or when it has gone again."""
    try:
        return path.read_bytes()
    except (PermissionError, FileNotFoundError):
        return None


def _removed(path: Path) -> bool:
    """Take a file away; False while somebody else still holds it open (Windows)."""
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return False
    return True
