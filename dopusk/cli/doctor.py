"""`dopusk doctor`: whether a run would work, and what to mend."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from dopusk.cli.console import console
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.cli.examination import Check
    from dopusk.cli.reachability import Operator
    from dopusk.declaration.model import Declaration

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}


def doctor(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="MIS.TOML", help="Декларация МИС. Без неё — только сам стенд."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Проверить перед прогоном стенд, декларацию и связь с МИС в обе стороны.

    Код выхода 0, если прогон возможен, и 2, если что-то нужно исправить.

    Примеры: [bold]dopusk doctor[/bold] · [bold]dopusk doctor mis.toml[/bold]
    """
    out = console()
    shown = out.status("Проверяю…") if out.is_terminal and not as_json else None
    with shown or nullcontext():
        checks = list(_checks(path, _Line(out, shown) if shown else None))
    good = all(check.state != "bad" for check in checks)
    if as_json:
        rows = [asdict(check) for check in checks]
        out.print_json(data={"ok": good, "checks": rows}, ensure_ascii=False, highlight=False)
    else:
        _show(checks, good)
    raise typer.Exit(ExitCode.CONFORMANT if good else ExitCode.USAGE)


@dataclass(frozen=True, slots=True)
class _Line:
    """The live line of the examination."""

    console: Console
    status: Status

    def operator(self, declaration: Declaration) -> Operator | None:
        """Return who acts where the МИС is driven by hand, None without anybody at a keyboard."""
        if declaration.driver.kind != "manual" or not sys.stdin.isatty():
            return None
        from dopusk.cli.prompter import TerminalPrompter
        from dopusk.cli.reachability import Operator

        prompter = TerminalPrompter(self.console, self._away, declaration.stand.wait)
        return Operator(prompter, self._waiting)

    @contextmanager
    def _away(self) -> Iterator[None]:
        self.status.stop()
        try:
            yield
        finally:
            self.status.start()

    def _waiting(self, seconds_left: float) -> None:
        self.status.update(f"Жду обращения МИС к стенду, ещё {seconds_left:.0f} с")


def _checks(path: Path | None, line: _Line | None) -> Iterator[Check]:
    from dopusk.cli.examination import Check, State, environment, machine
    from dopusk.cli.reachability import connection
    from dopusk.declaration import DeclarationError, load

    yield from environment()
    declaration = None
    if path is not None:
        try:
            declaration = load(path)
        except DeclarationError as error:
            advice = "Исправьте названные места; что значит поле, сказано над ним в заготовке."
            for problem in error.problems:
                yield Check("Декларация", "Ошибка", State.BAD, str(problem))
            yield Check("Декларация", str(path), State.BAD, "не принята", advice)
        else:
            about = f"{declaration.product} {declaration.version}, {declaration.vendor}"
            yield Check("Декларация", str(path), State.GOOD, about)
    yield from machine(declaration)
    if declaration is not None:
        yield from connection(declaration, line.operator(declaration) if line else None)


def _show(checks: Sequence[Check], good: bool) -> None:
    out = console()
    group = ""
    for check in checks:
        if check.group != group:
            group = check.group
            out.print(Text(f"\n{group}" if check is not checks[0] else group, style="bold"))
        mark, colour = MARKS[check.state]
        line = Text.assemble((mark, colour), f" {check.name}: {check.detail}")
        out.print(line)
        if check.advice:
            out.print(Text(f"  → {check.advice}", style=colour))
    bad = sum(check.state == "bad" for check in checks)
    out.print()
    if good:
        out.print("Всё готово к прогону.", style="green")
    else:
        out.print(f"Прогон не получится, пока не исправлено отмеченное ✗ ({bad}).", style="red")
