"""The catalogue and the scenarios agree, and the page about it is the one that is generated."""

from __future__ import annotations

from pathlib import Path

from dopusk.catalogue import Catalogue, coverage, coverage_page, discover

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coverage.md"


def test_every_requirement_has_a_scenario_or_is_attested() -> None:
    covered = coverage(Catalogue.load(), discover())
    assert {item.id for item in covered.unshown} == set(), "no scenario names these requirements"


def test_every_scenario_names_known_requirements() -> None:
    covered = coverage(Catalogue.load(), discover())
    assert [f"{item.feature}:{item.line} {tag}" for item, tag in covered.unknown] == []
    assert [f"{item.feature}:{item.line}" for item in covered.aimless] == []


def test_scenarios_have_their_own_ids() -> None:
    ids = [item.id for item in discover()]
    assert sorted(ids) == sorted(set(ids))


def test_a_scenario_serves_the_variants_of_its_requirements() -> None:
    catalogue = Catalogue.load()
    alien = [
        f"{scenario.id}: {tag}"
        for scenario in discover()
        for tag in scenario.requirements
        if (requirement := catalogue.requirement(tag))
        and not set(scenario.variants) & set(requirement.variants)
    ]
    assert alien == [], "a scenario can never show these"


def test_every_variant_of_a_requirement_has_a_scenario() -> None:
    covered = coverage(Catalogue.load(), discover())
    bare = [
        f"{item.id} {variant}"
        for item in Catalogue.load().all
        if item.tested
        for variant in item.variants
        if not any(variant in scenario.variants for scenario in covered.scenarios[item.id])
    ]
    assert bare == [], "no scenario of the variant names the requirement"


def test_the_page_is_up_to_date() -> None:
    catalogue = Catalogue.load()
    page = coverage_page(catalogue, coverage(catalogue, discover()))
    assert PAGE.read_text(encoding="utf-8") == page, (
        "run: dopusk catalogue --markdown docs/coverage.md"
    )
