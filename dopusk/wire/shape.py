"""Reads named values out of an element by paths of local names (the language of a wire profile)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from dopusk.verdict import Where
from dopusk.wire.messages import Read
from dopusk.wire.names import line_of, local
from dopusk.wire.xml import absolute_xpath

Path = tuple[str, ...]
Values = dict[str, Read | None]


@dataclass(frozen=True, slots=True)
class CodedForms:
    """Where the parts of a coded value stand besides the text of its element."""

    code: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def children(self) -> frozenset[str]:
        """Return the names of child elements that belong to a coded value."""
        names = (*self.code, *self.version, *self.system, *self.ignored)
        return frozenset(name for name in names if not name.startswith("@"))


@dataclass(slots=True)
class Step:
    """What an element means at this place; ranks order alternatives, the least wins."""

    children: dict[str, Step] = field(default_factory=dict)
    values: list[tuple[str, int]] = field(default_factory=list)
    attributes: list[tuple[str, str, int]] = field(default_factory=list)
    """(attribute, field, rank)."""
    groups: list[tuple[str, int]] = field(default_factory=list)
    ignored: bool = False

    def down(self, path: Iterable[str]) -> Step:
        """Return the step under this path, made where it is not there yet."""
        step = self
        for name in path:
            step = step.children.setdefault(name, Step())
        return step

    def add_fields(self, fields: Mapping[str, tuple[Path, ...]]) -> None:
        """Add the paths of fields."""
        for name, paths in fields.items():
            for rank, path in enumerate(paths):
                if path and path[-1].startswith("@"):
                    self.down(path[:-1]).attributes.append((path[-1][1:], name, rank))
                else:
                    self.down(path).values.append((name, rank))

    def ignore(self, paths: tuple[Path, ...]) -> None:
        """Add paths that are known and not read."""
        for path in paths:
            self.down(path).ignored = True


@dataclass(frozen=True, slots=True)
class GroupShape:
    """A part with values of its own, once or repeated."""

    fields: tuple[str, ...]
    root: Step


@dataclass(frozen=True, slots=True)
class MessageShape:
    """Where the values of one message stand."""

    name: str
    bodies: tuple[str, ...]
    namespace: str | None
    base: tuple[str, ...]
    fields: tuple[str, ...]
    root: Step
    groups: Mapping[str, GroupShape]


@dataclass(slots=True)
class Candidate:
    """An element that may be an occurrence of a group."""

    rank: int
    element: etree._Element
    xpath: str
    step: Step


class Reader:
    """Reads one message, noting which elements it did not know."""

    def __init__(self, body: etree._Element, shape: MessageShape, coded: CodedForms) -> None:
        self._shape = shape
        self._coded = coded
        self._coded_children = coded.children
        self._part = local(body)
        self._unknown: list[Where] = []
        self._candidates: dict[str, list[Candidate]] = {}
        xpath = absolute_xpath(body)
        self.where = self._place(body, xpath)
        base = self._find_base(body)
        if base is not body:
            self._note_siblings(body, base, xpath)
            xpath = f"{xpath}/{f'{base.prefix}:' if base.prefix else ''}{local(base)}[1]"
        self.fields: Values = dict.fromkeys(shape.fields)
        self._fill(base, xpath, shape.root, self.fields)
        self._groups = {name: self._read_group(name) for name in shape.groups}

    def group(self, name: str) -> list[tuple[Values, Where]]:
        """Return values and place of each occurrence of a group."""
        return self._groups[name]

    def unknown(self) -> tuple[Where, ...]:
        """Return the places of elements that the profile does not know, the topmost of each."""
        return tuple(self._unknown)

    def _find_base(self, body: etree._Element) -> etree._Element:
        for name in self._shape.base:
            if name == ".":
                break
            found = next((c for c in body.iterchildren(etree.Element) if local(c) == name), None)
            if found is not None:
                return found
        return body

    def _note_siblings(self, body: etree._Element, base: etree._Element, xpath: str) -> None:
        for child, _, shown in _numbered(body):
            if child is not base:
                self._unknown.append(self._place(child, f"{xpath}/{shown}"))

    def _fill(self, element: etree._Element, xpath: str, step: Step, values: Values) -> None:
        """Put what stands under an element into `values`."""
        ranks: dict[str, int] = {}
        self._walk(element, xpath, step, values, ranks, coded=False)

    def _walk(
        self,
        element: etree._Element,
        xpath: str,
        step: Step,
        values: Values,
        ranks: dict[str, int],
        *,
        coded: bool,
    ) -> None:
        steps = step.children
        for child, name, shown in _numbered(element):
            path = f"{xpath}/{shown}"
            known = steps.get(name)
            if known is None:
                if not (coded and name in self._coded_children) and not step.groups:
                    self._unknown.append(self._place(child, path))
                continue
            if known.ignored:
                continue
            if known.attributes:
                self._take_attributes(child, path, known, values, ranks)
            if known.values:
                read = self._read(child, path)
                for field_name, rank in known.values:
                    _keep(values, ranks, field_name, rank, read)
            for group, rank in known.groups:
                found = Candidate(rank, child, path, known)
                self._candidates.setdefault(group, []).append(found)
            if len(child) and (known.children or not known.groups):
                self._walk(child, path, known, values, ranks, coded=bool(known.values))

    def _take_attributes(
        self,
        element: etree._Element,
        xpath: str,
        step: Step,
        values: Values,
        ranks: dict[str, int],
    ) -> None:
        for attribute, name, rank in step.attributes:
            text = element.get(attribute)
            if text is not None:
                place = self._place(element, f"{xpath}/@{attribute}")
                _keep(values, ranks, name, rank, Read(text.strip(), place))

    def _read_group(self, name: str) -> list[tuple[Values, Where]]:
        shape = self._shape.groups[name]
        candidates = [item for item in self._candidates.get(name, ()) if len(item.element)]
        best = min((item.rank for item in candidates), default=None)
        found = []
        for item in candidates:
            if item.rank != best:
                self._note_strangers(item)
                continue
            values: Values = dict.fromkeys(shape.fields)
            self._fill(item.element, item.xpath, shape.root, values)
            if any(values.values()):
                found.append((values, self._place(item.element, item.xpath)))
        return found

    def _note_strangers(self, item: Candidate) -> None:
        """Note what stands in a container beside the occurrences of its group."""
        for child, name, shown in _numbered(item.element):
            if name not in item.step.children:
                self._unknown.append(self._place(child, f"{item.xpath}/{shown}"))

    def _read(self, element: etree._Element, xpath: str) -> Read | None:
        """Return the value of an element: its text, or the code of a coded value."""
        text = (element.text or "").strip()
        if text and not element.keys():
            return Read(text, self._place(element, xpath))
        text = text or _part_of(element, self._coded.code) or ""
        if not text and len(element):
            return None
        return Read(
            text,
            self._place(element, xpath),
            _part_of(element, self._coded.version),
            _part_of(element, self._coded.system),
        )

    def _place(self, element: etree._Element, xpath: str) -> Where:
        return Where(self._part, None, line_of(element), None, xpath)


def _keep(values: Values, ranks: dict[str, int], name: str, rank: int, read: Read | None) -> None:
    """Keep a value unless a better one is there: with text first, then by rank, then the first."""
    if read is None:
        return
    known = values[name]
    if known is None or (read.value and (not known.value or rank < ranks[name])):
        values[name], ranks[name] = read, rank


def _part_of(element: etree._Element, names: tuple[str, ...]) -> str | None:
    for name in names:
        text: str | None = None
        if name.startswith("@"):
            text = element.get(name[1:])
        elif len(element):
            for child in element.iterchildren(etree.Element):
                if local(child) == name:
                    text = child.text or child.get("code")
                    break
        if text and text.strip():
            return text.strip()
    return None


def _numbered(element: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Yield the child elements with their local names and their steps of an XPath."""
    numbers: dict[str, int] = {}
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        name = tag[tag.rfind("}") + 1 :]
        numbers[tag] = number = numbers.get(tag, 0) + 1
        prefix = child.prefix
        yield child, name, f"{prefix}:{name}[{number}]" if prefix else f"{name}[{number}]"
