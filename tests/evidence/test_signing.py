from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dopusk import suite
from dopusk.evidence.signing import SignatureState, check_signature, sign_manifest
from dopusk.signature import TrustStore, load_credential

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CREDENTIALS = suite.root() / "fixtures" / "pki" / "credentials"


def signed(name: str) -> bytes:
    return sign_manifest(b"manifest", load_credential(CREDENTIALS / f"{name}.pem"), NOW)


def test_a_good_signature() -> None:
    verdict = check_signature(b"manifest", signed("author-7831"), TrustStore.test_pki(), NOW)
    assert verdict.state is SignatureState.VALID, verdict.problems
    assert verdict.signed_at == NOW
    assert verdict.signer
    assert verdict.test_trust


def test_no_signature() -> None:
    verdict = check_signature(b"manifest", None, TrustStore.test_pki(), NOW)
    assert verdict.state is SignatureState.ABSENT


@pytest.mark.parametrize("name", ["fault-expired", "fault-forged", "fault-missing-link"])
def test_a_certificate_that_proves_nothing(name: str) -> None:
    verdict = check_signature(b"manifest", signed(name), TrustStore.test_pki(), NOW)
    assert verdict.state is SignatureState.INVALID
    assert verdict.problems


@pytest.mark.parametrize("container", [b"", b"nothing", b"0\x03\x02\x01\x00"])
def test_what_is_no_signature(container: bytes) -> None:
    verdict = check_signature(b"manifest", container, TrustStore.test_pki(), NOW)
    assert verdict.state is SignatureState.INVALID


def test_another_manifest() -> None:
    verdict = check_signature(b"Manifest", signed("author-7831"), TrustStore.test_pki(), NOW)
    assert verdict.state is SignatureState.INVALID
    assert any(item.startswith("SIG-DIGEST") for item in verdict.problems)


def test_another_trust(tmp_path: Path) -> None:
    own = load_credential(CREDENTIALS / "curve-cryptopro-A.pem")
    (tmp_path / "other.cer").write_bytes(own.certificate_der)
    store = TrustStore.load([tmp_path / "other.cer"])
    verdict = check_signature(b"manifest", signed("author-7831"), store, NOW)
    assert verdict.state is SignatureState.INVALID
    assert not verdict.test_trust
