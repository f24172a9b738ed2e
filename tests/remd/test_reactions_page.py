from __future__ import annotations

from pathlib import Path

from dopusk.remd.reactions_page import COMMAND, reactions_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reactions.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reactions_page(), f"run: {COMMAND}"
