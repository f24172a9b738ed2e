"""Writes docs/q015.md: which checks of Q015 the stand makes, and which not and why.

Run: python -m bench.q015. A test compares the file with what this module renders.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

from dopusk.tfoms.dictionaries import index
from dopusk.tfoms.flk import NotTaken, Rule, not_taken, rules

TARGET = Path(__file__).parents[1] / "docs" / "q015.md"

FAMILIES = {
    "001F": "справочники",
    "002F": "допустимые значения",
    "003F": "наличие и единственность",
    "004F": "длина и маска",
    "005F": "региональные справочники",
    "006F": "связи полей",
}
KINDS = {"present": "есть", "absent": "нет"}
CROSSES = {
    "version": "версия отчётного периода (schemas/tfoms/versions.toml)",
    "newborn": "0 или ПДДММГГН по полу и дате рождения из файла персон",
}
OWN = {
    "F002": "СМО территории; без территории — форма",
    "F003": "МО объявления или территории; иначе форма",
    "F032": "МО объявления или территории; иначе форма",
}

HEAD = """# Проверки Q015

<!-- Создано: python -m bench.q015, по schemas/tfoms/q015; правьте там. -->

Какие проверки федерального справочника Q015 (FLK_MPF) стенд делает при форматно-логическом
контроле реестров, а какие нет и почему. Сделано {done}, не сделано {left}. Открытая копия
справочника — редакция 2.2 от 12.02.2021; id поздних редакций (001F.00.0031, 0201, 0621,
002F.00.0012–0016) взяты по открытой реализации. Правила МЭК — в `schemas/tfoms/mek.toml`.

- Файлы H, D? (X) и L проверяются всеми строками, в которых они названы; C и T — строками,
  общими для всех семейств (в столбце «файлы» есть C, H, T и X).
- «с» и «по» — отчётные месяцы, в которых проверка действует; код справочника должен действовать
  на дату окончания случая (DATE_Z_2), код F014 — на дату акта.
- Если нет обязательного элемента, об этом говорит только проверка его наличия: условия, которые
  на него смотрят, считаются неизвестными. Отсутствующий необязательный элемент не равен никакому
  значению.
- Сверх Q015 стенд считает контрольные цифры ЕНП и СНИЛС и отвечает кодом F012 804.
- Справочник, которого нет в открытых данных, проверяется по форме кода (помечено «форма»).
- Порядок, пустые элементы и типы проверяет формат (F012 901–905) раньше: в пакете, который его
  не прошёл, проверки Q015 не делаются.

"""


def render() -> str:
    """Return the text of docs/q015.md."""
    done, left = rules(), not_taken()
    parts = [HEAD.format(done=len(done), left=len(left))]
    for family, group in groupby(done, key=lambda rule: rule.id[:4]):
        parts.append(f"## {family}: {FAMILIES[family]}\n\n")
        parts.append("| id | файлы | элемент | условие | правило | с | по |\n")
        parts.append("|---|---|---|---|---|---|---|\n")
        parts.extend(_row(rule) for rule in group)
        parts.append("\n")
    parts.append("## Не сделано\n\n| причина | сколько | id |\n|---|---|---|\n")
    parts.extend(_left(left))
    parts.append(
        "\n## Справочники\n\n| справочник | название | строк | источник |\n|---|---|---|---|\n"
    )
    for name, known in sorted(index().items()):
        note = f"; {known['note']}" if "note" in known else ""
        parts.append(f"| {name} | {known['title']} | {known['rows']} | {known['source']}{note} |\n")
    return "".join(parts)


def _row(rule: Rule) -> str:
    until = rule.until.isoformat()[:7] if rule.until else _by_file(rule)
    path = rule.path.partition("/")[2]
    cells = (
        rule.id,
        rule.files,
        path,
        rule.official or rule.when or "",
        _what(rule),
        rule.since.isoformat()[:7],
        until,
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def _by_file(rule: Rule) -> str:
    return ", ".join(f"{files}: {day.isoformat()[:7]}" for files, day in rule.until_by_file.items())


def _what(rule: Rule) -> str:
    more = rule.more
    if rule.kind == "dictionary":
        name = more["nsi"]
        own = name == "F002" or rule.leaf in ("CODE_MO", "LPU")
        form = OWN[name] if own else "форма" if "form" in more else ""
        return f"код из {name}" + (f" ({form})" if form else "")
    if rule.kind == "values":
        return "одно из: " + ", ".join(more["values"])
    if rule.kind == "mask":
        return _mask(rule)
    if rule.kind == "cross":
        return CROSSES[more["check"]]
    if rule.kind == "assert":
        return str(more["assert"])
    unique = {"file": "; единственное в файле", "parent": "; единственное у родителя"}
    return KINDS[rule.kind] + unique.get(more.get("unique", ""), "")


def _mask(rule: Rule) -> str:
    more, bits = rule.more, []
    if "min" in more:
        bits.append(
            f"{more['min']}–{more['max']}" if more["min"] != more["max"] else f"{more['min']}"
        )
    if "mask" in more:
        bits.append(more["mask"])
    elif "chars" in more:
        bits.append(f"[{more['chars']}]")
    if "note" in more:
        bits.append(more["note"])
    return "; ".join(bits)


def _left(left: tuple[NotTaken, ...]) -> list[str]:
    counts = Counter(one.reason for one in left)
    rows = []
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        ids = ", ".join(one.id for one in left if one.reason == reason)
        rows.append(f"| {_cell(reason)} | {count} | {ids} |\n")
    return rows


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8", newline="\n")
    print(TARGET)
