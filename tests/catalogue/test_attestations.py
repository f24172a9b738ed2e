from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dopusk.catalogue import Catalogue, attestation_verdicts
from dopusk.declaration.model import Attestation, Declaration, DriverSettings, Variant
from dopusk.verdict import Verdict

TODAY = date(2026, 3, 1)


def attestation(issued: date, expires: date | None = None) -> Attestation:
    return Attestation("FED-3.1", "Заключение", "7", issued, expires, None)


@pytest.fixture
def declaration() -> Declaration:
    return Declaration(
        path=Path("mis.toml"),
        vendor="В",
        product="П",
        version="1",
        deployment="cloud",
        client_entity_id="x",
        mnemonic=None,
        callback_url="http://127.0.0.1/",
        file_service_url="http://127.0.0.1/",
        variants=(Variant.FED_3,),
        kinds=("194",),
        organizations=(),
        staff=(),
        driver=DriverSettings("manual"),
    )


def judge(declaration: Declaration, *declared: Attestation) -> tuple[Verdict, str]:
    changed = replace(declaration, attestations=declared)
    verdict = attestation_verdicts(Catalogue.load(), changed, TODAY)["FED-3.1"]
    return verdict.verdict, verdict.note


def test_what_is_needed_follows_from_the_variants(declaration: Declaration) -> None:
    catalogue = Catalogue.load()
    assert set(attestation_verdicts(catalogue, declaration, TODAY)) == {"FED-3.1", "FED-3.3"}
    both = replace(declaration, variants=(Variant.FED_1, Variant.MO_3))
    assert set(attestation_verdicts(catalogue, both, TODAY)) == {
        "FED-1.1",
        *(f"MO-C.{n}" for n in range(1, 6)),
        "MO-S1",
        "MO-S5b",
    }


def test_declared_and_in_date(declaration: Declaration) -> None:
    assert judge(declaration, attestation(TODAY)) == (
        Verdict.ATTESTED,
        "Заключение № 7 от 01.03.2026",
    )
    assert judge(declaration, attestation(date(2024, 1, 1), TODAY)) == (
        Verdict.ATTESTED,
        "Заключение № 7 от 01.01.2024, действует до 01.03.2026",
    )


def test_missing(declaration: Declaration) -> None:
    verdict, note = judge(declaration)
    assert verdict is Verdict.SKIP
    assert note.startswith("документ не заявлен")
    assert 'requirement = "FED-3.1"' in note


def test_expired(declaration: Declaration) -> None:
    verdict, note = judge(declaration, attestation(date(2024, 1, 1), date(2026, 2, 28)))
    assert verdict is Verdict.SKIP
    assert note.endswith("срок действия истёк 28.02.2026")


def test_dated_in_the_future(declaration: Declaration) -> None:
    verdict, note = judge(declaration, attestation(date(2026, 3, 2)))
    assert verdict is Verdict.SKIP
    assert note.endswith("дата документа позже даты проверки 01.03.2026")


def test_the_best_of_several_decides(declaration: Declaration) -> None:
    expired = attestation(date(2020, 1, 1), date(2021, 1, 1))
    good = attestation(date(2026, 1, 1))
    for declared in ((expired, good), (good, expired)):
        assert judge(declaration, *declared)[0] is Verdict.ATTESTED
