"""report.json: the run as plain JSON, and back (schemas/report.schema.json describes it).

Every other renderer reads only this dict, so a report can be drawn again from the file alone.
Findings stand once, in one list; steps and the «что чинить сначала» list refer to them by number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dopusk.verdict import ExitCode, Finding, Verdict
from dopusk.verdict.result import (
    FORMAT,
    MessageRecord,
    RequirementResult,
    RunResult,
    ScenarioResult,
    StepResult,
)
from reports.mending import mend_first
from reports.statistics import statistics
from reports.typed import check_types, typed

_PLAIN = (
    "id",
    "started",
    "finished",
    "as_of",
    "as_of_declared",
    "stand_version",
    "command",
    "time_scale",
    "oms",
    "provider",
)


class ReportError(ValueError):
    """The file is not a report that this version can read; the text is for the user."""


def dump(result: RunResult) -> dict[str, Any]:
    """Return the run as a JSON-ready dict.

    `candidate["conventions_block"]` (default false) tells whether breaches of the stand's
    conventions count as blocking in the ordering and in the statistics.
    """
    index: dict[Finding, int] = {}
    for scenario in result.scenarios:
        for step in scenario.steps:
            for item in step.findings:
                index.setdefault(item, len(index))
    pool = list(index)
    strict = bool(result.candidate.get("conventions_block", False))
    return {
        "format": FORMAT,
        **{name: getattr(result, name) for name in _PLAIN},
        "verdict": str(result.verdict),
        "exit_code": int(result.exit_code),
        "candidate": dict(result.candidate),
        "variants": list(result.variants),
        "rules": [dict(item) for item in result.rules],
        "blocking": list(result.blocking),
        "remarks": list(result.remarks),
        "statistics": statistics(result, pool, conventions_block=strict),
        "mend_first": mend_first(result.scenarios, pool, index, conventions_block=strict),
        "findings": [
            {**item.to_dict(), "blocks": item.blocks(conventions_block=strict)} for item in pool
        ],
        "requirements": [_listed(asdict(item)) for item in result.requirements],
        "scenarios": [_scenario(item, index) for item in result.scenarios],
        "messages": [{**asdict(item), "note": dict(item.note)} for item in result.messages],
    }


def load(data: Mapping[str, Any]) -> RunResult:
    """Return the run that `dump` wrote; raises ReportError for anything else."""
    if data.get("format") != FORMAT:
        raise ReportError(
            f"Это не отчёт «Допуска» версии {FORMAT}: в поле format стоит {data.get('format')!r}. "
            "Укажите папку прогона или файл report.json, записанный этой версией."
        )
    try:
        return _load(data)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise ReportError(
            f"report.json повреждён или дописан вручную: {error}. "
            "Возьмите файл из папки прогона без изменений."
        ) from error


def read(path: Path) -> dict[str, Any]:
    """Return the report dict of a file or of a run's folder, counts and ordering worked out anew.

    Raises ReportError when the file is absent, is not JSON or is not a report.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(
            f"Нет отчёта {file}: {error.strerror}. Укажите папку прогона, в которой лежит "
            "report.json (её печатает dopusk run)."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file} — не JSON: {error}") from error
    if not isinstance(data, dict):
        raise ReportError(f"{file} — не отчёт: ожидался объект JSON.")
    return dump(load(data))


def _load(data: Mapping[str, Any]) -> RunResult:
    pool = [_finding(item) for item in data["findings"]]
    return typed(
        RunResult,
        **{name: data[name] for name in _PLAIN},
        verdict=Verdict(data["verdict"]),
        exit_code=ExitCode(data["exit_code"]),
        candidate=data["candidate"],
        variants=tuple(data["variants"]),
        rules=tuple(data["rules"]),
        blocking=tuple(data["blocking"]),
        remarks=tuple(data["remarks"]),
        requirements=tuple(
            typed(
                RequirementResult,
                **{
                    **item,
                    "verdict": Verdict(item["verdict"]),
                    "scenarios": tuple(item["scenarios"]),
                },
            )
            for item in data["requirements"]
        ),
        scenarios=tuple(_load_scenario(item, pool) for item in data["scenarios"]),
        messages=tuple(typed(MessageRecord, **item) for item in data["messages"]),
    )


def _finding(data: Mapping[str, Any]) -> Finding:
    made = Finding.from_dict({name: value for name, value in data.items() if name != "blocks"})
    check_types(made)
    if made.where:
        check_types(made.where)
    return made


def _scenario(item: ScenarioResult, index: Mapping[Finding, int]) -> dict[str, Any]:
    data = {
        name: getattr(item, name)
        for name in ("id", "name", "feature", "variant", "started", "seconds", "note")
    }
    return {
        **data,
        "verdict": str(item.verdict),
        "requirements": list(item.requirements),
        "journal": list(item.journal),
        "steps": [_step(step, index) for step in item.steps],
    }


def _step(step: StepResult, index: Mapping[Finding, int]) -> dict[str, Any]:
    return {
        "keyword": step.keyword,
        "text": step.text,
        "verdict": str(step.verdict),
        "seconds": step.seconds,
        "findings": [index[item] for item in step.findings],
        "messages": list(step.messages),
        "note": step.note,
    }


def _load_scenario(data: Mapping[str, Any], pool: Sequence[Finding]) -> ScenarioResult:
    first, last = data["journal"]
    steps = tuple(
        typed(
            StepResult,
            **{
                **step,
                "verdict": Verdict(step["verdict"]),
                "findings": tuple(pool[number] for number in step["findings"]),
                "messages": tuple(step["messages"]),
            },
        )
        for step in data["steps"]
    )
    return typed(
        ScenarioResult,
        **{
            **data,
            "verdict": Verdict(data["verdict"]),
            "requirements": tuple(data["requirements"]),
            "journal": (first, last),
            "steps": steps,
        },
    )


def _listed(data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value)
        if isinstance(value, tuple)
        else str(value)
        if isinstance(value, Verdict)
        else value
        for name, value in data.items()
    }
