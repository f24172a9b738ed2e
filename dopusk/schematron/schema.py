"""A compiled schema: the fast engine with the exact one behind it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

from lxml import etree

from dopusk.schematron.compilation import plan_of
from dopusk.schematron.fast.engine import FastEngine
from dopusk.schematron.fast.plan import Fallback
from dopusk.schematron.model import SchemaModel
from dopusk.schematron.outcome import Hit, Outcome
from dopusk.schematron.result import EvaluationError, Failure, Result
from dopusk.schematron.source import load
from dopusk.schematron.store import Store, default_store

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
        model: Callable[[], SchemaModel],
        *,
        engine: EngineName,
        strip_namespace: str | None,
        fallbacks: tuple[Fallback, ...],
        engines: tuple[Engine, ...],
    ) -> None:
        self._model = model
        self.engine = engine
        self.strip_namespace = strip_namespace
        self.fallbacks = fallbacks
        """Patterns that the exact engine runs although the fast one was asked for, and why."""
        self._engines = engines

    @property
    def model(self) -> SchemaModel:
        """Return the rules as they were read, which is done when they are first asked for."""
        return self._model()

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
    store: Store | None = None,
    folder: Path | None = None,
) -> Schema:
    """Return the compiled schema of a .sch file (a path) or of its bytes.

    `strip_namespace`: elements of it are met by names without a prefix, as in all packs of
    Минздрав; None leaves names alone. Rules from bytes can include nothing, those of a file
    what lies inside `folder`, by default the file's own. The compilation is kept in `store`, by
    default in the user's cache folder.

    Raises:
        SchemaError: the file is no usable Schematron, or an expression in it is wrong.
    """
    path = None if isinstance(source, bytes) else Path(source)
    data = source if isinstance(source, bytes) else load(Path(source))
    model = functools.cache(functools.partial(_read, data, path, phase, folder))
    fallbacks: tuple[Fallback, ...] = ()
    engines: list[Engine] = []
    if engine == "fast":
        plan = plan_of(data, path, phase, model, store or default_store(), folder=folder)
        fallbacks = plan.fallbacks
        engines.append(FastEngine(plan, model, strip_namespace=strip_namespace))
    if engine == "exact" or fallbacks:
        wanted = {fallback.pattern for fallback in fallbacks} or None
        from dopusk.schematron.exact.engine import ExactEngine  # loads SaxonC

        engines.append(ExactEngine(model(), strip_namespace=strip_namespace, patterns=wanted))
    return Schema(
        model,
        engine=engine,
        strip_namespace=strip_namespace,
        fallbacks=fallbacks,
        engines=tuple(engines),
    )


def _read(data: bytes, path: Path | None, phase: str | None, folder: Path | None) -> SchemaModel:
    from dopusk.schematron.reader import read_schema  # not needed for a kept compilation
    from dopusk.schematron.safety import refuse_unsafe

    model = read_schema(data, path, phase=phase, folder=folder)
    refuse_unsafe(model)
    return model
