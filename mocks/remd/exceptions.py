"""What the mock РЭМД answers instead of a result."""

from __future__ import annotations

from collections.abc import Sequence

from dopusk.remd.decision import ErrorItem, official


class RemdError(Exception):
    """A business refusal: `status` error with items of НСИ 305."""

    def __init__(self, errors: Sequence[ErrorItem]) -> None:
        super().__init__("; ".join(f"{item.code}: {item.message}" for item in errors))
        self.errors = tuple(errors)


class RegistryItemNotFoundError(RemdError):
    """No document has this number."""

    def __init__(self) -> None:
        super().__init__([official("REGISTRY_ITEM_NOT_FOUND")])


class NotUniqueError(RemdError):
    """The localUid was registered meanwhile by another request."""

    def __init__(self, local_uid: str, emdr_id: str) -> None:
        text = f"Документ с идентификатором '{local_uid}' уже зарегистрирован с номером [{emdr_id}]"
        super().__init__([official("NOT_UNIQUE_PROVIDED_ID", text)])


class SoapFaultError(Exception):
    """The message cannot be dispatched or trusted: a SOAP fault of the sender."""
