from __future__ import annotations

import io

from rich.console import Console

from dopusk.cli.check_progress import SILENT, progress


def said(total: int, *, terminal: bool, every: float = 0.0) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=100)
    with progress(console, total, every) as advance:
        for _ in range(total):
            advance()
    return stream.getvalue()


def test_few_documents_need_no_progress() -> None:
    assert said(SILENT, terminal=True) == said(SILENT, terminal=False) == ""


def test_without_a_terminal_plain_lines() -> None:
    lines = said(30, terminal=False).splitlines()
    assert len(lines) == 29
    assert lines[9].startswith("проверено 10 из 30, ")
    assert "\x1b" not in "".join(lines)
    assert said(30, terminal=False, every=60) == ""


def test_a_bar_on_a_terminal_that_leaves_nothing_behind() -> None:
    text = said(30, terminal=True)
    assert "30/30" in text
    assert text.endswith("\x1b[2K")
