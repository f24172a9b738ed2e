"""What a run writes into its journal for those who judge it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dopusk.clock import Clock
from dopusk.declaration.model import Declaration, Variant
from dopusk.evidence.archive import EvidenceError
from dopusk.evidence.record import (
    Attachments,
    RecordedCircuit,
    record_circuit,
    record_plan,
    recorded_circuits,
    recorded_plan,
)
from dopusk.journal import Draft, Journal, Phase
from fixtures.reference_mis import demo_declaration


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "j", clock=Clock(), run={"id": "r"}) as made:
        yield made


@pytest.fixture
def declared(tmp_path: Path) -> Declaration:
    root = tmp_path / "мой корень.cer"
    root.write_bytes(b"root")
    driver = replace(demo_declaration().driver, command=("/home/me/mis", "--token", "secret"))
    return replace(
        demo_declaration(oms=True),
        path=tmp_path / "mis.toml",
        trust_anchors=(root,),
        driver=driver,
    )


def test_plan_and_circuits(journal: Journal, declared: Declaration, tmp_path: Path) -> None:
    record_plan(journal, declared, [Variant.FED_3], ["success"])
    circuit = RecordedCircuit(declared, "http://h/remd", {"remd": "http://h/remd"}, "http")
    record_circuit(journal, Variant.FED_3, circuit)
    folder = tmp_path / "unpacked"
    plan = recorded_plan(journal, folder)
    assert (plan.variants, plan.only) == ((Variant.FED_3,), ("success",))
    (anchor,) = plan.declaration.trust_anchors
    assert anchor.parent == folder / "files"
    assert plan.declaration.path.name == "mis.toml"
    again = recorded_circuits(journal, folder)[Variant.FED_3]
    assert again.addresses == circuit.addresses
    assert again.declaration == plan.declaration
    kept = replace(
        again.declaration,
        path=declared.path,
        trust_anchors=declared.trust_anchors,
        driver=declared.driver,
    )
    assert kept == declared
    text = b"".join(entry.body for entry in journal.entries()).decode()
    assert "secret" not in text
    assert str(tmp_path) not in text


def test_files_of_the_declaration(declared: Declaration) -> None:
    (source,) = Attachments.of(declared).sources()
    assert source.name.startswith("files/")
    assert source.name.endswith("-мой_корень.cer")


def test_a_journal_without_a_plan(journal: Journal, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="нет плана"):
        recorded_plan(journal, tmp_path)
    assert recorded_circuits(journal, tmp_path) == {}


@pytest.mark.parametrize("anchor", ["/etc/passwd", "../../secret", "C:/secret", "..\\..\\secret"])
def test_no_name_leads_out_of_the_archive(
    journal: Journal, declared: Declaration, tmp_path: Path, anchor: str
) -> None:
    record_plan(journal, declared, [Variant.FED_3], [])
    body = json.loads(journal.entries()[0].body)
    body["declaration"]["trust_anchors"] = [anchor]
    with Journal.create(tmp_path / "k", clock=Clock(), run={}) as other:
        append(other, "run-plan", body)
        plan = recorded_plan(other, tmp_path / "unpacked")
    (made,) = plan.declaration.trust_anchors
    assert made.is_relative_to(tmp_path / "unpacked")
    assert ".." not in made.parts


@pytest.mark.parametrize("body", [None, [], {}, {"declaration": []}, {"declaration": {"x": 1}}])
def test_a_journal_that_is_spoilt(journal: Journal, tmp_path: Path, body: object) -> None:
    append(journal, "run-plan", body)
    append(journal, "circuit", body)
    with pytest.raises(EvidenceError, match="испорчен"):
        recorded_plan(journal, tmp_path)
    with pytest.raises(EvidenceError, match="испорчен"):
        recorded_circuits(journal, tmp_path)


def test_a_path_that_climbs(journal: Journal, declared: Declaration, tmp_path: Path) -> None:
    record_plan(journal, declared, [Variant.FED_3], [])
    body = json.loads(journal.entries()[0].body)
    body["declaration"]["wire_profile"] = "files/../../x"
    with Journal.create(tmp_path / "k", clock=Clock(), run={}) as other:
        append(other, "run-plan", body)
        with pytest.raises(EvidenceError, match="за пределы"):
            recorded_plan(other, tmp_path)


def append(journal: Journal, operation: str, body: object) -> None:
    journal.append(
        Draft(
            phase=Phase.EVENT,
            actor="runner",
            operation=operation,
            note={"variants": ["fed-3"], "only": [], "variant": "fed-3"},
            body=json.dumps(body).encode(),
        )
    )
