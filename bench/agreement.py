"""Writes docs/agreement-194.md: our own rules against the official pack over mechanical mutants.

Run: python -m bench.agreement. It needs the official pack of kind 194 in ../shared/data; a test
compares the file with what this module renders.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from dopusk.packs import load_pack
from dopusk.schematron import Schema, compile_schema
from dopusk.semd.xsd import Validator, load_xsd
from dopusk.verdict import Where
from fixtures.documents import GOOD
from fixtures.documents.mutants import mechanical

OFFICIAL = Path(__file__).parents[2] / "shared" / "data" / "semd" / "packs" / "194"
TARGET = Path(__file__).parents[1] / "docs" / "agreement-194.md"

OPERATIONS = {
    "remove": "элемент убран",
    "repeat": "элемент повторён",
    "swap": "элемент переставлен со следующим",
    "absent": "вместо содержимого nullFlavor",
    "reason": "nullFlavor рядом с содержимым",
    "empty": "текст или атрибут пуст",
    "alter": "текст или атрибут изменён",
    "cut": "атрибут убран",
}
"""What was done to a node, in the words of the table."""

BESIDE = (
    "Причина отсутствия рядом со значением. Руководство по реализации (§5.1.2) велит: при "
    "nullFlavor нет ни других атрибутов, ни текста, ни вложенных элементов. Официальные правила в "
    "этих местах спрашивают либо о причине, либо о значении, но не о том, что вместе их быть не "
    "может."
)
UNKNOWN_CODE = (
    "Код, которого нет в справочнике. Официальные правила спрашивают только, заполнен ли код; РЭМД "
    "отказал бы позже, сверяя с НСИ (INVALID_ELEMENT_VALUE_CODE). Своё правило называет это сразу."
)
REASONS: Mapping[str, str] = {
    **dict.fromkeys(("У0-73", "У0-74"), BESIDE),
    **dict.fromkeys(
        ("У0-16", "У1-8-2", "У1-12-22", "У1-12-27", "У1-20-10", "У1-20-13", "У3-42", "У3-45"),
        UNKNOWN_CODE,
    ),
}
"""Why an own assertion stops what the official pack lets pass."""

Verdicts = tuple[bool, bool]
"""Stopped by the own pack, by the official one."""


@dataclass
class Agreement:
    """What a comparison gave."""

    by_operation: dict[str, Counter[Verdicts]] = field(default_factory=lambda: defaultdict(Counter))
    stricter: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Mutants that only the own pack stops, by the assertion that stopped them."""
    laxer: list[str] = field(default_factory=list)
    """Mutants that only the official pack stops."""
    places: Counter[str] = field(default_factory=Counter)
    """How the places agree of what both stop."""

    @property
    def total(self) -> Counter[Verdicts]:
        """Return the numbers over all operations."""
        whole: Counter[Verdicts] = Counter()
        for count in self.by_operation.values():
            whole.update(count)
        return whole


@dataclass(frozen=True)
class Judge:
    """Both layers of a pack."""

    rules: Schema
    structure: Validator

    def places(self, tree: etree._ElementTree) -> Iterator[tuple[str, str]]:
        """Return (id of the assertion, or XSD; path of the element) of all that is found."""
        for failure in self.rules.validate(tree).failures:
            yield failure.assert_id, tree.getpath(failure.element)
        for item in self.structure.check(tree, lambda _: Where()):
            yield "XSD", tree.getpath(item.element)


def compare() -> Agreement:
    """Return how the two packs judge every mechanical mutant of the good documents of kind 194."""
    pack = load_pack("194")
    own = Judge(compile_schema(pack.schematron, folder=pack.root), load_xsd(pack.xsd))
    official = Judge(compile_schema(OFFICIAL / "194.sch"), load_xsd(OFFICIAL / "xsd" / "CDA.xsd"))
    result = Agreement()
    for name in GOOD:
        for described, tree in mechanical(name):
            mine, theirs = list(own.places(tree)), list(official.places(tree))
            stopped = bool(mine), bool(theirs)
            result.by_operation[described.split(" ", 1)[0]][stopped] += 1
            if stopped == (True, False):
                for code in sorted({code for code, _ in mine}):
                    result.stricter[code].append(f"{name}: {described}")
            elif stopped == (False, True):
                result.laxer.append(f"{name}: {described}")
            elif all(stopped):
                result.places[_meeting({p for _, p in mine}, {p for _, p in theirs})] += 1
    return result


SAME, SHARED, NEAR, APART = (
    "называют одни и те же места",
    "называют общее место и ещё другие",
    "называют родителя и потомка",
    "называют разные места",
)


def _meeting(mine: set[str], theirs: set[str]) -> str:
    if mine == theirs:
        return SAME
    if mine & theirs:
        return SHARED
    if any(_within(a, b) or _within(b, a) for a in mine for b in theirs):
        return NEAR
    return APART


def _within(inner: str, outer: str) -> bool:
    return inner.startswith(f"{outer}/")


def render(result: Agreement) -> str:
    """Return the text of docs/agreement-194.md."""
    total = result.total
    whole = sum(total.values())
    agreed = total[True, True] + total[False, False]
    lines = [
        "# Собственные правила вида 194 против официальных",
        "",
        "<!-- Создано: python -m bench.agreement; сверяет тест tests/docs. -->",
        "",
        "Каждый узел двух хороших документов вида 194 испорчен всеми способами из таблицы, по",
        "одному за раз; каждый мутант проверен XSD и Schematron собственного пакета",
        "(schemas/semd/194) и официального. «Остановлен» — нашлось хоть одно нарушение.",
        "",
        f"Мутантов {whole}, решения совпали у {agreed} ({agreed / whole:.1%}): оба остановили "
        f"{total[True, True]}, оба пропустили {total[False, False]}. Остановил только собственный "
        f"{total[True, False]}, только официальный {total[False, True]}.",
        "",
        "| что сделано | мутантов | остановили оба | пропустили оба | только собственный "
        "| только официальный |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for operation, words in OPERATIONS.items():
        lines.append(_row(words, result.by_operation[operation]))
    lines += [_row("**всего**", total), "", "## Где решения расходятся", ""]
    lines += _reasons(result)
    lines += ["", "## Места, которые называют оба", ""]
    lines += [
        "У мутантов, остановленных обоими, сравниваются элементы, на которые указывают находки.",
        "",
        "| | мутантов |",
        "|---|--:|",
        *(f"| {words} | {result.places[words]} |" for words in (SAME, SHARED, NEAR, APART)),
        "",
        "Родителя вместо потомка называют там, где одно правило считает вложенные элементы, а "
        "другое смотрит на сам элемент.",
    ]
    return "\n".join(lines) + "\n"


def _row(words: str, count: Counter[Verdicts]) -> str:
    numbers = [
        sum(count.values()),
        count[True, True],
        count[False, False],
        count[True, False],
        count[False, True],
    ]
    return f"| {words} | " + " | ".join(str(number) for number in numbers) + " |"


def _reasons(result: Agreement) -> list[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for code in result.stricter:
        groups[REASONS.get(code, "НЕ ОБЪЯСНЕНО")].append(code)
    lines = []
    for reason, codes in groups.items():
        number = sum(len(result.stricter[code]) for code in codes)
        names = ", ".join(sorted(codes))
        lines += [f"- **Только собственный, {number}** (правила {names}). {reason}"]
    if result.laxer:
        lines += [f"- **Только официальный, {len(result.laxer)}**. НЕ ОБЪЯСНЕНО"]
        lines += [f"  - {item}" for item in result.laxer]
    else:
        lines += [
            "- **Только официальный, 0**: что останавливает официальный пакет, то "
            "останавливает и собственный."
        ]
    return lines


def main() -> int:
    """Write the file. Returns the exit code."""
    if not OFFICIAL.is_dir():
        print(f"Нет официального пакета: {OFFICIAL}", file=sys.stderr)
        return 2
    TARGET.write_text(render(compare()), encoding="utf-8", newline="\n")
    print(TARGET)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
