"""The mis.toml that `dopusk init` writes: commented, with places to fill in."""

from __future__ import annotations

from importlib.resources import files


def template() -> str:
    """Return the text of a new declaration."""
    return files("dopusk.declaration").joinpath("mis.toml").read_text(encoding="utf-8")
