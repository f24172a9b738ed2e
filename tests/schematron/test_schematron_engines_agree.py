"""Fast and exact must give the same (assert, node) over official packs and mutants of samples.

DOPUSK_FULL_MUTATION=1 runs every mutant instead of a sample.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from lxml import etree
from schematron_grammar import Writer
from schematron_mutants import mutants
from schematron_samples import DOCUMENT, compiled, table, tree

from dopusk.schematron import Result, Schema, compile_schema
from dopusk.schematron.fast.generate import generate
from dopusk.schematron.reader import read_schema

DATA = Path(__file__).parents[3] / "shared" / "data" / "semd"
SAMPLES = [
    ("194", "194_synthetic"),
    ("194", "194_synthetic_bad"),
    ("103", "103_synthetic_conflict"),
]
FULL = os.environ.get("DOPUSK_FULL_MUTATION") == "1"
SHARE = 1 if FULL else 29
SHARE_OF_BAD = 1 if FULL else 173

SEMD = Path(__file__).parents[2] / "schemas" / "semd"
OWN = sorted(path for path in SEMD.glob("*/*.sch") if path.stem == path.parent.name)
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
    document = etree.parse(DATA / "samples" / f"{sample}.xml")
    fast, exact = engines[kind]
    assert seen(fast.validate(document)) == seen(exact.validate(document))


def test_the_good_sample_passes_and_the_bad_one_gives_three(engines: dict[str, Engines]) -> None:
    fast, _ = engines["194"]
    good = fast.validate(etree.parse(DATA / "samples" / "194_synthetic.xml"))
    bad = fast.validate(etree.parse(DATA / "samples" / "194_synthetic_bad.xml"))
    assert good.passed
    assert [failure.assert_id for failure in bad.failures] == ["11.1.2", "246.1.6", "332.1.1"]


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_engines_agree_on_mutants(engines: dict[str, Engines], kind: str, sample: str) -> None:
    document = etree.parse(DATA / "samples" / f"{sample}.xml")
    fast, exact = engines[kind]
    share = SHARE_OF_BAD if sample.endswith("_bad") else SHARE
    for name, spoilt in itertools.islice(mutants(document), 0, None, share):
        quick, sure = fast.validate(spoilt), exact.validate(spoilt)
        assert seen(quick) == seen(sure), name


@pytest.mark.parametrize("rules", OWN, ids=lambda path: path.stem)
def test_engines_agree_on_our_own_packs(rules: Path) -> None:
    pytest.importorskip("saxonche")
    path = DOCUMENTS / f"{rules.stem}.xml"
    if not path.is_file():
        pytest.skip(f"нет образца документа {path.name}")
    fast = compile_schema(rules, folder=SEMD)
    exact = compile_schema(rules, folder=SEMD, engine="exact")
    document = etree.parse(path)
    assert fast.fallbacks == ()
    assert fast.validate(document).fired_rules > 0
    for name, spoilt in itertools.islice(mutants(document), 0, None, SHARE_OF_BAD):
        assert seen(fast.validate(spoilt)) == seen(exact.validate(spoilt)), name


@pytest.mark.parametrize("seed", range(1, 61 if FULL else 4))
def test_engines_agree_on_random_expressions(seed: int) -> None:
    """Nodes where a test breaks off are left out: see the package's own words on errors."""
    pytest.importorskip("saxonche")
    writer = Writer(seed)
    rows = [(writer.write("context"), writer.write("condition")) for _ in range(200)]
    lost = {fallback.pattern for fallback in generate(read_schema(table(rows))).fallbacks}
    kept = table([row for number, row in enumerate(rows) if number not in lost])
    assert len(lost) < len(rows) / 3
    document = tree(DOCUMENT.replace(b"NaN", b"4"))  # Saxon takes untyped NaN >= 1 for true
    quick, sure = (compiled(kept, engine).validate(document) for engine in ("fast", "exact"))
    broken = {error.key() for result in (quick, sure) for error in result.errors}
    assert quick.fired_rules == sure.fired_rules
    assert {one.key() for one in quick.failures} - broken == (
        {one.key() for one in sure.failures} - broken
    )
    assert len(broken) < quick.fired_rules / 4
