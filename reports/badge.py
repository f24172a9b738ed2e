"""badge.svg: the verdict in a few words, for a README or a page of the vendor."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from reports import texts
from reports.formats import moment
from reports.view import slug_of

_COLOURS = {"pass": "#0a6636", "fail": "#a60d1c", "skip": "#454a92", "stand": "#6c2f91"}
_SAYS = {"fail": "verdict_fail", "skip": "verdict_skip", "stand": "verdict_stand"}
_NARROW = "iljtf.,:;|!'() 1-"
_WIDE = "шщжюыфмЖШЩЮМФWwm—@"
_LONGEST = 60


def render(report: Mapping[str, Any], *, lang: str = "ru") -> str:
    """Return a flat badge: «допуск fed-3 | соответствует · 14.03.2024»."""
    label = ("допуск " if lang == "ru" else "dopusk ") + ", ".join(report["variants"])
    label = label.strip()[:_LONGEST]
    said_as = _SAYS.get(slug_of(report["verdict"]), "verdict_pass")
    verdict = f"{texts.words(lang)(said_as).lower()} · {moment(report['as_of'], lang)}"
    left, right = _width(label), _width(verdict)
    colour = _COLOURS.get(slug_of(report["verdict"]), _COLOURS["pass"])
    name, said = escape(label), escape(verdict)
    total = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" '
        f'aria-label="{name}: {said}"><title>{name}: {said}</title>'
        f'<clipPath id="r"><rect width="{total}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3b4652"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-size="11" '
        'font-family="Verdana,DejaVu Sans,Geneva,sans-serif">'
        f'<text x="{left / 2}" y="14" textLength="{left - 12}">{name}</text>'
        f'<text x="{left + right / 2}" y="14" textLength="{right - 12}">{said}</text>'
        "</g></svg>\n"
    )


def _width(text: str) -> int:
    """Return about how wide the text is at 11 px, with the padding."""
    return 12 + round(sum(4.2 if sign in _NARROW else 9.4 if sign in _WIDE else 7 for sign in text))
