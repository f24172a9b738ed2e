"""The page about findings: docs/findings.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from dopusk.findings.explanation import Explanation, of_rule
from dopusk.verdict import rules

COMMAND = "python -m dopusk.findings.page docs/findings.md"
SUBJECTS = {
    "bytes": "Байты файла",
    "xml": "Разбор XML",
    "xsd": "Структура по XSD",
    "semd": "СЭМД: вид, правила, версии, сверка с запросом",
    "case": "Сверка с контрольным примером",
    "identifiers": "Идентификаторы и даты",
    "nsi": "Справочники НСИ",
    "signature": "Подписи документа и сертификаты",
    "message_signature": "Подпись сообщения (WS-Security, ИПС)",
    "wire": "Конверт SOAP и адресация",
    "registration": "Запрос registerDocument",
    "file": "Выдача файла getDocumentFile",
    "callback": "Приём результата",
    "behaviour": "Поведение МИС во времени",
    "reaction": "Что МИС делает после отказа",
    "connection": "Путь документа и права",
    "emias": "ГИС ЕМИАС",
    "ticket": "Заявка в СТП",
    "manual": "Прогон с оператором",
    "submission": "Подача протокола (dopusk check-submission)",
    "oms": "ОМС: полисы, реестры, оплата",
    "tfoms": "ОМС: формат и контроль реестров",
    "tfoms_protocol": "ОМС: протокол ФЛК",
}
HEAD = f"""# Находки

<!-- Создано: {COMMAND}, по dopusk/verdict/rules/ и dopusk/findings/causes.toml; правьте там. -->

Каждая находка стенда: что не так, отчего обычно бывает, что делать, на чём правило стоит и каким
кодом НСИ 1.2.643.5.1.13.13.99.2.305 ответил бы РЭМД. То же в терминале:
`dopusk explain SIG-DIGEST`.
«…» стоит там, где находка называет значение.

* «профиль» — официальный текст или наблюдавшееся поведение: такое нарушение бракует.
* «соглашение стенда» — официального текста нет: замечание, если в `mis.toml` не сказано
  `conventions_block = true`.
* «выведено» — следует из соседних источников: всегда замечание.

Здесь нет кодов, которые берутся из таблиц: `SCH-…` — утверждения Schematron из пакета вида
(`dopusk explain SCH-У1-3`), `Q015-…` — проверки реестров ([q015.md](q015.md),
`dopusk explain Q015-001F.00.0070`). Что делает МИС после кода РЭМД, сказано в
[reactions.md](reactions.md).
"""


def findings_page() -> str:
    """Return the page: a section a subject, in it the rules in the order of their file."""
    order = list(SUBJECTS)
    known = sorted(
        rules().values(),
        key=lambda one: order.index(one.subject) if one.subject in SUBJECTS else len(order),
    )
    parts = [HEAD]
    for subject, group in groupby(known, key=lambda one: one.subject):
        parts.append(f"\n## {SUBJECTS.get(subject, subject)}\n")
        for one in group:
            parts.extend(_entry(of_rule(one)))
    return "".join(parts)


def _entry(item: Explanation) -> Iterable[str]:
    yield f"\n### {item.code}\n\n**{_text(item.title)}.**"
    yield f" {_text(item.meaning)}\n\n" if item.meaning else "\n\n"
    if item.cause:
        yield f"* Отчего: {_text(item.cause)}\n"
    yield f"* Что делать: {_text(item.cure)}\n"
    yield f"* Итог: {item.effect} ({item.evidence})\n"
    yield f"* Источник: {_text(item.source)}\n"
    if item.remd:
        answer = item.remd
        yield f"* РЭМД: №{answer.id} `{answer.code}` — {_text(answer.text)}\n"


def _text(text: str) -> str:
    """Return the text with what Markdown would take for markup escaped."""
    for mark in ("\\", "<", ">", "*", "_", "[", "]"):
        text = text.replace(mark, {"<": "&lt;", ">": "&gt;"}.get(mark, f"\\{mark}"))
    return text


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(findings_page(), encoding="utf-8", newline="\n")
