"""The two layers that look at values: НСИ and identifiers. They need no pack of the kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from lxml import etree

from dopusk.nsi import NsiError, library, policy
from dopusk.semd.identifiers import check_identifiers
from dopusk.semd.located import Located
from dopusk.semd.nsi import NsiContext, NsiOutcome, check_nsi
from dopusk.semd.repeats import unrepeated_values, wrong_dictionaries
from dopusk.semd.report import LayerResult, layer_status
from dopusk.verdict import Finding, Severity, Verdict, Where, finding
from dopusk.wire.xml import Positions


def nsi_context(kind: str | None, not_public: Iterable[str] = ()) -> NsiContext | NsiError:
    """Return what the НСИ layer judges by, or why it cannot: the stand's own tables are broken."""
    try:
        return NsiContext(library(), policy(), kind, frozenset(not_public))
    except NsiError as error:
        return error


def value_layers(
    tree: etree._ElementTree,
    positions: Positions,
    *,
    context: NsiContext | NsiError,
    earlier: Sequence[Located],
    now: datetime | date | None,
    part: str,
    file: str | None,
) -> tuple[LayerResult, LayerResult]:
    """Return the layers nsi and identifiers; what `earlier` layers have said is not repeated."""
    found = check_identifiers(tree, positions, now=now, part=part, file=file)
    shown = tuple(unrepeated_values(found, earlier))
    identifiers = LayerResult("identifiers", layer_status(shown), shown)
    if isinstance(context, NsiError):
        unread = finding(
            "NSI-NOT-READ", where=Where(part=part, file=file), oid="все", reason=context
        )
        return LayerResult("nsi", Verdict.SKIP, (unread,), str(context)), identifiers
    beside = wrong_dictionaries(earlier)
    outcome = check_nsi(tree, context, positions, part=part, file=file, beside=beside)
    shown = (*unrepeated_values(outcome.located, earlier), *outcome.unchecked)
    return LayerResult("nsi", layer_status(shown), shown, _note(outcome)), identifiers


def _note(outcome: NsiOutcome) -> str:
    note = f"сверено значений: {outcome.compared} из {outcome.values}"
    left = [item for item in outcome.unchecked if item.severity is Severity.UNCHECKED]
    return f"{note}; {_unheld(left)}" if left else note


def _unheld(left: Sequence[Finding]) -> str:
    return f"справочников не проверено: {len(left)}"
