"""Signs messages as ИПС does and as a МИС does: for the stand and for test data alone."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from dopusk import gost
from dopusk.signature.credential import Credential
from dopusk.signature.wssec_names import (
    BASE64,
    DS,
    ENVELOPED,
    EXC_C14N,
    FROM_IPS,
    SECURITY,
    SIGNATURE,
    TIMESTAMP,
    TOKEN,
    WSU,
    WSU_ID,
    X509_V3,
    Spelling,
    addressing,
    canonical,
    digest_uri,
    signature_uri,
)
from dopusk.wire.names import WSSE, namespace
from dopusk.wire.xml import read_xml

_NSMAP = {"wsse": WSSE, "wsu": WSU, "ds": DS}


@dataclass(frozen=True, slots=True)
class MessageSigning:
    """How a message is to be signed."""

    parts: Collection[str] = FROM_IPS
    """Names of parts; those that the message lacks are left out."""
    spelling: Spelling = Spelling.URN
    inclusive: tuple[str, ...] = ()
    """PrefixList of InclusiveNamespaces in every exc-c14n."""
    enveloped: bool = False
    """Name enveloped-signature before exc-c14n, as some МИС do."""
    life: timedelta = timedelta(minutes=10)
    """From Created to Expires of wsu:Timestamp, when it is among the parts."""
    wrong_digest: bool = False
    """Spoil a DigestValue, as a fault."""
    wrong_value: bool = False
    """Spoil the SignatureValue, as a fault."""
    obsolete_algorithm: bool = False
    """Name ГОСТ Р 34.10-2001, as a fault."""


FROM_STAND = MessageSigning()
"""What ИПС signs on the way to a МИС: body and addressing."""


def sign_message(
    envelope: bytes,
    credential: Credential,
    *,
    signed_at: datetime,
    signing: MessageSigning = FROM_STAND,
) -> bytes:
    """Return the SOAP message with a wsse:Security header; the same input, the same octets.

    Raises ValueError when `envelope` is no SOAP envelope that can be read.
    """
    tree = read_xml(envelope, part="сообщение").tree
    if tree is None:
        raise ValueError("the envelope is not readable XML")
    root = tree.getroot()
    soap = namespace(root)
    body = root.find(f"{{{soap}}}Body")
    if body is None:
        raise ValueError("the envelope has no Body")
    header = root.find(f"{{{soap}}}Header")
    if header is None:
        header = etree.Element(f"{{{soap}}}Header")
        body.addprevious(header)
    provider = gost.provider()
    mark = provider.hash(envelope, 256).hex()[:16]
    security = etree.Element(SECURITY, nsmap=_NSMAP)
    header.insert(0, security)
    token = _token(security, credential, f"X509-{mark}")
    targets = _targets(body, header, security, signing, signed_at)
    for name, target in targets.items():
        if target.get(WSU_ID) is None:
            target.set(WSU_ID, "body" if name == "Body" else f"{name}-{mark}")
    _declare_prefixes(root)
    bits = credential.private_key.curve.bits
    signature = etree.SubElement(security, SIGNATURE)
    info = _signed_info(signature, targets, bits, signing)
    value = provider.sign(
        credential.private_key, provider.hash(canonical(info, signing.inclusive), bits)
    )
    if signing.wrong_value:
        value = value[:-1] + bytes([value[-1] ^ 1])
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = _text(value)
    reference = etree.SubElement(
        etree.SubElement(
            etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{WSSE}}}SecurityTokenReference"
        ),
        f"{{{WSSE}}}Reference",
    )
    reference.set("URI", f"#{token.get(WSU_ID)}")
    reference.set("ValueType", X509_V3)
    octets: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return octets


def _declare_prefixes(root: etree._Element) -> None:
    """Declare wsu on the envelope instead of a made-up prefix on every part; keep all others."""
    prefixes = {prefix for item in root.iter(etree.Element) for prefix in item.nsmap if prefix}
    etree.cleanup_namespaces(root, top_nsmap={"wsu": WSU}, keep_ns_prefixes=sorted(prefixes))


def _token(security: etree._Element, credential: Credential, wsu_id: str) -> etree._Element:
    token = etree.SubElement(security, TOKEN)
    token.set("EncodingType", BASE64)
    token.set("ValueType", X509_V3)
    token.set(WSU_ID, wsu_id)
    token.text = _text(credential.certificate_der)
    return token


def _targets(
    body: etree._Element,
    header: etree._Element,
    security: etree._Element,
    signing: MessageSigning,
    signed_at: datetime,
) -> dict[str, etree._Element]:
    """Return the elements to be signed by name, in a constant order."""
    targets = {}
    for name in sorted(signing.parts):
        if name == "Body":
            target: etree._Element | None = body
        elif name == "Timestamp":
            target = _timestamp(security, signed_at, signing.life)
        else:
            target = header.find(addressing(name))
        if target is not None:
            targets[name] = target
    return targets


def _timestamp(security: etree._Element, created: datetime, life: timedelta) -> etree._Element:
    timestamp = etree.SubElement(security, TIMESTAMP)
    for name, moment in (("Created", created), ("Expires", created + life)):
        text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        etree.SubElement(timestamp, f"{{{WSU}}}{name}").text = text
    return timestamp


def _signed_info(
    signature: etree._Element,
    targets: dict[str, etree._Element],
    bits: int,
    signing: MessageSigning,
) -> etree._Element:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    _algorithm(info, "CanonicalizationMethod", EXC_C14N, signing.inclusive)
    method = signature_uri(bits, signing.spelling)
    if signing.obsolete_algorithm:
        method = method.replace("gostr34102012-gostr34112012-256", "gostr34102001-gostr3411")
    _algorithm(info, "SignatureMethod", method)
    for target in targets.values():
        digest = gost.provider().hash(canonical(target, signing.inclusive), bits)
        if signing.wrong_digest:
            digest = bytes([digest[0] ^ 1]) + digest[1:]
        reference = etree.SubElement(info, f"{{{DS}}}Reference")
        reference.set("URI", f"#{target.get(WSU_ID)}")
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        if signing.enveloped:
            _algorithm(transforms, "Transform", ENVELOPED)
        _algorithm(transforms, "Transform", EXC_C14N, signing.inclusive)
        _algorithm(reference, "DigestMethod", digest_uri(bits, signing.spelling))
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = _text(digest)
    return info


def _algorithm(
    parent: etree._Element, name: str, uri: str, inclusive: tuple[str, ...] = ()
) -> None:
    element = etree.SubElement(parent, f"{{{DS}}}{name}")
    element.set("Algorithm", uri)
    if inclusive:
        namespaces = etree.SubElement(
            element, f"{{{EXC_C14N}}}InclusiveNamespaces", nsmap={"ec": EXC_C14N}
        )
        namespaces.set("PrefixList", " ".join(inclusive))


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")
