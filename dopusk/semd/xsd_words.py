"""Findings of the structure layer in words, whoever found them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml import etree

from dopusk.semd.located import Located
from dopusk.semd.xsd_model import XSI_TYPE, Fault, explain
from dopusk.verdict import Where, finding
from dopusk.wire.xml import attribute_name

TYPES = {
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
    "int": "целое число",
    "positiveInteger": "целое число больше нуля",
    "nonNegativeInteger": "целое неотрицательное число",
    "decimal": "число",
    "double": "число",
    "boolean": "true или false",
    "bl": "true или false",
    "date": "дата ГГГГ-ММ-ДД",
    "dateTime": "дата и время по ISO 8601",
    "anyURI": "URI",
    "base64Binary": "base64",
    "ID": "имя, которого в документе больше нет",
    "NMTOKEN": "слово без пробелов",
    "cs": "слово без пробелов",
}
"""Simple types of rule packs in words."""


CONTENT = {
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "элемент должен быть пустым",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "внутри может быть только значение, без вложенных элементов",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "текст прямо внутри не допускается, только вложенные элементы",
    "SCHEMAV_CVC_TYPE_3_1_2": "внутри может быть только значение, без вложенных элементов",
}
"""What libxml2's entries about the content of an element mean."""
_MOST_CHOICES = 20
"""Values of a list that are shown."""
_MOST_TYPES = 12
"""With more types than that their list helps nobody."""


def located(
    code: str, element: etree._Element, where: Where, about: tuple[str, ...] = (), **fields: Any
) -> Located:
    """Return a finding of the rule `code` about an element."""
    return Located(finding(code, where=where, **fields), element, about)


def missing_child(element: etree._Element, where: Where, expected: Sequence[str]) -> Located:
    """Return that an element ends before one of `expected` (Clark notation) came."""
    words = ", ".join(_named(name, element) for name in expected) or "конец элемента"
    about = tuple(map(local, expected))
    return located("XSD-CHILD-MISSING", element, where, about, owner=tag(element), expected=words)


def misplaced(
    element: etree._Element, where: Where, expected: Sequence[str], model: Any
) -> Located:
    """Return that an element stands where one of `expected` (Clark notation) may.

    `model` is the schema of xmlschema that tells why; without it the words are more general.
    """
    explained = explain(model, element, expected)
    fault = explained.fault if explained else _guessed(element, expected)
    wanted = explained.expected if explained else expected
    parent = element.getparent()
    owner = parent if parent is not None else element
    if fault is Fault.NAMESPACE:
        expectation, got = _spaces(wanted), _spaces([element.tag])
    else:
        expectation = ", ".join(_named(name, element) for name in wanted) or "конец элемента"
        got = tag(element)
    found = finding(
        _CODES[fault],
        where=where,
        name=tag(element),
        owner=tag(owner),
        expected=expectation,
        got=f"сразу {got}" if fault is Fault.MISSING else got,
    )
    return Located(found, owner, about=(*map(local, wanted), local(element.tag)))


_CODES = {
    Fault.UNKNOWN: "XSD-ELEMENT-UNKNOWN",
    Fault.NAMESPACE: "XSD-NAMESPACE",
    Fault.TOO_MANY: "XSD-TOO-MANY",
    Fault.ORDER: "XSD-ORDER",
    Fault.MISSING: "XSD-CHILD-MISSING",
    None: "XSD-UNEXPECTED",
}


def _guessed(element: etree._Element, expected: Sequence[str]) -> Fault | None:
    """Return the fault as far as the neighbours show it."""
    previous = element.getprevious()
    if previous is not None and previous.tag == element.tag and element.tag not in expected:
        return Fault.TOO_MANY
    if any(item.tag in expected for item in element.itersiblings(etree.Element)):
        return Fault.ORDER
    return None


def _named(name: str, near: etree._Element) -> str:
    """Return a name in Clark notation with the prefix that the document has for it."""
    return attribute_name(near, name)


def _spaces(names: Iterable[str]) -> str:
    return " или ".join(etree.QName(name).namespace or "без пространства имён" for name in names)


def type_words(kind: Any) -> str | None:
    """Return in words what a simple type of xmlschema takes; None when it says nothing."""
    known = _known_type(kind)
    if known or kind is None:
        return known
    choices = list(dict.fromkeys(_choices(kind)))
    if choices:
        return choice_words(choices)
    members = [type_words(item) for item in getattr(kind, "member_types", ())]
    if members:
        return " или ".join(dict.fromkeys(item for item in members if item)) or None
    if getattr(kind, "patterns", None) is not None:
        return " или ".join(pattern_words(item) for item in kind.patterns.regexps)
    return type_words(getattr(kind, "base_type", None))


def choice_words(choices: Sequence[str]) -> str:
    """Return in words that one of some values is expected."""
    if len(choices) == 1:
        return choices[0]
    more = f" и ещё {len(choices) - _MOST_CHOICES}" if len(choices) > _MOST_CHOICES else ""
    return f"одно из: {', '.join(choices[:_MOST_CHOICES])}{more}"


def pattern_words(pattern: str) -> str:
    """Return in words what a regular expression of a schema asks for."""
    if "[+\\-][0-9]{4}" in pattern and pattern.startswith("[0-9]{4}"):
        return TYPES["ts"]
    return _PATTERNS.get(pattern.removeprefix("(").removesuffix(")?"), f"по образцу {pattern}")


_PATTERNS = {
    r"[0-2](\.(0|[1-9][0-9]*))+": "OID",
    r"[0-2](\.(0|[1-9][0-9]*))*": "OID",
    r"[^\s]+": "слово без пробелов",
    "[0-9]+": "цифры",
    **{
        f"{h}{{8}}-{h}{{4}}-{h}{{4}}-{h}{{4}}-{h}{{12}}": "GUID"
        for h in ("[0-9a-zA-Z]", "[0-9a-fA-F]", "[0-9A-Fa-f]")
    },
    "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}": "GUID",
}


def _known_type(kind: Any) -> str | None:
    return TYPES.get(local(getattr(kind, "name", None) or ""))


def _choices(kind: Any) -> Iterator[str]:
    """Return the values that a type lists, those of the types that it unites or repeats too."""
    if getattr(kind, "enumeration", None):
        yield from map(str, kind.enumeration)
        return
    for item in getattr(kind, "member_types", ()):
        yield from _choices(item)
    item = getattr(kind, "item_type", None)
    if item is not None:
        yield from _choices(item)


def wrong_fixed(
    element: etree._Element, where: Where, name: str, *, expected: str, got: str
) -> Located:
    """Return that an attribute differs from the value that the schema fixes."""
    return located(
        "XSD-FIXED",
        element,
        where,
        (f"@{name}",),
        name=name,
        owner=tag(element),
        expected=expected,
        got=got,
    )


def wrong_value(
    element: etree._Element, where: Where, name: str | None, *, expected: str, got: str
) -> Located:
    """Return that the value of an attribute, or the text without a name, is not allowed."""
    return located(
        "XSD-VALUE",
        element,
        where,
        (f"@{name}" if name else ".",),
        what=f"атрибута {name}" if name else "текста",
        owner=tag(element),
        expected=expected,
        got=got,
    )


def wrong_type(element: etree._Element, where: Where, allowed: Sequence[str]) -> Located:
    """Return that `xsi:type` is absent where it is needed, or names no type that fits."""
    got = element.get(XSI_TYPE) or "нет"
    expected = ", ".join(allowed) if 0 < len(allowed) <= _MOST_TYPES else None
    return located(
        "XSD-TYPE", element, where, ("@xsi:type",), got=got, owner=tag(element), expected=expected
    )


def attribute_missing(element: etree._Element, where: Where, name: str) -> Located:
    """Return that a required attribute is not there."""
    return located(
        "XSD-ATTRIBUTE-MISSING", element, where, (f"@{name}",), name=name, owner=tag(element)
    )


def attribute_unknown(element: etree._Element, where: Where, name: str) -> Located:
    """Return that the schema does not let an element have an attribute."""
    return located(
        "XSD-ATTRIBUTE-UNKNOWN", element, where, (f"@{name}",), name=name, owner=tag(element)
    )


def tag(element: etree._Element) -> str:
    """Return the name of an element as the document writes it."""
    name = local(element.tag)
    return f"{element.prefix}:{name}" if element.prefix else name


def local(name: str) -> str:
    """Return a name in Clark notation without its namespace."""
    return name.rsplit("}", 1)[-1]
