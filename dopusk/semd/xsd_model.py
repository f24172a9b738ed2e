"""What a schema asks of an element, where libxml2 says too little: asked of xmlschema.

It only explains: the refusal itself is the validator's. xmlschema takes half a second to read the
schema of a kind, so that is done when a document first needs the explanation.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_BUILDING = Lock()
"""Filters of warnings belong to the whole process."""


@dataclass(frozen=True, slots=True)
class Child:
    """An element that may stand inside another one."""

    name: str
    """In Clark notation."""
    least: int
    most: int | None
    """None without a bound."""


class Fault(Enum):
    """Why an element is refused where it stands."""

    UNKNOWN = auto()
    """Its parent holds no such element."""
    NAMESPACE = auto()
    """Its parent holds an element of this name in another namespace."""
    TOO_MANY = auto()
    ORDER = auto()
    """It comes too early or too late."""
    MISSING = auto()
    """Something required before it is not there."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an element is refused, and what of the expected names is to the point."""

    fault: Fault
    expected: tuple[str, ...]
    """Names in Clark notation: what is missing, or should stand here, or the right namespace."""


def explain(model: Any, element: etree._Element, expected: Sequence[str]) -> Explained | None:
    """Return why `element` is refused where one of `expected` (Clark notation) may stand.

    `model` is a schema of xmlschema (`model_of`). None when it cannot be asked: it was not read, or
    does not know the parent.
    """
    parent = element.getparent()
    children = _children(model, parent) if parent is not None else None
    if parent is None or children is None:
        return None
    known = {child.name: child for child in children}
    rule = known.get(element.tag)
    if rule is None:
        alike = tuple(name for name in known if _local(name) == _local(element.tag))
        return Explained(Fault.NAMESPACE if alike else Fault.UNKNOWN, alike or tuple(expected))
    before = [item.tag for item in element.itersiblings(etree.Element, preceding=True)]
    if rule.most is not None and before.count(element.tag) >= rule.most:
        return Explained(Fault.TOO_MANY, tuple(expected))
    after = {item.tag for item in element.itersiblings(etree.Element)}
    later = tuple(name for name in expected if name in after)
    if later:
        return Explained(Fault.ORDER, later)
    required = tuple(name for name in expected if name in known and known[name].least)
    order = [child.name for child in children]
    first = min((order.index(name) for name in expected if name in known), default=len(order))
    if order.index(element.tag) < first:
        return Explained(Fault.ORDER, tuple(expected))
    return Explained(Fault.MISSING, required or tuple(expected))


def value_types(model: Any, element: etree._Element) -> tuple[str, ...]:
    """Return the local names of the types that `xsi:type` of an element may name."""
    declared = _declared(model, element)
    if declared is None:
        return ()
    types = (kind for kind in model.maps.types.values() if kind.name and not kind.abstract)
    return tuple(sorted(_local(kind.name) for kind in types if kind.is_derived(declared.type)))


def value_type(model: Any, element: etree._Element, attribute: str | None) -> Any:
    """Return the simple type of an attribute (Clark notation), or of the text; None if unknown."""
    declared = _declared(model, element)
    kind = getattr(declared, "type", None)
    if attribute is None:
        return kind
    found = getattr(kind, "attributes", {}).get(attribute)
    return getattr(found, "type", None)


def _children(model: Any, element: etree._Element) -> list[Child] | None:
    """Return what may stand inside an element of a document, in the order of the schema."""
    content = _content(model, _declared(model, element), element)
    return list(_flat(content, 1, 1)) if content is not None else None


def _declared(model: Any, element: etree._Element) -> Any:
    """Return the declaration of an element of a document; None when the schema has none."""
    if model is None:
        return None
    path = [element, *element.iterancestors()][::-1]
    declared = model.maps.elements.get(path[0].tag)
    for above, step in pairwise(path):
        content = _content(model, declared, above)
        inside = content.iter_elements() if content is not None else ()
        declared = next((item for item in inside if item.name == step.tag), None)
    return declared


def _content(model: Any, declared: Any, element: etree._Element) -> Any:
    """Return the content model of an element that was declared so; None when it has none."""
    if declared is None:
        return None
    kind = declared.type
    named = element.get(XSI_TYPE)
    if named is not None:
        prefix, _, name = named.strip().rpartition(":")
        namespace = element.nsmap.get(prefix or None)
        kind = model.maps.types.get(f"{{{namespace}}}{name}" if namespace else name, kind)
    content = getattr(kind, "content", None)
    return content if hasattr(content, "iter_elements") else None


def _flat(group: Any, least: int, most: int | None) -> Iterator[Child]:
    """Return the elements of a group and of the groups in it, with how often they may come."""
    optional = group.model == "choice" and len(group) > 1
    for item in group:
        low = 0 if optional else least * item.min_occurs
        high = None if most is None or item.max_occurs is None else most * item.max_occurs
        if hasattr(item, "model"):
            yield from _flat(item, low, high)
        elif item.name is not None:
            yield Child(item.name, low, high)


@cache
def model_of(schema: Path) -> Any:
    """Return the schema as xmlschema reads it, once per path and process; None if it does not."""
    from xmlschema import XMLSchema, XMLSchemaException  # half a second with its first schema

    try:
        with _BUILDING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return XMLSchema(str(schema), validation="lax", allow="local", defuse="always")
    except (XMLSchemaException, etree.LxmlError, OSError, ValueError):
        return None


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]
