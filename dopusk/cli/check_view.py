"""How `dopusk check` shows a report: lines for people, one line of JSON for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator

import typer

from dopusk.semd import DocumentReport, LayerResult
from dopusk.semd.report import TITLES
from dopusk.verdict import Evidence, Finding, Severity, Verdict, fold

_COLOURS = {
    Verdict.PASS: typer.colors.GREEN,
    Verdict.FAIL: typer.colors.RED,
    Verdict.REMARK: typer.colors.YELLOW,
    Verdict.SKIP: typer.colors.YELLOW,
}


def json_line(path: str, report: DocumentReport) -> str:
    """Return the report as one line of JSON.

    Letters stay letters where the output is UTF-8, else they are escaped.
    """
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(
        {
            "file": path,
            "kind": report.kind,
            "verdict": report.verdict,
            "layers": [_layer(layer) for layer in report.layers],
            "findings": [item.to_dict() for item in report.findings],
        },
        ensure_ascii=not unicode,
    )


def plain_lines(path: str, report: DocumentReport) -> Iterator[str]:
    """Return the report as lines; colours vanish where the output is not a terminal."""
    kind = f", вид {report.kind}" if report.kind else ""
    yield typer.style(f"{path}{kind}: {report.verdict}", fg=_COLOURS[report.verdict], bold=True)
    yield "  слои: " + ", ".join(_layer_words(layer) for layer in report.layers)
    for item in sorted(fold(report.findings), key=_rank):
        yield from _finding(item)


def summary(verdicts: Iterable[Verdict], unreadable: int) -> str:
    """Return the last line: how many files got which verdict."""
    counted = Counter(verdicts)
    parts = [f"{verdict} {number}" for verdict, number in sorted(counted.items())]
    if unreadable:
        parts.append(f"не прочитано {unreadable}")
    return f"Файлов: {counted.total() + unreadable}. " + (", ".join(parts) or "нечего проверять")


def _layer(layer: LayerResult) -> dict[str, str | None]:
    return {"name": layer.name, "status": layer.status, "note": layer.note}


def _layer_words(layer: LayerResult) -> str:
    note = f" ({layer.note})" if layer.note and layer.status is not Verdict.PASS else ""
    return f"{TITLES[layer.name]} — {layer.status}{note}"


def _finding(item: Finding) -> Iterator[str]:
    colour = typer.colors.RED if item.blocks() else typer.colors.YELLOW
    where = item.where
    place = ":".join(str(bit) for bit in (where.line, where.column) if bit) if where else ""
    head = typer.style(f"  {_weight(item)} {item.code}", fg=colour)
    yield f"{head}{f' {place}' if place else ''}  {item.message}"
    if where and where.xpath:
        yield f"      где: {where.xpath}"
    if item.expected is not None:
        yield f"      ожидается: {item.expected}"
    if item.got is not None:
        yield f"      получено: {item.got}"
    yield f"      основание: {item.source} [{item.evidence}]"
    if item.cure:
        yield f"      как исправить: {item.cure}"
    if item.count > 1:
        yield f"      ещё таких: {item.count - 1}"


_WEIGHTS = ("ошибка", "не проверено", "замечание")


def _rank(item: Finding) -> int:
    """Return the place of a finding: what blocks stands first, remarks last, layers in order."""
    return _WEIGHTS.index(_weight(item))


def _weight(item: Finding) -> str:
    if item.severity is Severity.UNCHECKED:
        return "не проверено"
    if item.severity is Severity.REMARK or item.evidence is not Evidence.PROFILE:
        return "замечание"
    return "ошибка"
