"""The detached GOST signature of manifest.json: made with a test credential, checked for anyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dopusk.evidence.manifest import SIGNATURE
from dopusk.signature import TrustStore
from dopusk.signature.check import examine
from dopusk.signature.credential import Credential
from dopusk.signature.sign import sign_detached
from dopusk.verdict import Severity


class SignatureState(StrEnum):
    """What the signature of an archive is worth."""

    ABSENT = "нет"
    VALID = "верна"
    INVALID = "неверна"


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """Who signed the manifest, and whether that holds."""

    state: SignatureState
    signer: str | None = None
    signed_at: datetime | None = None
    issuer: str | None = None
    problems: tuple[str, ...] = ()
    """Russian sentences with their codes."""
    test_trust: bool = False
    """The chain ends at the published test PKI: it proves that nothing was changed, not by whom."""


def sign_manifest(manifest: bytes, credential: Credential, at: datetime) -> bytes:
    """Return the detached CAdES-BES container (DER) over manifest.json; `at` is zone-aware."""
    return sign_detached(manifest, credential, signing_time=at)


def check_signature(
    manifest: bytes, container: bytes | None, trust: TrustStore, at: datetime
) -> SignatureVerdict:
    """Return what the signature is worth at the moment `at`."""
    if container is None:
        return SignatureVerdict(SignatureState.ABSENT)
    account = examine(
        container,
        manifest,
        part=SIGNATURE,
        expectation=None,
        trust=trust,
        created_at=None,
        received_at=None,
        checked_at=at,
    )
    problems = tuple(
        f"{item.code}: {item.message}"
        for item in account.findings
        if item.severity is Severity.ERROR
    )
    whole = account.covers_document and not problems
    signer = account.signer
    return SignatureVerdict(
        SignatureState.VALID if whole else SignatureState.INVALID,
        signer=signer.title if signer else None,
        signed_at=account.signed_at,
        issuer=signer.issuer if signer else None,
        problems=problems,
        test_trust=trust.is_test,
    )
