"""Requirements as data: features/catalogue.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

from dopusk import suite
from dopusk.declaration.model import Variant
from dopusk.wording import os_reason


class CatalogueError(ValueError):
    """features/catalogue.toml does not hold what it must; the text is Russian."""


class Level(StrEnum):
    """How binding a requirement is."""

    MANDATORY = "обязательно"
    REFERENCE = "справочно"
    CONDITIONAL = "условно"
    """Binding when its condition holds."""


class Verification(StrEnum):
    """What decides about a requirement."""

    SCENARIO = "T"
    """A scenario, from recorded traffic."""
    ATTESTATION = "A"
    """A document that the candidate declares: «заявлено», never «проверено»."""
    BOTH = "T+A"
    """A scenario and a document, both needed."""
    NOT_APPLICABLE = "N+T"
    """Nothing has to be done, the source itself says why; a scenario sees that nothing is."""


class Condition(StrEnum):
    """When a conditional requirement binds."""

    OMS = "oms"
    """The MO works in ОМС (overlay +oms)."""
    IPS = "ips"
    """The МИС works through ИПС, so its messages are signed."""
    SEVERAL_MO = "several-mo"
    """More than one MO is declared; only scenarios are tagged with it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement."""

    id: str
    source: str
    """Title of the document that it comes from."""
    clause: str
    text: str
    level: Level
    variants: tuple[Variant, ...]
    verification: Verification
    bearer: str | None = None
    """Who answers for it, when that is not the candidate: «оператор Иной ИС»."""
    condition: Condition | None = None
    reason: str | None = None
    """Why nothing has to be done (verification N+T)."""
    steps: tuple[str, ...] = ()
    """Beginnings of the «Тогда» steps that show it; empty: a whole scenario does."""
    codes: tuple[str, ...] = ()
    """Beginnings of the finding codes that break it in those steps; empty: any finding does."""

    @property
    def attested(self) -> bool:
        """Tell whether a declared document is needed."""
        return self.verification in (Verification.ATTESTATION, Verification.BOTH)

    @property
    def tested(self) -> bool:
        """Tell whether a scenario is needed."""
        return self.verification is not Verification.ATTESTATION


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All requirements, in the order of the file, and what the stand cannot check for anyone."""

    all: tuple[Requirement, ...]
    not_public_dictionaries: Mapping[str, str] = field(default_factory=dict)
    """Why a dictionary of НСИ is not held by the stand, by its OID: values of it do not keep a run
    from «соответствует»."""

    @classmethod
    def load(cls, path: Path | None = None, extra: Iterable[Path] = ()) -> Self:
        """Return the catalogue in a file, by default that of the suite, with those of `extra`.

        Raises CatalogueError when a file is absent, a requirement is described wrongly, or two
        requirements have one id.
        """
        first = path or suite.root() / "features" / "catalogue.toml"
        requirements, not_public = _read(first)
        for file in extra:
            more, dictionaries = _read(file, first)
            _check_ids(file, requirements, more)
            requirements, not_public = (*requirements, *more), {**not_public, **dictionaries}
        return cls(requirements, not_public)

    def requirement(self, requirement_id: str) -> Requirement | None:
        """Return the requirement with this id."""
        return next((item for item in self.all if item.id == requirement_id), None)

    def requirements(
        self, variant: Variant, oms: bool = False, *, via_ips: bool = False
    ) -> tuple[Requirement, ...]:
        """Return what binds a candidate of this variant.

        What holds only in ОМС is there when `oms`, what holds only through ИПС when `via_ips`.
        """
        met = {Condition.OMS: oms, Condition.IPS: via_ips, Condition.SEVERAL_MO: False}
        return tuple(
            item
            for item in self.all
            if variant in item.variants and (item.condition is None or met[item.condition])
        )


def _check_ids(file: Path, known: Iterable[Requirement], more: Iterable[Requirement]) -> None:
    taken = {item.id for item in known} & {item.id for item in more}
    if taken:
        raise CatalogueError(f"Каталог {file}: обозначение {min(taken)} уже занято")


@cache
def _read(
    path: Path, base: Path | None = None
) -> tuple[tuple[Requirement, ...], Mapping[str, str]]:
    """Return what a file holds; groups of variants and sources of `base` may be used in it."""
    data = _toml(path)
    below = _toml(base) if base is not None else {}
    groups: Mapping[str, list[str]] = {**below.get("variants", {}), **data.get("variants", {})}
    sources: Mapping[str, str] = {**below.get("sources", {}), **data.get("sources", {})}
    requirements = []
    for name, row in data.get("requirements", {}).items():
        try:
            requirements.append(_requirement(name, row, sources, groups))
        except (KeyError, TypeError, ValueError) as error:
            raise CatalogueError(f"Каталог {path}, требование {name}: {error!r}") from error
    if not requirements:
        raise CatalogueError(f"Каталог {path} пуст: нет разделов [requirements.…]")
    return tuple(requirements), _not_public(path, data.get("not_public_dictionaries", {}))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"Каталог {path} не читается: {os_reason(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"Каталог {path}: ошибка TOML: {error}") from error


def _not_public(path: Path, rows: object) -> Mapping[str, str]:
    if isinstance(rows, dict) and all(isinstance(why, str) and why for why in rows.values()):
        return rows
    raise CatalogueError(
        f"Каталог {path}: в разделе [not_public_dictionaries] нужны строки «OID = причина»"
    )


def _requirement(
    name: str,
    row: Mapping[str, Any],
    sources: Mapping[str, str],
    groups: Mapping[str, list[str]],
) -> Requirement:
    condition = row.get("condition")
    requirement = Requirement(
        id=name,
        source=sources[row["source"]],
        clause=row["clause"],
        text=row["text"],
        level=Level(row["level"]),
        variants=tuple(
            Variant(code) for word in row["variants"] for code in groups.get(word, [word])
        ),
        verification=Verification(row["verification"]),
        bearer=row.get("bearer"),
        condition=Condition(condition) if condition else None,
        reason=row.get("reason"),
        steps=tuple(row.get("steps", ())),
        codes=tuple(row.get("codes", ())),
    )
    if (requirement.level is Level.CONDITIONAL) != (requirement.condition is not None):
        raise ValueError("condition and level «условно» go together")
    if (requirement.verification is Verification.NOT_APPLICABLE) != bool(requirement.reason):
        raise ValueError("reason and verification N+T go together")
    if not requirement.variants:
        raise ValueError("variants are empty")
    return requirement
