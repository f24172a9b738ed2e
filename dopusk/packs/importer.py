"""Imports an official package: finds its parts, mends what can be mended, lists its defects."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

from lxml import etree

from dopusk.packs.archive import DEFAULT_LIMITS, ArchiveLimits, read_package
from dopusk.packs.contradictions import Contradiction, contradictions
from dopusk.packs.pack import MANIFEST, Pack, PackError, forget_packs, read_pack
from dopusk.packs.repair import referred, repaired
from dopusk.packs.store import imported_packs
from dopusk.packs.template import kind_by_template
from dopusk.remd.kinds import Kind
from dopusk.remd.kinds import kind as known_kind

_TEMPLATE = re.compile(rb"""templateId.{0,600}?((?:\d+\.){8,}\d+)""", re.S)
HL7 = "urn:hl7-org:v3"


@dataclass(frozen=True, slots=True)
class Imported:
    """What `add_pack` did."""

    pack: Pack
    replaced: bool
    """Whether another imported pack of the kind was there before."""


def add_pack(
    source: Path,
    *,
    kind: str | None = None,
    store: Path | None = None,
    limits: ArchiveLimits = DEFAULT_LIMITS,
) -> Imported:
    """Import a package from a folder or a ZIP and return its pack, which then is the active one.

    The kind is found by the templateId that the rules fix, unless `kind` names it. Raises PackError
    when the package is unsafe, incomplete or of an unknown kind.
    """
    files = read_package(source, limits)
    rules = _only_rules(files, source)
    root = _root_schema(files, source)
    record = _record(kind, files[rules], files[root])
    whole = sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    target_folder = store or imported_packs()
    target_folder.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{record.code}-", dir=target_folder))
    try:
        defects = _write(files, folder)
        found, contradicted = _judge(folder, folder / root, folder / rules)
        defects += found
        template = next(iter(_templates(files[rules])), record.template)
        manifest = _manifest(record, template, root, rules, source, whole.hexdigest(), defects)
        manifest += f"contradicted = {sorted({item.line for item in contradicted})}\n"
        (folder / MANIFEST).write_text(manifest, encoding="utf-8")
        read_pack(folder, active="imported")
        target = target_folder / record.code
        replaced = target.exists()
        if replaced:
            shutil.rmtree(target)
        folder.rename(target)
        forget_packs()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Imported(read_pack(target, active="imported"), replaced)


def remove_pack(kind: str, *, store: Path | None = None) -> None:
    """Remove the imported pack of a kind; the own one is active again. Raises PackError."""
    folder = (store or imported_packs()) / kind
    if not kind.isdigit() or not (folder / MANIFEST).is_file():
        raise PackError(f"Для вида {kind} нет импортированного пакета")
    shutil.rmtree(folder)
    forget_packs()


def _only_rules(files: dict[str, bytes], source: Path) -> str:
    """Return the .sch that no other one includes."""
    rules = [name for name in files if name.lower().endswith(".sch")]
    included = {
        target for name in rules for target in referred(name, files[name]) if target != name
    }
    found = [name for name in rules if name not in included]
    if len(found) != 1:
        names = ", ".join(sorted(found or rules)) or "нет ни одного"
        raise PackError(f"{source}: нужен ровно один главный файл .sch, а есть: {names}")
    return found[0]


def _root_schema(files: dict[str, bytes], source: Path) -> str:
    """Return the XSD that declares ClinicalDocument as an element of its own."""
    schemas = [name for name in files if name.lower().endswith(".xsd")]
    declaring = [
        name
        for name in schemas
        if re.search(
            rb"""<(?:\w+:)?element\s[^>]*name\s*=\s*["']ClinicalDocument["']""", files[name]
        )
    ]
    named = [name for name in declaring if PurePosixPath(name).name.lower() == "cda.xsd"]
    found = named or declaring
    if len(found) != 1:
        names = ", ".join(sorted(found)) or "нет ни одного"
        raise PackError(f"{source}: не ясно, какая схема главная (CDA.xsd), есть: {names}")
    return found[0]


def _templates(data: bytes) -> list[str]:
    return [match[1].decode("ascii") for match in _TEMPLATE.finditer(data)]


def _record(kind: str | None, rules: bytes, root: bytes) -> Kind:
    if kind is None:
        found = {kind_by_template(root) for data in (rules, root) for root in _templates(data)}
        kinds = {item for item in found if item}
        if len(kinds) != 1:
            raise PackError("Вид по templateId правил не определён: укажите его ключом --kind")
        kind = kinds.pop()
    record = known_kind(kind)
    if record is None:
        raise PackError(f"Вида {kind} нет в НСИ 1520")
    return record


def _write(files: dict[str, bytes], folder: Path) -> list[str]:
    defects: list[str] = []
    for name in sorted(files):
        data = files[name]
        if not name.lower().endswith(".xml"):
            data, found = repaired(name, data, files)
            defects += found
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise PackError(f"{name}: файл не записать ({error.strerror})") from error
    return defects


def _judge(folder: Path, root: Path, rules: Path) -> tuple[list[str], list[Contradiction]]:
    """Return what is wrong with the pack as a whole; raises PackError for useless rules."""
    from dopusk.schematron import SchemaError, compile_schema  # loaded only when packs are made

    defects: list[str] = []
    try:
        etree.XMLSchema(etree.parse(str(root)))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        defects.append(f"{root.name}: libxml2 не принимает схему ({error})")
    try:
        schema = compile_schema(rules, strip_namespace=HL7, folder=folder)
    except SchemaError as error:
        raise PackError(str(error)) from error
    checks = [
        check
        for pattern in schema.model.patterns
        for rule in pattern.rules
        for check in rule.checks
    ]
    defects += [
        f"{rules.name}: {item.pattern_id or item.pattern} — {item.reason}: исполняет точный движок"
        for item in schema.fallbacks
    ]
    vacuous = sum(bool(re.fullmatch(r"\s*count\([^()]*\)\s*>=\s*0\s*", c.test)) for c in checks)
    if vacuous:
        defects.append(f"{rules.name}: {vacuous} утверждений вида count(…) >= 0 верны всегда")
    if not any(rule.context == "/" for p in schema.model.patterns for rule in p.rules):
        defects.append(
            f"{rules.name}: нет правила для корня: с пространством имён urn:hl7-org:v3 "
            "не сработало бы ни одно (стенд его снимает)"
        )
    found = contradictions(root, rules)
    # Lines tell assertions apart only where all of them stand in one file.
    return defects + [str(item) for item in found], [] if schema.model.included else found


def _manifest(
    record: Kind,
    template: str,
    root: str,
    rules: str,
    source: Path,
    digest: str,
    defects: list[str],
) -> str:
    edition = record.template.rsplit(".", 1)[-1]
    rows = {
        "kind": record.code,
        "edition": int(edition) if edition.isdigit() else 0,
        "title": record.name,
        "template": template,
        "xsd": root,
        "schematron": rules,
        "strip_namespace": HL7,
        "source": f"Официальный пакет, импортирован из {source.name}",
        "evidence": "профиль",
        "sha256": digest,
        "defects": defects,
    }
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in rows.items()]
    lines.append(f"window_start = {record.start.isoformat()}")
    if record.end is not None:
        lines.append(f"window_end = {record.end.isoformat()}")
    return "\n".join(lines) + "\n"
