"""What is wrong with a declaration: every place at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong place of mis.toml."""

    path: Path
    line: int | None
    field: str
    """Table and field as they stand in the file: «[[staff]] snils»; empty for the whole file."""
    message: str
    """Russian: what is wrong and what is wanted."""

    def __str__(self) -> str:
        """Return «mis.toml:14: [[staff]] snils: …»."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return ": ".join(bit for bit in (place, self.field, self.message) if bit)


class DeclarationError(Exception):
    """The declaration cannot be used; the text lists all its problems, one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda item: item.line or 0))
        super().__init__("\n".join(map(str, self.problems)))
