"""Messages that come through ИПС: their signature, and what of them may be believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml import etree

from dopusk.signature import MessageAccount, TrustStore, examine_message
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import Read
from dopusk.wire.names import WSA, namespace
from dopusk.wire.soap import Envelope, Header

_ADDRESSING: dict[str, Callable[[Header], Read | None]] = {
    "Action": lambda header: header.action,
    "MessageID": lambda header: header.message_id,
    "ReplyTo": lambda header: header.reply_to,
    "To": lambda header: header.to,
}
"""Parts of the header that are read and that ИПС's samples sign. transportHeader is in none."""
_OUT_OF_TIME = "SIG-WS-TIMESTAMP"


@dataclass(frozen=True, slots=True)
class ProvedMessage:
    """A message after its signature was verified."""

    account: MessageAccount
    """Who signed which parts."""
    envelope: Envelope | None
    """The message as far as it was signed: its body and the signed blocks of its header are read
    from the octets that the signature covers. None when nothing is proved."""
    findings: tuple[Finding, ...]
    """What is wrong with the signature, and which values are read though nothing protects them."""


def prove(
    message: bytes,
    envelope: Envelope,
    *,
    trust: TrustStore,
    checked_at: datetime,
    real_at: datetime | None = None,
) -> ProvedMessage:
    """Verify the signature of a message and return what later checks may read of it.

    `envelope` was read from `message`. `checked_at` is the stand's time. A cryptographic library
    stamps a message by the clock of its machine, which nobody can move to the stand's date: a
    wsu:Timestamp may also fit `real_at`.
    """
    part = envelope.operation
    account = examine_message(message, part=part, trust=trust, checked_at=checked_at)
    if real_at is not None and _is_out_of_time(account):
        real = examine_message(message, part=part, trust=trust, checked_at=real_at)
        account = account if _is_out_of_time(real) else real
    if account.signed("Body") is None:
        return ProvedMessage(account, None, account.findings)
    return ProvedMessage(
        account,
        _as_signed(envelope, account),
        (*account.findings, *_unprotected(envelope, account)),
    )


def _is_out_of_time(account: MessageAccount) -> bool:
    return any(item.code == _OUT_OF_TIME for item in account.findings)


def _as_signed(envelope: Envelope, account: MessageAccount) -> Envelope:
    """Return the envelope with every signed value taken from the signed octets."""
    header = envelope.header
    body = _body(envelope, account)
    return replace(
        envelope,
        header=replace(
            header,
            action=_signed_text(header.action, account, "Action"),
            message_id=_signed_text(header.message_id, account, "MessageID"),
            reply_to=_signed_text(header.reply_to, account, "ReplyTo"),
            to=_signed_text(header.to, account, "To"),
        ),
        body=body,
        tree=body.getroottree(),
    )


def _body(envelope: Envelope, account: MessageAccount) -> etree._Element:
    """Return the first element of the signed Body, at the place and on the lines it came with."""
    part = account.signed("Body")
    assert part is not None
    original = envelope.tree.getroot()
    body = part.element()
    prefixes: Any = original.nsmap
    root = etree.Element(original.tag, nsmap=prefixes)
    root.append(body)
    came = original.find(f"{{{namespace(original)}}}Body")
    if came is not None:
        for signed, element in zip(body.iter(), came.iter(), strict=True):
            signed.sourceline = element.sourceline
    return next(body.iterchildren(etree.Element))


def _signed_text(read: Read | None, account: MessageAccount, name: str) -> Read | None:
    part = account.signed(name)
    if read is None or part is None:
        return read
    element: etree._Element | None = part.element()
    if name == "ReplyTo" and element is not None:
        element = element.find(f"{{{WSA}}}Address")
    return replace(read, value="" if element is None else (element.text or "").strip())


def _unprotected(envelope: Envelope, account: MessageAccount) -> list[Finding]:
    """Return a remark when values are read that the signature does not cover."""
    read = [name for name, get in _ADDRESSING.items() if get(envelope.header) is not None]
    open_ = [name for name in read if account.signed(name) is None]
    if not open_:
        return []
    where = Where(part=envelope.operation)
    return [finding("WIRE-UNSIGNED", where=where, expected=", ".join(read), got=", ".join(open_))]
