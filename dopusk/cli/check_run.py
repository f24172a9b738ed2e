"""A whole run of `dopusk check`: the documents, the processes, the output, the results file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from dopusk.cli.check_files import PathsError, documents
from dopusk.cli.check_one import Judged, Settings, State, json_line, judge
from dopusk.cli.check_pool import Known, Pool, PoolError, cores
from dopusk.cli.check_progress import progress
from dopusk.cli.check_results import Results, ResultsError, open_results
from dopusk.cli.check_tally import MANY, Tally
from dopusk.cli.check_view import View
from dopusk.cli.console import console, error_console, fail
from dopusk.verdict import ExitCode

FEW = 100
"""So few documents are judged sooner than processes start."""
SHOWN = 50
"""So many of the others are shown then."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is done and shown."""

    out: Path | None = None
    """File of results."""
    jobs: int | None = None
    """Processes; None for as many as pay off."""
    as_json: bool = False
    verbose: bool = False
    strict: bool = False


def run_check(paths: Sequence[str], settings: Settings, options: Options) -> int:
    """Judge the documents, show what was found, and return the exit code."""
    try:
        total = sum(1 for _ in documents(paths))
        return _Run(settings, options, total).over(documents(paths))
    except (PathsError, ResultsError) as error:
        fail(str(error))
    except PoolError as error:
        fail(str(error), ExitCode.STAND_ERROR)


class _Run:
    def __init__(self, settings: Settings, options: Options, total: int) -> None:
        self._settings = settings
        self._options = options
        self._total = total
        self._tally = Tally()
        self._screen = _Screen(options, brief=total > MANY)

    def over(self, paths: Iterable[Path]) -> int:
        """Judge the documents; return the exit code."""
        out = self._options.out
        opened: AbstractContextManager[Results | None] = (
            open_results(out, self._settings) if out else nullcontext()
        )
        with opened as results:
            if results is not None and results.kept:
                self._screen.say(f"Прежних результатов: {results.kept}. Проверяю остальное.")
            finished = self._judge(paths, results)
        if self._total > 1 or not finished:
            self._screen.summary(self._tally)
        if finished:
            return self._tally.exit_code(strict=self._options.strict)
        self._screen.say(_broken_off(self._tally.total, self._total, out))
        return INTERRUPTED

    def _judge(self, paths: Iterable[Path], results: Results | None) -> bool:
        """Judge and show; return False when the user broke it off."""
        known: Known = results.known if results else lambda path: None
        with self._pool() as pool, progress(self._screen.bar, self._total) as advance:
            try:
                answers = pool.run(paths, known) if pool else self._serially(paths, known)
                for judged in answers:
                    self._take(judged, results)
                    advance()
            except KeyboardInterrupt:
                for judged in pool.rest() if pool else ():
                    self._take(judged, results)
                return False
        return True

    def _pool(self) -> AbstractContextManager[Pool | None]:
        wanted = self._options.jobs or (cores() if self._total > FEW else 1)
        jobs = min(wanted, self._total)
        return Pool(self._settings, jobs) if jobs > 1 else nullcontext()

    def _serially(self, paths: Iterable[Path], known: Known) -> Iterator[Judged]:
        for path in paths:
            yield known(path) or judge(path, self._settings)

    def _take(self, judged: Judged, results: Results | None) -> None:
        if results is not None and not judged.earlier:
            results.append(judged)
        self._tally.add(judged)
        self._screen.show(judged)


class _Screen:
    """Standard output for documents; standard error for the rest when a program reads it."""

    def __init__(self, options: Options, *, brief: bool) -> None:
        self._output = console()
        self._words: Console = error_console() if options.as_json else self._output
        self._lines = options.as_json and options.out is None
        self._silent = options.as_json
        self._brief = brief and not options.verbose
        self._shown = 0
        self._unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        width = self._output.width if self._output.is_terminal else None
        self._view = View(width=width, verbose=options.verbose)
        self.bar = self._output if self._output.is_terminal else error_console()

    def show(self, judged: Judged) -> None:
        """Show a document, when it is one to show."""
        if self._lines:
            typer.echo(judged.line if self._unicode else json_line(judged.record, ascii_only=True))
        if self._silent or (self._brief and not self._worth(judged.state)):
            return
        for line in self._view.lines(judged):
            self._print(line)

    def summary(self, tally: Tally) -> None:
        """Show what all documents come to."""
        for line in tally.lines():
            self._words.print(line, soft_wrap=True)

    def say(self, text: str) -> None:
        """Say something about the run itself."""
        self._words.print(Text(text), soft_wrap=True)

    def _print(self, line: Text) -> None:
        self._output.print(line, soft_wrap=True)

    def _worth(self, state: State) -> bool:
        """Tell whether a document among many is shown: those that are not well, not too many."""
        if state in (State.CLEAN, State.PARTLY):
            return False
        self._shown += 1
        if self._shown == SHOWN + 1:
            self.say("Остальные документы с ошибками только считаю: все — с --out или -v.")
        return self._shown <= SHOWN


def _broken_off(done: int, total: int, out: Path | None) -> str:
    text = f"Прервано: проверено {done} из {total}. "
    if out is None:
        return text + "Чтобы потом продолжать с того же места, задайте --out ФАЙЛ."
    return text + "Чтобы продолжить, повторите ту же команду."
