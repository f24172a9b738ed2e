"""Operations of AuthService and ProtService: what is asked and how it is answered.

Names of services, operations and fields are those of one regional service; the description in
schemas/tfoms is the stand's own.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from lxml import etree

from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.packing import pack, write_xml
from dopusk.wire.names import local

NAMESPACE: Final = "http://tempuri.org/"
DATA: Final = "http://schemas.datacontract.org/2004/07/TfomsContracts"
"""Namespace of token and expireddate (invented, after the manner of WCF)."""

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "GetServiceToken": Operation.TOKEN,
        "GetServiceUserProfile": Operation.PROFILE,
        "SendProtocolMO": Operation.SEND,
        "GetProtocolStatusMO": Operation.STATUS,
        "GetProtocolErrorsMO": Operation.FLK,
        "GetProtocolForMO": Operation.MEK,
    }
)
"""Operations by the element of the body."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Fields of a request; None where a field is absent or empty."""

    login: str | None
    password: str | None
    token: str | None
    mo_code: str | None
    ref: str | None
    data: bytes | None
    """The package; empty when it is no base64."""

    @classmethod
    def of(cls, body: etree._Element) -> Ask:
        """Return the fields of a request."""
        texts = {local(item): (item.text or "").strip() for item in body.iterchildren("{*}*")}
        encoded = texts.get("data")
        return cls(
            login=texts.get("login") or None,
            password=texts.get("psw") or None,
            token=texts.get("token") or None,
            mo_code=texts.get("MOCode") or None,
            ref=texts.get("protUNID") or None,
            data=None if encoded is None else _decoded(encoded),
        )


def token_answer(value: str, expires: datetime) -> bytes:
    """Return the answer of GetServiceToken."""
    root, result = _answer("GetServiceToken")
    for name, text in (("token", value), ("expireddate", expires.isoformat(timespec="seconds"))):
        etree.SubElement(result, f"{{{DATA}}}{name}", nsmap={"a": DATA}).text = text
    return _written(root)


def profile_answer(mo_code: str, territory: str) -> bytes:
    """Return the answer of GetServiceUserProfile."""
    root, result = _answer("GetServiceUserProfile")
    for name, text in (("orgType", "MO"), ("MOCode", mo_code), ("territory", territory)):
        etree.SubElement(result, f"{{{DATA}}}{name}", nsmap={"a": DATA}).text = text
    return _written(root)


def delivered_answer(ref: str, state: str) -> bytes:
    """Return the answer of SendProtocolMO: ProtocolDeliveredToServer.xml in a ZIP."""
    inner = _document("Answer", (("ProtocolUNID", ref), ("Information", state)))
    return file_answer("SendProtocolMO", pack({"ProtocolDeliveredToServer.xml": inner}))


def status_answer(state: str) -> bytes:
    """Return the answer of GetProtocolStatusMO: ProtocolStatus.xml in a ZIP."""
    inner = _document("PROTOCOL_STATUS", (("NAME", state),))
    return file_answer("GetProtocolStatusMO", pack({"ProtocolStatus.xml": inner}))


def file_answer(operation: str, data: bytes) -> bytes:
    """Return the answer of an operation whose result is a file; empty while there is none."""
    root, result = _answer(operation)
    result.text = base64.b64encode(data).decode("ascii")
    return _written(root)


def _answer(operation: str) -> tuple[etree._Element, etree._Element]:
    root = etree.Element(f"{{{NAMESPACE}}}{operation}Response", nsmap={"t": NAMESPACE})
    return root, etree.SubElement(root, f"{{{NAMESPACE}}}{operation}Result")


def _document(root_name: str, values: Iterable[tuple[str, str]]) -> bytes:
    root = etree.Element(root_name)
    for name, value in values:
        etree.SubElement(root, name).text = value
    return write_xml(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
