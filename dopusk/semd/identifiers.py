"""The layer of identifiers: check digits, OID and GUID forms, dates in an order that makes sense.

Only what an official rule or text proves is an error; a check digit that does not agree is a
remark, because the published rules look at the form alone (spec/semd.md §1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from lxml import etree

from dopusk.check_digits import (
    is_enp,
    is_guid,
    is_inn,
    is_ogrn,
    is_ogrnip,
    is_oid,
    is_snils,
)
from dopusk.clock import MOSCOW
from dopusk.semd.document import FIELDS, SNILS
from dopusk.semd.located import Located
from dopusk.semd.moment import read_ts
from dopusk.semd.reading import NAMESPACES
from dopusk.verdict import finding
from dopusk.wire.xml import Positions, owner

EMPLOYER = "8085"
NEXT_EXAM = "8087"
POLICY_TYPES = ("2", "3")
"""Codes of НСИ 1.2.643.5.1.13.13.11.1035 whose policies bear a ЕНП."""
_SEPARATORS = re.compile(r"[-\s]")
_DIGITS = re.compile(r"\d+")


def _xpath(path: str) -> Any:
    return etree.XPath(path, namespaces=NAMESPACES)


_SNILS = _xpath(f"//h:*[@root='{SNILS}']/@extension")
_ROOTS = _xpath("//h:id/@root | //h:setId/@root | //h:templateId/@root")
_NUMBERS = _xpath("//identity:Ogrn | //identity:Ogrnip | //identity:INN")
_POLICY = _xpath("/*/h:recordTarget/h:patientRole/identity:InsurancePolicy[identity:Number]")
_FIAS = _xpath("//fias:AOGUID | //fias:HOUSEGUID")
_EMPLOYER = _xpath(
    f"//h:observation[h:code[@code='{EMPLOYER}'][@codeSystem='{FIELDS}']]/h:value[not(*)]"
)
_BIRTH = _xpath("/*/h:recordTarget/h:patientRole/h:patient/h:birthTime/@value")
_EVENT = _xpath("/*/h:documentationOf/h:serviceEvent/h:effectiveTime")
_CREATED = _xpath("/*/h:effectiveTime/@value")
_NEXT = _xpath(
    f"//h:observation[h:code[@code='{NEXT_EXAM}'][@codeSystem='{FIELDS}']]/h:effectiveTime/@value"
)


class _Places:
    """Makes located findings for nodes of one document."""

    def __init__(self, positions: Positions, part: str, file: str | None) -> None:
        self._positions, self._part, self._file = positions, part, file

    def located(self, code: str, node: Any, about: str, got: str, **fields: Any) -> Located:
        where = self._positions.where(node, part=self._part, file=self._file)
        found = finding(code, where=where, got=got, **fields)
        return Located(found, owner(node), (about,))


def check_identifiers(
    tree: etree._ElementTree,
    positions: Positions,
    *,
    now: datetime | date | None,
    part: str,
    file: str | None = None,
) -> list[Located]:
    """Return what is wrong with the identifiers and dates of a document.

    `now` is the stand's moment or day; without it no document is from the future.
    """
    places = _Places(positions, part, file)
    return [
        *_snils(tree, places),
        *_organisations(tree, places),
        *_employer(tree, places),
        *_policy(tree, places),
        *_forms(tree, places),
        *_dates(tree, places, now),
    ]


def _snils(tree: etree._ElementTree, places: _Places) -> Iterator[Located]:
    for node in _SNILS(tree):
        digits = _SEPARATORS.sub("", node)
        if len(digits) == 11 and digits.isascii() and digits.isdigit() and not is_snils(digits):
            yield places.located("ID-SNILS", node, "@extension", str(node))


_CHECKS: tuple[tuple[str, str, tuple[int, ...], Callable[[str], bool]], ...] = (
    ("Ogrn", "ID-OGRN", (13,), is_ogrn),
    ("Ogrnip", "ID-OGRNIP", (15,), is_ogrnip),
    ("INN", "ID-INN", (10, 12), is_inn),
)


def _organisations(tree: etree._ElementTree, places: _Places) -> Iterator[Located]:
    for element in _NUMBERS(tree):
        text = (element.text or "").strip()
        local = etree.QName(element).localname
        for name, code, _lengths, right in _CHECKS:
            if name == local and text and not right(text):
                yield places.located(code, element, ".", text)


def _employer(tree: etree._ElementTree, places: _Places) -> Iterator[Located]:
    for element in _EMPLOYER(tree):
        text = (element.text or "").strip()
        if not text:
            continue
        numbers = _DIGITS.findall(text)
        if not numbers:
            yield places.located("ID-EMPLOYER", element, ".", text, reason="в записи нет цифр")
        for number in numbers:
            fitting = [(c, right) for _, c, sizes, right in _CHECKS if len(number) in sizes]
            if not fitting:
                reason = f"{number} — {len(number)} цифр, столько нет ни в ИНН, ни в ОГРН"
                yield places.located("ID-EMPLOYER", element, ".", text, reason=reason)
            for code, right in fitting:
                if not right(number):
                    yield places.located(code, element, ".", number)


def _policy(tree: etree._ElementTree, places: _Places) -> Iterator[Located]:
    for policy in _POLICY(tree):
        kind = policy.find("identity:InsurancePolicyType", NAMESPACES)
        number = policy.find("identity:Number", NAMESPACES)
        text = (number.text or "").strip()
        if kind is None or kind.get("code") not in POLICY_TYPES or not text or is_enp(text):
            continue
        form = len(text) == 16 and text.isascii() and text.isdigit()
        reason = "контрольная цифра не сходится" if form else "нужны 16 цифр"
        yield places.located("ID-POLICY", number, ".", text, reason=reason)


def _forms(tree: etree._ElementTree, places: _Places) -> Iterator[Located]:
    for node in _ROOTS(tree):
        if node and not is_oid(node):
            yield places.located("ID-OID", node, "@root", str(node))
    for element in _FIAS(tree):
        text = (element.text or "").strip()
        if text and not is_guid(text):
            code = f"ID-{etree.QName(element).localname}"
            yield places.located(code, element, ".", text)


def _dates(
    tree: etree._ElementTree, places: _Places, now: datetime | date | None
) -> Iterator[Located]:
    created = _first(_CREATED(tree))
    if created is not None and now is not None:
        moment = read_ts(created)
        if moment is not None and _later(moment, now):
            yield places.located(
                "ID-DATE-FUTURE", created, "@value", str(created), expected=_shown(now)
            )
    event = _first(_EVENT(tree))
    low, high = _bound(event, "low"), _bound(event, "high")
    named = [
        ("рождение пациента", _first(_BIRTH(tree))),
        ("начало осмотра", low),
        ("окончание осмотра", high),
        ("создание документа", created),
        ("очередной осмотр", _first(_NEXT(tree))),
    ]
    known = [(name, node, read_ts(node)) for name, node in named if node is not None]
    dated = [(name, node, moment) for name, node, moment in known if moment is not None]
    for (early, first, before), (late, second, after) in pairwise(dated):
        if _later(before, after):
            yield places.located(
                "ID-DATE-ORDER",
                second,
                "@value",
                str(second),
                expected=str(first),
                early=early,
                late=late,
            )


def _first(nodes: list[Any]) -> Any:
    return nodes[0] if nodes else None


def _bound(event: etree._Element | None, name: str) -> Any:
    if event is None:
        return None
    values: Any = event.xpath(f"h:{name}/@value", namespaces=NAMESPACES)
    return _first(values)


def _later(one: datetime | date, other: datetime | date) -> bool:
    """Tell whether one moment is after another, by minutes when both have a time, else by days."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.replace(second=0, microsecond=0) > other.replace(second=0, microsecond=0)
    return _day(one) > _day(other)


def _day(moment: datetime | date) -> date:
    return moment.astimezone(MOSCOW).date() if isinstance(moment, datetime) else moment


def _shown(moment: datetime | date) -> str:
    return f"{moment:%d.%m.%Y %H:%M}" if isinstance(moment, datetime) else f"{moment:%d.%m.%Y}"
