"""The sweep: what it makes of a report, what it keeps, and how it goes on where it stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fixtures.reference_mis.behaviour import Defect
from fixtures.reference_mis.defects import DEFECTS, sweep
from fixtures.reference_mis.defects.matrix import Row, read_matrix, write_matrix
from fixtures.reference_mis.defects.sweep import Demo, SweepError, fault, main, planned, seen

CAUGHT = Row("bom", "fed-3", ("BYTES-BOM",), ("fed-3/success",), ("results/result-late",))


def _report(**verdicts: str) -> dict[str, Any]:
    return {
        "exit_code": 1,
        "scenarios": [
            {"id": f"fed-3/fed-3/{name}", "verdict": verdict} for name, verdict in verdicts.items()
        ],
        "findings": [
            {"code": "BYTES-BOM", "severity": "error", "blocks": True},
            {"code": "PKI-NO-REVOCATION", "severity": "unchecked", "blocks": True},
            {"code": "DOC-TITLE", "severity": "remark", "blocks": False},
        ],
    }


def test_a_report_gives_a_row() -> None:
    row = seen(_report(success="не соответствует", demanded="не проверено"), "bom", "fed-3")
    assert row == Row("bom", "fed-3", ("BYTES-BOM",), ("fed-3/success",), ("fed-3/demanded",))
    assert row.ran == {"fed-3/success", "fed-3/demanded"}


def test_a_fault_of_the_stand_gives_no_row() -> None:
    with pytest.raises(SweepError, match="сбой стенда"):
        seen(_report(success="сбой стенда"), "bom", "fed-3")


def test_a_row_is_good_only_with_exactly_its_finding_and_a_scenario() -> None:
    assert fault(CAUGHT) == ""
    assert "ожидалась BYTES-BOM" in fault(Row("bom", "fed-3", (), ("fed-3/success",), ()))
    both = Row("bom", "fed-3", ("BYTES-BOM", "XML-DTD"), ("fed-3/success",), ())
    assert "BYTES-BOM, XML-DTD" in fault(both)
    assert "сценарий" in fault(Row("bom", "fed-3", ("BYTES-BOM",), (), ("fed-3/success",)))


def test_a_matrix_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = (CAUGHT, Row("language", "mo-1", ("SCH-У1-9-1",), ("ips/ips-signed",), ()))
    path = tmp_path / "matrix.toml"
    write_matrix(reversed(rows), path)
    assert read_matrix(path) == rows
    assert read_matrix(tmp_path / "none.toml") == ()


def test_a_defect_runs_in_the_variants_where_it_shows() -> None:
    shows = Defect("x", "…", "X", variants=("mo-1", "mo-3"))
    assert planned(DEFECTS["bom"]) == ("fed-3",)
    assert planned(DEFECTS["bom"], ["fed-4", "mo-1"]) == ("fed-4", "mo-1")
    assert planned(shows) == ("mo-1", "mo-3")
    assert planned(shows, ["mo-3", "fed-1"]) == ("mo-3",)


class Runs:
    """Stands for the demo: remembers what was asked for, fails where it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.asked: list[str] = []
        self.broken: set[str] = set()
        self.matrix = folder / "matrix.toml"
        self.partial = folder / "partial.toml"
        monkeypatch.setattr(sweep, "MATRIX", self.matrix)
        monkeypatch.setattr(sweep, "PARTIAL", self.partial)
        monkeypatch.setattr(sweep, "DEFECTS", {name: DEFECTS[name] for name in ("bom", "dtd")})
        monkeypatch.setattr(Demo, "row", lambda _, defect, variant: self.row(defect, variant))

    def row(self, defect: Defect, variant: str) -> Row:
        self.asked.append(defect.name)
        if defect.name in self.broken:
            raise SweepError("сбой стенда")
        return Row(defect.name, variant, (defect.finding,), ("fed-3/success",), ())


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    return Runs(monkeypatch, tmp_path)


def test_an_unfinished_sweep_goes_on_with_what_is_left(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.broken.add("dtd")
    assert main([]) == 1
    assert "dtd fed-3: сбой стенда" in capsys.readouterr().out
    assert not runs.matrix.exists(), "an incomplete matrix replaces nothing"
    runs.broken.clear()
    runs.asked.clear()
    assert main([]) == 0
    assert runs.asked == ["dtd"]
    assert [row.defect for row in read_matrix(runs.matrix)] == ["bom", "dtd"]
    assert not runs.partial.exists()


def test_named_defects_renew_their_rows_only(runs: Runs) -> None:
    assert main([]) == 0
    runs.asked.clear()
    assert main(["bom"]) == 0
    assert runs.asked == ["bom"]
    assert len(read_matrix(runs.matrix)) == 2


def test_a_variant_once_asked_for_is_swept_again_with_all(runs: Runs) -> None:
    assert main(["bom", "--variant", "mo-1"]) == 0
    assert main([]) == 0
    assert {row.key for row in read_matrix(runs.matrix)} == {
        ("bom", "fed-3"),
        ("bom", "mo-1"),
        ("dtd", "fed-3"),
    }


def test_fresh_forgets_what_was_done(runs: Runs) -> None:
    write_matrix([CAUGHT], runs.partial)
    assert main(["--fresh"]) == 0
    assert sorted(runs.asked) == ["bom", "dtd"]


def test_an_unknown_defect_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such"]) == 2
    assert "no-such" in capsys.readouterr().err
