"""Writes docs/cross-checks.md: the cross-check matrix, from the rows of the rules.

Run: python -m bench.cross_checks. A test compares the file with what this module renders.
"""

from __future__ import annotations

from pathlib import Path

from dopusk.verdict.rule import Rule, rules

TARGET = Path(__file__).parents[1] / "docs" / "cross-checks.md"

HEAD = """# Сверка документа с запросом

<!-- Создано: python -m bench.cross_checks, по dopusk/verdict/rules/semd.toml; правьте там. -->

Что стенд сравнивает на второй стадии, когда МИС отдала файл документа: место в СЭМД, место в
`registerDocumentRequest`, правило стенда и код НСИ 305 (1.2.643.5.1.13.13.99.2.305), с которым
ответил бы РЭМД. Функция — `dopusk.semd.check_against_request`.

- Чего нет в запросе, то не сравнивается: об отсутствии говорят правила самого запроса.
- Регистр букв в ФИО, пробелы и знаки в СНИЛС, запись часового пояса различием не считаются.
- Пометка «профиль» — официальный текст или ответ, виденный вживую; «выведено» — замечание,
  которое отказом не становится.
- Подписант ищется среди автора, `legalAuthenticator` и исполнителей события по СНИЛС, затем по
  локальному идентификатору и ФИО; у найденного сравнивается всё остальное.

| правило | что сравнивается | место в СЭМД | место в запросе | код РЭМД | пометка |
|---|---|---|---|---|---|
"""
TAIL = """
Рядом, но не здесь: дайджест файла против объявленного (`DIGEST_MISMATCH`) проверяется при отдаче
файла, справочники (`INVALID_DICTIONARY_*`, `INVALID_ELEMENT_VALUE_*`) — слоем НСИ, подписанты
против сертификатов (`VALUE_MISMATCH_METADATA_AND_CERTIFICATE`) — слоем подписей.
"""


def render() -> str:
    """Return the text of docs/cross-checks.md."""
    rows = [_row(rule) for rule in rules().values() if rule.document and rule.request]
    return HEAD + "".join(rows) + TAIL


def _row(rule: Rule) -> str:
    cells = (
        f"`{rule.code}`",
        rule.title,
        f"`{rule.document}`" if "," not in (rule.document or "") else rule.document,
        f"`{rule.request}`" if " " not in (rule.request or "") else rule.request,
        f"`{rule.remd}`",
        rule.evidence,
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8", newline="\n")
    print(TARGET)
