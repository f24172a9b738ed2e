"""What the control API answers to a wrong call."""

from __future__ import annotations


class ControlError(Exception):
    """A wrong call: HTTP status, code and a Russian text."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
