"""The only way XML enters the project: bounded, without DTD, entities or network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from dopusk.verdict import Finding, Where, finding
from dopusk.wire.xml_bytes import has_doctype, has_prolog, to_utf8
from dopusk.wire.xml_place import Positions, absolute_xpath, attribute_name, owner

__all__ = [
    "DEFAULT_LIMITS",
    "Positions",
    "XmlLimits",
    "XmlReading",
    "absolute_xpath",
    "attribute_name",
    "owner",
    "read_xml",
    "reason_of",
    "too_big",
]

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class XmlLimits:
    """What a reader may spend on one document; each field answers one threat."""

    max_bytes: int = 50 * MIB
    """Against exhausted memory by sheer size."""
    max_depth: int = 200
    """Against exhausted stack; libxml2 itself stops at 256."""
    max_nodes: int = 600_000
    """Against small bytes that become a large tree: elements and attributes together."""


DEFAULT_LIMITS = XmlLimits()


@dataclass(frozen=True, slots=True)
class XmlReading:
    """What became of the bytes. `tree` is None exactly when nothing further can be checked."""

    tree: etree._ElementTree | None
    findings: tuple[Finding, ...]


def read_xml(
    data: bytes,
    *,
    part: str,
    file: str | None = None,
    limits: XmlLimits = DEFAULT_LIMITS,
    prolog: bool = False,
) -> XmlReading:
    """Return the tree of `data` and what is wrong with its bytes and its XML.

    A BOM, another declared encoding and (with `prolog`) a missing XML declaration are findings,
    and the document is read on. A DTD, bytes that are no text, a broken tag and every exceeded
    limit leave no tree. Bad input never raises.
    """
    where = Where(part=part, file=file)
    if len(data) > limits.max_bytes:
        return XmlReading(None, (too_big(len(data), part=part, file=file, limits=limits),))
    text = to_utf8(data, where)
    if text.data is None:
        return XmlReading(None, text.findings)
    found = list(text.findings)
    if prolog and not has_prolog(text.data):
        found.append(finding("BYTES-NO-PROLOG", where=_at(where, 1, 1)))
    if has_doctype(text.data):
        found.append(finding("XML-DTD", where=where))
        return XmlReading(None, tuple(found))
    if (nodes := _node_bound(text.data, limits)) > limits.max_nodes:
        found.append(
            finding("XML-TOO-MANY-NODES", where=where, expected=limits.max_nodes, got=nodes)
        )
        return XmlReading(None, tuple(found))
    tree, error = _parse(text.data, where, limits)
    if error is not None:
        found.append(error)
    return XmlReading(tree, tuple(found))


def too_big(
    size: int, *, part: str, file: str | None = None, limits: XmlLimits = DEFAULT_LIMITS
) -> Finding:
    """Return the finding for a document of `size` bytes that is not even read."""
    return finding(
        "BYTES-TOO-BIG",
        where=Where(part=part, file=file),
        expected=f"не более {limits.max_bytes // MIB} МиБ",
        got=f"{size / MIB:.1f} МиБ",
    )


def _parse(
    data: bytes, where: Where, limits: XmlLimits
) -> tuple[etree._ElementTree | None, Finding | None]:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return None, _broken(parser, error, where, limits)
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        return None, finding("XML-DTD", where=where)
    deep = "boolean(" + "/*" * (limits.max_depth + 1) + ")"
    if tree.xpath(deep):
        return None, finding("XML-TOO-DEEP", where=where, expected=limits.max_depth)
    return tree, None


def _node_bound(data: bytes, limits: XmlLimits) -> int:
    """Return an upper bound of elements and attributes, without parsing."""
    shortest = len(data) // len("<a/>")
    if shortest <= limits.max_nodes:
        return shortest
    tags = data.count(b"<") - data.count(b"</")
    return tags + data.count(b'="') + data.count(b"='") + data.count(b"= ")


def _broken(
    parser: etree.XMLParser, error: etree.XMLSyntaxError, where: Where, limits: XmlLimits
) -> Finding:
    entries: list[Any] = list(parser.error_log)
    if not entries:
        line, column = error.position
        return _syntax(where, line, column, _OTHER, error.msg or "")
    first = entries[0]
    if first.type_name == "ERR_RESOURCE_LIMIT":
        place = _at(where, first.line, first.column)
        if "depth" in first.message:
            return finding("XML-TOO-DEEP", where=place, expected=limits.max_depth)
        return finding("XML-HUGE-TEXT", where=place)
    reason = reason_of(first.type_name)
    return _syntax(where, first.line, first.column, reason, first.message.strip())


def reason_of(type_name: str) -> str:
    """Return in Russian what an error of libxml2's parser means («ERR_TAG_NAME_MISMATCH»)."""
    return _REASONS.get(type_name, _OTHER)


def _syntax(where: Where, line: int, column: int, reason: str, detail: str) -> Finding:
    return finding("XML-SYNTAX", where=_at(where, line, column), got=detail, reason=reason)


def _at(where: Where, line: int, column: int) -> Where:
    return Where(part=where.part, file=where.file, line=max(line, 1), column=max(column, 1))


_OTHER = "нарушен синтаксис XML"
_REASONS = {
    "ERR_TAG_NAME_MISMATCH": "закрывающий тег не соответствует открывающему",
    "ERR_TAG_NOT_FINISHED": "документ обрывается: не все элементы закрыты",
    "ERR_GT_REQUIRED": "тег не закончен знаком «>»",
    "ERR_DOCUMENT_END": "после корневого элемента есть лишнее содержимое",
    "ERR_DOCUMENT_EMPTY": "нет корневого элемента",
    "ERR_ATTRIBUTE_NOT_STARTED": "значение атрибута не взято в кавычки",
    "ERR_ATTRIBUTE_NOT_FINISHED": "значение атрибута не закрыто кавычкой",
    "ERR_ATTRIBUTE_REDEFINED": "атрибут задан дважды",
    "ERR_ATTRIBUTE_WITHOUT_VALUE": "у атрибута нет значения",
    "ERR_LT_IN_ATTRIBUTE": "знак «<» в значении атрибута надо записать как &lt;",
    "ERR_NAME_REQUIRED": "знак «&» или «<» в тексте надо записать как &amp; или &lt;",
    "ERR_ENTITYREF_SEMICOL_MISSING": "знак «&» в тексте надо записать как &amp;",
    "ERR_UNDECLARED_ENTITY": "использована необъявленная сущность",
    "ERR_INVALID_CHAR": "знак, недопустимый в XML",
    "ERR_MISPLACED_CDATA_END": "последовательность «]]>» вне CDATA",
    "ERR_RESERVED_XML_NAME": "объявление <?xml?> стоит не в самом начале документа",
    "ERR_HYPHEN_IN_COMMENT": "в комментарии два дефиса подряд",
    "ERR_SPACE_REQUIRED": "между атрибутами нужен пробел",
    "ERR_UNKNOWN_VERSION": "версия XML в объявлении не поддерживается",
    "NS_ERR_UNDEFINED_NAMESPACE": "префикс пространства имён не объявлен",
    "NS_ERR_ATTRIBUTE_REDEFINED": "атрибут задан дважды через разные префиксы",
}
