from collections.abc import Callable
from pathlib import Path

import pytest

from dopusk.catalogue import Catalogue, CatalogueError, Condition, Level, Verification
from dopusk.declaration.model import Variant

FEDERAL = {
    Variant.FED_1: {"FED-1.1", "FED-1.2", "FED-1.3"},
    Variant.FED_2: {"FED-2.1", "FED-2.2", "FED-2.3", "FED-2.4", "FED-2.5"},
    Variant.FED_3: {"FED-3.1", "FED-3.2", "FED-3.3"},
    Variant.FED_4: {"FED-4.1", "FED-4.2"},
}
CONDITIONS = {f"MO-C.{n}" for n in range(1, 6)}
STEPS = {"MO-S1", "MO-S2", "MO-S3", "MO-S5a", "MO-S5b", "MO-S5c", "MO-S5d"}
REGION = {
    Variant.MO_1: CONDITIONS | STEPS | {"MO-1.1", "MO-1.2"},
    Variant.MO_2: CONDITIONS | {"MO-2.1"},
    Variant.MO_3: CONDITIONS | STEPS | {"MO-S4", "MO-3.1", "MO-3.2"},
}
OMS = {"FED-OMS.1", "FED-OMS.2", "FED-OMS.3"}

ROW = {
    "source": '"S"',
    "clause": '"п. 1"',
    "text": '"текст"',
    "level": '"обязательно"',
    "variants": '["fed-3"]',
    "verification": '"T"',
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(**changes: str | None) -> Path:
        row = {**ROW, **changes}
        fields = "\n".join(f"{name} = {value}" for name, value in row.items() if value)
        path = tmp_path / "catalogue.toml"
        path.write_text(
            f'[sources]\nS = "Источник"\n[variants]\nall = ["fed-1", "fed-2"]\n'
            f'[requirements."X.1"]\n{fields}\n',
            encoding="utf-8",
        )
        return path

    return make


@pytest.mark.parametrize("variant", list(Variant))
def test_each_variant_has_exactly_its_clauses(variant: Variant) -> None:
    found = {item.id for item in Catalogue.load().requirements(variant)}
    clauses = {name for name in found if name.startswith(("FED-", "MO-"))}
    assert clauses == {"FED-0.1"} | {**FEDERAL, **REGION}[variant]


@pytest.mark.parametrize("variant", list(Variant))
def test_oms_adds_its_own(variant: Variant) -> None:
    catalogue = Catalogue.load()
    plain = set(catalogue.requirements(variant))
    added = set(catalogue.requirements(variant, oms=True)) - plain
    assert {item.id for item in added} >= OMS
    assert {item.condition for item in added} == {Condition.OMS}


def test_message_signature_binds_through_ips_alone() -> None:
    catalogue = Catalogue.load()
    plain = set(catalogue.requirements(Variant.FED_3))
    added = set(catalogue.requirements(Variant.FED_3, via_ips=True)) - plain
    assert {item.id for item in added} == {"SIG.3"}


def test_nothing_is_asked_of_a_candidate_that_works_in_emias() -> None:
    tested = {item.id for item in Catalogue.load().requirements(Variant.MO_2) if item.tested}
    assert tested == {"FED-0.1", "MO-C.5", "MO-2.1"}


def test_texts_are_whole() -> None:
    for item in Catalogue.load().all:
        assert item.text[0].isupper(), item.id
        assert not item.text.endswith("."), item.id
        assert item.clause, item.id


def test_requirement_by_id() -> None:
    catalogue = Catalogue.load()
    found = catalogue.requirement("MO-C.5")
    assert found is not None
    assert (found.verification, found.attested, found.tested) == (Verification.BOTH, True, True)
    assert found.level is Level.MANDATORY
    assert catalogue.requirement("MO-C.99") is None


def test_own_file_and_groups_of_variants(write: Callable[..., Path]) -> None:
    (item,) = Catalogue.load(write(variants='["all", "mo-2"]')).all
    assert item.variants == (Variant.FED_1, Variant.FED_2, Variant.MO_2)
    assert item.source == "Источник"


@pytest.mark.parametrize(
    "changes",
    [
        {"source": '"Другой"'},
        {"clause": None},
        {"level": '"желательно"'},
        {"variants": "[]"},
        {"variants": '["fed-9"]'},
        {"verification": '"X"'},
        {"verification": '"N+T"'},
        {"reason": '"потому"'},
        {"level": '"условно"'},
        {"condition": '"oms"'},
        {"level": '"условно"', "condition": '"иногда"'},
    ],
)
def test_wrong_requirement_is_named(write: Callable[..., Path], changes: dict) -> None:
    with pytest.raises(CatalogueError, match=r"требование X\.1"):
        Catalogue.load(write(**changes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "пуст"), ("= 1", "ошибка TOML"), (None, "не читается")],
)
def test_wrong_file(tmp_path: Path, text: str | None, expected: str) -> None:
    path = tmp_path / "catalogue.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CatalogueError, match=expected):
        Catalogue.load(path)
