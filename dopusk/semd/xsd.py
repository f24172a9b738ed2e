"""The structure layer: libxml2 finds what breaks the XSD, this module says it in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from lxml import etree

from dopusk.semd.located import Located
from dopusk.semd.xsd_model import XSI_TYPE, model_of, value_type, value_types
from dopusk.semd.xsd_words import (
    CONTENT,
    TYPES,
    attribute_missing,
    attribute_unknown,
    choice_words,
    local,
    located,
    misplaced,
    missing_child,
    pattern_words,
    tag,
    type_words,
    wrong_fixed,
    wrong_type,
    wrong_value,
)
from dopusk.verdict import Where
from dopusk.wire.xml import Positions, attribute_name

_COMPILING = Lock()
"""libxml2 sets up its built-in types when it compiles the first schema, and not for two threads at
once: without the lock they crash, or take each other's half-made types."""

Place = Callable[[etree._Element], Where]


class XsdError(Exception):
    """The schema itself cannot be used (Russian text): the layer is `не проверено`."""


class Validator(Protocol):
    """A compiled XSD."""

    note: str | None
    """By what the layer judged, when it is not the usual way."""

    def errors(self, tree: etree._ElementTree) -> Sequence[Any]:
        """Return what breaks the schema in the validator's own terms, empty when valid."""

    def check(self, tree: etree._ElementTree, place: Place) -> list[Located]:
        """Return what breaks the schema, in words."""


class Xsd:
    """A schema compiled by libxml2; safe for several threads."""

    note: str | None = None

    def __init__(self, path: Path) -> None:
        """Compile the schema at `path`, without network. Raises XsdError."""
        parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
        try:
            with _COMPILING:
                self._schema = etree.XMLSchema(etree.parse(str(path), parser))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
            raise XsdError(f"Схема {path.name} не читается: {error}") from error
        self._path = path
        self._lock = Lock()

    def errors(self, tree: etree._ElementTree) -> list[Any]:
        """Return libxml2's entries for the tree, empty when it is valid."""
        with self._lock:
            if self._schema.validate(tree):
                return []
            entries: Any = self._schema.error_log
            return list(entries)

    def check(self, tree: etree._ElementTree, place: Place) -> list[Located]:
        """Return what breaks the schema, in document order."""
        entries = self.errors(tree)
        if not entries:
            return []
        finder = _Finder(tree)
        explained: list[Located] = []
        for entry in entries:
            element = finder.element(entry)
            found = self._explain(entry, element, place(element))
            same = _repeated(found, explained)
            if same is None:
                explained.append(found)
            elif found.finding.expected in TYPES.values():
                explained[same] = found
        return explained

    def _explain(self, entry: Any, element: etree._Element, where: Where) -> Located:
        subject = _SUBJECT.match(entry.message.strip())
        if subject is None:
            return located("XSD-OTHER", element, where, detail=entry.message.strip())
        text, attribute = subject["text"].strip(), subject["attribute"]
        kind = entry.type_name
        if kind == "SCHEMAV_ELEMENT_CONTENT":
            return self._content(element, where, text)
        if kind == "SCHEMAV_CVC_ELT_1":
            return located("XSD-ROOT", element, where, name=local(element.tag))
        named = _ATTRIBUTE.search(text)
        if named:
            name = attribute_name(element, named["name"])
            unknown = named["what"] == "not allowed"
            return (attribute_unknown if unknown else attribute_missing)(element, where, name)
        if kind in _TYPE_ENTRIES or attribute == XSI_TYPE:
            return wrong_type(element, where, value_types(model_of(self._path), element))
        if attribute is None and kind in CONTENT:
            return located(
                "XSD-CONTENT", element, where, (".", "*"), owner=tag(element), detail=CONTENT[kind]
            )
        fixed = _FIXED.search(text)
        if fixed and attribute is not None:
            name = attribute_name(element, attribute)
            return wrong_fixed(element, where, name, expected=fixed["want"], got=fixed["got"])
        if attribute is not None or _FACET.match(text) or kind.startswith(_VALUE_ENTRIES):
            return self._value(element, where, attribute, text)
        return located("XSD-OTHER", element, where, detail=text)

    def _content(self, element: etree._Element, where: Where, text: str) -> Located:
        expected = _EXPECTED.search(text)
        listed = expected["names"].split(",") if expected else []
        names = [name.strip() for name in listed if name.strip() not in ("...", "*")]
        if "Missing child element" in text:
            return missing_child(element, where, names)
        return misplaced(element, where, names, model_of(self._path))

    def _value(
        self, element: etree._Element, where: Where, attribute: str | None, text: str
    ) -> Located:
        """Return that a value is not allowed, and what is: by xmlschema if libxml2 does not say."""
        expected = _expectation(text)
        if expected is None:
            kind = value_type(model_of(self._path), element, attribute)
            name = local(getattr(kind, "name", None) or "")
            expected = type_words(kind) or f"значение типа {name or 'из схемы'}"
        if attribute is None:
            return wrong_value(
                element, where, None, expected=expected, got=(element.text or "").strip()
            )
        name, got = attribute_name(element, attribute), element.get(attribute, "")
        return wrong_value(element, where, name, expected=expected, got=got)


@cache
def load_xsd(path: Path) -> Validator:
    """Return the compiled schema, once per path and process.

    A schema that libxml2 refuses is compiled by xmlschema, which is slower. Raises XsdError.
    """
    try:
        return Xsd(path)
    except XsdError as refusal:
        from dopusk.semd.xsd_slow import SlowXsd  # loads xmlschema

        return SlowXsd(path, refusal)


def check_xsd(
    tree: etree._ElementTree,
    xsd: Validator,
    positions: Positions,
    *,
    part: str,
    file: str | None = None,
) -> list[Located]:
    """Return what breaks the schema, in document order."""
    return xsd.check(tree, lambda element: positions.where(element, part=part, file=file))


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
_VALUE_ENTRIES = ("SCHEMAV_CVC_DATATYPE", "SCHEMAV_CVC_TYPE", "SCHEMAV_CVC_ELT")
_LIMITS = {
    "length": "ровно {} знаков",
    "minLength": "не короче {} знаков",
    "maxLength": "не длиннее {} знаков",
    "minInclusive": "не меньше {}",
    "maxInclusive": "не больше {}",
    "minExclusive": "больше {}",
    "maxExclusive": "меньше {}",
    "totalDigits": "не больше {} цифр",
    "fractionDigits": "не больше {} цифр после точки",
}


def _expectation(text: str) -> str | None:
    """Return in words what libxml2's message says is expected; None when it does not say."""
    value = _VALUE.search(text)
    if value:
        return TYPES.get(_CLARK.sub("", value["type"]).removeprefix("xs:"))
    facet = _FACET.match(text)
    if facet is None:
        return None
    if facet["facet"] == "enumeration":
        allowed = re.search(r"element of the set \{(.*)\}", facet["text"], re.S)
        return choice_words(allowed[1].replace("'", "").split(", ")) if allowed else None
    limit = re.search(r"'(-?[\d.]+)'\.?$", facet["text"])
    if limit and facet["facet"] in _LIMITS:
        if (facet["facet"], limit[1]) == ("minLength", "1"):
            return "непустой текст"
        return _LIMITS[facet["facet"]].format(limit[1])
    pattern = re.search(r"pattern '(.*)'", facet["text"], re.S)
    return pattern_words(pattern[1]) if pattern else None


def _repeated(item: Located, earlier: list[Located]) -> int | None:
    """Return where libxml2 has just said the same: facet, then type, then parent."""
    for number in range(len(earlier) - 1, max(len(earlier) - 4, -1), -1):
        other = earlier[number]
        if (
            other.element is item.element
            and other.finding.code == item.finding.code
            and other.about == item.about
        ):
            return number
    return None
