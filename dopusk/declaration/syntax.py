"""Errors of TOML itself, in Russian and with their line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dopusk.declaration.problems import Problem

_SYNTAX: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Expected '=' after a key": "после имени поля нужен знак =",
        "Invalid value": "неверное значение; строки пишут в кавычках",
        "Invalid initial character for a key": "имя поля начинается с недопустимого знака",
        "Invalid statement": "строка не похожа ни на раздел, ни на поле",
        "Expected newline or end of document": "после значения в строке есть лишнее",
        "Unterminated string": "строка не закрыта кавычкой",
        "Illegal character": "недопустимый знак; не перенесена ли строка без закрытой кавычки?",
        "Unescaped '\\'": "обратная косая черта: удвойте её или возьмите 'одинарные кавычки'",
        "Unclosed array": "список не закрыт скобкой ]",
        "Unclosed inline table": "вложенная таблица не закрыта скобкой }",
        "Cannot overwrite a value": "поле указано дважды",
        "Cannot declare": "раздел объявлен дважды",
        "Expected ']": "заголовок раздела не закрыт скобкой ]",
        "Expected": "строка не закрыта кавычкой",
        "Found invalid character": "перенос строки или другой недопустимый знак внутри кавычек",
        "Cannot mutate": "раздел или поле объявлены дважды",
        "Cannot redefine": "раздел объявлен дважды",
        "Duplicate inline table key": "поле во вложенной таблице указано дважды",
        "Invalid hex": "после \\u нужны шестнадцатеричные цифры",
        "Escaped character": "такого знака Юникода нет",
        "Invalid date or datetime": "такой даты не бывает",
    }
)
"""Beginnings of the messages of tomllib; the first that fits decides."""


def syntax_problem(error: tomllib.TOMLDecodeError, text: str, path: Path) -> Problem:
    """Return in Russian what tomllib did not like in the text, with its line."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
    if match is None:
        return Problem(path, None, "", f"ошибка TOML: {error}")
    line = int(match[2]) if match[2] else text.count("\n") + 1
    meaning = next(
        (russian for english, russian in _SYNTAX.items() if match[1].startswith(english)), match[1]
    )
    column = f", место {match[3]}" if match[3] else ""
    return Problem(path, line, "", f"ошибка TOML{column}: {meaning}")
