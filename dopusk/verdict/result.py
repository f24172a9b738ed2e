"""The result of a run, as report.json holds it: renderers read only this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dopusk.verdict.finding import Finding
from dopusk.verdict.outcome import ExitCode, Verdict

FORMAT = "dopusk-report/1"
"""Version of the report's shape (schemas/report.schema.json)."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a scenario."""

    keyword: str
    """Дано, Когда, Тогда, И."""
    text: str
    verdict: Verdict
    """SKIP when an earlier step made it impossible."""
    seconds: float
    findings: tuple[Finding, ...] = ()
    messages: tuple[int, ...] = ()
    """Journal numbers of the entries that the step looked at."""
    note: str | None = None
    """Why it was skipped, or the text of a stand error."""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One scenario of one variant."""

    id: str
    """Stable: `<feature file stem>/<slug or tag>`."""
    name: str
    feature: str
    variant: str
    requirements: tuple[str, ...]
    """Ids of the catalogue, from the tags."""
    verdict: Verdict
    started: str
    """ISO time, UTC."""
    seconds: float
    steps: tuple[StepResult, ...]
    journal: tuple[int, int] = (0, 0)
    """First and last journal number of the scenario."""
    note: str | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings of all steps, each once."""
        seen: dict[tuple[str, str, str], Finding] = {}
        for step in self.steps:
            for item in step.findings:
                seen.setdefault(item.key(), item)
        return tuple(seen.values())


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement of the catalogue in this run."""

    id: str
    clause: str
    text: str
    level: str
    verification: str
    """T, A or N."""
    verdict: Verdict
    scenarios: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One journal entry as the report shows it."""

    seq: int
    at: str
    stand_at: str
    phase: str
    actor: str
    peer: str | None
    operation: str
    status: int | None
    message_id: str | None
    relates_to: str | None
    local_uid: str | None
    body: str
    """Text of the body, cut at a bound; base64 payloads are shortened."""
    size: int
    """Bytes of the whole body."""
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A whole run."""

    id: str
    started: str
    finished: str
    as_of: str
    as_of_declared: bool
    """False when the as-of date is simply today."""
    stand_version: str
    command: str
    """The exact command that reproduces it."""
    time_scale: float
    candidate: Mapping[str, Any]
    """vendor, product, version, deployment, clientEntityId, mnemonic, organizations, driver."""
    variants: tuple[str, ...]
    oms: bool
    rules: tuple[Mapping[str, Any], ...]
    """Rule packs and dictionaries: what, kind, edition, source, version, sha256, window."""
    provider: str
    """Name of the GOST provider in use."""
    verdict: Verdict
    exit_code: ExitCode
    blocking: tuple[str, ...]
    """Russian sentences: what stands between the candidate and «соответствует»."""
    remarks: tuple[str, ...]
    """Russian sentences about the run itself: edition closed today, test PKI, conventions."""
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    messages: tuple[MessageRecord, ...]
