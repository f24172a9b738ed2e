"""Reading of ISO Schematron files (ISO/IEC 19757-3) into the model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lxml import etree

from dopusk.schematron.errors import SchemaError
from dopusk.schematron.model import (
    Check,
    Diagnostic,
    Let,
    Name,
    Part,
    Pattern,
    Rule,
    SchemaModel,
    ValueOf,
)
from dopusk.schematron.source import Source, line_of
from dopusk.schematron.text import normalise

NAMESPACES = ("http://purl.oclc.org/dsdl/schematron", "http://www.ascc.net/xml/schematron")
BINDINGS = ("xslt", "xslt2", "xslt3", "xpath", "xpath2", "xpath3", "xpath31")
_MAX_NESTING = 20

Attributes = Mapping[str, str]


def read_schema(
    data: bytes,
    path: Path | None = None,
    *,
    phase: str | None = None,
    folder: Path | None = None,
) -> SchemaModel:
    """Return the schema with everything expanded that the phase makes active.

    Includes are looked for beside `path`, inside `folder` (by default that of `path`); without a
    path there can be none. `phase` None means the file's defaultPhase, or all patterns when it has
    none.

    Raises:
        SchemaError: the file is no usable Schematron; the text names the line and the cure.
    """
    files = Source(data, path, folder)
    reader = _Reader(files)
    try:
        return reader.read(files.root(), phase)
    except RecursionError:
        raise SchemaError("файл правил вложен слишком глубоко", file=files.name) from None


def local(element: etree._Element) -> str:
    """Return the local name of a Schematron element, «» of anything else."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


class _Reader:
    def __init__(self, files: Source) -> None:
        self._files = files
        self._rules: dict[str, etree._Element] = {}
        self._patterns: dict[str, etree._Element] = {}
        self._diagnostics: dict[str, etree._Element] = {}

    def read(self, root: etree._Element, phase: str | None) -> SchemaModel:
        if local(root) != "schema":
            raise self._error(
                root,
                "это не Schematron: корневой элемент должен быть sch:schema, "
                f"а стоит {etree.QName(root).localname}",
            )
        binding = (root.get("queryBinding") or "xslt").lower()
        if binding not in BINDINGS:
            raise self._error(
                root, f"queryBinding «{binding}» не поддерживается; можно: {', '.join(BINDINGS)}"
            )
        self._files.expand(root)
        namespaces: dict[str, str] = {}
        lets: list[Let] = []
        title = ""
        phases: dict[str, etree._Element] = {}
        patterns: list[etree._Element] = []
        for child in root:
            match local(child):
                case "ns":
                    namespaces[self._need(child, "prefix")] = self._need(child, "uri")
                case "let":
                    lets.append(self._let(child, {}))
                case "title":
                    title = normalise("".join(str(text) for text in child.itertext()))
                case "phase":
                    phases[self._need(child, "id")] = child
                case "pattern":
                    patterns.append(child)
                case "diagnostics":
                    self._collect(child, "diagnostic", self._diagnostics)
                case "rules":
                    self._collect(child, "rule", self._rules)
                case "p" | "properties":
                    pass
                case _:
                    self._foreign(child)
        for pattern in patterns:
            if pattern.get("id"):
                self._patterns[pattern.get("id", "")] = pattern
            if pattern.get("abstract") != "true":
                self._collect(pattern, "rule", self._rules, abstract=True)
        chosen = phase or root.get("defaultPhase") or "#ALL"
        active: set[str] | None = None
        if chosen != "#ALL":
            active, more = self._phase(root, chosen, phases)
            lets.extend(more)
        concrete = [one for one in patterns if one.get("abstract") != "true"]
        read = [self._pattern(one, number) for number, one in enumerate(concrete, 1)]
        kept = [
            pattern
            for element, pattern in zip(concrete, read, strict=True)
            if active is None or element.get("id") in active
        ]
        return SchemaModel(
            binding=binding,
            patterns=tuple(kept),
            namespaces=namespaces,
            lets=tuple(lets),
            title=title,
            phase=None if chosen == "#ALL" else chosen,
            sha256=self._files.digest(),
            included=tuple(self._files.included.items()),
            file=self._files.name,
        )

    def _phase(
        self, root: etree._Element, chosen: str, phases: Mapping[str, etree._Element]
    ) -> tuple[set[str], list[Let]]:
        if chosen not in phases:
            known = ", ".join(phases) or "в файле нет ни одной"
            raise self._error(root, f"фаза «{chosen}» не объявлена (есть: {known})")
        element = phases[chosen]
        active: set[str] = set()
        lets: list[Let] = []
        for child in element:
            match local(child):
                case "active":
                    pattern = self._need(child, "pattern")
                    if pattern not in self._patterns:
                        raise self._error(child, f"фаза включает неизвестный pattern «{pattern}»")
                    active.add(pattern)
                case "let":
                    lets.append(self._let(child, {}))
                case "p":
                    pass
                case _:
                    self._foreign(child)
        return active, lets

    def _pattern(self, element: etree._Element, number: int) -> Pattern:
        body, params = self._instance(element)
        if body.get("documents") or element.get("documents"):
            raise self._error(
                element, "атрибут documents уводит правила в другие файлы: это не поддерживается"
            )
        lets: list[Let] = []
        rules: list[Rule] = []
        count = 0
        for child in body:
            match local(child):
                case "rule":
                    if child.get("abstract") == "true":
                        continue
                    count += 1
                    rules.append(self._rule(child, params, f"{number}.{count}"))
                case "let":
                    lets.append(self._let(child, params))
                case "title" | "p" | "param":
                    pass
                case _:
                    self._foreign(child)
        return Pattern(
            id=element.get("id") or str(number),
            rules=tuple(rules),
            lets=tuple(lets),
            line=line_of(element),
        )

    def _instance(self, element: etree._Element) -> tuple[etree._Element, Attributes]:
        name = element.get("is-a")
        if not name:
            return element, {}
        body = self._patterns.get(name)
        if body is None or body.get("abstract") != "true":
            raise self._error(
                element, f"is-a ссылается на неизвестный абстрактный pattern «{name}»"
            )
        params = {
            self._need(child, "name"): self._need(child, "value")
            for source in (body, element)
            for child in source
            if local(child) == "param"
        }
        self._collect(body, "rule", self._rules, abstract=True)
        return body, params

    def _rule(self, element: etree._Element, params: Attributes, number: str) -> Rule:
        context = _substitute(self._need(element, "context"), params)
        lets, checks = self._content(element, params, (), element)
        numbered = tuple(
            check if check.id else replace(check, id=f"{number}.{position}")
            for position, check in enumerate(checks, 1)
        )
        return Rule(
            id=element.get("id") or number,
            context=context,
            checks=numbered,
            lets=tuple(lets),
            line=line_of(element),
        )

    def _content(
        self,
        element: etree._Element,
        params: Attributes,
        within: tuple[str, ...],
        owner: etree._Element,
    ) -> tuple[list[Let], list[Check]]:
        """Return the lets and checks of a rule, those of extended rules in their place."""
        lets: list[Let] = []
        checks: list[Check] = []
        for child in element:
            match local(child):
                case "let":
                    lets.append(self._let(child, params))
                case "assert" | "report":
                    checks.append(self._check(child, params, owner))
                case "extends":
                    name = self._need(child, "rule")
                    if name in within or len(within) > _MAX_NESTING:
                        raise self._error(child, f"extends «{name}» ссылается сам на себя")
                    base = self._rules.get(name)
                    if base is None or base.get("abstract") != "true":
                        raise self._error(
                            child, f"extends ссылается на неизвестное абстрактное rule «{name}»"
                        )
                    more_lets, more = self._content(base, params, (*within, name), owner)
                    lets.extend(more_lets)
                    checks.extend(more)
                case "p" | "title":
                    pass
                case _:
                    self._foreign(child)
        return lets, checks

    def _check(self, element: etree._Element, params: Attributes, rule: etree._Element) -> Check:
        diagnostics = []
        for name in (element.get("diagnostics") or "").split():
            if name not in self._diagnostics:
                raise self._error(element, f"diagnostics ссылается на неизвестное «{name}»")
            text = self._diagnostics[name]
            diagnostics.append(Diagnostic(name, _tidy(self._parts(text, params))))
        subject = element.get("subject") or rule.get("subject")
        return Check(
            id=element.get("id") or "",
            test=_substitute(self._need(element, "test"), params),
            is_report=local(element) == "report",
            parts=_tidy(self._parts(element, params)),
            diagnostics=tuple(diagnostics),
            role=element.get("role") or rule.get("role"),
            flag=element.get("flag") or rule.get("flag"),
            subject=_substitute(subject, params) if subject else None,
            see=element.get("see") or rule.get("see"),
            line=line_of(element),
        )

    def _parts(self, element: etree._Element, params: Attributes) -> Iterator[Part]:
        if element.text:
            yield _substitute(element.text, params)
        for child in element:
            match local(child):
                case "value-of":
                    yield ValueOf(_substitute(self._need(child, "select"), params))
                case "name":
                    path = child.get("path")
                    yield Name(_substitute(path, params) if path else None)
                case "emph" | "dir" | "span":
                    yield from self._parts(child, params)
                case _:
                    if isinstance(child.tag, str):
                        yield "".join(str(text) for text in child.itertext())
            if child.tail:
                yield _substitute(child.tail, params)

    def _let(self, element: etree._Element, params: Attributes) -> Let:
        if element.get("value") is None:
            raise self._error(element, "у let нет атрибута value: значение элементами не читается")
        return Let(
            self._need(element, "name"),
            _substitute(self._need(element, "value"), params),
            line_of(element),
        )

    def _collect(
        self,
        parent: etree._Element,
        name: str,
        into: dict[str, etree._Element],
        *,
        abstract: bool = False,
    ) -> None:
        for child in parent:
            if local(child) == name and (not abstract or child.get("abstract") == "true"):
                into[self._need(child, "id")] = child

    def _need(self, element: etree._Element, name: str) -> str:
        value = element.get(name)
        if value is None or not value.strip():
            raise self._error(element, f"у элемента {local(element)} нет атрибута {name}")
        return value

    def _foreign(self, element: etree._Element) -> None:
        """Refuse what would change the verdict if it were skipped."""
        if not isinstance(element.tag, str):
            return
        name = etree.QName(element)
        if name.namespace in NAMESPACES:
            raise self._error(element, f"элемент {name.localname} здесь не ожидается")
        if name.namespace == "http://www.w3.org/1999/XSL/Transform":
            raise self._error(element, f"встроенный XSLT (xsl:{name.localname}) не поддерживается")

    def _error(self, element: etree._Element, text: str) -> SchemaError:
        return SchemaError(text, file=self._files.file_of(element), line=line_of(element))


def _substitute(text: str, params: Attributes) -> str:
    """Return the text with `$name` of an abstract pattern's parameters put in place."""
    if not params or "$" not in text:
        return text
    names = "|".join(re.escape(name) for name in sorted(params, key=len, reverse=True))
    return re.sub(rf"\$({names})(?![\w.-])", lambda found: params[found[1]], text)


def _tidy(parts: Iterator[Part]) -> tuple[Part, ...]:
    """Return the parts with neighbouring texts joined, a wholly fixed message normalised."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    if len(joined) == 1 and isinstance(joined[0], str):
        return (normalise(joined[0]),)
    return tuple(joined)
