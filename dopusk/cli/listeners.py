"""What the terminal shows while scenarios run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from dopusk.verdict import Finding, Severity, Verdict
from dopusk.verdict.result import ScenarioResult, StepResult

MARKS = {
    Verdict.PASS: ("✓", "green"),
    Verdict.FAIL: ("✗", "red"),
    Verdict.REMARK: ("!", "yellow"),
    Verdict.SKIP: ("?", "yellow"),
    Verdict.NOT_APPLICABLE: ("–", "dim"),
    Verdict.ATTESTED: ("§", "cyan"),
    Verdict.STAND_ERROR: ("⚠", "magenta"),
}
"""Sign and colour of each verdict."""


@dataclass
class TerminalListener:
    """Shows scenarios as they run: a live line on a terminal, plain lines without one."""

    console: Console
    verbose: bool = False
    _status: Status | None = field(default=None, init=False)
    _step: str = field(default="", init=False)
    _variant: str = field(default="", init=False)

    def scenario_begins(self, scenario_id: str, name: str, variant: str) -> None:
        """Print the variant once and show the scenario's name."""
        if variant != self._variant:
            self._variant = variant
            self.console.print(f"\n[bold]Вариант {variant}[/bold]")
        if self.console.is_terminal:
            self._status = self.console.status(escape(name))
            self._status.start()

    def step_begins(self, keyword: str, text: str) -> None:
        """Show the step on the live line."""
        self._step = f"{keyword} {text}"
        if self._status is not None:
            self._status.update(escape(self._step))

    def waiting(self, what: str, seconds_left: float) -> None:
        """Show what is awaited and how long still."""
        text = f"жду: {what}, ещё {seconds_left:.0f} с"
        if self._status is not None:
            self._status.update(f"{escape(self._step)} [dim]({escape(text)})[/dim]")
        elif int(seconds_left) % 10 == 0:
            self.console.print(f"  … {escape(text)}", style="dim")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the live line away while the operator is asked something."""
        live, self._status = self._status, None
        if live is not None:
            live.stop()
        try:
            yield
        finally:
            if live is not None:
                live.start()
            self._status = live

    def step_ends(self, step: StepResult) -> None:
        """Print the step in verbose mode."""
        if self.verbose:
            mark, colour = MARKS[step.verdict]
            self.console.print(f"    [{colour}]{mark}[/] {step.keyword} {escape(step.text)}")

    def scenario_ends(self, result: ScenarioResult) -> None:
        """Print the scenario's verdict and its findings."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        mark, colour = MARKS[result.verdict]
        self.console.print(
            f"  [{colour}]{mark}[/] {escape(result.name)} [dim]{result.seconds:.1f} с[/dim]",
            highlight=False,
        )
        if result.verdict in (Verdict.PASS, Verdict.REMARK):
            return
        for item in _decisive(result):
            self.console.print(
                f"      [{colour}]{item.code}[/] {escape(item.message)}",
                highlight=False,
                soft_wrap=True,
            )
        if result.note:
            self.console.print(f"      {escape(result.note)}", style="magenta", soft_wrap=True)


def _decisive(result: ScenarioResult) -> tuple[Finding, ...]:
    """Return the findings that explain the verdict; the rest is for the report."""
    wanted = Severity.UNCHECKED if result.verdict is Verdict.SKIP else Severity.ERROR
    return tuple(item for item in result.findings if item.severity is wanted)
