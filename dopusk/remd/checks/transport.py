"""Transport of a message МИС → РЭМД: envelope, transport header, addressing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dopusk.declaration.model import Declaration
from dopusk.remd.checks.values import is_uuid
from dopusk.remd.directory import Directory, RegisteredSystem
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import Read, RegisterDocument
from dopusk.wire.names import CONTENT_TYPES, EGISZ, WSA, line_of, local, namespace
from dopusk.wire.profile import WireProfile, default_profile
from dopusk.wire.soap import Envelope, normalise_id


def check_transport(
    envelope: Envelope,
    headers: Mapping[str, str],
    declaration: Declaration,
    *,
    directory: Directory | None = None,
    profile: WireProfile | None = None,
    repeated: bool = False,
) -> list[Finding]:
    """Return what is wrong with how a message was sent.

    `headers` are those of HTTP; addresses are asked for when the declaration says that the МИС
    works through ИПС (`dopusk.remd.ips.prove` judges the signature then). `repeated` says that the
    system has used this MessageID before.
    """
    directory = directory or Directory.of(declaration)
    return [
        *_check_soap(envelope, headers),
        *_check_body(envelope, profile or default_profile()),
        *_check_sender(envelope, directory),
        *_check_message_id(envelope, repeated=repeated),
        *_check_action(envelope),
        *(_check_ips(envelope, directory) if declaration.via_ips else ()),
    ]


def check_unknown_elements(request: RegisterDocument) -> list[Finding]:
    """Return a remark for each element of the request that the profile does not know."""
    return [
        finding("WIRE-UNKNOWN-ELEMENT", where=where, got=(where.xpath or "").rsplit("/", 1)[-1])
        for where in request.unknown
    ]


def sender(envelope: Envelope, directory: Directory) -> RegisteredSystem | None:
    """Return the registered system that a message names as its sender."""
    client = envelope.header.client_entity_id
    return directory.system(client.value) if client is not None else None


def _check_soap(envelope: Envelope, headers: Mapping[str, str]) -> Iterator[Finding]:
    named = (value for name, value in headers.items() if name.lower() == "content-type")
    content_type = next(named, None)
    where = Where(part=envelope.operation)
    if envelope.version == "1.1":
        yield finding("WIRE-SOAP-11", where=where, expected="SOAP 1.2", got="SOAP 1.1")
    if content_type is None:
        return
    media = content_type.partition(";")[0].strip().lower()
    if media != CONTENT_TYPES[envelope.version]:
        yield finding(
            "WIRE-CONTENT-TYPE",
            where=where,
            expected=CONTENT_TYPES[envelope.version],
            got=content_type,
            version=envelope.version,
        )


def _check_body(envelope: Envelope, profile: WireProfile) -> Iterator[Finding]:
    body = envelope.body
    where = Where(part=envelope.operation, line=line_of(body))
    if not profile.knows(body):
        yield finding("WIRE-UNKNOWN-OPERATION", where=where, got=local(body))
        return
    expected = profile.namespace_of(body)
    if expected is not None and namespace(body) != expected:
        yield finding(
            "WIRE-BODY-NS",
            where=where,
            expected=expected,
            got=namespace(body),
            name=local(body),
        )


def _check_sender(envelope: Envelope, directory: Directory) -> Iterator[Finding]:
    client = envelope.header.client_entity_id
    if client is None or not client.value:
        yield _absent(envelope, "transportHeader", EGISZ, "WIRE-NO-TRANSPORT-HEADER", "NO_RMIS")
        return
    system = directory.system(client.value)
    if not is_uuid(normalise_id(client.value)):
        yield finding("WIRE-CLIENT-ENTITY-FORM", where=client.where, got=client.value)
    elif system is None:
        yield finding("WIRE-CLIENT-ENTITY-UNKNOWN", where=client.where, got=client.value)
    elif not system.active:
        yield finding("WIRE-CLIENT-ENTITY-DISABLED", where=client.where, got=client.value)


def _check_message_id(envelope: Envelope, *, repeated: bool) -> Iterator[Finding]:
    message_id = envelope.header.message_id
    if message_id is None or not message_id.value:
        yield _absent(envelope, "MessageID", WSA, "WIRE-NO-MESSAGE-ID", "VALIDATION_ERROR")
        return
    if not is_uuid(normalise_id(message_id.value)):
        yield finding("WIRE-MESSAGE-ID-FORM", where=message_id.where, got=message_id.value)
    elif not is_uuid(message_id.value):
        yield finding(
            "WIRE-MESSAGE-ID-PREFIX",
            where=message_id.where,
            expected=message_id.value.strip("<>{}").rsplit(":", 1)[-1],
            got=message_id.value,
        )
    if repeated:
        yield finding("WIRE-MESSAGE-ID-REUSED", where=message_id.where, got=message_id.value)


def _check_action(envelope: Envelope) -> Iterator[Finding]:
    action = envelope.header.action
    if action is None or not action.value:
        yield _absent(envelope, "Action", WSA, "WIRE-NO-ACTION", None)
    elif action.value.rstrip("/").rsplit("/", 1)[-1] != envelope.operation:
        yield finding(
            "WIRE-ACTION", where=action.where, expected=envelope.operation, got=action.value
        )


def _check_ips(envelope: Envelope, directory: Directory) -> Iterator[Finding]:
    header = envelope.header
    if not _given(header.to):
        yield _absent(envelope, "To", WSA, "WIRE-NO-TO", None)
    if header.reply_to is None or not header.reply_to.value:
        yield _absent(envelope, "ReplyTo", WSA, "WIRE-NO-REPLY-TO", None)
    else:
        system = sender(envelope, directory)
        if system is not None and header.reply_to.value != system.callback_url:
            yield finding(
                "WIRE-REPLY-TO",
                where=header.reply_to.where,
                expected=system.callback_url,
                got=header.reply_to.value,
            )


def _given(read: Read | None) -> bool:
    return read is not None and bool(read.value)


def _absent(envelope: Envelope, name: str, expected: str, code: str, remd: str | None) -> Finding:
    """Return the finding for an absent block, or for one in a foreign namespace."""
    head = envelope.header.element
    blocks = head.iterchildren() if head is not None else ()
    for block in blocks:
        if local(block) == name and namespace(block) != expected:
            return finding(
                "WIRE-HEADER-NS",
                where=Where(part=envelope.operation, line=line_of(block)),
                expected=expected,
                got=namespace(block),
                remd=remd,
                name=name,
            )
    wanted = envelope.operation if name == "Action" else None
    return finding(code, where=_header_place(envelope), expected=wanted)


def _header_place(envelope: Envelope) -> Where:
    root = envelope.tree.getroot()
    prefix = f"{root.prefix}:" if root.prefix else ""
    return Where(envelope.operation, xpath=f"/{prefix}Envelope[1]/{prefix}Header[1]")
