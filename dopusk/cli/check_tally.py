"""What all documents of a check come to: states, the most frequent rules, the exit code."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.text import Text

from dopusk.cli.check_one import Judged, State, Weight
from dopusk.cli.check_view import COLOURS, cut
from dopusk.verdict import ExitCode

MANY = 20
"""With more documents the summary names rules; those of fewer are seen above it."""
TOP = 10
"""Rules that the summary names."""
WORDS = 90
"""Characters of a rule's words in the summary."""


@dataclass
class _Rule:
    weight: Weight
    words: str
    files: int = 0


@dataclass
class Tally:
    """Counts judgements; its size depends on the number of rules, not of documents."""

    states: Counter[State] = field(default_factory=Counter)
    reused: int = 0
    """How many of them were taken from the results file."""
    _rules: dict[str, _Rule] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    @property
    def total(self) -> int:
        """Return the number of documents."""
        return self.states.total()

    @property
    def seconds(self) -> float:
        """Return the seconds since the check began."""
        return time.monotonic() - self._began

    @property
    def rate(self) -> float:
        """Return how many documents were judged in a second."""
        return (self.total - self.reused) / max(self.seconds, 1e-6)

    def add(self, judged: Judged) -> None:
        """Count a judgement."""
        self.states[judged.state] += 1
        self.reused += judged.earlier
        for code, (weight, words) in judged.codes.items():
            self._rules.setdefault(code, _Rule(weight, words)).files += 1

    def lines(self) -> Iterator[Text]:
        """Return the summary: states, and of many documents the rules that most of them break."""
        head = f"Файлов: {self.total} за {self.seconds:.1f} с"
        if self.total > self.reused:
            head += f" ({self.rate:.0f} в секунду)"
        if self.reused:
            head += f", из них взято из прежних результатов: {self.reused}"
        yield Text(head, style="bold")
        for state in State:
            if self.states[state]:
                yield Text(f"  {state:<32}{self.states[state]:>8}", style=COLOURS[state])
        if self.total > MANY:
            yield from self._frequent()

    def _frequent(self) -> Iterator[Text]:
        order = list(Weight)
        rules = sorted(
            self._rules.items(), key=lambda pair: (order.index(pair[1].weight), -pair[1].files)
        )
        if rules:
            yield Text("Чаще всего (файлов):", style="bold")
        for code, rule in rules[:TOP]:
            text = Text(f"  {rule.weight:<13}", style=COLOURS[rule.weight])
            text.append(f"{rule.files:>8}  {code:<20}  {cut(rule.words, WORDS)}", style="default")
            yield text
        if len(rules) > TOP:
            yield Text(f"  и ещё правил: {len(rules) - TOP}")

    def exit_code(self, *, strict: bool) -> ExitCode:
        """Return the exit code: a proven failure outweighs what could not be checked."""
        states = self.states
        if states[State.FAILED]:
            return ExitCode.NOT_CONFORMANT
        if states[State.STAND_ERROR]:
            return ExitCode.STAND_ERROR
        if states[State.UNREAD]:
            return ExitCode.USAGE
        if states[State.UNJUDGED] or (strict and states[State.PARTLY]):
            return ExitCode.INCOMPLETE
        return ExitCode.CONFORMANT
