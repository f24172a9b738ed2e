from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
import sample_run
from jsonschema import Draft202012Validator

from dopusk.suite import schemas
from reports import json_report

BUILDERS = (
    sample_run.mixed,
    sample_run.passing,
    sample_run.empty,
    sample_run.many_findings,
    lambda: sample_run.mixed(sample_run.SEVEN),
)


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    text = (schemas() / "report.schema.json").read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


@pytest.mark.parametrize("build", BUILDERS)
def test_a_dump_obeys_the_schema_and_loads_back_the_same(build, schema):
    result = build()
    data = json.loads(json.dumps(json_report.dump(result), ensure_ascii=False))
    assert [error.message for error in schema.iter_errors(data)] == []
    assert json_report.load(data) == result


def test_the_schema_refuses_what_is_not_a_report(schema):
    data = json_report.dump(sample_run.passing())
    data["verdict"] = "годится"
    assert not schema.is_valid(data)


def test_a_finding_of_two_scenarios_stands_once_and_is_referred_to_twice():
    data = json_report.dump(sample_run.mixed())
    codes = [item["code"] for item in data["findings"]]
    assert codes.count("SCH-SAMPLE-LANGUAGE") == 1
    number = codes.index("SCH-SAMPLE-LANGUAGE")
    holders = [s["name"] for s in data["scenarios"] for step in s["steps"]
               if number in step["findings"]]  # fmt: skip
    assert len(holders) == 2


def test_blocking_marks_follow_the_declared_strictness():
    result = sample_run.mixed()
    lenient = json_report.dump(result)
    strict = json_report.dump(
        sample_run.replace(result, candidate={**result.candidate, "conventions_block": True})
    )

    def blocks(data):
        return {item["code"] for item in data["findings"] if item["blocks"]}

    assert "WIRE-SAMPLE-EXTRA" not in blocks(lenient)
    assert "WIRE-SAMPLE-EXTRA" in blocks(strict)
    assert strict["statistics"]["findings"]["blocking"] == (
        lenient["statistics"]["findings"]["blocking"] + 1
    )


def test_statistics_count_every_verdict_and_message():
    statistics = json_report.dump(sample_run.mixed())["statistics"]
    assert statistics["scenarios"] == {
        "соответствует": 2,
        "не соответствует": 3,
        "замечание": 1,
        "не проверено": 1,
        "сбой стенда": 1,
    }
    assert statistics["requirements"]["заявлено"] == 2
    assert statistics["messages"]["total"] == 70
    assert statistics["seconds"] == pytest.approx(8.412)


def test_read_takes_a_folder_or_a_file(tmp_path: Path):
    data = json_report.dump(sample_run.mixed())
    file = tmp_path / "report.json"
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert json_report.read(tmp_path) == json_report.read(file) == data


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "Нет отчёта"),
        (b"{", "не JSON"),
        (b"\xff\xfe\x00", "не JSON"),
        (b"[" * 100_000, "не JSON"),
        (b"[]", "не отчёт"),
        (b"{}", "format"),
        (b'{"format": "dopusk-report/9"}', "dopusk-report/1"),
        (b'{"format": "dopusk-report/1"}', "повреждён"),
    ],
)
def test_what_is_not_a_report_is_refused_in_words(tmp_path: Path, content, says):
    file = tmp_path / "report.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(json_report.ReportError, match=says):
        json_report.read(file)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["scenarios"][0].update(seconds="давно"),
        lambda d: d["scenarios"][0].update(verdict="может быть"),
        lambda d: d["scenarios"][2]["steps"][3].update(findings=[999]),
        lambda d: d["scenarios"][0].update(journal=[1]),
        lambda d: d["messages"][0].update(body=None),
        lambda d: d["messages"][0].pop("seq"),
        lambda d: d["messages"][0].update(surprise=1),
        lambda d: d["findings"][0].update(where={"line": "двенадцать"}),
        lambda d: d["requirements"][0].update(text=7),
        lambda d: d.update(variants=[None]),
        lambda d: d.update(candidate=[]),
        lambda d: d.update(exit_code=17),
        lambda d: d.update(findings=7),
    ],
)
def test_an_edited_report_is_refused_in_words(tmp_path: Path, spoil):
    data = copy.deepcopy(json_report.dump(sample_run.mixed()))
    spoil(data)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(json_report.ReportError, match="повреждён"):
        json_report.read(file)
