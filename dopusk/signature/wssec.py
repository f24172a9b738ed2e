"""Judges the WS-Security signature of a message: which parts are signed, by whom, what is wrong.

Only what the result lists is signed; later checks read the canonical octets that it holds, never
the message again. Source: messages of ИПС, WS-Security 1.1, XML-DSig, exclusive canonicalization.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from dopusk import gost
from dopusk.signature import algorithms
from dopusk.signature.account import SignedBy
from dopusk.signature.causes import value_cause
from dopusk.signature.certificate import Certificate, read_certificate
from dopusk.signature.moments import aware, shown, shown_day
from dopusk.signature.trust import Chain, TrustStore, build_chain, revocation_problems
from dopusk.signature.wssec_account import (
    DEFAULT_MESSAGE_POLICY,
    MessageAccount,
    MessagePolicy,
    SignedPart,
)
from dopusk.signature.wssec_names import (
    BASE64,
    DIGESTS,
    DS,
    EXC_C14N,
    FROM_IPS,
    OBSOLETE,
    SIGNATURES,
    TOKEN,
    VARIANT_A,
    VARIANT_B,
    X509_V3,
)
from dopusk.signature.wssec_parts import (
    Problem,
    Reference,
    WsSecurityError,
    algorithm,
    by_wsu_id,
    canonical_part,
    find_signature,
    inclusive_prefixes,
    one,
    resolve,
)
from dopusk.signature.wssec_time import timestamp_problem
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.names import WSSE
from dopusk.wire.xml import absolute_xpath, read_xml


def examine_message(
    message: bytes,
    *,
    part: str,
    trust: TrustStore,
    checked_at: datetime,
    policy: MessagePolicy = DEFAULT_MESSAGE_POLICY,
) -> MessageAccount:
    """Return the account of a message's signature. Bad input never raises.

    `message` is the SOAP envelope as it came; `checked_at` without a zone is Moscow time.
    """
    reading = read_xml(message, part=part, limits=policy.xml)
    if reading.tree is None:
        return _refused(part, list(reading.findings))
    root = reading.tree.getroot()
    try:
        signature = find_signature(root)
        if signature is None:
            return _refused(part, [finding("WIRE-NO-SECURITY", where=_where(part, root))])
        return _Examination(part, signature, trust, aware(checked_at), policy).account()
    except WsSecurityError as error:
        return _refused(part, [_finding(part, error.problem)])


def _refused(part: str, found: list[Finding]) -> MessageAccount:
    return MessageAccount(part, (), None, (), (), (), tuple(found))


def _where(part: str, element: etree._Element) -> Where:
    line = element.sourceline
    return Where(
        part=part,
        line=line if isinstance(line, int) else None,
        xpath=absolute_xpath(element),
    )


def _finding(part: str, problem: Problem) -> Finding:
    return finding(
        problem.code,
        where=_where(part, problem.element),
        expected=problem.expected,
        got=problem.got,
        why=problem.why,
        part=problem.got,
    )


class _Examination:
    """One signature under examination."""

    def __init__(
        self,
        part: str,
        signature: etree._Element,
        trust: TrustStore,
        checked_at: datetime,
        policy: MessagePolicy,
    ) -> None:
        self.part = part
        self.signature = signature
        self.trust = trust
        self.checked_at = checked_at
        self.policy = policy
        self.signed_info = one(signature, f"{{{DS}}}SignedInfo")

    def account(self) -> MessageAccount:
        """Return the account; raises WsSecurityError when the signature cannot be judged."""
        references = self._references()
        spelled = self._algorithms(references)
        certificate = self._certificate()
        chain = build_chain(certificate, self.trust, (), self.checked_at, self.policy.chain)
        found = [
            *self._digests(references),
            *self._value(certificate, spelled[0]),
            *self._coverage(references),
            *self._certificate_rules(certificate, chain),
        ]
        proved = not any(item.blocks() for item in found)
        known = {**DIGESTS, **SIGNATURES}
        spellings = dict.fromkeys(known[uri].spelling.value for uri in spelled)
        return MessageAccount(
            part=self.part,
            parts=tuple(_signed_part(item) for item in references) if proved else (),
            signer=SignedBy.of(certificate),
            algorithms=spelled,
            spellings=tuple(spellings),
            chain=chain.titles,
            findings=tuple(found),
        )

    def _references(self) -> list[Reference]:
        found = self.signed_info.findall(f"{{{DS}}}Reference")
        if not 1 <= len(found) <= self.policy.max_references:
            why = f"ссылок {len(found)}, допускается от 1 до {self.policy.max_references}"
            raise WsSecurityError(Problem("SIG-WS-STRUCTURE", self.signed_info, why=why))
        return [resolve(self.signature, item) for item in found]

    def _algorithms(self, references: list[Reference]) -> tuple[str, ...]:
        """Return the identifiers, that of the signature first; raises WsSecurityError."""
        method = algorithm(self.signed_info, "CanonicalizationMethod")
        if method != EXC_C14N:
            raise WsSecurityError(
                Problem("SIG-WS-CANONICALIZATION", self.signed_info, got=method, expected=EXC_C14N)
            )
        signature = algorithm(self.signed_info, "SignatureMethod")
        digests = [item.digest_algorithm for item in references]
        for uri, known in ((signature, SIGNATURES), *((uri, DIGESTS) for uri in digests)):
            if uri not in known:
                code = "SIG-WS-ALGORITHM"
                code = f"{code}-OBSOLETE" if uri in OBSOLETE else code
                raise WsSecurityError(Problem(code, self.signed_info, got=uri))
        return tuple(dict.fromkeys((signature, *digests)))

    def _certificate(self) -> Certificate:
        """Return the certificate of the token that KeyInfo names; raises WsSecurityError."""
        info = one(self.signature, f"{{{DS}}}KeyInfo")
        reference = info.find(f"{{{WSSE}}}SecurityTokenReference/{{{WSSE}}}Reference")
        uri = "" if reference is None else reference.get("URI", "")
        if not uri.startswith("#"):
            why = "KeyInfo не ссылается на wsse:BinarySecurityToken этого сообщения"
            raise WsSecurityError(Problem("SIG-WS-TOKEN", info, why=why))
        token = by_wsu_id(self.signature, uri[1:], info)
        if token.tag != TOKEN or token.getparent() is not self.signature.getparent():
            why = f"ссылка ведёт на {absolute_xpath(token)}"
            raise WsSecurityError(Problem("SIG-WS-TOKEN", token, why=why))
        for name, expected in (("EncodingType", BASE64), ("ValueType", X509_V3)):
            if token.get(name) != expected:
                why = f"{name} — {token.get(name) or 'не указан'} вместо {expected}"
                raise WsSecurityError(Problem("SIG-WS-TOKEN", token, why=why))
        try:
            return read_certificate(_base64(token.text or ""))
        except ValueError as error:
            raise WsSecurityError(Problem("SIG-WS-TOKEN", token, why=str(error))) from error

    def _digests(self, references: list[Reference]) -> Iterator[Finding]:
        hash_ = gost.provider().hash
        for item in references:
            bits = DIGESTS[item.digest_algorithm].bits
            expected = base64.b64encode(hash_(item.octets, bits)).decode()
            if item.digest != expected:
                cause = _digest_cause(item, bits)
                yield finding(
                    "SIG-WS-DIGEST",
                    where=_where(self.part, item.target),
                    expected=expected,
                    got=item.digest,
                    part=item.name,
                    why=f"Вероятная причина: {cause}." if cause else "Часть изменена.",
                )

    def _value(self, certificate: Certificate, method: str) -> Iterator[Finding]:
        where = _where(self.part, self.signature)
        key = certificate.key
        bits = SIGNATURES[method].bits
        if key is None or key.curve.bits != bits:
            obsolete = certificate.key_algorithm in algorithms.OBSOLETE
            code = "SIG-WS-ALGORITHM-OBSOLETE" if obsolete else "SIG-WS-ALGORITHM"
            got = certificate.key_problem or f"подпись на {bits} бит ключом другой длины"
            yield finding(code, where=where, got=got)
            return
        element = one(self.signature, f"{{{DS}}}SignatureValue")
        try:
            value = _base64(element.text or "")
        except ValueError as error:
            why = f"SignatureValue не base64 ({error})"
            raise WsSecurityError(Problem("SIG-WS-STRUCTURE", element, why=why)) from error
        provider = gost.provider()
        prefixes = inclusive_prefixes(one(self.signed_info, f"{{{DS}}}CanonicalizationMethod"))
        digest = provider.hash(canonical_part(self.signed_info, prefixes), bits)
        if provider.verify(key, digest, value):
            return
        half = len(value) // 2
        if provider.verify(key, digest, value[half:] + value[:half]):
            yield finding("SIG-WS-VALUE-ORDER", where=where, expected="s ‖ r", got="r ‖ s")
            return
        cause = value_cause(key, digest, value)
        why = f"Вероятная причина: {cause}." if cause else "SignedInfo изменён или ключ другой."
        yield finding("SIG-WS-VALUE", where=where, got=f"{len(value)} октетов", why=why)

    def _coverage(self, references: list[Reference]) -> Iterator[Finding]:
        """The body is signed; the set of parts is one of those seen."""
        names = {item.name for item in references}
        where = _where(self.part, self.signed_info)
        if "Body" not in names:
            yield finding(
                "SIG-WS-BODY-UNSIGNED", where=where, expected="Body", got=", ".join(sorted(names))
            )
        elif names not in (VARIANT_A, VARIANT_B, FROM_IPS):
            yield finding(
                "SIG-WS-PARTS",
                where=where,
                expected=", ".join(sorted(VARIANT_B)),
                got=", ".join(sorted(names)),
            )
        for item in references:
            if item.name == "Timestamp":
                tolerance = self.policy.clock_tolerance
                problem = timestamp_problem(item.target, self.checked_at, tolerance)
                if problem is not None:
                    yield finding(
                        "SIG-WS-TIMESTAMP",
                        where=_where(self.part, item.target),
                        expected=shown(self.checked_at),
                        got=problem,
                    )

    def _certificate_rules(self, certificate: Certificate, chain: Chain) -> Iterator[Finding]:
        where = _where(self.part, self.signature)
        usage = certificate.usage_problem
        if usage is not None:
            yield finding("SIG-KEY-USAGE", where=where, expected="digitalSignature", got=usage)
        if not certificate.valid_at(self.checked_at):
            yield finding(
                "SIG-WS-CERTIFICATE-NOT-VALID",
                where=where,
                expected=shown_day(self.checked_at),
                got=certificate.validity,
                who=certificate.subject.title,
            )
        if chain.problem is not None:
            reason = chain.problem
            yield finding(reason.code, where=where, expected=reason.expected, got=reason.got)
        for problem in revocation_problems(chain, self.trust.crls, self.checked_at):
            yield finding(problem.code, where=where, got=problem.got, who=problem.who)


def _base64(text: str) -> bytes:
    """Return the octets; raises ValueError."""
    return base64.b64decode("".join(text.split()), validate=True)


def _signed_part(reference: Reference) -> SignedPart:
    return SignedPart(
        name=reference.name,
        wsu_id=reference.wsu_id,
        xpath=absolute_xpath(reference.target),
        octets=reference.octets,
    )


def _digest_cause(reference: Reference, bits: int) -> str | None:
    """Return in Russian what was hashed instead, None when no guess fits."""
    hash_ = gost.provider().hash
    target = reference.target
    try:
        digest = _base64(reference.digest)
    except ValueError:
        return "DigestValue не base64"
    if digest == hash_(reference.octets, bits)[::-1]:
        return "октеты хэша записаны в обратном порядке"
    variants = {
        "хэш без учёта InclusiveNamespaces": canonical_part(target, ()),
        "хэш от обычного c14n вместо exc-c14n": etree.tostring(
            target, method="c14n", with_tail=False
        ),
        "хэш от текста элемента без каноникализации": etree.tostring(target, with_tail=False),
    }
    return next((cause for cause, other in variants.items() if hash_(other, bits) == digest), None)
