"""The check of one document: bytes, XML, kind, XSD, Schematron, НСИ, identifiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from lxml import etree

from dopusk.packs import Pack, PackError, load_pack
from dopusk.semd.document import SemdDocument
from dopusk.semd.kind import ROOT, find_kind
from dopusk.semd.located import Located, unrepeated
from dopusk.semd.report import LAYERS, DocumentReport, LayerResult, layer_status
from dopusk.semd.rules import Engine, RulesError, check_rules, load_rules
from dopusk.semd.value_layers import nsi_context, value_layers
from dopusk.semd.xsd import XsdError, check_xsd, load_xsd
from dopusk.verdict import Evidence, Finding, Verdict, Where, finding
from dopusk.wire.xml import DEFAULT_LIMITS, Positions, XmlLimits, read_xml, too_big

PART = "ЭМД"


def check_document(
    data: bytes,
    *,
    file: str | None = None,
    kind: str | None = None,
    as_of: date | None = None,
    engine: Engine = "fast",
    limits: XmlLimits = DEFAULT_LIMITS,
    now: datetime | date | None = None,
    not_public: Collection[str] = (),
) -> DocumentReport:
    """Return the report of a СЭМД.

    `kind` is the kind that is expected (by default the document's own templateId decides);
    `as_of` the date on which its registration window is looked at (by default it is not);
    `now` the stand's moment, after which no document can have been made (by default any can);
    `not_public` OIDs of dictionaries whose absence from the stand is excused: a remark then.
    A layer that could not run is `не проверено` with its reason. Bad input never raises.
    """
    reading = read_xml(data, part=PART, file=file, limits=limits, prolog=True)
    if reading.tree is None:
        return _unread(reading.findings, kind)
    first = _reading_layers(reading.findings)
    tree, positions = reading.tree, Positions(data)
    place = positions.where(tree.getroot(), part=PART, file=file)
    decided, about_kind = find_kind(tree, asked=kind, as_of=as_of, where=place)
    document = partial(SemdDocument.read, tree, positions=positions, part=PART, file=file)
    is_cda = tree.getroot().tag == ROOT
    if not is_cda:
        layer = LayerResult("kind", _kind_status(about_kind), tuple(about_kind))
        return DocumentReport(decided, (*first, layer, *_not_run("это не СЭМД")[1:]), document)
    note: str | None = None
    earlier: Sequence[Located] = ()
    rest: Sequence[LayerResult]
    decided_values = decided
    if decided is None:
        rest = _not_run("вид документа не определён", _OF_PACK)
    elif any(item.code == "DOC-KIND-OTHER" for item in about_kind):
        # Rules of the expected kind would only repeat the one mistake in a dozen places.
        rest, decided_values = _not_run("документ другого вида", _OF_PACK), None
    else:
        try:
            pack = load_pack(decided)
        except PackError as error:
            about_kind.append(finding("DOC-NO-PACK", where=place, reason=error))
            rest = _not_run(str(error), _OF_PACK)
        else:
            note = f"{pack.kind}, редакция {pack.edition}"
            rest, earlier = _pack_layers(tree, pack, positions, file=file, engine=engine)
    layer = LayerResult("kind", _kind_status(about_kind), tuple(about_kind), note)
    values = value_layers(
        tree,
        positions,
        context=nsi_context(decided_values, not_public),
        earlier=earlier,
        now=now,
        part=PART,
        file=file,
    )
    return DocumentReport(decided, (*first, layer, *rest, *values), document)


def check_file(
    path: Path,
    *,
    kind: str | None = None,
    as_of: date | None = None,
    engine: Engine = "fast",
    limits: XmlLimits = DEFAULT_LIMITS,
    now: datetime | date | None = None,
) -> DocumentReport:
    """Return the report of a file. One over the size limit is not read into memory.

    Raises OSError when the file cannot be read.
    """
    file = str(path)
    size = path.stat().st_size
    if size <= limits.max_bytes:
        with path.open("rb") as stream:
            data = stream.read(limits.max_bytes + 1)
        return check_document(
            data, file=file, kind=kind, as_of=as_of, engine=engine, limits=limits, now=now
        )
    return _unread((too_big(size, part=PART, file=file, limits=limits),), kind)


def check_kind(report: DocumentReport, kind: str) -> list[Finding]:
    """Return DOC-KIND-OTHER when the checked document is of another kind than `kind`."""
    if report.document is None or report.kind == kind:
        return []
    where = report.document.where
    return [finding("DOC-KIND-OTHER", where=where, expected=kind, got=report.kind or "нет")]


def _reading_layers(found: tuple[Finding, ...]) -> tuple[LayerResult, LayerResult]:
    bytes_, xml = _parted(found)
    return (
        LayerResult("bytes", layer_status(bytes_), bytes_),
        LayerResult("xml", layer_status(xml), xml),
    )


def _unread(found: tuple[Finding, ...], kind: str | None) -> DocumentReport:
    """Return the report of bytes that gave no tree.

    What stopped the reading fails its layer; a limit of the stand leaves it unchecked.
    """
    bytes_, xml = _parted(found)
    reason = "документ не прочитан"
    if xml:
        first = LayerResult("bytes", layer_status(bytes_), bytes_)
        second = LayerResult("xml", _stopped(xml), xml)
    else:
        first = LayerResult("bytes", _stopped(bytes_), bytes_)
        second = LayerResult("xml", Verdict.SKIP, note=reason)
    return DocumentReport(kind, (first, second, *_not_run(reason)), None)


def _stopped(found: Iterable[Finding]) -> Verdict:
    return Verdict.SKIP if layer_status(found) is Verdict.SKIP else Verdict.FAIL


def _parted(found: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    return (
        tuple(item for item in found if item.code.startswith("BYTES-")),
        tuple(item for item in found if not item.code.startswith("BYTES-")),
    )


_OF_PACK = ("xsd", "schematron")


def _not_run(reason: str, names: Iterable[str] = LAYERS[2:]) -> tuple[LayerResult, ...]:
    return tuple(LayerResult(name, Verdict.SKIP, note=reason) for name in names)


def _kind_status(found: Iterable[Finding]) -> Verdict:
    return layer_status(found)


def _pack_layers(
    tree: etree._ElementTree,
    pack: Pack,
    positions: Positions,
    *,
    file: str | None,
    engine: Engine,
) -> tuple[tuple[LayerResult, LayerResult], tuple[Located, ...]]:
    """Return the two layers of the pack, and all that they found with its elements."""
    structure, xsd_layer, how = _run_xsd(tree, pack, positions, file)
    rules, rules_layer = _run_rules(tree, pack, positions, file, engine)
    if xsd_layer is None:
        whole = _weighed((item.finding for item in structure), pack)
        shown = _weighed(unrepeated(structure, rules), pack)
        hidden = len(whole) - len(shown)
        notes = (how, f"ещё показано правилами Schematron: {hidden}" if hidden else None)
        note = "; ".join(filter(None, notes)) or None
        xsd_layer = LayerResult("xsd", layer_status(whole), shown, note)
    return (xsd_layer, rules_layer), (*structure, *rules)


def _run_xsd(
    tree: etree._ElementTree, pack: Pack, positions: Positions, file: str | None
) -> tuple[list[Located], LayerResult | None, str | None]:
    """Return what was found, the layer when it could not run, and by what it judged."""
    try:
        xsd = load_xsd(pack.xsd)
    except XsdError as error:
        unread = finding("XSD-NOT-RUN", where=Where(part=PART, file=file), reason=error)
        return [], LayerResult("xsd", Verdict.SKIP, (unread,), str(error)), None
    return check_xsd(tree, xsd, positions, part=PART, file=file), None, xsd.note


def _run_rules(
    tree: etree._ElementTree, pack: Pack, positions: Positions, file: str | None, engine: Engine
) -> tuple[tuple[Located, ...], LayerResult]:
    try:
        schema = load_rules(pack.schematron, engine, pack.strip_namespace, pack.root)
        source = f"Schematron пакета вида {pack.kind} редакции {pack.edition}"
        outcome = check_rules(
            tree,
            schema,
            positions,
            source=source,
            part=PART,
            file=file,
            contradicted=pack.contradicted,
        )
    except RulesError as error:
        unread = finding("SCH-NOT-RUN", where=Where(part=PART, file=file), reason=error)
        return (), LayerResult("schematron", Verdict.SKIP, (unread,), str(error))
    found = (*_weighed((item.finding for item in outcome.located), pack), *outcome.unchecked)
    note = f"сработало правил: {outcome.fired}"
    return outcome.located, LayerResult("schematron", layer_status(found), found, note)


def _weighed(found: Iterable[Finding], pack: Pack) -> tuple[Finding, ...]:
    """Return the findings with the pack's evidence: inferred rules never fail a document."""
    if pack.evidence is Evidence.PROFILE:
        return tuple(found)
    return tuple(replace(item, evidence=pack.evidence) for item in found)
