"""Which scenarios show which requirements: read from the tags of the features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dopusk import suite
from dopusk.catalogue.model import Catalogue, Requirement
from dopusk.declaration.model import Variant


@dataclass(frozen=True, slots=True)
class ScenarioTags:
    """A scenario as its feature file declares it."""

    id: str
    """`<feature file stem>/<tag @id:…>`; without such a tag the scenario's name."""
    name: str
    feature: str
    """Path of the file under features/, with slashes."""
    line: int
    variants: tuple[Variant, ...]
    requirements: tuple[str, ...]
    """Tags that look like ids of the catalogue, known or not."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Requirements against scenarios."""

    scenarios: Mapping[str, tuple[ScenarioTags, ...]]
    """By id of the requirement; every requirement of the catalogue is a key."""
    unshown: tuple[Requirement, ...]
    """Requirements that need a scenario and have none."""
    unknown: tuple[tuple[ScenarioTags, str], ...]
    """Tags that are no id of the catalogue."""
    aimless: tuple[ScenarioTags, ...]
    """Scenarios without any requirement."""


def discover(folder: Path | None = None) -> tuple[ScenarioTags, ...]:
    """Return all scenarios under a folder, by default the suite's features/, sorted by file.

    Raises gherkin.errors.ParserException for a file that is not Gherkin.
    """
    from gherkin.parser import Parser

    base = folder or suite.root() / "features"
    found: list[ScenarioTags] = []
    for path in sorted(base.rglob("*.feature")):
        document = Parser().parse(path.read_text(encoding="utf-8"))
        found.extend(_scenarios(document.get("feature"), path.relative_to(base)))
    return tuple(found)


def coverage(catalogue: Catalogue, scenarios: Iterable[ScenarioTags]) -> Coverage:
    """Return how the scenarios cover the catalogue."""
    listed = tuple(scenarios)
    shown = {
        item.id: tuple(scenario for scenario in listed if item.id in scenario.requirements)
        for item in catalogue.all
    }
    return Coverage(
        scenarios=shown,
        unshown=tuple(item for item in catalogue.all if item.tested and not shown[item.id]),
        unknown=tuple(
            (scenario, tag)
            for scenario in listed
            for tag in scenario.requirements
            if tag not in shown
        ),
        aimless=tuple(scenario for scenario in listed if not scenario.requirements),
    )


def _scenarios(feature: Any, path: Path) -> Iterator[ScenarioTags]:
    if feature is None:
        return
    for child, tags in _children(feature, _tags(feature)):
        scenario = child["scenario"]
        own = [*tags, *_tags(scenario)]
        slug = next((tag.removeprefix("id:") for tag in own if tag.startswith("id:")), None)
        yield ScenarioTags(
            id=f"{path.stem}/{slug or scenario['name']}",
            name=scenario["name"],
            feature=path.as_posix(),
            line=scenario["location"]["line"],
            variants=tuple(Variant(tag) for tag in own if tag in set(Variant)),
            requirements=tuple(dict.fromkeys(tag for tag in own if tag[0].isupper())),
        )


def _children(node: Any, tags: list[str]) -> Iterator[tuple[Any, list[str]]]:
    for child in node["children"]:
        if "rule" in child:
            yield from _children(child["rule"], [*tags, *_tags(child["rule"])])
        elif "scenario" in child:
            yield child, tags


def _tags(node: Any) -> list[str]:
    return [tag["name"].removeprefix("@") for tag in node["tags"]]
