"""What can go wrong with a rule file itself, as against the document it judges."""

from __future__ import annotations


class SchemaError(ValueError):
    """The Schematron file cannot be used; the text says where and how to mend it (Russian)."""

    def __init__(self, text: str, *, file: str | None = None, line: int | None = None) -> None:
        place = ":".join(str(bit) for bit in (file, line) if bit)
        super().__init__(f"{place}: {text}" if place else text)
        self.text = text
        self.file = file
        self.line = line


class UnsupportedError(Exception):
    """The fast engine cannot express this; the exact engine takes the pattern over."""
