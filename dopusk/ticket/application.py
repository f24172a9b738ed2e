"""What an application to СТП says, taken from a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dopusk.declaration.model import Declaration, Organization, Variant

SUBJECT: Final = "Подключение сторонней МИС к РЭМД"
"""Subject of the application (memo of Минздрав МО, step 5)."""

FORWARDING: Final[Mapping[Variant, bool]] = MappingProxyType(
    {Variant.MO_1: False, Variant.MO_3: True}
)
"""Variants that need an application, and whether ЕМИАС is to forward to the federal РЭМД."""


class TicketError(ValueError):
    """No application can be composed; the text is Russian and says why."""


@dataclass(frozen=True, slots=True)
class Application:
    """What is applied for."""

    variant: Variant
    mnemonic: str
    addresses: tuple[str, ...]
    forward: bool
    """Whether ЕМИАС is to send the documents on to the federal РЭМД."""
    vendor: str
    product: str
    version: str
    organizations: tuple[Organization, ...]
    contact: str | None = None


def compose(declaration: Declaration, variant: Variant) -> Application:
    """Return the application that a declaration means; raises TicketError."""
    if variant not in FORWARDING:
        raise TicketError(
            f"Варианту {variant} заявка в СТП не нужна: её подают для {', '.join(FORWARDING)}"
        )
    if declaration.mnemonic is None:
        raise TicketError(
            "В декларации нет мнемоники системы: заполните mnemonic в разделе [connection]"
        )
    return Application(
        variant=variant,
        mnemonic=declaration.mnemonic,
        addresses=declaration.ticket.callback_urls or (declaration.callback_url,),
        forward=declaration.forwards(variant),
        vendor=declaration.vendor,
        product=declaration.product,
        version=declaration.version,
        organizations=declaration.organizations,
        contact=declaration.ticket.contact,
    )
