"""A region adds scenarios, steps, requirements and a wire profile from a folder of its own."""

from __future__ import annotations

from pathlib import Path

from commands import ROOT, Command, Finished

from fixtures.reference_mis import ReferenceMis, demo_declaration

EXAMPLE = ROOT / "examples" / "suite-region"
ATTESTATION = """
[[attestations]]
requirement = "REGION.2"
document = "Договор (учебный)"
number = "1"
issued = 2024-01-15
"""


def run(dopusk: Command, folder: Path, *options: str | Path, extra: str = "") -> Finished:
    text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        text = text.replace("http://127.0.0.1:8090", mis.url).replace("port = 8080", "port = 0")
        (folder / "mis.toml").write_text(text + extra, encoding="utf-8")
        return dopusk("run", folder / "mis.toml", "--variant", "fed-3", *options)


def test_the_example_runs(dopusk: Command, tmp_path: Path) -> None:
    done = run(dopusk, tmp_path, "--suite", EXAMPLE, "--scenario", "in-time", extra=ATTESTATION)
    (scenario,) = done.report["scenarios"]
    assert scenario["id"] == "fed-3/deadline/in-time"
    assert scenario["verdict"] == "соответствует", done.text
    requirements = {item["id"]: item["verdict"] for item in done.report["requirements"]}
    assert requirements["REGION.1"] == "соответствует"
    assert requirements["REGION.2"] == "заявлено"
    assert "РЭМД, профиль учебного региона" in {item["what"] for item in done.report["rules"]}


def test_scenarios_of_the_project_run_beside_it(dopusk: Command, tmp_path: Path) -> None:
    chosen = ("--scenario", "in-time", "--scenario", "success")
    done = run(dopusk, tmp_path, "--suite", EXAMPLE, *chosen)
    assert [item["id"] for item in done.report["scenarios"]] == [
        "fed-3/fed-3/success",
        "fed-3/deadline/in-time",
    ]
    verdicts = {item["verdict"] for item in done.report["scenarios"]}
    assert verdicts <= {"соответствует", "замечание"}, done.report["findings"]


def test_another_profile_reaches_stand_and_steps(dopusk: Command, tmp_path: Path) -> None:
    """localUid is looked for under another name, the МИС sends it under the usual one."""
    text = 'extends = true\n[message.registerDocumentRequest.fields]\nlocal_uid = ["номер"]\n'
    (tmp_path / "profile.toml").write_text(text, encoding="utf-8")
    connection = 'wire_profile = "profile.toml"\nkinds = ["194"]'
    source = ROOT / "fixtures" / "reference_mis" / "mis.toml"
    text = source.read_text(encoding="utf-8").replace('kinds = ["194"]', connection)
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        text = text.replace("http://127.0.0.1:8090", mis.url).replace("port = 8080", "port = 0")
        (tmp_path / "mis.toml").write_text(text, encoding="utf-8")
        options = ("--variant", "fed-3", "--scenario", "success", "--wait", "2")
        done = dopusk("run", tmp_path / "mis.toml", *options)
    assert done.code == 1, done.text
    assert "WIRE-UNKNOWN-ELEMENT" in {item["code"] for item in done.report["findings"]}


def test_a_wrong_folder_is_a_usage_error(dopusk: Command, tmp_path: Path) -> None:
    done = run(dopusk, tmp_path, "--suite", tmp_path / "нет")
    assert done.code == 2
    assert "нет" in done.text
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "profile.toml").write_text("[profile]", encoding="utf-8")
    done = run(dopusk, tmp_path, "--suite", tmp_path / "own")
    assert done.code == 2
    assert "profile.toml" in done.text
