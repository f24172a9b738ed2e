"""A compiled schema: the fast engine with the exact one behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from lxml import etree

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast.engine import FastEngine
from dopusk.schematron.fast.generate import Fallback
from dopusk.schematron.model import SchemaModel
from dopusk.schematron.outcome import Hit, Outcome
from dopusk.schematron.reader import read_schema
from dopusk.schematron.result import EvaluationError, Failure, Result

EngineName = Literal["fast", "exact"]
CDA = "urn:hl7-org:v3"


class Engine(Protocol):
    """What runs a model over a document."""

    def run(self, tree: etree._ElementTree) -> Outcome:
        """Return what failed."""


class Schema:
    """A schema ready to judge documents; several threads may use one object."""

    def __init__(
        self,
        model: SchemaModel,
        *,
        engine: EngineName,
        strip_namespace: str | None,
        fallbacks: tuple[Fallback, ...],
        engines: tuple[Engine, ...],
    ) -> None:
        self.model = model
        self.engine = engine
        self.strip_namespace = strip_namespace
        self.fallbacks = fallbacks
        """Patterns that the exact engine runs although the fast one was asked for, and why."""
        self._engines = engines

    @property
    def sha256(self) -> str:
        """Return the SHA-256 (hex) of the rule files."""
        return self.model.sha256

    def validate(self, tree: etree._ElementTree) -> Result:
        """Return what fails in the document, in the order of the rules, then of the document.

        Elements in the result are those of `tree`, which is never changed.
        """
        outcomes = [engine.run(tree) for engine in self._engines]
        hits = sorted((hit for one in outcomes for hit in one.hits), key=Hit.key)
        return Result(
            failures=tuple(self._failure(hit) for hit in hits if not hit.error),
            errors=tuple(self._error(hit) for hit in hits if hit.error),
            fired_rules=sum(one.fired for one in outcomes),
        )

    def _failure(self, hit: Hit) -> Failure:
        pattern = self.model.patterns[hit.place[0]]
        rule = pattern.rules[hit.place[1]]
        check = rule.checks[hit.place[2]]
        return Failure(
            assert_id=check.id,
            test=check.test,
            message=hit.text,
            element=hit.element,
            attribute=hit.attribute,
            is_report=check.is_report,
            rule_id=rule.id,
            pattern_id=pattern.id,
            role=check.role,
            flag=check.flag,
            diagnostics=hit.diagnostics,
            line=check.line,
        )

    def _error(self, hit: Hit) -> EvaluationError:
        rule = self.model.patterns[hit.place[0]].rules[hit.place[1]]
        check = rule.checks[hit.place[2]]
        return EvaluationError(check.id, check.test, hit.text, hit.element, hit.attribute)


def compile_schema(
    source: Path | str | bytes,
    *,
    engine: EngineName = "fast",
    phase: str | None = None,
    strip_namespace: str | None = CDA,
) -> Schema:
    """Return the compiled schema of a .sch file (a path) or of its bytes.

    `strip_namespace`: elements of it are met by names without a prefix, as in all packs of
    Минздрав; None leaves names alone. Rules from bytes can include nothing.

    Raises:
        SchemaError: the file is no usable Schematron, or an expression in it is wrong.
    """
    read = source if isinstance(source, bytes) else Path(source)
    model = read_schema(read, phase=phase)
    return build(model, engine=engine, strip_namespace=strip_namespace)


def build(model: SchemaModel, *, engine: EngineName, strip_namespace: str | None) -> Schema:
    """Return the schema of a model that was read before; see `compile_schema`."""
    fallbacks: tuple[Fallback, ...] = ()
    engines: list[Engine] = []
    if engine == "fast":
        fast, fallbacks = _fast(model, strip_namespace)
        engines += [fast] if fast else []
    if engine == "exact" or fallbacks:
        wanted = {fallback.pattern for fallback in fallbacks} or None
        engines.append(_exact(model, strip_namespace, wanted))
    return Schema(
        model,
        engine=engine,
        strip_namespace=strip_namespace,
        fallbacks=fallbacks,
        engines=tuple(engines),
    )


def _fast(
    model: SchemaModel, strip_namespace: str | None
) -> tuple[FastEngine | None, tuple[Fallback, ...]]:
    """Return the fast engine, None when all patterns go to the exact one."""
    reason = ""
    if model.binding in ("xslt", "xpath"):
        reason = f"queryBinding={model.binding}: XPath 1.0"
    else:
        try:
            fast = FastEngine(model, strip_namespace=strip_namespace)
        except UnsupportedError as error:
            reason = str(error)
        else:
            return fast, fast.fallbacks
    return None, tuple(
        Fallback(number, pattern.id, reason, pattern.line)
        for number, pattern in enumerate(model.patterns)
    )


def _exact(model: SchemaModel, strip_namespace: str | None, wanted: set[int] | None) -> Engine:
    from dopusk.schematron.exact.engine import ExactEngine

    return ExactEngine(model, strip_namespace=strip_namespace, patterns=wanted)
