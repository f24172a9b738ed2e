"""The page about reactions to refusals: docs/reactions.md."""

from __future__ import annotations

import sys
from pathlib import Path

from dopusk.remd.errors import remd_errors
from dopusk.remd.reactions import Action, Reaction, reactions

COMMAND = "python -m dopusk.remd.reactions_page docs/reactions.md"
HEAD = f"""# Что МИС делает после отказа РЭМД

Страница собрана командой `{COMMAND}` из
`schemas/remd/reactions.toml`; править её руками не нужно. Коды — НСИ 1.2.643.5.1.13.13.99.2.305,
контур «регистрация СЭМД». «Соглашение стенда» значит, что действие выведено из текста кода: само
по себе такое правило МИС не бракует. Если кодов несколько, решает самый тяжёлый: сначала «показать
человеку», потом «исправить»; повтор помогает, только когда его допускают все коды.

По статусу из адаптера видно, повторяет ли МИС отправку и показывает ли отказ. Состояния «нужен
человек» в адаптере нет, поэтому «исправить» и «показать человеку» стенд друг от друга не отличает.
"""


def reactions_page() -> str:
    """Return the page: actions from the lightest, each with its codes."""
    lines = [HEAD]
    for action in (Action.RETRY, Action.MEND, Action.PERSON):
        label = action.label
        lines += [f"## {label[0].upper()}{label[1:]}", "", "| № | код | почему | на чём стоит |"]
        lines += ["|---|---|---|---|"]
        chosen = [item for item in reactions().values() if item.action is action]
        lines += [
            _row(item) for item in sorted(chosen, key=lambda item: remd_errors()[item.code].id)
        ]
        lines.append("")
    return "\n".join(lines)


def _row(item: Reaction) -> str:
    pause = f" Не раньше чем через {item.pause:.0f} с." if item.pause else ""
    number = remd_errors()[item.code].id
    return f"| {number} | `{item.code}` | {item.why}{pause} | {item.evidence}: {item.source} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reactions_page(), encoding="utf-8", newline="\n")
