"""What the mock ТФОМС answers instead of a result."""

from __future__ import annotations


class TfomsError(Exception):
    """A refusal: HTTP status, code for programs, Russian text for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class BadRequestError(TfomsError):
    """The request lacks what the operation needs."""

    def __init__(self, message: str) -> None:
        super().__init__(400, "BAD_REQUEST", message)


class LoginError(TfomsError):
    """Login and password are not those of the declaration."""

    def __init__(self) -> None:
        super().__init__(401, "LOGIN", "Логин или пароль неверен")


class TokenError(TfomsError):
    """There is no token, or it is not known (any more)."""

    def __init__(self, *, expired: bool) -> None:
        text = "Срок действия токена истёк" if expired else "Токен не указан или неизвестен"
        super().__init__(401, "TOKEN_EXPIRED" if expired else "TOKEN_UNKNOWN", text)


class NotYoursError(TfomsError):
    """The token belongs to another МО."""

    def __init__(self, mo_code: str) -> None:
        super().__init__(403, "MO_CODE", f"Токен выдан не МО {mo_code}")


class NotFoundError(TfomsError):
    """No package has this id."""

    def __init__(self, ref: str) -> None:
        super().__init__(404, "NOT_FOUND", f"Пакет {ref} не найден")


class NotReadyError(TfomsError):
    """The protocol asked for is not there (yet)."""

    def __init__(self, what: str) -> None:
        super().__init__(404, "NOT_READY", f"{what} не найден: возможно, ещё не сформирован")
