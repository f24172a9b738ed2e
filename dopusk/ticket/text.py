"""The application as plain text: written ready to send, and read back tolerantly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dopusk.ticket.application import SUBJECT, Application

_SUBJECT: Final = re.compile(r"^\s*тема\s*[:—-]\s*(.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_ITEM: Final = re.compile(r"^\s*([абвabv])\s*[).]\s*", re.IGNORECASE | re.MULTILINE)
_LETTERS: Final = {"а": "а", "a": "а", "б": "б", "b": "б", "в": "в", "v": "в"}
_ADDRESS: Final = re.compile(r"[a-zа-яё][\w+.-]*://[^\s,;«»\"<>]*", re.IGNORECASE)
_NO: Final = re.compile(r"\bне\s+(?:нужн|требу|необходим)|\bнет\b|\bбез\b", re.IGNORECASE)
_YES: Final = re.compile(r"\b(?:нужн|требу|необходима|да\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenApplication:
    """What a text of an application says; None or empty where it says nothing."""

    subject: str | None
    mnemonic: str | None
    addresses: tuple[str, ...]
    forward: bool | None


def render(application: Application) -> str:
    """Return the text to be sent to СТП."""
    lines = [
        f"Тема: {SUBJECT}",
        "",
        f"Просим подключить МИС «{application.product}» версии {application.version} "
        f"(разработчик: {application.vendor})",
        "к сервису РЭМД ГИС ЕМИАС Московской области.",
        "",
        "Медицинские организации:",
        *(f"  {mo.name}, OID {mo.oid}, ОГРН {mo.ogrn}" for mo in application.organizations),
        "",
        "а) Мнемоника системы (передаётся в теге system метода registerDocument): "
        f"{application.mnemonic}",
        "",
        "б) Адреса сервиса, на который необходимо слать уведомления (доступны в ЗСПД региона):",
        *(f"  {address}" for address in application.addresses),
        "",
        f"в) Отправка в ФРЭМД: {_forwarding(application.forward)}",
    ]
    if application.contact:
        lines += ["", f"Контактное лицо: {application.contact}"]
    return "\n".join(lines) + "\n"


def read(text: str) -> WrittenApplication:
    """Return what a text says: the line «Тема: …» and items а), б), в), in any order."""
    items = _items(text)
    subject = _SUBJECT.search(text)
    return WrittenApplication(
        subject=subject[1] if subject else None,
        mnemonic=_mnemonic(items.get("а", "")),
        addresses=tuple(address.rstrip(".)") for address in _ADDRESS.findall(items.get("б", ""))),
        forward=_forward(items.get("в", "")),
    )


def _items(text: str) -> dict[str, str]:
    found = list(_ITEM.finditer(text))
    ends = [item.start() for item in found[1:]] + [len(text)]
    return {
        _LETTERS[item[1].lower()]: text[item.end() : end]
        for item, end in zip(found, ends, strict=True)
    }


def _mnemonic(item: str) -> str | None:
    first = next((line.strip() for line in item.splitlines() if line.strip()), "")
    said = first.rpartition(":")[2].strip(" «»\"'.") if ":" in first else first.strip(" «»\"'.")
    return said.split()[-1].strip("«»\"'") if said else None


def _forward(item: str) -> bool | None:
    said = item.partition(":")[2] or item
    if _NO.search(said):
        return False
    return True if _YES.search(said) else None


def _forwarding(forward: bool) -> str:
    return "нужна" if forward else "не нужна"
