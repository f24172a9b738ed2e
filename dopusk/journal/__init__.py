"""The journal: one append-only SQLite file a run, the only truth about it."""

from dopusk.journal.entry import Draft, Entry, Phase
from dopusk.journal.errors import JournalError
from dopusk.journal.journal import Journal

__all__ = ["Draft", "Entry", "Journal", "JournalError", "Phase"]
