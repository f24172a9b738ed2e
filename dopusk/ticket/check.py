"""Whether an application to СТП is right, and whether the traffic of a run agrees with it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from dopusk.declaration.numbers import letters_told, mnemonic_difference
from dopusk.ticket.application import FORWARDING, SUBJECT, Application
from dopusk.ticket.text import WrittenApplication
from dopusk.verdict import Finding, Where, finding

PART = "заявка в СТП"


def check_application(written: WrittenApplication, declared: Application) -> list[Finding]:
    """Return what is wrong with a written application, compared with what is declared.

    Source: memo of Минздрав МО, step 5 (MO-S5a…MO-S5d).
    """
    return [
        *_check_subject(written.subject),
        *_check_mnemonic(written.mnemonic, declared.mnemonic),
        *_check_addresses(written.addresses, declared.addresses),
        *_check_forwarding(written.forward, declared),
    ]


def check_notices(called: Iterable[str], declared: Application) -> Iterator[Finding]:
    """Check that notifications went to an applied address.

    `called` are the addresses to which ЕМИАС sent in a run. Only paths are compared: on the stand
    the МИС has another host than in the ЗСПД.
    """
    paths = {urlsplit(address).path.rstrip("/") for address in declared.addresses}
    for url in dict.fromkeys(called):
        if urlsplit(url).path.rstrip("/") not in paths:
            yield finding(
                "TICKET-NOTICE-ELSEWHERE",
                where=Where(part=PART),
                expected=", ".join(declared.addresses),
                got=url,
            )


def _check_subject(given: str | None) -> Iterator[Finding]:
    where = Where(part=PART)
    if not given:
        yield finding("TICKET-NO-SUBJECT", where=where, expected=SUBJECT)
    elif _plain(given) != SUBJECT:
        yield finding("TICKET-SUBJECT", where=where, expected=SUBJECT, got=given)


def _check_mnemonic(given: str | None, declared: str) -> Iterator[Finding]:
    where = Where(part=PART)
    if not given:
        yield finding("TICKET-NO-MNEMONIC", where=where, expected=declared)
        return
    difference = mnemonic_difference(given, declared)
    if difference is not None:
        yield finding(
            f"TICKET-MNEMONIC-{difference}",
            where=where,
            expected=declared,
            got=given,
            letters=letters_told(given, difference),
        )


def _check_addresses(given: tuple[str, ...], declared: tuple[str, ...]) -> Iterator[Finding]:
    where = Where(part=PART)
    if not given:
        yield finding("TICKET-NO-ADDRESS", where=where)
        return
    for address in given:
        host = _host(address)
        if host is None:
            yield finding("TICKET-ADDRESS-FORM", where=where, got=address)
        elif _is_own(host):
            yield finding("TICKET-ADDRESS-LOOPBACK", where=where, got=address)
    if set(given) != set(declared):
        yield finding(
            "TICKET-ADDRESS-OTHER",
            where=where,
            expected=", ".join(declared),
            got=", ".join(given),
        )


def _check_forwarding(given: bool | None, declared: Application) -> Iterator[Finding]:
    where = Where(part=PART)
    if given is None:
        yield finding("TICKET-NO-FORWARDING", where=where)
    elif given is not FORWARDING[declared.variant]:
        yield finding(
            "TICKET-FORWARDING",
            where=where,
            expected="нужна" if FORWARDING[declared.variant] else "не нужна",
            got="нужна" if given else "не нужна",
            variant=declared.variant,
        )


def _host(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None


def _is_own(host: str) -> bool:
    """Tell whether a host name or address means the machine itself, or none at all."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified or mapped.is_link_local)


def _plain(text: str) -> str:
    return " ".join(text.strip(" «»\"“”'.").split())
