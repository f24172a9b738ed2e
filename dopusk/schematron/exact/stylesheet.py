"""XSLT 3.0 made from a schema, one pass over the document for all patterns.

All rules are templates of one mode. A rule that fires notes its pattern and hands the node to the
next rule that matches; a rule whose pattern has fired at the node already only hands it on.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from dopusk.schematron.errors import SchemaError
from dopusk.schematron.model import Check, Let, Name, Part, Pattern, Rule, SchemaModel, ValueOf

XSL = "http://www.w3.org/1999/XSL/Transform"
_OWN = "urn:dopusk:schematron"
_XS = "http://www.w3.org/2001/XMLSchema"
_ERR = "http://www.w3.org/2005/xqt-errors"
_OLD_BINDINGS = frozenset({"xslt", "xpath"})
_PATH = "string-join(ancestor-or-self::*/string(count(preceding-sibling::*)), '/')"


def stylesheet(
    model: SchemaModel, patterns: Iterable[int] | None = None, *, guarded: bool = True
) -> str:
    """Return the stylesheet for all patterns or for those named.

    Its output: `<f/>` for each rule fired; `<h c="pattern.rule.check" p="path" …>` for each check
    that did not pass, holding `<t>` texts; `<e>` likewise for a test that could not be evaluated.
    A path is the number of preceding sibling elements at each level. Unless `guarded`, an error in
    a test ends the transformation.

    Raises:
        SchemaError: a namespace declaration is no XML.
    """
    return _Writer(model, guarded=guarded).whole(patterns)


class _Writer:
    def __init__(self, model: SchemaModel, *, guarded: bool) -> None:
        self._model = model
        self._guarded = guarded
        self._version = "1.0" if model.binding in _OLD_BINDINGS else "3.0"

    def whole(self, patterns: Iterable[int] | None) -> str:
        wanted = None if patterns is None else set(patterns)
        spaces = {
            **self._model.namespaces,
            "dpk-xsl": XSL,
            "dpk": _OWN,
            "dpk-xs": _XS,
            "dpk-err": _ERR,
        }
        try:
            root = etree.Element(f"{{{XSL}}}stylesheet", nsmap=spaces)
        except ValueError as error:
            raise SchemaError(f"объявление ns не годится: {error}", file=self._model.file) from None
        root.set("version", "3.0")
        root.set("exclude-result-prefixes", "#all")
        _add(root, "output", method="xml", encoding="UTF-8")
        for let in self._model.lets:
            self._variable(root, let).set("version", self._version)
        start = _add(root, "template", match="/")
        out = etree.SubElement(start, "out")
        _add(out, "apply-templates", mode="dpk:m", select="/")
        fallback = _add(root, "template", match="node()|@*|/", mode="dpk:m", priority="-1")
        _add(fallback, "apply-templates", mode="dpk:m", select="@*, node()")
        rules = [
            (number, order, pattern, rule)
            for number, pattern in enumerate(self._model.patterns)
            if wanted is None or number in wanted
            for order, rule in enumerate(pattern.rules)
        ]
        for priority, (number, order, pattern, rule) in enumerate(reversed(rules)):
            self._rule(root, (number, order), pattern, rule, priority)
        return etree.tostring(root, encoding="unicode")

    def _rule(
        self,
        root: etree._Element,
        place: tuple[int, int],
        pattern: Pattern,
        rule: Rule,
        priority: int,
    ) -> None:
        number, order = place
        template = _add(
            root,
            "template",
            match=rule.context,
            mode="dpk:m",
            priority=str(priority),
            version=self._version,
        )
        _add(template, "param", name="dpk:done", select="()", version="3.0")
        choose = _add(template, "choose", version="3.0")
        when = _add(choose, "when", test=f"$dpk:done = {number}")
        self._hand_on(when, "$dpk:done")
        fire = _add(choose, "otherwise")
        etree.SubElement(fire, "f")
        group = _add(fire, "sequence", version=self._version)
        for let in pattern.lets:
            loop = self._variable(group, Let(let.name, "", let.line))
            loop.attrib.pop("select")
            loop.set("as", "item()*")
            each = _add(loop, "for-each", select="root()")
            _add(each, "sequence", select=let.value)
        for let in rule.lets:
            self._variable(group, let)
        for position, check in enumerate(rule.checks):
            self._check(group, f"{number}.{order}.{position}", check)
        self._hand_on(fire, f"$dpk:done, {number}")

    def _hand_on(self, parent: etree._Element, done: str) -> None:
        following = _add(parent, "next-match")
        _add(following, "with-param", name="dpk:done", select=done)

    def _variable(self, parent: etree._Element, let: Let) -> etree._Element:
        return _add(parent, "variable", name=let.name, select=let.value)

    def _check(self, parent: etree._Element, place: str, check: Check) -> None:
        body = _add(parent, "try") if self._guarded else parent
        choose = _add(body, "choose")
        when = _add(choose, "when", test=check.test)
        other = _add(choose, "otherwise")
        hit = when if check.is_report else other
        found = etree.SubElement(hit, "h")
        _where(found, place, check.subject)
        for parts in (check.parts, *(one.parts for one in check.diagnostics)):
            self._text(etree.SubElement(found, "t"), parts)
        if self._guarded:
            caught = etree.SubElement(_add(body, "catch"), "e")
            _where(caught, place, None)
            _add(
                caught,
                "value-of",
                select="concat(local-name-from-QName($dpk-err:code), ': ', $dpk-err:description)",
            )

    def _text(self, parent: etree._Element, parts: tuple[Part, ...]) -> None:
        for part in parts:
            match part:
                case str():
                    _add(parent, "text").text = part
                case ValueOf():
                    self._value(parent, part.select)
                case Name():
                    self._value(parent, f"name({part.path or ''})")

    def _value(self, parent: etree._Element, select: str) -> None:
        if not self._guarded:
            _add(parent, "value-of", select=select, separator=" ")
            return
        guard = _add(parent, "try")
        _add(guard, "value-of", select=select, separator=" ")
        _add(guard, "catch")


def _where(element: etree._Element, place: str, subject: str | None) -> None:
    """Add the check and the node at fault: what `subject` finds first, else the context node."""
    element.set("c", place)
    if subject:
        element = _add(element, "for-each", select=f"(({subject}), .)[1]")
    _attribute(element, "p", _PATH)
    _attribute(
        element,
        "a",
        "if (self::attribute()) then concat('Q{', namespace-uri(), '}', local-name()) else ''",
    )


def _attribute(element: etree._Element, name: str, select: str) -> None:
    _add(element, "attribute", name=name, select=select)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSL}}}{tag}", attrib=attributes)
