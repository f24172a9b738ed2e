"""Trust anchors and the chain from a signer's certificate up to one of them (RFC 5280 §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from dopusk import suite
from dopusk.signature.asn1 import Asn1Error, pem_blocks
from dopusk.signature.certificate import Certificate, read_certificate
from dopusk.signature.moments import shown_day
from dopusk.signature.revocation import RevocationList, read_crl
from dopusk.wording import os_reason

_SUFFIXES = {".pem", ".cer", ".crt", ".der", ".crl"}


class TrustError(ValueError):
    """A file of trust anchors is missing or unreadable; the text is for the user."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """What is trusted, what helps to build chains, what is revoked."""

    anchors: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...] = ()
    crls: tuple[RevocationList, ...] = ()
    is_test: bool = False
    """The anchors are those of the published test PKI: a report says so."""

    @classmethod
    def load(cls, paths: Iterable[Path]) -> TrustStore:
        """Return the store of these files and folders (certificates and CRLs, DER or PEM).

        An anchor is a self-signed certificate, or one whose issuer is not among the files; the
        others are intermediates. Raises TrustError.
        """
        certificates: list[Certificate] = []
        crls: list[RevocationList] = []
        for path in paths:
            for file in _files(path):
                found, lists = _read_file(file)
                certificates.extend(found)
                crls.extend(lists)
        certificates = list(dict.fromkeys(certificates))
        if not certificates:
            raise TrustError("Среди якорей доверия нет ни одного сертификата")
        subjects = {item.subject.der for item in certificates}
        anchors = tuple(
            item for item in certificates if item.self_issued or item.issuer.der not in subjects
        )
        return cls(
            anchors, tuple(item for item in certificates if item not in anchors), tuple(crls)
        )

    @classmethod
    def test_pki(cls) -> TrustStore:
        """Return the store of the stand's test PKI; raises TrustError."""
        return _test_pki()


@cache
def _test_pki() -> TrustStore:
    store = TrustStore.load([suite.root() / "fixtures" / "pki" / "trust"])
    return TrustStore(store.anchors, store.intermediates, store.crls, is_test=True)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(item for item in path.iterdir() if item.suffix.lower() in _SUFFIXES)


def _read_file(path: Path) -> tuple[list[Certificate], list[RevocationList]]:
    try:
        data = path.read_bytes()
        if b"-----BEGIN" in data:
            certificates = [read_certificate(der) for der in pem_blocks(data, "CERTIFICATE")]
            lists = [read_crl(der) for der in pem_blocks(data, "X509 CRL")]
        elif path.suffix.lower() == ".crl":
            certificates, lists = [], [read_crl(data)]
        else:
            certificates, lists = [read_certificate(data)], []
    except OSError as error:
        raise TrustError(f"{path}: файл якоря доверия не читается ({os_reason(error)})") from error
    except Asn1Error as error:
        raise TrustError(f"{path}: {error}") from error
    if not certificates and not lists:
        raise TrustError(f"{path}: нет ни сертификата, ни списка отзыва")
    return certificates, lists


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """Why a chain does not reach an anchor."""

    code: str
    """Code of the rule, PKI-…"""
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Chain:
    """From the signer's certificate up as far as it went."""

    path: tuple[Certificate, ...]
    problem: ChainProblem | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the names on the path, the signer first."""
        return tuple(item.subject.title for item in self.path)


@dataclass(frozen=True, slots=True)
class ChainLimits:
    """Bounds of the search for a chain."""

    max_length: int = 8
    """Certificates in a chain: an attack on the stack."""
    max_links: int = 64
    """Signatures verified in one search: many authorities of one name are an attack on time."""


def build_chain(
    certificate: Certificate,
    trust: TrustStore,
    extra: Sequence[Certificate],
    at: datetime,
    limits: ChainLimits | None = None,
) -> Chain:
    """Return the chain to an anchor, or the longest one that was tried and its problem.

    `extra` are further certificates, e.g. those of the container; they are never trusted by
    themselves. `at` is the moment at which the authorities' certificates must be valid.
    """
    pool = tuple(dict.fromkeys((*trust.anchors, *trust.intermediates, *extra)))
    return _Search(trust, pool, at, limits or ChainLimits()).climb((certificate,))


@dataclass(slots=True)
class _Search:
    trust: TrustStore
    pool: tuple[Certificate, ...]
    at: datetime
    limits: ChainLimits
    links: int = field(default=0)

    def climb(self, path: tuple[Certificate, ...]) -> Chain:
        """Return the best chain that begins with `path`."""
        last = path[-1]
        if last in self.trust.anchors:
            return Chain(path)
        failures = []
        for issuer in self._issuers(path):
            if len(path) >= self.limits.max_length or self.links >= self.limits.max_links:
                break
            self.links += 1
            problem = _link_problem(last, issuer, len(path) - 1, self.at)
            longer = (*path, issuer)
            chain = Chain(longer, problem) if problem else self.climb(longer)
            if chain.problem is None:
                return chain
            failures.append(chain)
        if failures:
            return max(failures, key=lambda chain: len(chain.path))
        if last.self_issued:
            return Chain(
                path, ChainProblem("PKI-UNTRUSTED", _anchors(self.trust), str(last.subject))
            )
        return Chain(path, ChainProblem("PKI-MISSING-LINK", str(last.issuer), last.subject.title))

    def _issuers(self, path: tuple[Certificate, ...]) -> list[Certificate]:
        """Return who may have issued the last one, the likeliest first."""
        last = path[-1]
        named = [
            item for item in self.pool if item.subject.der == last.issuer.der and item not in path
        ]
        wanted = last.authority_key_identifier
        return sorted(named, key=lambda item: wanted is None or item.key_identifier != wanted)


def _link_problem(
    below: Certificate, issuer: Certificate, authorities_below: int, at: datetime
) -> ChainProblem | None:
    """Return why `issuer` may not vouch for `below`."""
    if not below.signed_by(issuer):
        return ChainProblem("PKI-FORGED", issuer.subject.title, below.subject.title)
    if not issuer.is_ca:
        return ChainProblem("PKI-NOT-CA", "basicConstraints CA:TRUE", issuer.subject.title)
    if issuer.key_usage is not None and "key_cert_sign" not in issuer.key_usage:
        return ChainProblem("PKI-NOT-CA", "keyUsage keyCertSign", issuer.subject.title)
    if issuer.path_length is not None and authorities_below > issuer.path_length:
        return ChainProblem(
            "PKI-NOT-CA", f"не больше {issuer.path_length} УЦ ниже", issuer.subject.title
        )
    if not issuer.valid_at(at):
        return ChainProblem(
            "PKI-ISSUER-NOT-VALID", shown_day(at), f"{issuer.subject.title}: {issuer.validity}"
        )
    if issuer.unknown_critical:
        return ChainProblem(
            "PKI-CRITICAL-EXTENSION", "только известные", ", ".join(issuer.unknown_critical)
        )
    return None


@dataclass(frozen=True, slots=True)
class RevocationProblem:
    """What a revocation list says against a certificate of the chain, or itself lacks."""

    code: str
    who: str
    got: str | None = None


def revocation_problems(
    chain: Chain, lists: Sequence[RevocationList], at: datetime
) -> Iterator[RevocationProblem]:
    """Return what the lists say about every certificate of the chain at that moment."""
    for certificate, issuer in zip(chain.path, chain.path[1:], strict=False):
        for crl in lists:
            if crl.issuer == certificate.issuer.der:
                yield from _revocation(certificate, issuer, crl, at)


def _revocation(
    certificate: Certificate, issuer: Certificate, crl: RevocationList, at: datetime
) -> Iterator[RevocationProblem]:
    if not crl.signed_by(issuer):
        yield RevocationProblem("PKI-CRL-SIGNATURE", crl.issuer_title)
        return
    since = crl.revoked.get(certificate.serial)
    if since is not None and since <= at:
        yield RevocationProblem("PKI-REVOKED", certificate.subject.title, shown_day(since))
    elif crl.next_update is not None and crl.next_update < at:
        yield RevocationProblem("PKI-CRL-STALE", crl.issuer_title, shown_day(crl.next_update))


def _anchors(trust: TrustStore) -> str:
    return "; ".join(item.subject.title for item in trust.anchors)
