"""The fast engine: a schema as generated Python and one automaton over its contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from dopusk.schematron.fast import runtime
from dopusk.schematron.fast.automaton import Automaton, Program, Track
from dopusk.schematron.fast.document import Document, Names, read_document
from dopusk.schematron.fast.plan import Plan, RulePlan
from dopusk.schematron.fast.runtime import Attribute, Node
from dopusk.schematron.model import Part, SchemaModel, fixed_text
from dopusk.schematron.outcome import Hit, Outcome
from dopusk.schematron.regex import matcher
from dopusk.schematron.text import normalise

_TOOLS: dict[str, Any] = {
    name: getattr(runtime, name)
    for name in (
        "Lazy",
        "XPathError",
        "after",
        "all_children",
        "ancestors",
        "at_most",
        "before",
        "below",
        "divide",
        "end_of",
        "equal",
        "has_text",
        "in_order",
        "less",
        "local_name",
        "number_of",
        "one",
        "own_texts",
        "places",
        "preceding",
        "present",
        "remainder",
        "siblings",
        "string",
        "substring",
        "text_of",
        "to_boolean",
        "to_double",
        "translate",
        "truth",
        "unequal",
        "whole_divide",
    )
}


class FastEngine:
    """A schema compiled for speed. Several threads may use one object."""

    def __init__(
        self, plan: Plan, model: Callable[[], SchemaModel], *, strip_namespace: str | None
    ) -> None:
        """Get ready to run; `model` gives the schema when a message is first needed."""
        self._model = model
        self._names = Names(strip_namespace)
        self._plans = {(rule.pattern, rule.rule): rule for rule in plan.rules}
        self._module: dict[str, Any] = {**_TOOLS, "normalise_space": normalise, "matcher": matcher}
        exec(plan.code, self._module)  # noqa: S102  # our own generator wrote it
        conditions = tuple(
            self._module[one] if isinstance(one, str) else one for one in plan.conditions
        )
        self._automaton = Automaton(self._tracks(plan), conditions)

    def _tracks(self, plan: Plan) -> Iterator[Track]:
        for rule in plan.rules:
            program = Program(rule.pattern, rule.rule, self._module[rule.function])
            for steps in rule.paths:
                yield Track(program, steps)

    def run(self, tree: etree._ElementTree) -> Outcome:
        """Return what failed in the document, of the patterns that are not fallbacks."""
        document = read_document(tree, self._names)
        hits: list[Hit] = []

        def report(program: Program, node: Node | Attribute, failed: int) -> None:
            hits.extend(self._hits(document, program, node, failed))

        try:
            fired = self._automaton.walk(document, report)
        finally:
            document.close()
        return Outcome(hits, fired)

    def _hits(
        self, document: Document, program: Program, node: Node | Attribute, failed: int
    ) -> Iterator[Hit]:
        plan = self._plans[program.pattern, program.rule]
        checks = self._model().patterns[program.pattern].rules[program.rule].checks
        owner, attribute = (node.parent, node.name) if isinstance(node, Attribute) else (node, None)
        for number, check in enumerate(checks):
            place = (program.pattern, program.rule, number)
            if failed >> number & 1:
                message = self._text(plan, number, 0, check.parts, node, document)
                details = tuple(
                    self._text(plan, number, which, one.parts, node, document)
                    for which, one in enumerate(check.diagnostics, 1)
                )
                yield Hit(place, node.order, owner.element, attribute, message, details)
            elif failed >> (number + plan.checks) & 1:
                reason = document.reasons[number]
                yield Hit(place, node.order, owner.element, attribute, reason, error=True)

    def _text(
        self,
        plan: RulePlan,
        number: int,
        which: int,
        parts: tuple[Part, ...],
        node: Node | Attribute,
        document: Document,
    ) -> str:
        fixed = fixed_text(parts)
        if fixed is not None:
            return fixed
        text: str = self._module[plan.texts[number, which]](node, document)
        return normalise(text)
