"""Containers of OpenSSL's gost engine verify here, and ours verify there."""

import shutil
import subprocess

import pytest
from signature_samples import DOCUMENT, NOW

from dopusk.signature import SigningFaults, sign_detached

CURVES = [
    "tc26-256-A",
    "tc26-256-B",
    "tc26-256-C",
    "tc26-256-D",
    "tc26-512-A",
    "tc26-512-B",
    "tc26-512-C",
    "cryptopro-A",
    "cryptopro-XchB",
]


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [shutil.which("openssl") or "openssl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module", autouse=True)
def gost_engine():
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    listed = run("engine", "gost", "-c")
    if b"md_gost12_256" not in listed.stdout:
        pytest.skip("OpenSSL has no gost engine (Debian: libengine-gost-openssl)")


@pytest.fixture
def files(tmp_path, pki):
    (tmp_path / "document").write_bytes(DOCUMENT)
    chain = [(pki / "trust" / name).read_bytes() for name in ("root.pem", "issuing.pem")]
    (tmp_path / "ca.pem").write_bytes(b"".join(chain))
    return tmp_path


def openssl_verifies(files, container):
    (files / "container").write_bytes(container)
    judged = run(
        *("cms", "-verify", "-engine", "gost", "-binary", "-inform", "DER", "-purpose", "any"),
        *("-in", files / "container", "-content", files / "document", "-CAfile", files / "ca.pem"),
        *("-out", files / "out"),
    )
    return judged.returncode == 0


def openssl_signs(files, pki, curve, *options):
    bits = "512" if "512" in curve else "256"
    made = run(
        *("cms", "-sign", "-engine", "gost", "-binary", "-md", f"md_gost12_{bits}", *options),
        *("-signer", pki / "credentials" / f"curve-{curve}.pem", "-in", files / "document"),
        *("-outform", "DER", "-out", files / "made"),
    )
    assert made.returncode == 0, made.stderr.decode()
    return (files / "made").read_bytes()


@pytest.mark.parametrize("no_attributes", [False, True])
@pytest.mark.parametrize("curve", CURVES)
def test_ours_verify_there(curve, no_attributes, files, credential):
    faults = SigningFaults(no_attributes=no_attributes)
    signer = credential(f"curve-{curve}")
    container = sign_detached(DOCUMENT, signer, signing_time=NOW, faults=faults)
    assert openssl_verifies(files, container)
    spoilt = sign_detached(b"other", signer, signing_time=NOW, faults=faults)
    assert not openssl_verifies(files, spoilt)


@pytest.mark.parametrize("curve", CURVES)
def test_theirs_verify_here(curve, files, pki, judge):
    container = openssl_signs(files, pki, curve, "-cades")
    account = judge(container, received_at=None, checked_at=NOW.replace(year=2032))
    assert [item.code for item in account.findings] == []
    assert account.covers_document
    assert account.signer is not None
    assert account.signer.snils == "90000010185"


def test_theirs_without_cades_attributes(files, pki, codes):
    far = {"received_at": None, "checked_at": NOW.replace(year=2032)}
    plain = openssl_signs(files, pki, "tc26-256-A")
    assert codes(plain, **far) == ["SIG-NO-SIGNING-CERTIFICATE"]
    bare = openssl_signs(files, pki, "tc26-256-A", "-noattr")
    assert codes(bare, **far) == ["SIG-NO-ATTRIBUTES"]
    attached = openssl_signs(files, pki, "tc26-256-A", "-cades", "-nodetach")
    assert codes(attached, **far) == ["SIG-ATTACHED"]
    lone = openssl_signs(files, pki, "tc26-256-A", "-cades", "-nocerts")
    assert codes(lone, **far) == ["SIG-NO-CERTIFICATE"]


def test_theirs_with_indefinite_lengths(files, pki, judge):
    streamed = openssl_signs(files, pki, "tc26-256-A", "-cades", "-nodetach", "-stream")
    assert streamed[1] == 0x80
    account = judge(streamed, received_at=None, checked_at=NOW.replace(year=2032))
    assert [(item.code, item.got) for item in account.findings] == [
        ("SIG-ATTACHED", str(len(DOCUMENT)))
    ]
    assert account.covers_document


def test_certificates_and_list_verify_there(files, pki):
    for path in sorted((pki / "credentials").glob("curve-*.pem")):
        judged = run("verify", "-engine", "gost", "-CAfile", files / "ca.pem", path)
        assert judged.returncode == 0, judged.stderr.decode()
    forged = pki / "credentials" / "fault-forged.pem"
    assert run("verify", "-engine", "gost", "-CAfile", files / "ca.pem", forged).returncode != 0
    revoked = pki / "credentials" / "fault-revoked.pem"
    judged = run(
        *("verify", "-engine", "gost", "-crl_check", "-CAfile", files / "ca.pem"),
        *("-CRLfile", pki / "trust" / "issuing.crl.pem", revoked),
    )
    assert b"certificate revoked" in judged.stderr
