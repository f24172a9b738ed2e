"""The operator's side of the driver `manual` in a terminal: tasks, questions, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dopusk.drivers import DriverError, Reply, Task

REPLIES: Mapping[str, Reply] = {
    "": Reply.DONE,
    "г": Reply.DONE,
    "готово": Reply.DONE,
    "о": Reply.REPEAT,
    "повторить": Reply.REPEAT,
    "п": Reply.SKIP,
    "пропустить": Reply.SKIP,
}
"""What the operator may type at a task."""


@dataclass(frozen=True, slots=True)
class TerminalPrompter:
    """Speaks with the operator in the console.

    `aside` takes away the live line of the run while the operator is asked; `wait_seconds` is how
    long the stand waits for a message after a task.
    """

    console: Console
    aside: Callable[[], AbstractContextManager[None]]
    wait_seconds: float

    def show(self, task: Task) -> None:
        """Print what to do, the control example and what is awaited."""
        with self.aside():
            steps = [f"{number}. {step}" for number, step in enumerate(task.steps, 1)]
            body = Text("\n".join([*steps, "", f"Стенд ждёт {task.awaited}"]))
            self.console.print()
            self.console.print(Panel(body, title=Text(task.title), title_align="left"))
            if task.example:
                self.console.print(_table(task))

    def reply(self, task: Task) -> Reply:
        """Ask until the answer is one of the three."""
        question = (
            f"Enter — сделано (дальше стенд ждёт {self.wait_seconds:g} с) · "
            "о — показать ещё раз · п — пропустить"
        )
        while True:
            said = self._ask(question).lower()
            if said in REPLIES:
                return REPLIES[said]
            self._say("Ответа такого нет: нажмите Enter или введите о либо п.")

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        """Ask for a number of the list until it is one."""
        keys = list(choices)
        listed = " · ".join(f"{number} — {choices[key]}" for number, key in enumerate(keys, 1))
        while True:
            said = self._ask(f"{question}. {listed}")
            if said.isdecimal() and 1 <= int(said) <= len(keys):
                return keys[int(said) - 1]
            self._say(f"Введите число от 1 до {len(keys)}.")

    def text(self, question: str, *, required: bool = False) -> str | None:
        """Ask for a line; an empty one means nothing, unless an answer is required."""
        while True:
            said = self._ask(question)
            if said or not required:
                return said or None
            self._say("Без этого дальше нельзя: введите хотя бы слово.")

    def _ask(self, question: str) -> str:
        with self.aside():
            try:
                answer = self.console.input(Text(f"{question}: ", style="bold"))
            except EOFError:
                raise DriverError(
                    "ввод закончился: для прогона с оператором нужен терминал"
                ) from None
            except UnicodeDecodeError:
                return "�"
        return answer.strip()

    def _say(self, text: str) -> None:
        with self.aside():
            self.console.print(Text(text, style="yellow"))


def _table(task: Task) -> Table:
    table = Table("Что", "Значение", title="Контрольный пример", title_justify="left")
    for section in task.example:
        table.add_row(Text(section.title, style="bold"), "")
        for name, value in section.rows:
            table.add_row(Text(f"  {name}"), Text(value, overflow="fold"))
        table.add_section()
    return table
