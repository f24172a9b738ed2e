"""report.pdf: the protocol as PDF/A-2b, set by typst with the fonts that its wheel carries.

Everything from the run reaches the template as data, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports import sections, texts
from reports.diagram import sequence
from reports.events import concerns_reader, event_label
from reports.formats import moment, number, place, span
from reports.glyphs import breakable, shown
from reports.places import Places
from reports.sections import facts, named
from reports.view import FoundView, obstacles, requirement_cells, slug_of, steps

DETAILED = 40
"""Scenarios whose exchange is drawn and listed; beyond that only those with trouble are."""
LISTED = 40
"""Messages that are listed for one scenario."""


class PdfError(RuntimeError):
    """The page could not be set; the text is for the user."""


def render(report: Mapping[str, Any], *, lang: str = "ru") -> bytes:
    """Return the protocol of a report.json dict as PDF/A-2b.

    The same report gives the same bytes: the creation time is the end of the run. Raises
    ValueError for an unknown language and PdfError when typst refuses.
    """
    import typst

    template = Path(__file__).resolve().parent / "templates" / "protocol.typ"
    try:
        return typst.compile(
            template,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards="a-2b",
            timestamp=_finished(report),
            sys_inputs={"data": json.dumps(page(report, lang), ensure_ascii=True)},
        )
    except typst.TypstError as error:
        raise PdfError(f"PDF не составлен: {error}") from error


def page(report: Mapping[str, Any], lang: str = "ru") -> dict[str, Any]:
    """Return what the template sets: every value a text that its fonts can show."""
    texts.words(lang)
    places = Places(report["messages"])
    column = texts.LANGUAGES.index(lang)
    candidate = report["candidate"]
    data = {
        "lang": lang,
        "t": {key: pair[column] for key, pair in texts.TEXTS.items()},
        "id": report["id"],
        "verdict": _verdict(report["verdict"], lang),
        "product": named(candidate, "product") or texts.words(lang)("candidate"),
        "version": named(candidate, "version"),
        "vendor": named(candidate, "vendor"),
        "facts": list(facts(report, lang)),
        "variants": list(report["variants"]),
        "obstacles": obstacles(report),
        "remarks": list(report["remarks"]),
        "mend": [_mend(item, lang) for item in report["mend_first"]],
        "rules": [_rule(item) for item in report["rules"]],
        "counts": list(_counts(report, lang)),
        "conventions": sections.conventions(report, lang),
        "leaned": [
            [
                report["mend_first"].index(item) + 1,
                item["code"],
                item["title"],
                _mark(item["evidence"], lang),
            ]
            for item in sections.convention_findings(report)
        ],
        "statistics": list(sections.statistics(report, lang)),
        "requirements": [_requirement(report, item, lang) for item in report["requirements"]],
        "scenarios": list(_scenarios(report, places, lang)),
        "command": report["command"],
        "finished": moment(report["finished"], lang),
        "stand": report["stand_version"],
        "legend": [
            {**_verdict(str(item), lang), "meaning": texts.verdict_meaning(str(item), lang)}
            for item in texts.SLUGS
        ],
    }
    displayable: dict[str, Any] = _displayable(data)
    return displayable


def _verdict(verdict: str, lang: str) -> dict[str, str]:
    return {"name": texts.verdict_name(verdict, lang), "slug": slug_of(verdict)}


def _mend(item: Mapping[str, Any], lang: str) -> dict[str, Any]:
    kept = ("code", "title", "message", "cure", "source", "remd", "blocks")
    return {
        **{key: item[key] for key in kept},
        "layer": texts.layer_name(item["layer"], lang),
        "evidence": _mark(item["evidence"], lang),
        "places": item["places"],
        "scenarios": [index + 1 for index in item["scenarios"]],
        "requirements": item["requirements"],
    }


def _mark(evidence: str | None, lang: str) -> str | None:
    """Return the evidence mark as it is printed; None where nothing has to be said."""
    return None if evidence in (None, "профиль") else texts.evidence_name(evidence, lang)


def _rule(item: Mapping[str, Any]) -> list[str]:
    title = str(item.get("what") or "")
    details = [item.get("source"), item.get("version"), item.get("window"), item.get("evidence")]
    return [
        title,
        str(item.get("edition") or "—"),
        " · ".join(str(detail) for detail in details if detail),
        str(item.get("sha256") or "—"),
    ]


def _counts(report: Mapping[str, Any], lang: str) -> Iterator[dict[str, Any]]:
    for verdict, cells, total in sections.counts(report):
        yield {**_verdict(verdict, lang), "cells": cells, "total": total}


def _requirement(report: Mapping[str, Any], item: Mapping[str, Any], lang: str) -> dict[str, Any]:
    how = item["verification"]
    own = sections.evidence(report, item)
    cells = requirement_cells(report, [report["scenarios"][shown.index] for shown in own])
    return {
        **{key: item[key] for key in ("id", "text", "clause")},
        "level": texts.level_name(item["level"], lang),
        "how": texts.verification_name(how, lang),
        "attested": "A" in how,
        "tested": how != "A",
        "verdict": _verdict(item["verdict"], lang),
        "note": item["note"] or "",
        "scenarios": [[one.index + 1, one.journal] for one in own],
        "cells": [slug_of(cell) if cell else None for cell in cells],
    }


def _scenarios(report: Mapping[str, Any], places: Places, lang: str) -> Iterator[dict[str, Any]]:
    ranks = {item["code"]: rank for rank, item in enumerate(report["mend_first"], 1)}
    by_seq = {item["seq"]: item for item in report["messages"] if concerns_reader(item)}
    for index, item in enumerate(report["scenarios"], 1):
        made = steps(report, item, places)
        bad = {found.spot.seq for step in made for found in step.found if found.spot}
        own = [by_seq[seq] for seq in _sequence(item) if seq in by_seq]
        slug = slug_of(item["verdict"])
        full = index <= DETAILED or slug != "pass"
        drawn = sequence(own, bad, lang) if full else None
        listed = own[:LISTED] if full else []
        yield {
            **{key: item[key] for key in ("name", "feature", "variant", "requirements")},
            "number": index,
            "journal": sections.stretch(item),
            "verdict": _verdict(item["verdict"], lang),
            "seconds": span(item["seconds"], lang),
            "note": item["note"] or "",
            "steps": [
                {
                    **{key: step.item[key] for key in ("keyword", "text", "messages")},
                    "note": step.item["note"] or "",
                    "verdict": _verdict(step.item["verdict"], lang),
                    "hidden": step.hidden,
                    "found": [_found(found, ranks, lang) for found in step.found],
                }
                for step in made
            ],
            "messages": [_message(message, bad, lang) for message in listed],
            "more": len(own) - len(listed),
            "diagram": asdict(drawn) if drawn else None,
        }


def _sequence(scenario: Mapping[str, Any]) -> Sequence[int]:
    first, last = scenario["journal"]
    named = {seq for step in scenario["steps"] for seq in step["messages"]}
    if 0 < first <= last < first + 10_000:
        named.update(range(first, last + 1))
    return sorted(named)


def _message(item: Mapping[str, Any], bad: set[int], lang: str) -> list[Any]:
    t = texts.words(lang)
    way = texts.actor_name(item["actor"], lang)
    if item["peer"]:
        way += f" → {texts.actor_name(item['peer'], lang)}"
    phase = item["phase"]
    kind = t(phase) if phase in ("request", "response", "event") else phase
    status = "" if item["status"] is None else f" {item['status']}"
    size = f"{number(item['size'])} {t('bytes')}" if item["size"] else "—"
    what = event_label(item, lang) if phase == "event" else item["operation"]
    row = [f"№ {item['seq']}", item["stand_at"][11:23], way, what, kind + status, size]
    return [*row, item["seq"] in bad]


def _found(found: FoundView, ranks: Mapping[str | None, int], lang: str) -> dict[str, Any]:
    item = found.item
    return {
        "code": item["code"],
        "message": item["message"],
        "blocks": item["blocks"],
        "where": place(item.get("where")),
        "expected": item.get("expected"),
        "got": item.get("got"),
        "source": item["source"],
        "evidence": _mark(item["evidence"], lang),
        "seq": found.spot.seq if found.spot else None,
        "again": found.again,
        "rank": ranks.get(item["code"]),
        "excerpt": [
            [line.number or "", line.text.replace("  ", "\u00a0\u00a0")[:400], line.marked]
            for line in found.excerpt
        ],
    }


def _displayable(value: Any) -> Any:
    """Return the value with every text in it ready for the page."""
    if isinstance(value, str):
        return "\n".join(breakable(line) for line in shown(value).split("\n"))
    if isinstance(value, Mapping):
        return {key: _displayable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_displayable(item) for item in value]
    return value


def _finished(report: Mapping[str, Any]) -> datetime:
    try:
        made = datetime.fromisoformat(report["finished"])
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    made = made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)
    return made.replace(microsecond=0)
