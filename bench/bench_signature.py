"""Signatures: native and pure provider, and one whole check against one `openssl cms -verify`.

Target (DESIGN): a signature over 100 kB with attributes and chain is verified no slower than by one
process of OpenSSL with the gost engine. Run: python -m bench.bench_signature
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

from bench.timing import best_of
from dopusk import gost, suite
from dopusk.gost import PrivateKey, Provider, ProviderUnavailableError, curve, provider
from dopusk.signature import TrustStore, examine, load_credential, sign_detached
from dopusk.signature.asn1 import to_pem
from dopusk.verdict import Verdict

SECONDS = 1.0
SIZE = 100_000
NOW = datetime(2025, 5, 5, 12, tzinfo=UTC)


def providers() -> dict[str, Provider]:
    found = {"pure": provider("pure")}
    try:
        found["native"] = provider("native")
    except ProviderUnavailableError as error:
        print(f"native: {error}")
    return found


def primitives(name: str, judged: Provider) -> None:
    document = bytes(SIZE)
    for bits in (256, 512):
        took = best_of(lambda bits=bits: judged.hash(document, bits), SECONDS)
        print(f"{name}: Стрибог-{bits}: {SIZE / took / 1e6:.2f} MB/s")
    for curve_name in ("tc26-256-A", "tc26-256-B", "tc26-512-A", "tc26-512-C"):
        key = PrivateKey.derive(curve(curve_name), b"bench", judged.hash)
        public = judged.public_key(key)
        digest = judged.hash(b"", key.curve.bits)
        value = judged.sign(key, digest)
        took = best_of(lambda a=(public, digest, value): judged.verify(*a), SECONDS)
        print(f"{name}: 34.10-2012 {curve_name}: {took * 1e3:.2f} ms a verification")


def whole_check(container: bytes, document: bytes, trust: TrustStore) -> None:
    account = examine(
        container,
        document,
        part="bench",
        expectation=None,
        trust=trust,
        created_at=NOW,
        received_at=NOW,
        checked_at=NOW,
    )
    assert account.verdict is Verdict.PASS
    assert account.covers_document


def openssl_process(folder: Path, container: bytes, document: bytes) -> Callable[[], object] | None:
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    pki = suite.root() / "fixtures" / "pki" / "trust"
    anchors = b"".join((pki / name).read_bytes() for name in ("root.pem", "issuing.pem"))
    (folder / "ca.pem").write_bytes(anchors)
    (folder / "container").write_bytes(container)
    (folder / "document").write_bytes(document)
    command = [openssl, "cms", "-verify", "-engine", "gost", "-binary", "-inform", "DER"]
    command += ["-purpose", "any", "-in", "container", "-content", "document"]
    command += ["-CAfile", "ca.pem", "-out", "out"]

    def verify() -> None:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)

    try:
        verify()
    except subprocess.CalledProcessError as error:
        print(f"openssl cms -verify: {error.stderr.decode(errors='replace').splitlines()[0]}")
        return None
    return verify


def main() -> None:
    found = providers()
    for name, judged in found.items():
        primitives(name, judged)
    document = bytes(range(256)) * (SIZE // 256)
    folder = suite.root() / "fixtures" / "pki" / "credentials"
    credential = load_credential(folder / "author-7831.pem")
    # More containers than any cache holds: each check parses its own, signers repeat as in life.
    containers = [
        sign_detached(document, credential, signing_time=NOW - timedelta(seconds=number % 5))
        for number in range(5)
    ]
    containers = [to_pem(der, "CMS") + b"\n" * (n + 1) for n in range(20) for der in containers]
    trust = TrustStore.test_pki()
    took = {}
    for name, judged in found.items():
        with patch.object(gost, "provider", lambda judged=judged: judged):
            turn = cycle(containers)
            took[name] = best_of(
                lambda turn=turn: whole_check(next(turn), document, trust), SECONDS
            )
        print(f"{name}: one check of {SIZE} bytes: {took[name] * 1e3:.2f} ms")
    with tempfile.TemporaryDirectory() as temporary:
        der = sign_detached(document, credential, signing_time=NOW)
        verify = openssl_process(Path(temporary), der, document)
        if verify is None:
            print("openssl with the gost engine is not here: no ratio")
            return
        theirs = best_of(verify, SECONDS)
    print(f"one process of openssl cms -verify: {theirs * 1e3:.2f} ms")
    for name, ours in took.items():
        print(f"ratio openssl / dopusk, {name}: {theirs / ours:.2f}")


if __name__ == "__main__":
    main()
