"""The rules layer: a Schematron run turned into findings."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lxml import etree

from dopusk.semd.advice import advise
from dopusk.semd.located import Located
from dopusk.verdict import Finding, Severity, Where, finding
from dopusk.wire.xml import Positions, attribute_name

if TYPE_CHECKING:
    from dopusk.schematron import Failure, Schema

Engine = Literal["fast", "exact"]

_ATTRIBUTES = re.compile(r"(?<![\w/\])])@([\w:.-]+)")
_OWN_TEXT = re.compile(r"(?<![\w./\]])\.(?![\w./])")
_NUMBERED = re.compile(r"[\d.]+$")
"""Id of an assertion that has none of its own: pattern, rule and check by number."""
_ADVISORY = frozenset({"warning", "warn", "information", "info", "hint"})
"""Roles of assertions that advise (ISO 19757-3, 5.5.3: role): they never fail a document."""
_IN_VAIN = (
    "Пакет правил противоречит себе: его XSD не допускает того, чего требует это правило. "
    "В документе исправлять нечего."
)
_SHOWN = 80
"""Characters of a value that a finding shows."""


class RulesError(Exception):
    """The rule file cannot be used (Russian text): the layer is `не проверено`."""


@dataclass(frozen=True, slots=True)
class RulesOutcome:
    """What a run of the rules gave."""

    located: tuple[Located, ...]
    unchecked: tuple[Finding, ...]
    """SCH-NOT-FIRED when no rule met the document, SCH-ERROR for each test that broke off."""
    fired: int


@cache
def load_rules(
    path: Path, engine: Engine, strip_namespace: str | None, folder: Path | None = None
) -> Schema:
    """Return the compiled rule file, once per path and process; raises RulesError.

    What it includes stays inside `folder`, by default its own.
    """
    from dopusk.schematron import SchemaError, compile_schema  # loaded only when rules are run

    try:
        return compile_schema(path, engine=engine, strip_namespace=strip_namespace, folder=folder)
    except (SchemaError, OSError) as error:
        raise RulesError(f"{path.name}: {error}") from error


def check_rules(
    tree: etree._ElementTree,
    schema: Schema,
    positions: Positions,
    *,
    source: str,
    part: str,
    file: str | None = None,
    contradicted: Collection[int] = (),
) -> RulesOutcome:
    """Return the failed assertions of the rules, each under its own code `SCH-<id>`.

    The message is the rule's own text. `contradicted` are lines of assertions that the XSD of the
    pack lets no document satisfy: they remark, and say so. A run in which no rule fired checked
    nothing: it is `не проверено`, never passed.
    """
    result = schema.validate(tree)
    unchecked = [
        finding(
            "SCH-ERROR",
            where=positions.where(error.element, part=part, file=file),
            id=error.assert_id,
            reason=error.reason,
        )
        for error in result.errors
    ]
    if result.fired_rules == 0:
        root = positions.where(tree.getroot(), part=part, file=file)
        unchecked.insert(0, finding("SCH-NOT-FIRED", where=root))
    located = [
        Located(
            finding=_finding(
                failure,
                _where(failure, positions, part, file),
                source,
                vain=failure.line in contradicted,
            ),
            element=failure.element,
            test=failure.test,
        )
        for failure in result.failures
    ]
    located.sort(key=_place)
    return RulesOutcome(tuple(located), tuple(unchecked), result.fired_rules)


def _place(item: Located) -> tuple[int, int]:
    """Return where the finding stands: people read from top to bottom."""
    where = item.finding.where
    return (where.line or 0, where.column or 0) if where else (0, 0)


def _finding(failure: Failure, where: Where, source: str, *, vain: bool) -> Finding:
    named = f"{failure.assert_id}. {failure.message}"
    advice = None
    if failure.attribute is None:
        advice = advise(failure.test, failure.element, is_report=failure.is_report)
    got = _got(failure)
    found = finding(
        "SCH-ASSERT",
        where=where,
        expected=advice.expected if advice else failure.test,
        got=advice.got if advice and got is None else got,
        severity=Severity.REMARK if (failure.role or "").lower() in _ADVISORY else None,
        text=failure.message if _NUMBERED.match(failure.assert_id) else named,
    )
    if vain:
        found = replace(found, severity=Severity.REMARK, cure=_IN_VAIN)
    elif advice:
        found = replace(found, cure=advice.cure)
    return replace(
        found,
        code=f"SCH-{failure.assert_id}",
        source=f"{source}, {failure.assert_id}",
    )


def _where(failure: Failure, positions: Positions, part: str, file: str | None) -> Where:
    where = positions.where(failure.element, part=part, file=file)
    if failure.attribute is None:
        return where
    name = attribute_name(failure.element, failure.attribute)
    return replace(where, xpath=f"{where.xpath}/@{name}")


def _got(failure: Failure) -> str | None:
    """Return the values at the node that the test looks at."""
    if failure.attribute is not None:
        value: str | None = failure.element.get(failure.attribute)
        return value
    element = failure.element
    prefixes = element.nsmap
    shown = []
    for name in dict.fromkeys(_ATTRIBUTES.findall(failure.test)):
        prefix, _, local = name.rpartition(":")
        value = element.get(f"{{{prefixes.get(prefix)}}}{local}" if prefix else local)
        if value is not None:
            shown.append(f'{name}="{value}"')
    if not shown and _OWN_TEXT.search(failure.test) and len(element) == 0:
        return " ".join((element.text or "").split())[:_SHOWN] or None
    return " ".join(shown) or None
