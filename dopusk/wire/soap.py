"""SOAP envelopes of the РЭМД circuit: read from whatever came, written as the profile has them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import Read
from dopusk.wire.names import (
    CONTENT_TYPES,
    EGISZ,
    SOAP_11,
    SOAP_12,
    WSA,
    WSSE,
    line_of,
    local,
    namespace,
)
from dopusk.wire.xml import absolute_xpath, read_xml

_VERSIONS = {SOAP_12: "1.2", SOAP_11: "1.1"}
_NAMESPACES = {version: uri for uri, version in _VERSIONS.items()}

ACTIONS = {
    "registerDocumentResult": "sendRegisterDocumentResult",
    "registerDocumentResultResponse": "sendRegisterDocumentResult",
}
"""Body elements whose operation is not their own name without Request or Response."""


@dataclass(frozen=True, slots=True)
class Header:
    """Header blocks of an envelope; None where a block is absent."""

    message_id: Read | None = None
    action: Read | None = None
    to: Read | None = None
    reply_to: Read | None = None
    """Text of wsa:ReplyTo/wsa:Address."""
    relates_to: Read | None = None
    client_entity_id: Read | None = None
    """Text of egisz:transportHeader/authInfo/clientEntityId."""
    security: etree._Element | None = None
    element: etree._Element | None = None
    """The Header itself."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A SOAP message that was read."""

    version: str
    """1.1 or 1.2."""
    header: Header
    body: etree._Element
    """First child element of Body."""
    operation: str
    """registerDocument, sendRegisterDocumentResult, getDocumentFile, Fault …"""
    tree: etree._ElementTree

    @property
    def is_fault(self) -> bool:
        """Tell whether the body is a SOAP fault."""
        return self.operation == "Fault"

    def fault_text(self) -> str:
        """Return code and text of the fault in one line, empty when the body is no fault."""
        if not self.is_fault:
            return ""
        words = {"faultcode", "faultstring", "Value", "Text"}
        texts = [(item.text or "").strip() for item in self.body.iter() if local(item) in words]
        return ": ".join(text for text in texts if text)


def normalise_id(text: str) -> str:
    """Return an identifier in the form in which two spellings of it are equal.

    `urn:uuid:` and `uuid:` prefixes, brackets, dashes and case do not matter.
    """
    bare = text.strip().strip("<>{}").casefold()
    return bare.removeprefix("urn:").removeprefix("uuid:").strip("<>{}").replace("-", "")


def read_envelope(data: bytes, *, part: str) -> tuple[Envelope | None, tuple[Finding, ...]]:
    """Return the envelope in `data` and what is wrong with it; None when there is none to use.

    Findings: those of `read_xml`, and WIRE-MULTIPART, WIRE-NOT-SOAP, WIRE-NO-BODY. Bad input never
    raises.
    """
    if data[:64].lstrip().startswith(b"--"):
        return None, (finding("WIRE-MULTIPART", where=Where(part=part)),)
    reading = read_xml(data, part=part)
    if reading.tree is None:
        return None, reading.findings
    root = reading.tree.getroot()
    version = _VERSIONS.get(namespace(root))
    if version is None or local(root) != "Envelope":
        where = Where(part=part, line=line_of(root), xpath=absolute_xpath(root))
        wrong = finding(
            "WIRE-NOT-SOAP", where=where, expected=f"{{{SOAP_12}}}Envelope", got=root.tag
        )
        return None, (*reading.findings, wrong)
    soap = namespace(root)
    body = root.find(f"{{{soap}}}Body")
    content = next(body.iterchildren(etree.Element), None) if body is not None else None
    if content is None:
        wrong = finding("WIRE-NO-BODY", where=Where(part=part, xpath=absolute_xpath(root)))
        return None, (*reading.findings, wrong)
    envelope = Envelope(
        version=version,
        header=_read_header(root.find(f"{{{soap}}}Header"), part),
        body=content,
        operation=operation_of(content),
        tree=reading.tree,
    )
    return envelope, reading.findings


def operation_of(body: etree._Element) -> str:
    """Return the operation that a body element belongs to: its name as wsa:Action has it."""
    return operation_named(local(body))


def operation_named(message: str) -> str:
    """Return the operation of a message by the name of its body element."""
    return ACTIONS.get(message, message.removesuffix("Request").removesuffix("Response"))


def write_envelope(
    body: bytes | etree._Element,
    *,
    version: str = "1.2",
    message_id: str | None,
    action: str | None,
    to: str | None = None,
    reply_to: str | None = None,
    relates_to: str | None = None,
    client_entity_id: str | None = None,
) -> bytes:
    """Return a SOAP message in UTF-8 with these header blocks; None leaves a block out.

    `body` is the content of Body without an XML declaration.
    """
    content = body if isinstance(body, bytes) else etree.tostring(body, encoding="utf-8")
    blocks = [
        _block("Action", action),
        _block("MessageID", message_id),
        _block("To", to),
        f"<wsa:ReplyTo>{_block('Address', reply_to)}</wsa:ReplyTo>" if reply_to else "",
        _block("RelatesTo", relates_to),
        _transport(client_entity_id),
    ]
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{_NAMESPACES[version]}"'
        f' xmlns:wsa="{WSA}"><soap:Header>{"".join(blocks)}</soap:Header><soap:Body>'
    )
    return head.encode() + content + b"</soap:Body></soap:Envelope>"


def write_fault(text: str, *, version: str = "1.2", sender: bool = True) -> bytes:
    """Return the content of Body for a SOAP fault: the sender's or the receiver's."""
    message = escape(text)
    if version == "1.1":
        code = "Client" if sender else "Server"
        inner = f"<faultcode>soap:{code}</faultcode><faultstring>{message}</faultstring>"
    else:
        code = "Sender" if sender else "Receiver"
        inner = (
            f"<soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code>"
            f'<soap:Reason><soap:Text xml:lang="ru">{message}</soap:Text></soap:Reason>'
        )
    return f'<soap:Fault xmlns:soap="{_NAMESPACES[version]}">{inner}</soap:Fault>'.encode()


def content_type(version: str, action: str | None = None) -> str:
    """Return the value of Content-Type for this SOAP version."""
    suffix = f'; action="{action}"' if action and version == "1.2" else ""
    return f"{CONTENT_TYPES[version]}; charset=UTF-8{suffix}"


def _read_header(element: etree._Element | None, part: str) -> Header:
    if element is None:
        return Header()
    prefix = f"{element.prefix}:" if element.prefix else ""
    path = f"/{prefix}Envelope[1]/{prefix}Header[1]"
    read: dict[str, Read | None] = {}
    security = None
    for block in element:
        name = _BLOCKS.get(block.tag)
        if name == "security":
            security = block
        elif name is not None and name not in read:
            place = f"{path}/{block.prefix}:{local(block)}[1]" if block.prefix else None
            read[name] = _READERS.get(name, _read_text)(block, part, place)
    return Header(
        message_id=read.get("message_id"),
        action=read.get("action"),
        to=read.get("to"),
        reply_to=read.get("reply_to"),
        relates_to=read.get("relates_to"),
        client_entity_id=read.get("client_entity_id"),
        security=security,
        element=element,
    )


def _read_text(block: etree._Element, part: str, place: str | None) -> Read:
    where = Where(part, None, line_of(block), None, place or absolute_xpath(block))
    return Read((block.text or "").strip(), where)


def _read_address(block: etree._Element, part: str, _place: str | None) -> Read | None:
    address = block.find(f"{{{WSA}}}Address")
    return None if address is None else _read_text(address, part, None)


def _read_client(block: etree._Element, part: str, _place: str | None) -> Read | None:
    client = next(block.iter("{*}clientEntityId"), None)
    return None if client is None else _read_text(client, part, None)


_BLOCKS = {
    f"{{{WSA}}}MessageID": "message_id",
    f"{{{WSA}}}Action": "action",
    f"{{{WSA}}}To": "to",
    f"{{{WSA}}}ReplyTo": "reply_to",
    f"{{{WSA}}}RelatesTo": "relates_to",
    f"{{{EGISZ}}}transportHeader": "client_entity_id",
    f"{{{WSSE}}}Security": "security",
}
_READERS = {"reply_to": _read_address, "client_entity_id": _read_client}


def _block(name: str, value: str | None) -> str:
    return "" if value is None else f"<wsa:{name}>{escape(value)}</wsa:{name}>"


def _transport(client_entity_id: str | None) -> str:
    if client_entity_id is None:
        return ""
    return (
        f'<egisz:transportHeader xmlns:egisz="{EGISZ}"><egisz:authInfo><egisz:clientEntityId>'
        f"{escape(client_entity_id)}"
        "</egisz:clientEntityId></egisz:authInfo></egisz:transportHeader>"
    )
