"""The page about mis.toml, field by field: docs/declaration.md."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from dopusk.declaration.template import PLACEHOLDER, template

COMMAND = "python -m dopusk.declaration.page docs/declaration.md"
HEAD = f"""# Декларация mis.toml

<!-- Создано: {COMMAND}, по dopusk/declaration/mis.toml; правьте там. -->

Декларация говорит стенду, что за МИС перед ним, за какие организации она работает, по каким
вариантам подключена и как ею управлять. `dopusk init` записывает её заготовку с теми же
пояснениями, `dopusk doctor mis.toml` проверяет заполненную. Неизвестное поле, пропущенное
обязательное и неверное значение названы с номером строки, код выхода 2; опечатке в имени поля
предлагается замена. Чтобы начать с готовой: `dopusk init --training` заполнит всё учебной МО и
людьми, которых знает учебный УЦ стенда.

Пути в декларации считаются от её папки. Даты пишутся как `2024-06-03`, без кавычек или в кавычках.
"""

_SECTION = re.compile(r"^(?P<off># )?(?P<name>\[\[?[a-z_.]+\]\]?)$")
_FIELD = re.compile(r"^(?P<off># )?(?P<name>[a-z_]+) = (?P<value>.+)$")

_OPTIONAL = re.compile("необязательно|уберите строку", re.IGNORECASE)


@dataclass(slots=True)
class Field:
    """One field of a section."""

    name: str
    need: str
    """«да», «нет» or «есть в заготовке» (the template has a value that need not be changed)."""
    example: str
    about: str


@dataclass(slots=True)
class Section:
    """One table of the declaration; repeated ones are given once."""

    name: str
    about: str
    off: bool
    """The template has it as a comment: the whole section may be left out."""
    fields: list[Field] = field(default_factory=list)


def sections() -> list[Section]:
    """Return the sections of the template with their fields, in its order."""
    found: dict[str, Section] = {}
    current: Section | None = None
    comments: list[str] = []
    for line in template().splitlines():
        heading, row = _SECTION.match(line), _FIELD.match(line)
        if heading:
            current = Section(heading["name"], " ".join(comments), bool(heading["off"]))
            current = found.setdefault(current.name, current)
            comments = []
        elif row and current is not None:
            _add(current, row, " ".join(comments))
            comments = []
        elif line.startswith("#"):
            comments.append(line.removeprefix("#").strip())
        else:
            comments = []
    return list(found.values())


def _add(section: Section, row: re.Match[str], about: str) -> None:
    if any(known.name == row["name"] for known in section.fields):
        return
    value = row["value"]
    blank = PLACEHOLDER in value
    said = value.strip('"').removeprefix(PLACEHOLDER).strip(": >") if blank else ""
    about = _about(about.rstrip("."), said)
    need = _need(section, blank=blank, off=bool(row["off"]), about=about)
    section.fields.append(Field(row["name"], need, "" if blank else value, about))


def _about(comment: str, said: str) -> str:
    """Return the comment and what the placeholder adds to it: an example, a condition."""
    if not comment:
        return said[:1].upper() + said[1:]
    example = said.partition("например ")[2]
    if example:
        return f"{comment}; например, {example}"
    return f"{comment}; {said}" if ";" in said else comment


def _need(section: Section, *, blank: bool, off: bool, about: str) -> str:
    """Return whether the field is needed; in a section that is off all are comments."""
    if about.startswith("Для http"):
        return "для http"
    if _OPTIONAL.search(about) or (off and not section.off):
        return "нет"
    return "да" if blank or off else "есть в заготовке"


def declaration_page() -> str:
    """Return the page: a table a section."""
    parts = [HEAD]
    for section in sections():
        parts.append(f"\n## {section.name}\n\n")
        if section.about:
            parts.append(f"{_cell(section.about)}\n\n")
        parts.append("| поле | нужно ли | в заготовке | что это |\n|---|---|---|---|\n")
        for row in section.fields:
            example = f"`{_cell(row.example)}`" if row.example else ""
            parts.append(f"| `{row.name}` | {row.need} | {example} | {_cell(row.about)} |\n")
    return "".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(declaration_page(), encoding="utf-8", newline="\n")
