"""Trust stores and chains."""

from dataclasses import replace

import pytest
from signature_samples import NOW

from dopusk.signature import TrustError, TrustStore, trust_remarks
from dopusk.signature.asn1 import pem_blocks
from dopusk.signature.authority import CertificateRequest, issue, issue_crl
from dopusk.signature.certificate import read_certificate
from dopusk.signature.revocation import read_crl
from dopusk.signature.trust import ChainLimits, build_chain

YEARS = {"not_before": NOW.replace(year=2020), "not_after": NOW.replace(year=2030)}


@pytest.fixture
def make(credential):
    """Issue a certificate with the key of a test certificate."""

    def made(name, issuer=None, *, key="author-7831", serial=1, **options):
        request = CertificateRequest(
            subject=[("CN", name)],
            key=credential(key).private_key,
            serial=serial,
            **{**YEARS, **options},
        )
        return issue(request, issuer)

    return made


def authority(make, name, issuer=None, **options):
    usage = options.pop("key_usage", ("key_cert_sign", "crl_sign"))
    return make(name, issuer, key="mo-7831", is_ca=True, key_usage=usage, **options)


def certificates(*credentials):
    return tuple(read_certificate(item.certificate_der) for item in credentials)


def test_default_store_is_marked_as_test():
    store = TrustStore.test_pki()
    assert store.is_test
    assert [item.code for item in trust_remarks(store)] == ["PKI-TEST-TRUST"]
    assert [item.subject.title for item in store.anchors] == ["ТЕСТ Головной УЦ стенда «Допуск»"]


def test_store_of_own_files_has_no_remark(pki):
    store = TrustStore.load([pki / "trust" / "root.pem"])
    assert trust_remarks(store) == []
    assert store.intermediates == ()


def test_store_reads_der_and_folders(pki, tmp_path):
    (der,) = pem_blocks((pki / "trust" / "root.pem").read_bytes(), "CERTIFICATE")
    (crl,) = pem_blocks((pki / "trust" / "issuing.crl.pem").read_bytes(), "X509 CRL")
    (tmp_path / "root.cer").write_bytes(der)
    (tmp_path / "issuing.crl").write_bytes(crl)
    (tmp_path / "README.txt").write_text("not a certificate")
    store = TrustStore.load([tmp_path])
    assert len(store.anchors) == len(store.crls) == 1


def test_issuer_outside_the_files_makes_an_anchor(pki):
    """An operator may trust an accredited authority without the state's root."""
    store = TrustStore.load([pki / "trust" / "issuing.pem"])
    assert [item.subject.title for item in store.anchors] == [
        "ТЕСТ Аккредитованный УЦ стенда «Допуск»"
    ]


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"-----BEGIN X-----\nAA==\n-----END X-----\n"]
)
def test_bad_files_are_named(content, tmp_path):
    path = tmp_path / "bad.pem"
    path.write_bytes(content)
    with pytest.raises(TrustError, match=r"bad\.pem"):
        TrustStore.load([path])


def test_missing_file_and_empty_set(tmp_path):
    with pytest.raises(TrustError, match="не читается"):
        TrustStore.load([tmp_path / "none.pem"])
    with pytest.raises(TrustError, match="ни одного"):
        TrustStore.load([])


def test_chain_of_authorities_from_the_container(make):
    root = authority(make, "root")
    middle = authority(make, "middle", root, serial=2)
    low = authority(make, "low", middle, serial=3)
    leaf = make("leaf", low, serial=4)
    (anchor, *extra, end) = certificates(root, middle, low, leaf)
    chain = build_chain(end, TrustStore((anchor,)), extra, NOW)
    assert chain.problem is None
    assert chain.titles == ("leaf", "low", "middle", "root")
    without = build_chain(end, TrustStore((anchor,)), extra[1:], NOW)
    assert without.problem is not None
    assert without.problem.code == "PKI-MISSING-LINK"
    assert "middle" in without.problem.expected
    short = build_chain(end, TrustStore((anchor,)), extra, NOW, ChainLimits(max_length=2))
    assert short.problem is not None


def test_path_length_is_kept(make):
    root = authority(make, "root")
    middle = authority(make, "middle", root, serial=2, path_length=0)
    low = authority(make, "low", middle, serial=3)
    (anchor, *extra, end) = certificates(root, middle, low, make("leaf", low, serial=4))
    chain = build_chain(end, TrustStore((anchor,)), extra, NOW)
    assert chain.problem is not None
    assert (chain.problem.code, chain.problem.got) == ("PKI-NOT-CA", "middle")


def test_authority_that_may_not_sign_certificates(make):
    root = authority(make, "root")
    weak = authority(make, "weak", root, serial=2, key_usage=("crl_sign",))
    (anchor, extra, end) = certificates(root, weak, make("leaf", weak, serial=3))
    chain = build_chain(end, TrustStore((anchor,)), [extra], NOW)
    assert chain.problem is not None
    assert chain.problem.expected == "keyUsage keyCertSign"


def test_self_signed_certificate_is_not_trusted(make):
    (lone,) = certificates(make("lone"))
    (anchor,) = certificates(authority(make, "root"))
    chain = build_chain(lone, TrustStore((anchor,)), [lone], NOW)
    assert chain.problem is not None
    assert chain.problem.code == "PKI-UNTRUSTED"
    assert build_chain(lone, TrustStore((lone,)), [], NOW).problem is None


def test_namesakes_do_not_hide_the_right_authority(make):
    root = authority(make, "root")
    (anchor, end) = certificates(root, make("leaf", root, serial=2))
    (namesake,) = certificates(make("root", key="chairman-7831", is_ca=True))
    chain = build_chain(end, TrustStore((anchor,)), [namesake], NOW)
    assert chain.problem is None


def test_authorities_that_vouch_for_each_other_end(make):
    one = authority(make, "one")
    two = authority(make, "two", one)
    one_again = authority(make, "one", two, serial=2)
    (other,) = certificates(authority(make, "root"))
    (first, second, end) = certificates(one_again, two, make("leaf", one_again, serial=5))
    chain = build_chain(end, TrustStore((other,)), [first, second], NOW)
    assert chain.problem is not None


def test_many_namesakes_are_bounded(make):
    root = authority(make, "root")
    (anchor, end) = certificates(root, make("leaf", root, serial=2))
    crowd = certificates(
        *(make("root", key="chairman-7831", is_ca=True, serial=n) for n in range(20))
    )
    limits = ChainLimits(max_links=5)
    assert build_chain(end, TrustStore((anchor,)), crowd, NOW, limits).problem is None


@pytest.fixture
def with_crl(make, sign, codes):
    """Judge the author's signature with another revocation list of the issuing authority."""

    def judged(crl, **when):
        store = replace(TrustStore.test_pki(), crls=(crl,))
        return codes(sign(), trust=store, **when)

    return judged


def test_list_that_another_authority_signed(with_crl, pki, make):
    (issuing,) = pem_blocks((pki / "trust" / "issuing.pem").read_bytes(), "CERTIFICATE")
    impostor = authority(make, "impostor")
    real = read_certificate(issuing)
    der = issue_crl(impostor, [], number=1, this_update=NOW, next_update=NOW.replace(year=2030))
    forged = replace(read_crl(der), issuer=real.subject.der)
    assert with_crl(forged) == ["PKI-CRL-SIGNATURE"]


def test_stale_list_is_a_remark(with_crl):
    (crl,) = TrustStore.test_pki().crls
    assert with_crl(crl) == []
    stale = replace(crl, next_update=NOW.replace(year=2024))
    assert with_crl(stale) == ["PKI-CRL-STALE"]


def test_revocation_counts_from_its_date(sign, codes):
    before = NOW.replace(year=2024, month=1)
    container = sign("fault-revoked", at=before)
    assert codes(container, created_at=before, received_at=before, checked_at=before) == []
    assert codes(container, created_at=before, received_at=before) == ["PKI-REVOKED"]
