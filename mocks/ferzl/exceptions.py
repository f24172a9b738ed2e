"""What the mock ФЕРЗЛ answers instead of a status."""

from __future__ import annotations


class FerzlError(Exception):
    """An error item: code, Russian text, and the place in the request that it is about."""

    def __init__(self, code: str, message: str, tag: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.tag = tag


class BadRequestError(FerzlError):
    """The request has no person to look for, or a value of a wrong form."""

    def __init__(self, message: str, tag: str) -> None:
        super().__init__("400", message, tag)


class NotFoundError(FerzlError):
    """Nobody with these data is insured."""

    def __init__(self) -> None:
        super().__init__("404", "Застрахованное лицо по указанным данным не найдено")


class InternalError(FerzlError):
    """The service itself failed: the same request may be repeated."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__("500", message or "Внутренняя ошибка сервиса")


class TokenError(FerzlError):
    """X-Auth-Token is absent or is not that of the МО."""

    def __init__(self) -> None:
        super().__init__("401", "Токен X-Auth-Token не указан или не действует")


class UnknownOperationError(FerzlError):
    """The message is none that this service takes."""
