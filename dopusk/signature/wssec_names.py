"""Names and algorithms of WS-Security messages of ИПС."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from dopusk.wire.names import SOAP_11, SOAP_12, WSA, WSSE

DS = "http://www.w3.org/2000/09/xmldsig#"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
BASE64 = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
X509_V3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
WSU_ID = f"{{{WSU}}}Id"

SECURITY = f"{{{WSSE}}}Security"
TOKEN = f"{{{WSSE}}}BinarySecurityToken"
SIGNATURE = f"{{{DS}}}Signature"
TIMESTAMP = f"{{{WSU}}}Timestamp"

VARIANT_A = frozenset({"Body"})
VARIANT_B = frozenset({"Body", "Timestamp", "MessageID", "ReplyTo", "To", "Action"})
FROM_IPS = frozenset({"Body", "MessageID", "ReplyTo", "To", "Action"})
ADDRESSING = ("MessageID", "ReplyTo", "To", "Action", "RelatesTo", "From", "FaultTo")


class Spelling(StrEnum):
    """The two ways in which messages spell GOST algorithms."""

    URN = "URN"
    URI = "URI"


_PREFIXES = {
    Spelling.URN: "urn:ietf:params:xml:ns:cpxmlsec:algorithms:",
    Spelling.URI: "http://www.w3.org/2001/04/xmldsig-more#",
}


@dataclass(frozen=True, slots=True)
class XmlAlgorithm:
    """An algorithm that a message named."""

    bits: int
    spelling: Spelling


def digest_uri(bits: int, spelling: Spelling) -> str:
    """Return the identifier of Стрибог."""
    return f"{_PREFIXES[spelling]}gostr34112012-{bits}"


def signature_uri(bits: int, spelling: Spelling) -> str:
    """Return the identifier of GOST R 34.10-2012 with Стрибог."""
    return f"{_PREFIXES[spelling]}gostr34102012-gostr34112012-{bits}"


def _table(kind: str) -> dict[str, XmlAlgorithm]:
    name = digest_uri if kind == "digest" else signature_uri
    return {
        name(bits, spelling): XmlAlgorithm(bits, spelling)
        for bits in (256, 512)
        for spelling in Spelling
    }


DIGESTS = _table("digest")
SIGNATURES = _table("signature")
OBSOLETE = frozenset(
    f"{prefix}{name}"
    for prefix in _PREFIXES.values()
    for name in ("gostr3411", "gostr34102001-gostr3411")
)


def is_body(element: etree._Element) -> bool:
    """Tell whether the element is a SOAP Body of either version."""
    return element.tag in (f"{{{SOAP_11}}}Body", f"{{{SOAP_12}}}Body")


def addressing(name: str) -> str:
    """Return the qualified name of an addressing block."""
    return f"{{{WSA}}}{name}"


def canonical(element: etree._Element, prefixes: tuple[str, ...] = ()) -> bytes:
    """Return exc-c14n of an element without comments (`prefixes`: InclusiveNamespaces).

    Raises ValueError where there is none: libxml2 refuses relative namespace names.
    """
    try:
        octets: bytes = etree.tostring(
            element,
            method="c14n",
            exclusive=True,
            with_comments=False,
            inclusive_ns_prefixes=list(prefixes) or None,
            with_tail=False,
        )
    except etree.C14NError as error:
        raise ValueError(f"{element.tag} has no canonical form") from error
    return octets
