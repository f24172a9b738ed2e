"""Whom a run is about: the МИС of a declaration, or the reference МИС of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dopusk.cli.console import fail
from dopusk.declaration.model import Declaration, Variant
from dopusk.drivers import Driver, Prompter, make_driver
from dopusk.verdict import ExitCode


@dataclass(frozen=True, slots=True)
class DeclaredCandidate:
    """The МИС of a declaration, driven as it says."""

    declaration: Declaration
    prompter: Prompter | None = None
    """Speaks with the operator, when the МИС is driven by hand."""

    @contextmanager
    def open(self, variant: Variant) -> Iterator[tuple[Declaration, Driver]]:
        """Yield the declaration and its driver; the МИС runs already.

        Raises DriverError when the driver's settings are unusable.
        """
        settings, folder = self.declaration.driver, self.declaration.path.parent
        yield self.declaration, make_driver(settings, folder, self.prompter)


@dataclass(frozen=True, slots=True)
class ReferenceCandidate:
    """The reference МИС, started for each variant, with an optional defect."""

    declaration: Declaration
    defect: str | None = None

    @contextmanager
    def open(self, variant: Variant) -> Iterator[tuple[Declaration, Driver]]:
        """Start the reference МИС on a free port; yields its declaration and driver."""

        from fixtures.reference_mis import ReferenceMis

        with ReferenceMis.for_demo(self.declaration, defect=self.defect) as mis:
            yield mis.declaration, make_driver(mis.declaration.driver)


def choose_variants(declaration: Declaration, asked: Sequence[str]) -> tuple[Variant, ...]:
    """Return the asked variants, or all of the declaration; leaves with code 2 for a wrong one."""
    chosen = []
    for name in asked:
        try:
            variant = Variant(name)
        except ValueError:
            fail(f"Варианта {name} нет. Есть: {', '.join(Variant)}", ExitCode.USAGE)
        if variant not in declaration.variants:
            fail(
                f"Вариант {name} не объявлен в {declaration.path.name}: добавьте его в variants",
                ExitCode.USAGE,
            )
        chosen.append(variant)
    return tuple(dict.fromkeys(chosen)) or declaration.variants


def with_wait(declaration: Declaration, seconds: float | None) -> Declaration:
    """Return the declaration with another waiting time."""
    if seconds is None:
        return declaration
    return replace(declaration, stand=replace(declaration.stand, wait=seconds))
