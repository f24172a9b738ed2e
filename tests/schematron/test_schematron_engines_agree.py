"""Fast and exact must give the same (assert, node) over official packs and mutants of samples.

DOPUSK_FULL_MUTATION=1 runs every mutant instead of a sample.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from lxml import etree
from schematron_mutants import mutants

from dopusk.schematron import Result, Schema, compile_schema

DATA = Path(__file__).parents[3] / "shared" / "data" / "semd"
SAMPLES = [
    ("194", "194_synthetic"),
    ("194", "194_synthetic_bad"),
    ("103", "103_synthetic_conflict"),
]
FULL = os.environ.get("DOPUSK_FULL_MUTATION") == "1"
SHARE = 1 if FULL else 29
SHARE_OF_BAD = 1 if FULL else 173

OWN = sorted((Path(__file__).parents[2] / "schemas" / "semd").glob("*/*.sch"))
DOCUMENTS = Path(__file__).parents[2] / "fixtures" / "documents"

Engines = tuple[Schema, Schema]


@pytest.fixture(scope="module")
def engines() -> dict[str, Engines]:
    if not DATA.is_dir():
        pytest.skip("официальных пакетов нет рядом с проектом (../shared/data)")
    pytest.importorskip("saxonche")
    return {
        kind: (
            compile_schema(DATA / "packs" / kind / f"{kind}.sch"),
            compile_schema(DATA / "packs" / kind / f"{kind}.sch", engine="exact"),
        )
        for kind in ("103", "194")
    }


def seen(result: Result) -> object:
    return (
        result.fired_rules,
        [(*failure.key(), failure.message) for failure in result.failures],
        [error.key() for error in result.errors],
    )


def test_official_packs_need_no_exact_engine(engines: dict[str, Engines]) -> None:
    assert [fast.fallbacks for fast, _ in engines.values()] == [(), ()]


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_engines_agree_on_the_sample(engines: dict[str, Engines], kind: str, sample: str) -> None:
    tree = etree.parse(DATA / "samples" / f"{sample}.xml")
    fast, exact = engines[kind]
    assert seen(fast.validate(tree)) == seen(exact.validate(tree))


def test_the_good_sample_passes_and_the_bad_one_gives_three(engines: dict[str, Engines]) -> None:
    fast, _ = engines["194"]
    good = fast.validate(etree.parse(DATA / "samples" / "194_synthetic.xml"))
    bad = fast.validate(etree.parse(DATA / "samples" / "194_synthetic_bad.xml"))
    assert good.passed
    assert [failure.assert_id for failure in bad.failures] == ["11.1.2", "246.1.6", "332.1.1"]


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_engines_agree_on_mutants(engines: dict[str, Engines], kind: str, sample: str) -> None:
    tree = etree.parse(DATA / "samples" / f"{sample}.xml")
    fast, exact = engines[kind]
    share = SHARE_OF_BAD if sample.endswith("_bad") else SHARE
    for name, spoilt in itertools.islice(mutants(tree), 0, None, share):
        quick, sure = fast.validate(spoilt), exact.validate(spoilt)
        assert seen(quick) == seen(sure), name


@pytest.mark.parametrize("rules", OWN, ids=lambda path: path.stem)
def test_engines_agree_on_our_own_packs(rules: Path) -> None:
    pytest.importorskip("saxonche")
    document = DOCUMENTS / f"{rules.stem}.xml"
    if not document.is_file():
        pytest.skip(f"нет образца документа {document.name}")
    fast, exact = compile_schema(rules), compile_schema(rules, engine="exact")
    tree = etree.parse(document)
    assert fast.fallbacks == ()
    assert fast.validate(tree).fired_rules > 0
    for name, spoilt in itertools.islice(mutants(tree), 0, None, SHARE_OF_BAD):
        assert seen(fast.validate(spoilt)) == seen(exact.validate(spoilt)), name
