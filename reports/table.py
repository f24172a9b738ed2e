"""The requirement table as CSV and as an XLSX workbook (with scenarios and findings beside it)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reports import texts
from reports.formats import place
from reports.sections import evidence
from reports.view import requirement_cells, slug_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CELL = 32_000
"""Characters that one cell of a workbook may hold."""
_COLOURS = {
    "pass": ("#0A6636", "#E3F4EA"),
    "fail": ("#A60D1C", "#FDEAEC"),
    "remark": ("#7A5200", "#FFF3D1"),
    "skip": ("#454A92", "#EBECFA"),
    "na": ("#4C5A68", "#EDF0F3"),
    "attested": ("#0E5468", "#DFF1F6"),
    "stand": ("#6C2F91", "#F4E8FA"),
}


def requirement_rows(report: Mapping[str, Any], lang: str = "ru") -> Iterator[list[str]]:
    """Yield the header and one row for each requirement, with a column for each variant."""
    t = texts.words(lang)
    several = len(report["variants"]) > 1
    yield [
        "№",
        *(t(key) for key in ("requirement", "clause", "level", "verification")),
        *(report["variants"] if several else ()),
        *(t(key) for key in ("verdict", "scenarios", "journal_numbers", "evidence")),
    ]
    for item in report["requirements"]:
        shown = evidence(report, item)
        own = [report["scenarios"][one.index] for one in shown]
        cells = requirement_cells(report, own) if several else ()
        names = dict.fromkeys(scenario["name"] for scenario in own)
        yield [
            *(item[key] for key in ("id", "text", "clause")),
            texts.level_name(item["level"], lang),
            texts.verification_name(item["verification"], lang),
            *(texts.verdict_name(cell, lang) if cell else "" for cell in cells),
            texts.verdict_name(item["verdict"], lang),
            "; ".join(names),
            "; ".join(one.journal for one in shown if one.journal),
            item["note"] or "",
        ]


def render_csv(report: Mapping[str, Any], *, lang: str = "ru") -> bytes:
    """Return the requirement table as CSV: UTF-8 with BOM and semicolons, as Excel reads it here.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    for row in requirement_rows(report, lang):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def render_xlsx(report: Mapping[str, Any], *, lang: str = "ru") -> bytes:
    """Return a workbook of requirements, scenarios and findings, each a sheet with filters.

    Texts are written as strings and never run as formulas. The same report gives the same bytes.
    """
    from xlsxwriter import Workbook

    t = texts.words(lang)
    out = io.BytesIO()
    book = Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties(
        {
            "title": t("protocol_of", id=report["id"]),
            "author": f"Допуск {report['stand_version']}",
            "created": datetime(2000, 1, 1, tzinfo=UTC),
        }
    )
    names = {texts.verdict_name(verdict, lang): slug_of(verdict) for verdict in texts.SLUGS}
    styles = {
        slug: book.add_format(
            {"font_color": ink, "bg_color": ground, "valign": "top", "text_wrap": True}
        )
        for slug, (ink, ground) in _COLOURS.items()
    }
    plain = book.add_format({"valign": "top", "text_wrap": True})
    head = book.add_format({"bold": True, "bottom": 2, "valign": "top", "text_wrap": True})
    for title, rows, widths in (
        (t("requirements"), requirement_rows(report, lang), (11, 60, 40)),
        (t("scenarios"), _scenario_rows(report, lang), (10, 40, 50)),
        (t("findings"), _finding_rows(report, lang), (24, 60, 50)),
    ):
        sheet = book.add_worksheet(title)
        table = list(rows)
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                slug = names.get(cell) if number else None
                style = head if not number else styles[slug] if slug else plain
                sheet.write_string(number, column, _ILLEGAL.sub("\ufffd", cell)[:_CELL], style)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(table[0]) - 1, 18)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.autofilter(0, 0, max(1, len(table) - 1), len(table[0]) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    book.close()
    return out.getvalue()


def _scenario_rows(report: Mapping[str, Any], lang: str) -> Iterator[Sequence[str]]:
    t = texts.words(lang)
    yield [
        t(key)
        for key in ("variant", "scenario", "feature", "verdict", "requirements", "findings", "note")
    ]
    for item in report["scenarios"]:
        numbers = dict.fromkeys(number for step in item["steps"] for number in step["findings"])
        codes = dict.fromkeys(report["findings"][number]["code"] for number in numbers)
        yield [
            item["variant"],
            item["name"],
            item["feature"],
            texts.verdict_name(item["verdict"], lang),
            ", ".join(item["requirements"]),
            ", ".join(codes),
            item["note"] or "",
        ]


def _finding_rows(report: Mapping[str, Any], lang: str) -> Iterator[Sequence[str]]:
    t = texts.words(lang)
    keys = ("findings", "what", "where", "expected", "got", "cure", "source", "evidence", "remd")
    yield [t(key) for key in keys]
    for item in report["findings"]:
        yield [
            item["code"],
            item["message"],
            place(item.get("where")),
            *(item.get(key) or "" for key in ("expected", "got", "cure", "source", "evidence")),
            item.get("remd") or "",
        ]
