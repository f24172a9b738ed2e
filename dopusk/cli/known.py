"""Known failures on the command line: the exit code they give, told to whoever reads the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from dopusk.cli.console import fail
from dopusk.verdict import ExitCode
from dopusk.verdict.expected import Expected, ExpectedError, excuse, read_expected

if TYPE_CHECKING:
    from dopusk.verdict.result import RunResult


def expected_of(path: Path | None) -> tuple[Expected, ...]:
    """Return the entries of the file, none without one; leaves with code 2 when it is unusable."""
    if path is None:
        return ()
    try:
        return read_expected(path)
    except ExpectedError as error:
        fail(str(error), ExitCode.USAGE)


def conclude(result: RunResult, entries: Sequence[Expected], console: Console) -> ExitCode:
    """Return the exit code with the known failures left out, and tell what they changed."""
    if not entries:
        return result.exit_code
    excused = excuse(result, entries, datetime.now(UTC).date())
    for note in excused.notes:
        console.print(f"  Известные несоответствия, {note}", markup=False, soft_wrap=True)
    if excused.scenarios or excused.requirements:
        told = (
            f"Известные несоответствия: сценариев {len(excused.scenarios)}, "
            f"требований {len(excused.requirements)}. Протокол от них не меняется."
        )
        console.print(told, markup=False, soft_wrap=True)
    if excused.code is not result.exit_code:
        console.print(f"Код выхода {int(excused.code)} вместо {int(result.exit_code)}.")
    return excused.code
