"""What can go wrong with a journal."""

from __future__ import annotations

from pathlib import Path


class JournalError(Exception):
    """A journal cannot be made, read or written; the text is Russian and says what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"Журнал {path}: {reason}")
        self.path = path
        self.reason = reason


class JournalClosedError(JournalError):
    """This object was closed; the file itself is sound."""
