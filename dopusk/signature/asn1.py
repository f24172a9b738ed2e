"""The one border between ASN.1 octets and values: bounds before, one exception after.

asn1crypto parses lazily and raises whatever it stumbles over; nothing outside `reading()` sees it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import core


class Asn1Error(ValueError):
    """The octets are not the ASN.1 structure that was asked for; the text says why, in Russian."""


@dataclass(frozen=True, slots=True)
class Asn1Limits:
    """Bounds that keep hostile input cheap."""

    max_bytes: int = 4 * 1024 * 1024
    """A container of several megabytes is an attached document or an attack on memory."""
    max_depth: int = 32
    """Nesting deeper than any CMS: an attack on the stack of a recursive parser."""
    max_elements: int = 20_000
    """Elements of one structure: an attack on time."""


class Form(StrEnum):
    """How the octets of a structure were dressed."""

    DER = "DER"
    PEM = "PEM"
    BASE64 = "base64"


class AlgorithmIdentifier(core.Sequence):  # type: ignore[misc]
    """AlgorithmIdentifier that leaves its parameters alone."""

    _fields = [  # noqa: RUF012 - asn1crypto's own convention
        ("algorithm", core.ObjectIdentifier),
        ("parameters", core.Any, {"optional": True}),
    ]


class GostKeyParameters(core.Sequence):  # type: ignore[misc]
    """GostR3410-2012-PublicKeyParameters, RFC 9215 §4.2."""

    _fields = [  # noqa: RUF012
        ("public_key_param_set", core.ObjectIdentifier),
        ("digest_param_set", core.ObjectIdentifier, {"optional": True}),
        ("encryption_param_set", core.ObjectIdentifier, {"optional": True}),
    ]


class PublicKeyInfo(core.Sequence):  # type: ignore[misc]
    """SubjectPublicKeyInfo whose key stays a plain BIT STRING."""

    _fields = [  # noqa: RUF012
        ("algorithm", AlgorithmIdentifier),
        ("public_key", core.OctetBitString),
    ]


class PrivateKeyInfo(core.Sequence):  # type: ignore[misc]
    """PKCS #8 whose key stays an OCTET STRING (RFC 5208 §5)."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("algorithm", AlgorithmIdentifier),
        ("private_key", core.OctetString),
    ]


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn everything that asn1crypto raises on bad octets into Asn1Error about `what`."""
    try:
        yield
    except Asn1Error:
        raise
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        detail = " ".join(str(error).split())[:160]
        raise Asn1Error(f"{what}: структура ASN.1 нарушена ({detail})") from error


_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 #]+)-----(.*?)-----END \1-----", re.DOTALL)
_SPACE = re.compile(rb"[\s\x00]+")


def undress(data: bytes, limits: Asn1Limits) -> tuple[bytes, Form]:
    """Return the binary octets of DER, PEM or base64 text; raises Asn1Error."""
    if len(data) > limits.max_bytes:
        raise Asn1Error(f"{len(data)} байт — больше предела {limits.max_bytes}")
    if not data.strip():
        raise Asn1Error("пусто")
    if data[:1] == b"\x30":
        return data, Form.DER
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    pem = _PEM.search(text)
    if pem:
        return _from_base64(_without_pem_headers(pem[2])), Form.PEM
    if text.startswith(b"<"):
        raise Asn1Error("это XML, а нужен контейнер CMS (CAdES)")
    octets = _from_base64(text)
    if octets.startswith(b"MII"):
        raise Asn1Error("закодировано в base64 дважды")
    if octets.startswith(b"-----BEGIN"):
        raise Asn1Error("файл PEM закодирован в base64 ещё раз")
    return octets, Form.BASE64


def pem_blocks(data: bytes, label: str) -> list[bytes]:
    """Return the octets of every PEM block with this label; raises Asn1Error."""
    return [
        _from_base64(_without_pem_headers(body))
        for name, body in _PEM.findall(data)
        if name.decode("ascii") == label
    ]


def to_pem(der: bytes, label: str) -> bytes:
    """Return `der` as a PEM block with lines of 64 characters."""
    text = base64.b64encode(der).decode("ascii")
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def _without_pem_headers(body: bytes) -> bytes:
    """Drop «Name: value» lines of RFC 1421."""
    return b"\n".join(line for line in body.splitlines() if b":" not in line)


def _from_base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(_SPACE.sub(b"", text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Asn1Error("ни DER, ни PEM, ни правильный base64") from error


def check_bounds(data: bytes, limits: Asn1Limits) -> None:
    """Raise Asn1Error unless `data` is one whole BER element, all lengths inside it.

    Indefinite lengths are let through (common signers write them); depth and number of elements
    are bounded, so that the recursive parser behind cannot be exhausted.
    """
    end_of = [len(data)]
    indefinite = [False]
    place = elements = 0
    while len(end_of) > 1 or place < len(data):
        while len(end_of) > 1 and place == end_of[-1] and not indefinite[-1]:
            end_of.pop()
            indefinite.pop()
        if len(end_of) == 1 and elements:
            if place != len(data):
                raise Asn1Error(f"после структуры лишние {len(data) - place} байт")
            return
        elements += 1
        if elements > limits.max_elements:
            raise Asn1Error(f"больше {limits.max_elements} элементов")
        if indefinite[-1] and data[place : place + 2] == b"\0\0":
            place += 2
            end_of.pop()
            indefinite.pop()
            continue
        constructed, start, length = _header(data, place, end_of[-1])
        if length is None:
            if not constructed:
                raise Asn1Error("неопределённая длина у простого значения")
            end_of.append(end_of[-1])
            indefinite.append(True)
            place = start
        elif constructed:
            end_of.append(start + length)
            indefinite.append(False)
            place = start
        else:
            place = start + length
        if len(end_of) > limits.max_depth:
            raise Asn1Error(f"вложенность глубже {limits.max_depth}")
    if not elements:
        raise Asn1Error("пусто")


def _header(data: bytes, place: int, end: int) -> tuple[bool, int, int | None]:
    """Return (constructed, start of the contents, their length or None for indefinite)."""
    if place + 2 > end:
        raise Asn1Error("обрывается на заголовке элемента")
    constructed = bool(data[place] & 0x20)
    if data[place] & 0x1F == 0x1F:
        place += 1
        while place < end and data[place] & 0x80:
            place += 1
        if place + 2 > end:
            raise Asn1Error("обрывается на теге")
    first = data[place + 1]
    start = place + 2
    if first < 0x80:
        length = first
    elif first == 0x80:
        return constructed, start, None
    else:
        count = first & 0x7F
        if count > 4 or start + count > end:
            raise Asn1Error("длина элемента не читается")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > end:
        raise Asn1Error(f"элемент на байте {place} длиннее того, что осталось")
    return constructed, start, length


def sorted_set(octets: bytes) -> bytes:
    """Return a SET OF with its members in the order of DER (X.690 §11.6)."""
    members = [value.dump() for value in core.SetOf.load(octets, spec=core.Any)]
    sorted_: bytes = core.SetOf(
        [core.Any.load(member) for member in sorted(members)], spec=core.Any
    ).dump()
    return sorted_
