"""The structure layer: libxml2 finds what breaks the XSD, this module says it in words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from dopusk.semd.located import Located
from dopusk.verdict import Where, finding
from dopusk.wire.xml import Positions, attribute_name

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

_COMPILING = Lock()
"""libxml2 sets up its built-in types when it compiles the first schema, and not for two threads at
once: without the lock they crash, or take each other's half-made types."""


class XsdError(Exception):
    """The schema itself cannot be used (Russian text): the layer is `не проверено`."""


class Xsd:
    """A compiled XSD; safe for several threads."""

    def __init__(self, path: Path) -> None:
        """Compile the schema at `path`, without network. Raises XsdError."""
        parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
        try:
            with _COMPILING:
                self._schema = etree.XMLSchema(etree.parse(str(path), parser))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
            raise XsdError(f"Схема {path.name} не читается: {error}") from error
        self._lock = Lock()

    def errors(self, tree: etree._ElementTree) -> list[Any]:
        """Return libxml2's entries for the tree, empty when it is valid."""
        with self._lock:
            if self._schema.validate(tree):
                return []
            entries: Any = self._schema.error_log
            return list(entries)


@cache
def load_xsd(path: Path) -> Xsd:
    """Return the compiled schema, once per path and process; raises XsdError."""
    return Xsd(path)


def check_xsd(
    tree: etree._ElementTree, xsd: Xsd, positions: Positions, *, part: str, file: str | None = None
) -> list[Located]:
    """Return what breaks the schema, in document order."""
    entries = xsd.errors(tree)
    if not entries:
        return []
    finder = _Finder(tree)
    explained: list[Located] = []
    for entry in entries:
        element = finder.element(entry)
        where = positions.where(element, part=part, file=file)
        located = _explain(entry, element, where)
        if located is not None and not _repeats(located, explained):
            explained.append(located)
    return explained


class _Finder:
    """Finds the element of an entry by libxml2's path («/*/*[9]/identity:Series»)."""

    def __init__(self, tree: etree._ElementTree) -> None:
        self._tree = tree
        self._namespaces = {
            prefix: uri
            for element in tree.iter(etree.Element)
            for prefix, uri in element.nsmap.items()
            if prefix
        }

    def element(self, entry: Any) -> etree._Element:
        found: Any = entry.path and self._tree.xpath(entry.path, namespaces=self._namespaces)
        element: etree._Element = found[0] if found else self._tree.getroot()
        return element


_SUBJECT = re.compile(
    r"^Element '[^']*'(?:, attribute '(?P<attribute>[^']*)')?: (?P<text>.*)$", re.S
)
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (?P<names>.*) \)\.$", re.S)
_FIXED = re.compile(
    r"value '(?P<got>.*)' does not match the fixed value constraint '(?P<want>.*)'", re.S
)
_VALUE = re.compile(r"'(?P<got>.*?)' is not a valid value of the .*?type '(?P<type>.*)'", re.S)
_FACET = re.compile(r"^\[facet '(?P<facet>\w+)'\] (?P<text>.*)$", re.S)
_ATTRIBUTE = re.compile(r"The attribute '(?P<name>[^']*)' is (?P<what>not allowed|required)")
_CLARK = re.compile(r"\{[^}]*\}")

_TYPE_ENTRIES = frozenset(
    f"SCHEMAV_CVC_{name}" for name in ("TYPE_2", "ELT_4_1", "ELT_4_2", "ELT_4_3")
)

_TYPES = {
    "filled": "непустой текст",
    "st": "непустой текст",
    "oid": "OID",
    "uid": "OID",
    "guid": "GUID",
    "uuid": "GUID",
    "guidOrReason": "GUID",
    "moment": "дата ГГГГ, ГГГГММ, ГГГГММДД или ГГГГММДДччмм+ччмм",
    "ts": "дата ГГГГ, ГГГГММ, ГГГГММДД или ГГГГММДДччмм+ччмм",
    "reason": "причина отсутствия (nullFlavor)",
    "NullFlavor": "причина отсутствия (nullFlavor)",
    "integer": "целое число",
}


def _explain(entry: Any, element: etree._Element, where: Where) -> Located | None:
    subject = _SUBJECT.match(entry.message.strip())
    if subject is None:
        return _located("XSD-OTHER", element, where, detail=entry.message.strip())
    text, attribute = subject["text"].strip(), subject["attribute"]
    kind = entry.type_name
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        return _content(element, where, text)
    if kind == "SCHEMAV_CVC_ELT_1":
        return _located("XSD-ROOT", element, where, name=_local(element.tag))
    named = _ATTRIBUTE.search(text)
    if named:
        name = attribute_name(element, named["name"])
        code = (
            "XSD-ATTRIBUTE-UNKNOWN" if named["what"] == "not allowed" else "XSD-ATTRIBUTE-MISSING"
        )
        return _located(code, element, where, (f"@{name}",), name=name, owner=_tag(element))
    if kind in _TYPE_ENTRIES or attribute == XSI_TYPE:
        got = element.get(XSI_TYPE) or "нет"
        return _located("XSD-TYPE", element, where, ("@xsi:type",), got=got, owner=_tag(element))
    if attribute is not None:
        return _attribute_value(element, where, attribute, text)
    if kind.startswith(("SCHEMAV_CVC_COMPLEX_TYPE_2", "SCHEMAV_CVC_TYPE_3")):
        return _located("XSD-CONTENT", element, where, (".", "*"), owner=_tag(element), detail=text)
    if kind.startswith(
        ("SCHEMAV_CVC_DATATYPE", "SCHEMAV_CVC_TYPE", "SCHEMAV_CVC_ELT")
    ) or _FACET.match(text):
        return _text_value(element, where, text)
    return _located("XSD-OTHER", element, where, detail=text)


def _content(element: etree._Element, where: Where, text: str) -> Located:
    expected = _EXPECTED.search(text)
    names = (
        [_CLARK.sub("", name).strip() for name in expected["names"].split(",")] if expected else []
    )
    words = ", ".join(names) or "конец элемента"
    if "Missing child element" in text:
        return _located(
            "XSD-CHILD-MISSING", element, where, tuple(names), owner=_tag(element), expected=words
        )
    parent = element.getparent()
    owner = parent if parent is not None else element
    name = _local(element.tag)
    previous = element.getprevious()
    if previous is not None and previous.tag == element.tag and name not in names:
        code = "XSD-TOO-MANY"
    elif any(_local(item.tag) in names for item in element.itersiblings(etree.Element)):
        code = "XSD-ORDER"
    else:
        code = "XSD-UNEXPECTED"
    finding_ = finding(
        code, where=where, name=_tag(element), owner=_tag(owner), expected=words, got=_tag(element)
    )
    return Located(finding_, owner, about=(*names, name))


def _attribute_value(
    element: etree._Element, where: Where, attribute: str, text: str
) -> Located | None:
    name = attribute_name(element, attribute)
    about = (f"@{name}",)
    fixed = _FIXED.search(text)
    if fixed:
        got, want = fixed["got"], fixed["want"]
        return _located(
            "XSD-FIXED",
            element,
            where,
            about,
            name=name,
            owner=_tag(element),
            expected=want,
            got=got,
        )
    return _value(element, where, about, f"атрибута {name}", text, element.get(attribute, ""))


def _text_value(element: etree._Element, where: Where, text: str) -> Located:
    return _value(element, where, (".",), "текста", text, (element.text or "").strip())


def _value(
    element: etree._Element, where: Where, about: tuple[str, ...], what: str, text: str, got: str
) -> Located:
    expected = _expectation(text)
    return _located(
        "XSD-VALUE",
        element,
        where,
        about,
        what=what,
        owner=_tag(element),
        expected=expected,
        got=got,
    )


def _expectation(text: str) -> str:
    value = _VALUE.search(text)
    if value:
        name = _CLARK.sub("", value["type"]).removeprefix("xs:")
        return _TYPES.get(name, f"значение типа {name}")
    facet = _FACET.match(text)
    if facet is None:
        return text
    if facet["facet"] == "enumeration":
        allowed = re.search(r"element of the set \{(.*)\}", facet["text"], re.S)
        return "одно из: " + allowed[1].replace("'", "") if allowed else facet["text"]
    if facet["facet"] in ("minLength", "length"):
        return "непустой текст"
    pattern = re.search(r"pattern '(.*)'", facet["text"], re.S)
    return f"по образцу {pattern[1]}" if pattern else facet["text"]


def _located(
    code: str, element: etree._Element, where: Where, about: tuple[str, ...] = (), **fields: Any
) -> Located:
    return Located(finding(code, where=where, **fields), element, about)


def _repeats(item: Located, earlier: list[Located]) -> bool:
    """Tell whether libxml2 says the same once more: facet, then type, then parent."""
    return any(
        other.element is item.element
        and other.finding.code == item.finding.code
        and other.about == item.about
        for other in earlier[-3:]
    )


def _tag(element: etree._Element) -> str:
    local = _local(element.tag)
    return f"{element.prefix}:{local}" if element.prefix else local


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]
