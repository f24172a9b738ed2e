"""What no engine is given to run, whatever the rule file says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dopusk.schematron.errors import SchemaError
from dopusk.schematron.model import Name, Part, SchemaModel, ValueOf

MAX_LENGTH = 30_000
MAX_NESTING = 100

_OUTSIDE = re.compile(
    r"(?<![\w.$@:/-])(?:fn:)?(doc|doc-available|document|collection|uri-collection|unparsed-text"
    r"|unparsed-text-lines|unparsed-text-available|json-doc|environment-variable"
    r"|available-environment-variables|load-xquery-module|transform)\s*\("
)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


def refuse_unsafe(model: SchemaModel) -> None:
    """Look through every expression of the rules.

    Raises:
        SchemaError: one reads files or the network, or is long or nested beyond reason.
    """
    for text, line in _expressions(model):
        if len(text) > MAX_LENGTH:
            raise SchemaError(f"выражение длиннее {MAX_LENGTH} знаков", file=model.file, line=line)
        found = _OUTSIDE.search(text)
        if found and _OUTSIDE.search(_STRING.sub("''", text)):
            raise SchemaError(
                f"функция {found[1]}() читает файлы, сеть или окружение: в правилах она запрещена",
                file=model.file,
                line=line,
            )
        if len(text) > MAX_NESTING and _nesting(text) > MAX_NESTING:
            raise SchemaError("выражение вложено слишком глубоко", file=model.file, line=line)


def _nesting(text: str) -> int:
    """Return the depth of brackets and of operators that nest by themselves."""
    depth = most = 0
    for char in _STRING.sub("''", text):
        if char in _OPENING:
            depth += 1
            most = max(most, depth)
        elif char in _CLOSING:
            depth -= 1
    words = re.findall(r"(?<![\w.-])(?:else|return|satisfies)(?![\w.-])", text)
    signs = max((len(run) for run in re.findall(r"(?:[-+]\s*)+", text)), default=0)
    return max(most, len(words), signs)


def _expressions(model: SchemaModel) -> Iterator[tuple[str, int | None]]:
    for let in model.lets:
        yield let.value, let.line
    for pattern in model.patterns:
        for let in pattern.lets:
            yield let.value, let.line
        for rule in pattern.rules:
            yield rule.context, rule.line
            for let in rule.lets:
                yield let.value, let.line
            for check in rule.checks:
                yield check.test, check.line
                if check.subject:
                    yield check.subject, check.line
                for parts in (check.parts, *(one.parts for one in check.diagnostics)):
                    for text in _selects(parts):
                        yield text, check.line


def _selects(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, ValueOf):
            yield part.select
        elif isinstance(part, Name) and part.path:
            yield part.path
