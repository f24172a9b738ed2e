"""The mis.toml that `dopusk init` writes: commented, with places to fill in."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any, Final

PLACEHOLDER: Final = "<заполните"
"""How a place that the vendor must fill in begins in the template."""
_HEADING = re.compile(r"^\[\[?([a-z_.]+)\]\]?$")
_BLANK = re.compile(rf'^([a-z_]+) = "{PLACEHOLDER}[^"]*"$')


def template() -> str:
    """Return the text of a new declaration."""
    return _text("mis.toml")


def training_declaration() -> str:
    """Return the same with every place filled in: organisations and people of the test PKI."""
    values = tomllib.loads(_text("training.toml"))
    seen: Counter[str] = Counter()
    section = ""
    lines = []
    for line in template().splitlines():
        heading, blank = _HEADING.match(line), _BLANK.match(line)
        if heading:
            section = heading[1]
            seen[section] += 1
        if blank:
            value = _of(values[section], seen[section])[blank[1]]
            line = f"{blank[1]} = {json.dumps(value, ensure_ascii=False)}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _of(table: Any, number: int) -> dict[str, str]:
    """Return the table, the `number`th (from 1) of a repeated one."""
    found: dict[str, str] = table[number - 1] if isinstance(table, list) else table
    return found


def _text(name: str) -> str:
    return files("dopusk.declaration").joinpath(name).read_text(encoding="utf-8")
