"""Truncated, flipped and spliced containers: never a crash, never «valid».

DOPUSK_FUZZ_CASES sets the number of cases (the default takes seconds).
"""

import os
import random

import pytest
from signature_samples import AUTHOR, DOCUMENT, NOW

from dopusk.signature import TrustStore, examine
from dopusk.signature.asn1 import Asn1Error, Asn1Limits, check_bounds, pem_blocks
from dopusk.signature.certificate import read_certificate
from dopusk.signature.container import read_container
from dopusk.signature.revocation import read_crl
from dopusk.verdict import Verdict

CASES = int(os.environ.get("DOPUSK_FUZZ_CASES", "1500"))
SEED = int(os.environ.get("DOPUSK_FUZZ_SEED", "20250505"))
# Octets that mean something to a parser: tags, lengths, extremes.
TELLING = (0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x17, 0x30, 0x31, 0x7F, 0x80, 0x84, 0xA0, 0xFF)


def mutate(octets: bytes, chance: random.Random) -> bytes:
    data = bytearray(octets)
    kind = chance.randrange(7)
    place = chance.randrange(len(data))
    if kind == 0:
        return bytes(data[:place])
    if kind == 1:
        data[place] ^= 1 << chance.randrange(8)
    elif kind == 2:
        data[place] = chance.choice(TELLING)
    elif kind == 3:
        for _ in range(chance.randrange(2, 20)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == 4:
        end = min(len(data), place + chance.randrange(1, 40))
        del data[place:end]
    elif kind == 5:
        start = chance.randrange(len(data))
        data[place:place] = data[start : start + chance.randrange(1, 40)]
    else:
        header = data.find(chance.choice((b"\x30", b"\x31", b"\xa0", b"\x04", b"\x06")), place)
        if header >= 0 and header + 1 < len(data):
            data[header + 1] = chance.choice(TELLING)
    return bytes(data)


def valid(container: bytes, sample: bytes) -> bool:
    account = examine(
        container,
        DOCUMENT,
        part="подпись",
        expectation=AUTHOR,
        trust=TrustStore.test_pki(),
        created_at=NOW,
        received_at=NOW,
        checked_at=NOW,
    )
    account.to_dict()
    return account.verdict is Verdict.PASS and container != sample


def same_meaning(container: bytes, sample: bytes) -> bool:
    """Tell whether everything that is signed or judged is as in the sample.

    A few octets of CMS are covered by no signature and judged by no rule (the version numbers, the
    list of digest algorithms, parameters of an algorithm): changing them changes nothing.
    """
    changed, original = read_container(container), read_container(sample)
    return (
        changed.signers[0].signed_octets == original.signers[0].signed_octets
        and changed.signers[0].signature == original.signers[0].signature
        and changed.certificate_of(changed.signers[0])
        == original.certificate_of(original.signers[0])
    )


@pytest.fixture(params=["author-7831", "curve-tc26-512-A"])
def sample(request, sign):
    return sign(request.param)


def test_mutated_containers_are_never_valid(sample):
    chance = random.Random(SEED)
    for number in range(CASES // 2):
        container = mutate(sample, chance)
        if valid(container, sample):
            assert same_meaning(container, sample), (number, container.hex())


def test_mutated_certificates_raise_one_error(sample):
    chance = random.Random(SEED + 1)
    certificate = read_container(sample).certificates[0].der
    for _ in range(CASES // 2):
        octets = mutate(certificate, chance)
        try:
            read_certificate(octets)
        except Asn1Error:
            continue


def test_mutated_lists_raise_one_error(pki):
    (crl,) = pem_blocks((pki / "trust" / "issuing.crl.pem").read_bytes(), "X509 CRL")
    chance = random.Random(SEED + 2)
    for _ in range(CASES // 2):
        try:
            read_crl(mutate(crl, chance))
        except Asn1Error:
            continue


def test_random_octets_are_never_valid():
    chance = random.Random(SEED + 3)
    for _ in range(CASES // 5):
        octets = chance.randbytes(chance.randrange(200))
        assert not valid(octets, b"")
        assert not valid(b"\x30" + octets, b"")


@pytest.mark.parametrize(
    "octets",
    [
        b"\x30\x80" * 40 + b"\x00\x00" * 40,
        b"\x30\x00" + b"\x00",
        b"\x30\x04" + b"\x02\x03\x01",
        b"\x04\x80\x00\x00",
        b"\x1f\xff\xff",
        b"\x30\x85\x00\x00\x00\x00\x01\x00",
        b"\x30\x80\x02\x01\x05",
    ],
)
def test_bounds_are_refused_before_parsing(octets):
    with pytest.raises(Asn1Error):
        check_bounds(octets, Asn1Limits())


def test_number_of_elements_is_bounded():
    many = b"\x05\x00" * 50
    with pytest.raises(Asn1Error, match="элементов"):
        check_bounds(b"\x30" + bytes([len(many)]) + many, Asn1Limits(max_elements=20))


def test_size_is_bounded(sample):
    with pytest.raises(Asn1Error, match="предела"):
        read_container(sample, Asn1Limits(max_bytes=100))


def test_indefinite_lengths_are_read():
    check_bounds(b"\x30\x80\x30\x80\x02\x01\x05\x00\x00\x30\x00\x00\x00", Asn1Limits())
