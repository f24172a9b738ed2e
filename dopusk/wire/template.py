"""Templates of messages: XML with `{values}` that leaves out what has no value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

Values = Mapping[str, object]
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class TemplateError(ValueError):
    """A template of the wire profile is not XML."""


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    attributes: tuple[tuple[str, str], ...]
    text: str
    children: tuple[_Element, ...]
    repeat: str | None

    def render(self, values: Values, *, keep: bool = False) -> str:
        if self.repeat is None:
            return self._render_one(values, keep=keep)
        entries = values.get(self.repeat) or ()
        if not isinstance(entries, Sequence) or isinstance(entries, str):
            raise TypeError(f"{self.repeat} is repeated: a list of mappings is expected")
        return "".join(self._render_one(entry, keep=True) for entry in entries)

    def _render_one(self, values: Values, *, keep: bool) -> str:
        text = _fill(self.text, values)
        inner = "".join(child.render(values) for child in self.children)
        if not keep and (text is None or (self.children and not inner)):
            return ""
        attributes = [(name, _fill(value, values)) for name, value in self.attributes]
        shown = "".join(f" {name}={quoteattr(value)}" for name, value in attributes if value)
        return f"<{self.name}{shown}>{escape(text or '')}{inner}</{self.name}>"


class Template:
    """One message as a template."""

    def __init__(self, name: str, text: str) -> None:
        try:
            root = etree.fromstring(text.strip())
        except etree.XMLSyntaxError as error:
            raise TemplateError(f"Шаблон {name} профиля обмена не разбирается: {error}") from error
        self._root = _compile(root, None)

    def render(self, values: Values) -> bytes:
        """Return the message with these values, in UTF-8 without a declaration.

        A value is text, anything with a text form, None for what is absent, or a list of mappings
        for a repeated element.
        """
        return self._root.render(values, keep=True).encode()


def _compile(element: etree._Element, parent: etree._Element | None) -> _Element:
    outer = parent.nsmap if parent is not None else {}
    declared = [
        (f"xmlns:{prefix}" if prefix else "xmlns", uri)
        for prefix, uri in element.nsmap.items()
        if outer.get(prefix) != uri
    ]
    attributes = [(str(k), str(v)) for k, v in element.attrib.items() if k != "repeat"]
    name = etree.QName(element).localname
    return _Element(
        name=f"{element.prefix}:{name}" if element.prefix else name,
        attributes=(*declared, *attributes),
        text=(element.text or "").strip(),
        children=tuple(_compile(child, element) for child in element.iterchildren(etree.Element)),
        repeat=element.get("repeat"),
    )


def _fill(text: str, values: Values) -> str | None:
    """Return the text with its values, None when it asks for values and all are absent."""
    names = _PLACEHOLDER.findall(text)
    if not names:
        return text
    if all(values.get(name) is None for name in names):
        return None
    return _PLACEHOLDER.sub(
        lambda m: str(values.get(m[1]) if values.get(m[1]) is not None else ""), text
    )
