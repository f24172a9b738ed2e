"""The fast engine: a schema as generated Python and one automaton over its contexts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast import runtime
from dopusk.schematron.fast.automaton import Automaton, Program, Track
from dopusk.schematron.fast.document import Document, Names, read_document
from dopusk.schematron.fast.generate import Fallback, Generated, RuleCode, fixed_text, generate
from dopusk.schematron.fast.runtime import Attribute, Node
from dopusk.schematron.model import Part, SchemaModel
from dopusk.schematron.outcome import Hit, Outcome
from dopusk.schematron.regex import compile_pattern
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

    def __init__(self, model: SchemaModel, *, strip_namespace: str | None) -> None:
        """Compile the model.

        Raises:
            SchemaError: an expression is nested beyond all bounds.
        """
        generated = generate(model)
        self.fallbacks: tuple[Fallback, ...] = tuple(generated.fallbacks)
        self._model = model
        self._names = Names(strip_namespace)
        self._codes = {(code.pattern, code.rule): code for code in generated.rules}
        self._module = _execute(generated)
        conditions = tuple(
            self._module[one] if isinstance(one, str) else one for one in generated.conditions
        )
        self._automaton = Automaton(_tracks(generated, self._module), conditions)

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
    ) -> list[Hit]:
        code = self._codes[program.pattern, program.rule]
        checks = self._model.patterns[program.pattern].rules[program.rule].checks
        owner, attribute = (node.parent, node.name) if isinstance(node, Attribute) else (node, None)
        hits = []
        for number, check in enumerate(checks):
            place = (program.pattern, program.rule, number)
            if failed >> number & 1:
                message = self._text(code, number, 0, check.parts, node, document)
                details = tuple(
                    self._text(code, number, which, one.parts, node, document)
                    for which, one in enumerate(check.diagnostics, 1)
                )
                hits.append(Hit(place, node.order, owner.element, attribute, message, details))
            elif failed >> (number + len(checks)) & 1:
                reason = document.reasons[number]
                hits.append(Hit(place, node.order, owner.element, attribute, reason, error=True))
        return hits

    def _text(
        self,
        code: RuleCode,
        number: int,
        which: int,
        parts: tuple[Part, ...],
        node: Node | Attribute,
        document: Document,
    ) -> str:
        fixed = fixed_text(parts)
        if fixed is not None:
            return fixed
        text: str = self._module[code.texts[number, which]](node, document)
        return normalise(text)


def _execute(generated: Generated) -> dict[str, Callable[..., Any]]:
    """Run the generated module and return its names.

    Its text holds nothing of the rule file but literals written by `repr`.
    """
    module: dict[str, Any] = {
        **_TOOLS,
        "normalise_space": normalise,
        "regex": _search,
    }
    try:
        code = compile(generated.source, "<schematron>", "exec", dont_inherit=True)
    except (SyntaxError, RecursionError, MemoryError, OverflowError) as error:
        raise UnsupportedError(f"правила слишком сложны: {error}") from None
    exec(code, module)  # noqa: S102  # our own generator wrote it
    return module


def _search(pattern: str) -> Callable[[str], Any]:
    return compile_pattern(pattern).search


def _tracks(generated: Generated, module: dict[str, Callable[..., Any]]) -> list[Track]:
    tracks = []
    for code in generated.rules:
        program = Program(code.pattern, code.rule, module[code.function])
        for path, conditions in zip(code.paths, code.conditions, strict=True):
            tracks.append(Track(program, path.steps, conditions))
    return tracks
