"""How the command line speaks: colour on a terminal, plain lines without one."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from dopusk.verdict import ExitCode


def console() -> Console:
    """Return the console of standard output.

    NO_COLOR is honoured. Without a terminal lines are not wrapped, so that a program can read
    them, and what the encoding of the output cannot show becomes «?» instead of an error.
    """
    return _console(stderr=False)


def error_console() -> Console:
    """Return the console of standard error, alike."""
    return _console(stderr=True)


def fail(message: str, code: ExitCode = ExitCode.USAGE) -> NoReturn:
    """Print the message to standard error and leave with the code."""
    text = Text()
    for line in message.splitlines():
        text.append(line + "\n", style="red")
    error_console().print(text, end="", soft_wrap=True)
    raise typer.Exit(code)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return Console(stderr=stderr, highlight=False, soft_wrap=not stream.isatty())
