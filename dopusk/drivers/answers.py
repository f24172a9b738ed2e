"""Turns what a МИС answered into values, or into an error that names the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from dopusk.drivers.base import Answer, DriverError

MAX_ANSWER = 1 << 20
"""Bytes of one answer that a driver is ready to read."""

Value = TypeVar("Value")


def parse_object(raw: bytes, action: str) -> Answer:
    """Return the JSON object in `raw`; raises DriverError naming `action` (Russian)."""
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise DriverError(f"{action}: МИС ответила не JSON в UTF-8: {excerpt(raw)}") from None
    if not isinstance(data, dict):
        raise DriverError(f"{action}: МИС ответила не объектом JSON: {excerpt(raw)}")
    return data


def read_value(build: Callable[[Answer], Value], data: Answer, action: str) -> Value:
    """Return `build(data)`, its ValueError turned into a DriverError naming `action`."""
    try:
        return build(data)
    except ValueError as error:
        raise DriverError(
            f"{action}: ответ МИС не по соглашению: {error}. "
            "Ожидаемый вид: schemas/openapi/mis-adapter.yaml"
        ) from None


def error_text(raw: bytes) -> str:
    """Return the message of an error answer `{error: {code, message}}`, or the bytes' beginning."""
    try:
        data = json.loads(raw.decode("utf-8-sig"))
        error = data["error"]
        return f"{error['message']} ({error['code']})"
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError):
        return excerpt(raw)


def excerpt(raw: bytes, limit: int = 200) -> str:
    """Return the beginning of an answer in one printable line, in «», or «пустой ответ»."""
    text = " ".join(raw[: limit * 4].decode("utf-8", "replace").split())
    text = "".join(char if char.isprintable() else "�" for char in text)
    if not text:
        return "пустой ответ"
    return f"«{text[:limit]}…»" if len(text) > limit else f"«{text}»"
