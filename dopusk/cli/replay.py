"""Judges a recorded run again: the same scenarios against its journal, without network or МИС."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dopusk.cli.outcome import assemble
from dopusk.cli.runner import rules_of
from dopusk.cli.scenarios import Selection, run_scenarios, trust_of
from dopusk.clock import Clock
from dopusk.declaration.model import Declaration, Variant
from dopusk.drivers import ReplayDriver
from dopusk.drivers.journaled import ACTOR
from dopusk.evidence.fingerprints import fingerprints
from dopusk.evidence.record import recorded_circuits, recorded_plan
from dopusk.extension import Extension
from dopusk.journal import Journal, Phase
from dopusk.verdict.result import RunResult
from steps.trial import CurrentScenario, Run


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a recorded run comes to when it is judged here and now."""

    result: RunResult
    declaration: Declaration
    """As it was recorded."""
    fingerprints: dict[str, str]
    """By what it was judged now."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Told what a scenario waits for: a recorded one waits for nothing."""

    def waiting(self, what: str, seconds_left: float) -> None:
        """Show nothing."""


@dataclass
class _Moment:
    """The real time of the recorded step under way."""

    journal: Journal
    current: CurrentScenario
    fallback: datetime
    _known: tuple[str, datetime] | None = field(default=None)

    def __call__(self) -> datetime:
        name = self.current.id
        if name is None:
            return self.fallback
        if self._known is None or self._known[0] != name:
            marks = self.journal.entries(actor="runner", operation="scenario-begin", scenario=name)
            self._known = (name, marks[0].at if marks else self.fallback)
        return self._known[1]


def judge_again(journal: Journal, folder: Path, extensions: Sequence[Extension]) -> Judgement:
    """Return what the recorded run comes to; files of its declaration lie in `folder`.

    Raises EvidenceError when the journal lacks what is needed, LaunchError, StandError and
    TrustError when it cannot be judged.
    """
    plan = recorded_plan(journal, folder)
    circuits = recorded_circuits(journal, folder)
    rules = rules_of(plan.declaration.wire_profile, extensions)
    started = datetime.fromisoformat(str(journal.run["started"])).astimezone(UTC)
    last = journal.entry(journal.last_seq)
    current = CurrentScenario()
    clock = Clock(journal.clock.shift, _Moment(journal, current, started))

    @contextmanager
    def launch(variant: Variant) -> Iterator[Run]:
        circuit = circuits.get(variant)
        if circuit is None:
            pytest.skip(f"прогон до варианта {variant} не дошёл")
        answers = journal.stream(phase=Phase.RESPONSE, peer=ACTOR)
        yield Run(
            declaration=circuit.declaration,
            variant=variant,
            journal=journal,
            clock=clock,
            driver=ReplayDriver(answers, lambda: current.id),
            watcher=Silent(),
            current=current,
            trust=trust_of(circuit.declaration),
            entry_url=circuit.entry_url,
            addresses=circuit.addresses,
            profile=rules.profile,
            circuit=None,
        )

    selection = Selection(plan.declaration, plan.variants, rules.catalogue, plan.only, extensions)
    plugin = run_scenarios(selection, launch, [])
    result = assemble(
        run_id=str(journal.run["id"]),
        started=started,
        finished=last.at if last else started,
        declaration=plan.declaration,
        variants=plan.variants,
        command=str(journal.run["command"]),
        clock=clock,
        journal=journal,
        scenarios=plugin.results,
        left_out=plugin.left_out,
        unfinished=plugin.unfinished,
        rules=rules,
    )
    return Judgement(result, plan.declaration, fingerprints(extensions, rules.profile_file))
