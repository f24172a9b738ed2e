"""What the verification of a message signature returns: which parts were signed, by whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lxml import etree

from dopusk.signature.account import SignedBy
from dopusk.signature.trust import ChainLimits
from dopusk.verdict import Finding, Severity, Verdict
from dopusk.wire.xml import DEFAULT_LIMITS, XmlLimits, read_xml


@dataclass(frozen=True, slots=True)
class MessagePolicy:
    """How strictly message signatures are judged; each field says what it answers."""

    xml: XmlLimits = DEFAULT_LIMITS
    """Hostile XML: size, depth, number of nodes."""
    max_references: int = 20
    """Hashing one large part many times: an attack on time."""
    chain: ChainLimits = field(default_factory=ChainLimits)
    """Hostile sets of authorities."""
    clock_tolerance: timedelta = timedelta(minutes=1)
    """Clocks differ: wsu:Timestamp is compared so loosely."""


DEFAULT_MESSAGE_POLICY = MessagePolicy()


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A part of the message that the signature is proved to cover."""

    name: str
    """Body, Timestamp, MessageID, ReplyTo, To, Action …"""
    wsu_id: str
    xpath: str
    """Where it stood in the message."""
    octets: bytes = field(repr=False)
    """Its canonical form, which was hashed: later checks read only this."""

    def element(self) -> etree._Element:
        """Return the part parsed from what was signed."""
        tree = read_xml(self.octets, part=self.name).tree
        if tree is None:
            raise ValueError(f"the signed part {self.name} is not XML any more")
        return tree.getroot()


@dataclass(frozen=True, slots=True)
class MessageAccount:
    """The signature of one message."""

    part: str
    parts: tuple[SignedPart, ...]
    """What is proved to be signed; empty unless the whole signature is right."""
    signer: SignedBy | None
    algorithms: tuple[str, ...]
    """Identifiers as the message spells them, each once."""
    spellings: tuple[str, ...]
    """URN or URI, or both."""
    chain: tuple[str, ...]
    findings: tuple[Finding, ...]

    def signed(self, name: str) -> SignedPart | None:
        """Return the signed part with this name."""
        return next((item for item in self.parts if item.name == name), None)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of this signature alone."""
        if any(item.blocks(conventions_block=True) for item in self.findings):
            return Verdict.FAIL
        if any(item.severity is Severity.UNCHECKED for item in self.findings):
            return Verdict.SKIP
        return Verdict.REMARK if self.findings else Verdict.PASS

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return {
            "part": self.part,
            "verdict": self.verdict.value,
            "signedParts": [
                {"name": item.name, "id": item.wsu_id, "xpath": item.xpath} for item in self.parts
            ],
            "certificate": self.signer.to_dict() if self.signer else None,
            "algorithms": list(self.algorithms),
            "spellings": list(self.spellings),
            "chain": list(self.chain),
            "findings": [item.to_dict() for item in self.findings],
        }
