"""The journal: one append-only SQLite file a run, the only truth about it."""
