"""The page about reactions to refusals: docs/reactions.md."""

from __future__ import annotations

import sys
from pathlib import Path

from dopusk.remd.errors import remd_errors
from dopusk.remd.reactions import Action, Reaction, reaction_to_failure, reactions

COMMAND = "python -m dopusk.remd.reactions_page docs/reactions.md"
HEAD = f"""# Что МИС делает после отказа РЭМД

Страница собрана командой `{COMMAND}` из
`schemas/remd/reactions.toml`; править её руками не нужно. Коды — НСИ 1.2.643.5.1.13.13.99.2.305,
контур «регистрация СЭМД». «Соглашение стенда» значит, что действие выведено из текста кода: само
по себе такое правило МИС не бракует. Если кодов несколько, решает самый тяжёлый: сначала «показать
человеку», потом «исправить»; повтор помогает, только когда его допускают все коды.

Что МИС решила, она сообщает полем `reaction` статуса (`schemas/openapi/mis-adapter.yaml`): `retry`,
`mend`, `person` или `none` — «ничего не делать». Его читают шаги «МИС показывает, что делать дальше
после отказа» и «… после сбоя». Позвать человека вместо «исправить» можно, наоборот нельзя. Если
поля нет, это замечание `REACT-UNTOLD`, и об остальном судят по состоянию и по повторам.
"""


def reactions_page() -> str:
    """Return the page: actions from the lightest, each with its codes."""
    lines = [HEAD]
    for action in (Action.RETRY, Action.MEND, Action.PERSON):
        label = action.label
        lines += [f"## {label[0].upper()}{label[1:]}", "", "| № | код | почему | на чём стоит |"]
        lines += ["|---|---|---|---|"]
        if action is reaction_to_failure().action:
            lines.append(_cells("", "сбой без кода", reaction_to_failure()))
        chosen = [item for item in reactions().values() if item.action is action]
        lines += [
            _row(item) for item in sorted(chosen, key=lambda item: remd_errors()[item.code].id)
        ]
        lines.append("")
    return "\n".join(lines)


def _row(item: Reaction) -> str:
    return _cells(str(remd_errors()[item.code].id), f"`{item.code}`", item)


def _cells(number: str, name: str, item: Reaction) -> str:
    pause = f" Не раньше чем через {item.pause:.0f} с." if item.pause else ""
    return f"| {number} | {name} | {item.why}{pause} | {item.evidence}: {item.source} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reactions_page(), encoding="utf-8", newline="\n")
