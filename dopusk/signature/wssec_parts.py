"""Finds what a message signature refers to, by wsu:Id alone and only in its proper place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from dopusk.signature.wssec_names import (
    ADDRESSING,
    DS,
    ENVELOPED,
    EXC_C14N,
    SECURITY,
    SIGNATURE,
    TIMESTAMP,
    TOKEN,
    WSU_ID,
    addressing,
    canonical,
    is_body,
)
from dopusk.wire.names import EGISZ, SOAP_11, SOAP_12, local, namespace
from dopusk.wire.xml import absolute_xpath

_PARTS = {
    TIMESTAMP: "Timestamp",
    TOKEN: "BinarySecurityToken",
    f"{{{EGISZ}}}transportHeader": "transportHeader",
    **{addressing(name): name for name in ADDRESSING},
}
"""Parts that have a short name; the others are told by their qualified names."""
_OTHER_IDS = ("Id", "ID", "{http://www.w3.org/XML/1998/namespace}id")


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that the message breaks: code of the rule, element, fields of the finding."""

    code: str
    element: etree._Element
    got: str | None = None
    expected: str | None = None
    why: str | None = None


class WsSecurityError(Exception):
    """The signature cannot be judged further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Reference:
    """A ds:Reference that was resolved."""

    element: etree._Element
    """The ds:Reference itself."""
    name: str
    """Body, Timestamp, MessageID …"""
    wsu_id: str
    target: etree._Element
    prefixes: tuple[str, ...]
    """InclusiveNamespaces of its exc-c14n."""
    digest_algorithm: str
    digest: str
    """Text of DigestValue."""
    octets: bytes
    """The canonical form of the target."""


def find_signature(root: etree._Element) -> etree._Element | None:
    """Return the only ds:Signature, which stands in wsse:Security of the header.

    None when the message has none at all; raises WsSecurityError for any other number or place.
    """
    everywhere = list(root.iter(SIGNATURE))
    if not everywhere:
        return None
    _refuse_repeated_blocks(root)
    if len(everywhere) > 1:
        raise WsSecurityError(
            Problem("SIG-WS-SEVERAL", everywhere[1], got=f"{len(everywhere)} подписи")
        )
    signature = everywhere[0]
    security = signature.getparent()
    header = None if security is None or security.tag != SECURITY else security.getparent()
    if header is None or not _is_header(header, root):
        raise WsSecurityError(
            Problem("SIG-WS-SEVERAL", signature, got=f"стоит в {absolute_xpath(signature)}")
        )
    if next(_comments(signature), None) is not None:
        raise WsSecurityError(Problem("SIG-WS-COMMENT", signature, got="ds:Signature"))
    return signature


def _is_header(element: etree._Element, root: etree._Element) -> bool:
    soap = namespace(root)
    known = soap in (SOAP_11, SOAP_12) and root.tag == f"{{{soap}}}Envelope"
    return known and element.tag == f"{{{soap}}}Header" and element.getparent() is root


def _refuse_repeated_blocks(root: etree._Element) -> None:
    """Refuse two bodies, headers, Security blocks or addressing blocks of one kind."""
    children = [child for child in root if isinstance(child.tag, str)]
    headers = [child for child in children if local(child) == "Header"]
    blocks = [block for header in headers for block in header if isinstance(block.tag, str)]
    times = [item for block in blocks if block.tag == SECURITY for item in block]
    single = {SECURITY, *(addressing(name) for name in ADDRESSING)}
    for group in (
        [child for child in children if local(child) == "Body"],
        headers,
        [item for item in times if item.tag == TIMESTAMP],
        *([block for block in blocks if block.tag == tag] for tag in sorted(single)),
    ):
        if len(group) > 1:
            raise WsSecurityError(Problem("SIG-WS-REPEATED-BLOCK", group[1], got=local(group[1])))


def resolve(signature: etree._Element, reference: etree._Element) -> Reference:
    """Return what a ds:Reference signs; raises WsSecurityError."""
    uri = reference.get("URI")
    if uri is None or not uri.startswith("#") or uri.startswith("#xpointer") or len(uri) == 1:
        shown = "нет URI" if uri is None else uri or 'весь документ (URI="")'
        raise WsSecurityError(Problem("SIG-WS-REFERENCE-EXTERNAL", reference, got=shown))
    wsu_id = uri[1:]
    target = by_wsu_id(signature, wsu_id, reference)
    name = _name_of(signature, target)
    if name is None:
        raise WsSecurityError(
            Problem("SIG-WS-WRAPPING", target, got=absolute_xpath(target), expected=local(target))
        )
    hidden = next(_comments(target), None)
    if hidden is not None:
        raise WsSecurityError(Problem("SIG-WS-COMMENT", target, got=name))
    prefixes = _transforms(reference)
    return Reference(
        element=reference,
        name=name,
        wsu_id=wsu_id,
        target=target,
        prefixes=prefixes,
        digest_algorithm=_attribute(reference, "DigestMethod", "Algorithm"),
        digest=_text(reference, "DigestValue"),
        octets=canonical_part(target, prefixes),
    )


def by_wsu_id(signature: etree._Element, wsu_id: str, reference: etree._Element) -> etree._Element:
    """Return the only element with this wsu:Id; raises WsSecurityError.

    An unqualified Id of the same value elsewhere is refused too: other verifiers would resolve it.
    """
    root = signature.getroottree().getroot()
    found = [item for item in root.iter(etree.Element) if item.get(WSU_ID) == wsu_id]
    if not found:
        raise WsSecurityError(Problem("SIG-WS-REFERENCE-UNRESOLVED", reference, got=wsu_id))
    rivals = [
        item
        for item in root.iter(etree.Element)
        if item is not found[0] and wsu_id in (item.get(WSU_ID), *map(item.get, _OTHER_IDS))
    ]
    if rivals:
        raise WsSecurityError(Problem("SIG-WS-DUPLICATE-ID", rivals[0], got=wsu_id))
    return found[0]


def canonical_part(element: etree._Element, prefixes: tuple[str, ...]) -> bytes:
    """Return the canonical form; raises WsSecurityError where there is none."""
    try:
        return canonical(element, prefixes)
    except ValueError as error:
        why = f"{local(element)} не приводится к exc-c14n (относительное пространство имён?)"
        raise WsSecurityError(Problem("SIG-WS-STRUCTURE", element, why=why)) from error


def _name_of(signature: etree._Element, target: etree._Element) -> str | None:
    """Return the part's name when it stands where that part belongs, None elsewhere."""
    security = signature.getparent()
    root = signature.getroottree().getroot()
    parent = target.getparent()
    if is_body(target) and namespace(target) == namespace(root):
        return "Body" if parent is root else None
    if security is None:
        return None
    if parent is security:
        return _PARTS.get(str(target.tag), str(target.tag))
    in_header = parent is security.getparent() and target is not security
    return _PARTS.get(str(target.tag), str(target.tag)) if in_header else None


def _comments(target: etree._Element) -> Iterator[etree._Element]:
    yield from target.iter(etree.Comment)
    yield from target.iter(etree.ProcessingInstruction)


def _transforms(reference: etree._Element) -> tuple[str, ...]:
    """Return the prefixes of the exc-c14n that ends the transforms; raises WsSecurityError."""
    transforms = reference.findall(f"{{{DS}}}Transforms/{{{DS}}}Transform")
    named = [item.get("Algorithm", "") for item in transforms]
    if named not in ([EXC_C14N], [ENVELOPED, EXC_C14N]):
        got = ", ".join(named) or "не названо ни одного"
        raise WsSecurityError(Problem("SIG-WS-TRANSFORM", reference, got=got))
    return inclusive_prefixes(transforms[-1])


def inclusive_prefixes(method: etree._Element) -> tuple[str, ...]:
    """Return PrefixList of InclusiveNamespaces; «#default» is the default namespace."""
    inclusive = method.find(f"{{{EXC_C14N}}}InclusiveNamespaces")
    return tuple((inclusive.get("PrefixList") or "").split()) if inclusive is not None else ()


def _attribute(parent: etree._Element, child: str, name: str) -> str:
    element = one(parent, f"{{{DS}}}{child}")
    value = element.get(name)
    if value is None:
        raise WsSecurityError(Problem("SIG-WS-STRUCTURE", element, why=f"нет {child}/@{name}"))
    return value


def algorithm(parent: etree._Element, child: str) -> str:
    """Return `Algorithm` of a child of ds:SignedInfo; raises WsSecurityError."""
    return _attribute(parent, child, "Algorithm")


def _text(parent: etree._Element, child: str) -> str:
    return "".join((one(parent, f"{{{DS}}}{child}").text or "").split())


def one(parent: etree._Element, tag: str) -> etree._Element:
    """Return the only child with this tag; raises WsSecurityError."""
    found = parent.findall(tag)
    if len(found) != 1:
        name = tag.rsplit("}", 1)[-1]
        raise WsSecurityError(
            Problem("SIG-WS-STRUCTURE", parent, why=f"{name}: {len(found)} вместо одного")
        )
    return found[0]
