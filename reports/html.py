"""report.html: one file that needs no network and no script to be read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from dopusk.verdict import Verdict
from reports import sections, texts
from reports.events import event_label
from reports.formats import moment, number, span
from reports.packed import Folds
from reports.view import slug_of, view


def render(report: Mapping[str, Any], *, lang: str = "ru") -> str:
    """Return the page of a report.json dict.

    `lang` is ru or en (labels only; findings and scenarios stay Russian). Raises ValueError for
    another language.
    """
    words = texts.words(lang)
    page = view(report, lang)
    folds = Folds()
    return folds.write_into(
        _environment()
        .get_template("report.html.j2")
        .render(
            v=page,
            r=report,
            t=words,
            lang=lang,
            verdicts=[(str(item), slug_of(item)) for item in Verdict],
            verdict_name=lambda item: texts.verdict_name(item, lang),
            verdict_meaning=lambda item: texts.verdict_meaning(item, lang),
            deployment=lambda item: texts.deployment_name(item, lang),
            event=lambda item: event_label(item, lang),
            actor=lambda item: texts.actor_name(item, lang),
            folded=folds.add,
            layer_name=lambda item: texts.layer_name(item, lang),
            level_name=lambda item: texts.level_name(item, lang),
            how_name=lambda item: texts.verification_name(item, lang),
            evidence_name=lambda item: texts.evidence_name(item, lang),
            facts=list(sections.facts(report, lang)),
            rules_in_brief=list(sections.rules_in_brief(report, lang)),
            attestations=sections.attestations(report),
            conventions=sections.conventions(report, lang),
            leaned=sections.convention_findings(report),
            counts=list(sections.counts(report)),
            statistics=list(sections.statistics(report, lang)),
        )
    )


@cache
def _environment() -> Environment:
    folder = Path(__file__).resolve().parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(slug=slug_of, moment=moment, number=number, span=span)
    return made
