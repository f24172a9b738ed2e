"""The structure layer for schemas that libxml2 refuses: xmlschema, which is slower.

xmlschema takes the first way through a content model. Where the model is ambiguous (the usual cause
of the refusal: «The content model is not determinist») its refusal of an element's children proves
nothing: that place is `не проверено`. What it accepts is valid, and everything else it finds holds.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from dopusk.semd.located import Located
from dopusk.semd.xsd import XsdError
from dopusk.semd.xsd_model import XSI_TYPE, value_types
from dopusk.semd.xsd_words import (
    TYPES,
    attribute_missing,
    attribute_unknown,
    local,
    located,
    misplaced,
    missing_child,
    tag,
    wrong_fixed,
    wrong_type,
    wrong_value,
)
from dopusk.verdict import Where
from dopusk.wire.xml import attribute_name

_MISSING = re.compile(r"missing required attribute '(?P<name>[^']*)'")
_UNKNOWN = re.compile(r"'(?P<name>[^']*)' attribute not allowed")
_FIXED = re.compile(r"attribute '(?P<name>[^']*)' has a fixed value '(?P<want>.*)'", re.S)
_VALUE = re.compile(r"attribute (?P<name>[^=]+)='")
_PATTERNS = re.compile(r"any pattern of \[(?P<list>.*)\]", re.S)
_CHOICES = re.compile(r"must be one of \[(?P<list>.*)\]", re.S)
_BUILDING = Lock()
"""Filters of warnings belong to the whole process."""


class SlowXsd:
    """A schema compiled by xmlschema; safe for several threads."""

    def __init__(self, path: Path, refusal: XsdError) -> None:
        """Compile the schema at `path`, which libxml2 refused with `refusal`, without network.

        Raises XsdError when the schema is broken and not only ambiguous.
        """
        from xmlschema import XMLSchema, XMLSchemaException, XMLSchemaModelError

        try:
            with _BUILDING, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._schema = XMLSchema(
                    str(path), validation="lax", allow="local", defuse="always"
                )
                broken = list(self._schema.all_errors)
        except (XMLSchemaException, etree.LxmlError, OSError, ValueError) as error:
            raise XsdError(f"{refusal}; xmlschema: {error}") from error
        worst = [item for item in broken if not isinstance(item, XMLSchemaModelError)]
        if worst or not broken:
            reason = str(worst[0].message).split("\n")[0] if worst else "причина не найдена"
            raise XsdError(f"{refusal}; xmlschema: {reason}")
        self._ambiguous = {id(_component(item.validator)) for item in broken}
        self._lock = Lock()
        self.note: str | None = (
            "libxml2 не принимает схему (модель содержимого неоднозначна), проверено xmlschema"
        )

    def errors(self, tree: etree._ElementTree) -> list[Any]:
        """Return the validation errors of xmlschema for the tree, empty when it is valid."""
        with self._lock:
            return list(self._schema.iter_errors(tree))

    def check(
        self, tree: etree._ElementTree, place: Callable[[etree._Element], Where]
    ) -> list[Located]:
        """Return what breaks the schema, in the order of xmlschema."""
        found = []
        for error in self.errors(tree):
            element = error.elem if error.elem is not None else tree.getroot()
            if error.invalid_child is not None and not self._is_unsure(error):
                element = error.invalid_child
            found.append(self._explain(error, element, place(element)))
        return found

    def _is_unsure(self, error: Any) -> bool:
        return _is_about_children(error) and id(_component(error.validator)) in self._ambiguous

    def _explain(self, error: Any, element: etree._Element, where: Where) -> Located:
        reason = error.reason or ""
        if self._is_unsure(error):
            return located("XSD-UNSURE", element, where, ("*",), owner=tag(element))
        if _is_about_children(error):
            names = list(dict.fromkeys(item.name for item in error.expected or () if item.name))
            if error.invalid_child is None:
                return missing_child(element, where, names)
            return misplaced(element, where, names, self._schema)
        if (named := _MISSING.search(reason)) is not None:
            return attribute_missing(element, where, attribute_name(element, named["name"]))
        if (named := _UNKNOWN.search(reason)) is not None:
            return attribute_unknown(element, where, attribute_name(element, named["name"]))
        if (named := _FIXED.search(reason)) is not None:
            got = element.get(named["name"], "")
            return wrong_fixed(element, where, named["name"], expected=named["want"], got=got)
        if "is not an element of the schema" in reason:
            return located("XSD-ROOT", element, where, name=local(element.tag))
        if "character data" in reason:
            return located(
                "XSD-CONTENT", element, where, (".", "*"), owner=tag(element), detail=reason
            )
        if XSI_TYPE in reason or "xsi:type" in reason or "unknown type" in reason:
            return wrong_type(element, where, value_types(self._schema, element))
        if isinstance(error.obj, str):
            return _value(error, element, where, reason)
        return located("XSD-OTHER", element, where, detail=reason)


def _value(error: Any, element: etree._Element, where: Where, reason: str) -> Located:
    named = _VALUE.match(reason)
    name = attribute_name(element, named["name"]) if named else None
    expected = _expectation(error.validator, reason)
    return wrong_value(element, where, name, expected=expected, got=error.obj)


def _expectation(validator: Any, reason: str) -> str:
    type_name = local(getattr(validator, "name", None) or "")
    base = local(getattr(getattr(validator, "base_type", None), "name", None) or "")
    known = TYPES.get(type_name) or TYPES.get(base)
    if known:
        return known
    patterns, choices = _PATTERNS.search(reason), _CHOICES.search(reason)
    if choices:
        return "одно из: " + choices["list"].replace("'", "")
    if patterns:
        return f"по образцу {patterns['list']}".replace("'", "")
    if "value length" in reason:
        return "непустой текст"
    return reason


def _is_about_children(error: Any) -> bool:
    return type(error).__name__ == "XMLSchemaChildrenValidationError"


def _component(group: Any) -> Any:
    """Return the complex type whose content model a group is, else the outermost group."""
    while getattr(group, "parent", None) is not None and not hasattr(group, "content"):
        group = group.parent
    return group
