"""Known failures: a file that changes the exit code of a run in CI and never its report.

An entry names a finding, a scenario or a requirement (or a finding in one scenario), says why it is
known and until when it may stay. An entry past its date excuses nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dopusk.verdict.outcome import ExitCode, Verdict, exit_code, run_verdict
from dopusk.verdict.result import RequirementResult, RunResult, ScenarioResult
from dopusk.verdict.rule import rules

PARTLY = "Проведены не все сценарии"
"""How the sentence about scenarios that the operator left out begins (dopusk.cli.outcome)."""
OF_PACKS = ("SCH-", "Q015-", "Q016-", "Q022-", "Q023-")
"""How codes of single checks begin that packs and dictionaries hold, not dopusk/verdict/rules."""
_KEYS = {"finding", "scenario", "requirement", "reason", "until"}
_BAD = (Verdict.FAIL, Verdict.SKIP)
"""What may be excused; a stand error never is: nothing was seen of the candidate."""


class ExpectedError(ValueError):
    """The file of known failures cannot be used; the text is for the user."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One known failure."""

    number: int
    """Place in the file, from 1."""
    reason: str
    until: date
    """Last day on which it is excused."""
    finding: str | None = None
    scenario: str | None = None
    """Whole id («fed-3/results/result-lost») or its end («result-lost»)."""
    requirement: str | None = None

    def __str__(self) -> str:
        """Return how the entry is told of: its number and what it names."""
        named = [name for name in (self.finding, self.scenario, self.requirement) if name]
        return f"запись {self.number} ({' в '.join(named)})"

    def names(self, scenario: ScenarioResult) -> bool:
        """Tell whether the entry is about this scenario, or about all of them."""
        wanted = self.scenario
        return wanted is None or scenario.id == wanted or scenario.id.endswith(f"/{wanted}")


@dataclass(frozen=True, slots=True)
class Excused:
    """What the known failures make of a run's exit code."""

    code: ExitCode
    scenarios: tuple[str, ...]
    """Ids of the excused scenarios."""
    requirements: tuple[str, ...]
    notes: tuple[str, ...]
    """Russian sentences about entries: unknown, past their date, no longer failing."""


def read_expected(path: Path) -> tuple[Expected, ...]:
    """Return the entries of a file; raises ExpectedError that says what to mend."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ExpectedError(f"{path} не читается: {error.strerror}") from error
    except ValueError as error:
        raise ExpectedError(f"{path}: не TOML: {error}") from error
    rows = data.get("expected", [])
    if set(data) - {"expected"} or not isinstance(rows, list):
        raise ExpectedError(f"{path}: ожидались только разделы [[expected]]")
    return tuple(_entry(path, number, row) for number, row in enumerate(rows, 1))


def _entry(path: Path, number: int, row: object) -> Expected:
    place = f"{path}, запись {number}"
    if not isinstance(row, Mapping):
        raise ExpectedError(f"{place}: нужен раздел [[expected]]")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise ExpectedError(f"{place}: лишнее {', '.join(unknown)}; бывают {', '.join(_KEYS)}")
    until = row.get("until")
    if type(until) is not date:
        raise ExpectedError(f"{place}: нужен срок без кавычек: until = 2026-12-31")
    reason = _text(place, row, "reason")
    if not reason:
        raise ExpectedError(f"{place}: нужна причина: reason = «почему это пока не исправлено»")
    entry = Expected(
        number=number,
        reason=reason,
        until=until,
        finding=_text(place, row, "finding"),
        scenario=_text(place, row, "scenario"),
        requirement=_text(place, row, "requirement"),
    )
    if entry.requirement and (entry.finding or entry.scenario):
        raise ExpectedError(f"{place}: requirement пишут отдельной записью")
    if not (entry.finding or entry.scenario or entry.requirement):
        raise ExpectedError(f"{place}: назовите finding, scenario или requirement")
    return entry


def _text(place: str, row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ExpectedError(f"{place}: {name} — строка в кавычках")
    return value.strip() or None if value else None


def excuse(result: RunResult, entries: Sequence[Expected], today: date) -> Excused:
    """Return the exit code of the run when the known failures do not count.

    A failed scenario is excused when an entry names it alone, or when each of its blocking findings
    is named. A requirement is excused when an entry names it, or when every bad scenario of it is
    excused and no document of it is missing.
    """
    live = [entry for entry in entries if entry.until >= today]
    used: set[int] = set()
    scenarios = {
        item.id
        for item in result.scenarios
        if item.verdict in _BAD and _known(item, live, result, used)
    }
    bad = {item.id for item in result.scenarios if item.verdict in (*_BAD, Verdict.STAND_ERROR)}
    requirements = {
        row.id
        for row in result.requirements
        if row.verdict in _BAD and _known_requirement(row, live, used, scenarios, bad)
    }
    verdicts = [item.verdict for item in result.scenarios if item.id not in scenarios]
    verdicts += [row.verdict for row in result.requirements if row.id not in requirements]
    verdicts.append(Verdict.SKIP if _cut_short(result) else Verdict.PASS)
    code = exit_code(run_verdict(verdicts))
    return Excused(
        code=code,
        scenarios=tuple(sorted(scenarios)),
        requirements=tuple(sorted(requirements)),
        notes=tuple(_notes(result, entries, used, today)),
    )


def _cut_short(result: RunResult) -> bool:
    """Tell whether the run is incomplete for a reason that no scenario or requirement shows."""
    shown = [item.verdict for item in result.scenarios]
    shown += [item.verdict for item in result.requirements]
    alone = result.verdict is Verdict.SKIP and run_verdict(shown) is Verdict.PASS
    return alone or any(text.startswith(PARTLY) for text in result.blocking)


def _known(
    scenario: ScenarioResult, entries: Sequence[Expected], result: RunResult, used: set[int]
) -> bool:
    about = [entry for entry in entries if not entry.requirement and entry.names(scenario)]
    whole = [entry for entry in about if entry.finding is None]
    strict = bool(result.candidate.get("conventions_block", False))
    decisive = [item for item in scenario.findings if item.blocks(conventions_block=strict)]
    decisive = decisive or list(scenario.findings)
    named = {
        item.code: [entry for entry in about if entry.finding == item.code] for item in decisive
    }
    used.update(entry.number for entry in whole)
    used.update(entry.number for found in named.values() for entry in found)
    return bool(whole) or (bool(named) and all(named.values()))


def _known_requirement(
    row: RequirementResult,
    entries: Sequence[Expected],
    used: set[int],
    scenarios: set[str],
    bad: set[str],
) -> bool:
    named = [entry for entry in entries if entry.requirement == row.id]
    used.update(entry.number for entry in named)
    if named:
        return True
    own = set(row.scenarios) & bad
    return bool(own) and own <= scenarios and "A" not in row.verification


def _of_a_check(code: str) -> bool:
    """Tell whether checks may give the code: a rule's, or one made after a rule of a pack."""
    return code in rules() or code.startswith(OF_PACKS)


def _notes(
    result: RunResult, entries: Sequence[Expected], used: set[int], today: date
) -> Iterator[str]:
    requirements = {row.id for row in result.requirements}
    for entry in entries:
        if entry.finding and not _of_a_check(entry.finding) and entry.number not in used:
            yield f"{entry}: такой находки нет, проверьте код (dopusk explain)"
        elif entry.scenario and not any(entry.names(item) for item in result.scenarios):
            yield f"{entry}: такого сценария в прогоне нет"
        elif entry.requirement and entry.requirement not in requirements:
            yield f"{entry}: такого требования в прогоне нет"
        elif entry.until < today:
            yield f"{entry}: срок истёк {entry.until:%d.%m.%Y}, больше не прощается"
        elif entry.number not in used:
            yield f"{entry}: больше не встречается, уберите её из файла"
