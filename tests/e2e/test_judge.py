"""evidence.zip of real runs: judged again offline, tampered with, forged, cut short."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, Command, Finished

from dopusk.evidence.archive import Source, write_evidence
from dopusk.evidence.manifest import Manifest
from dopusk.evidence.reading import Archive
from fixtures.reference_mis import ReferenceMis, demo_declaration

CREDENTIAL = ROOT / "fixtures" / "pki" / "credentials" / "author-7831.pem"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"}
DEADLINE = 300


def judge(archive: Path, *options: str, home: Path | None = None) -> tuple[int, str]:
    """Judge with the network forbidden; returns the exit code and what was printed."""
    script = Path(__file__).with_name("offline.py")
    done = subprocess.run(
        [sys.executable, str(script), "judge", str(archive), *options],
        cwd=archive.parent,
        env={**ENVIRONMENT, **({"DOPUSK_HOME": str(home)} if home else {})},
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )
    text = done.stdout + done.stderr
    assert "Traceback (most recent call last)" not in text, text
    return done.returncode, text


def judged(archive: Path, *options: str) -> dict[str, Any]:
    code, text = judge(archive, "--json", *options)
    data: dict[str, Any] = json.loads(text)
    assert code == (0 if data["same"] else 1)
    return data


def contents(archive: Path) -> tuple[Manifest, dict[str, bytes]]:
    with Archive.open(archive) as opened:
        manifest, problems = opened.verify()
        assert manifest is not None
        assert not problems
        return manifest, {item.name: opened.read(item.name, 2**30) for item in manifest.members}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run of fed-3 with ОМС, its evidence signed."""
    out = tmp_path_factory.mktemp("run") / "out"
    command = ["demo", "--variant", "fed-3", "--oms", "--key", str(CREDENTIAL), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "dopusk", *command],
        cwd=out.parent,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Finished(done.returncode, done.stdout, out)


def test_a_run_writes_the_five_files(run: Finished) -> None:
    names = {"report.pdf", "report.html", "report.json", "junit.xml", "evidence.zip"}
    assert names <= {path.name for path in run.out.iterdir()}
    assert not list(run.out.glob("journal.sqlite-*"))
    manifest, members = contents(run.out / "evidence.zip")
    assert {*members} >= {*names, "journal.sqlite", "declaration.json"} - {"evidence.zip"}
    assert manifest.run["verdict"] == "соответствует"
    for what in ("каталог требований", "профиль обмена", "код стенда"):
        assert manifest.fingerprints[what]
    assert any(name.startswith("сценарии federal/fed-3") for name in manifest.fingerprints)
    assert any(name.startswith("пакет правил вида 194") for name in manifest.fingerprints)
    assert any(name.startswith("НСИ 1.2.643") for name in manifest.fingerprints)


def test_the_same_verdict_offline(run: Finished, tmp_path: Path) -> None:
    again = judged(run.out / "evidence.zip", "--out", str(tmp_path / "again"))
    assert again["same"], again
    assert again["environment"] == []
    assert again["signature"]["state"] == "верна"
    assert again["signature"]["test_trust"]
    assert again["scenarios"] == len(run.report["scenarios"])
    drawn = json.loads((tmp_path / "again" / "report.json").read_text(encoding="utf-8"))
    assert drawn["findings"] == run.report["findings"]
    assert drawn["blocking"] == run.report["blocking"]
    code, text = judge(run.out / "evidence.zip")
    assert code == 0
    assert "Итог тот же: СООТВЕТСТВУЕТ" in text


def test_a_byte_of_any_member_is_named(run: Finished, tmp_path: Path) -> None:
    archive = tmp_path / "evidence.zip"
    whole = (run.out / "evidence.zip").read_bytes()
    with Archive.open(run.out / "evidence.zip") as opened:
        places = {name: item.data_offset for name, item in opened.members.items()}
        sizes = {name: item.packed_size for name, item in opened.members.items()}
    for name, place in places.items():
        changed = bytearray(whole)
        changed[place + sizes[name] // 2] ^= 0x10
        archive.write_bytes(changed)
        code, text = judge(archive)
        assert code == 1
        assert f"✗ {name}: " in text, text


def forge(run: Finished, target: Path, edit: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the run's archive with other contents and a manifest that fits them."""
    manifest, members = contents(run.out / "evidence.zip")
    edit(members)
    sources = [Source(name, data) for name, data in members.items()]
    write_evidence(target, sources, run=manifest.run, fingerprints=manifest.fingerprints)
    return target


def test_a_forged_verdict(run: Finished, tmp_path: Path) -> None:
    """The manifest fits, but the report says what the journal does not bear."""

    def edit(members: dict[str, bytes]) -> None:
        report = json.loads(members["report.json"])
        report["scenarios"][0]["verdict"] = "не соответствует"
        report["findings"][0]["code"] = "SIG-DIGEST"
        report["requirements"].pop()
        report["blocking"] = ["выдумано"]
        members["report.json"] = json.dumps(report).encode()

    again = judged(forge(run, tmp_path / "forged.zip", edit))
    assert not again["same"]
    assert again["problems"] == []
    assert again["environment"] == []
    told = " ".join(item["what"] for item in again["differences"])
    for what in ("сценарий", "находка", "требование", "что мешает"):
        assert what in told, told
    assert "не следует из журнала" in judge(tmp_path / "forged.zip")[1]


@pytest.mark.parametrize("name", ["report.json", "journal.sqlite"])
@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"SQLite format 3\0"])
def test_members_that_are_nothing(run: Finished, tmp_path: Path, name: str, data: bytes) -> None:
    archive = forge(run, tmp_path / "x.zip", lambda members: members.update({name: data}))
    assert judge(archive)[0] == 2


@pytest.mark.parametrize("name", ["report.json", "journal.sqlite"])
def test_members_that_are_missing(run: Finished, tmp_path: Path, name: str) -> None:
    archive = forge(run, tmp_path / "x.zip", lambda members: members.__delitem__(name))
    assert judge(archive)[0] == 2


def test_another_signer_is_not_trusted(run: Finished) -> None:
    other = ROOT / "fixtures" / "pki" / "credentials" / "curve-cryptopro-A.pem"
    code, text = judge(run.out / "evidence.zip", "--trust", str(other))
    assert code == 1
    assert "Подпись неверна" in text


def test_another_dictionary_is_told(run: Finished, tmp_path: Path) -> None:
    table = tmp_path / "home" / "nsi" / "1.2.643.5.1.13.13.99.2.166_9.9.json"
    table.parent.mkdir(parents=True)
    rows = {"oid": "1.2.643.5.1.13.13.99.2.166", "version": "9.9", "rows": []}
    table.write_text(json.dumps(rows), encoding="utf-8")
    _, text = judge(run.out / "evidence.zip", home=tmp_path / "home")
    assert "НСИ 1.2.643.5.1.13.13.99.2.166 версии 9.9 (импорт): при прогоне не было" in text


def test_a_defect_fails_again(dopusk: Command) -> None:
    done = dopusk("demo", "--defect", "bom", "--variant", "fed-3", "--no-pdf")
    assert done.code == 1
    again = judged(done.out / "evidence.zip")
    assert again["same"], again["differences"]
    assert again["judged"] == "не соответствует"
    assert again["signature"]["state"] == "нет"


def test_chosen_scenarios_and_open_data(dopusk: Command) -> None:
    options = ("--scenario", "success", "--no-mask", "--no-pdf")
    done = dopusk("demo", "--variant", "mo-2", "--variant", "fed-3", *options)
    assert done.code == 4
    again = judged(done.out / "evidence.zip")
    assert again["same"], again["differences"]
    assert again["judged"] == "не проверено"


def test_a_suite_of_a_region(dopusk: Command, tmp_path: Path) -> None:
    folder = tmp_path / "suite"
    shutil.copytree(ROOT / "examples" / "suite-region", folder)
    text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        text = text.replace("http://127.0.0.1:8090", mis.url).replace("port = 8080", "port = 0")
        (tmp_path / "mis.toml").write_text(text, encoding="utf-8")
        options = ("--variant", "fed-3", "--scenario", "in-time", "--suite", folder, "--no-pdf")
        done = dopusk("run", tmp_path / "mis.toml", *options)
    assert [item["id"] for item in done.report["scenarios"]] == ["fed-3/deadline/in-time"]
    shutil.rmtree(folder)
    code, said = judge(done.out / "evidence.zip")
    assert code == 2
    assert "--allow-code" in said
    assert "suites/1/steps/" in said
    again = judged(done.out / "evidence.zip", "--allow-code")
    assert again["same"], again["differences"]
    assert again["environment"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="прерывание процесса посылает сигнал POSIX")
def test_a_run_that_was_cut_short(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-u", "-m", "dopusk", "demo", "--variant", "fed-3", "--no-pdf"]
    with subprocess.Popen(
        [*command, "--out", str(out)],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "✓" in line:
                break
        process.send_signal(signal.SIGINT)
        text = process.communicate(timeout=DEADLINE)[0]
    assert process.returncode == 4, text
    assert "Прогон прерван" in text
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "не проверено"
    assert 1 <= len(report["scenarios"]) < 20
    again = judged(out / "evidence.zip")
    assert again["same"], again["differences"]


def test_what_is_no_archive(tmp_path: Path) -> None:
    assert judge(tmp_path / "absent.zip")[0] == 2
    (tmp_path / "x.zip").write_text("текст", encoding="utf-8")
    code, text = judge(tmp_path / "x.zip")
    assert code == 2
    assert "не архив улик" in text
