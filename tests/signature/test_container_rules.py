"""Each rule about a container has one that trips exactly it; the clean ones trip none."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from signature_samples import AUTHOR, DOCUMENT, MO, NOW

from dopusk.signature import SignerExpectation, check_container
from dopusk.signature.asn1 import to_pem
from dopusk.signature.trust import TrustStore
from dopusk.verdict import Verdict, rules

GOOD = [
    "author-7831",
    *(f"curve-tc26-256-{letter}" for letter in "ABCD"),
    *(f"curve-tc26-512-{letter}" for letter in "ABC"),
    *(f"curve-cryptopro-{letter}" for letter in ("A", "B", "C", "XchA", "XchB")),
]

FAULTS = [
    ({"attached": True}, "SIG-ATTACHED", "WRONG_SIGNATURE_FORMAT"),
    ({"no_signer": True}, "SIG-NO-SIGNER", "NO_SIGNATURE"),
    ({"not_signed_data": True}, "SIG-FORMAT", "WRONG_SIGNATURE_FORMAT"),
    ({"no_certificate": True}, "SIG-NO-CERTIFICATE", "NO_END_ENTITY_CERTIFICATE"),
    ({"obsolete_algorithm": True}, "SIG-ALGORITHM-OBSOLETE", "UNKNOWN_ALGORITHM"),
    ({"unknown_algorithm": True}, "SIG-ALGORITHM", "UNKNOWN_ALGORITHM"),
    ({"mixed_digest": True}, "SIG-ALGORITHM-PAIR", "UNKNOWN_ALGORITHM"),
    ({"no_attributes": True}, "SIG-NO-ATTRIBUTES", "WRONG_SIGNATURE_FORMAT"),
    ({"repeated_signing_time": True}, "SIG-ATTRIBUTE-REPEATED", "WRONG_SIGNATURE_FORMAT"),
    ({"no_content_type": True}, "SIG-NO-CONTENT-TYPE", "WRONG_SIGNATURE_FORMAT"),
    ({"wrong_content_type": True}, "SIG-CONTENT-TYPE", "SIGNATURE_VERIFICATION_ERROR"),
    ({"no_message_digest": True}, "SIG-NO-MESSAGE-DIGEST", "SIGNATURE_VERIFICATION_ERROR"),
    ({"no_signing_time": True}, "SIG-NO-SIGNING-TIME", "VALIDATION_ERROR"),
    ({"no_signing_certificate": True}, "SIG-NO-SIGNING-CERTIFICATE", "WRONG_SIGNATURE_FORMAT"),
    ({"signed_bytes": b"other"}, "SIG-DIGEST", "SIGNATURE_VERIFICATION_ERROR"),
    ({"wrong_value": True}, "SIG-VALUE", "SIGNATURE_VERIFICATION_ERROR"),
]

CERTIFICATES = [
    ("fault-expired", "SIG-CERTIFICATE-EXPIRED", "PERSONAL_SIG_CERT_NOT_ACTUAL_ON_DOC_CREATION_DT"),
    (
        "fault-not-yet-valid",
        "SIG-CERTIFICATE-NOT-YET-VALID",
        "PERSONAL_SIG_CERT_NOT_ACTUAL_ON_DOC_CREATION_DT",
    ),
    ("fault-key-usage", "SIG-KEY-USAGE", "INVALID_CERT_KEY_USAGE"),
    ("fault-no-key-usage", "SIG-KEY-USAGE", "INVALID_CERT_KEY_USAGE"),
    ("fault-other-snils", "SIG-SNILS", "VALUE_MISMATCH_METADATA_AND_CERTIFICATE"),
    ("fault-no-snils", "SIG-NO-SNILS", "VALUE_MISMATCH_METADATA_AND_CERTIFICATE"),
    ("fault-other-name", "SIG-PERSON-NAME", "VALUE_MISMATCH_METADATA_AND_CERTIFICATE"),
    ("fault-gost-2001", "SIG-ALGORITHM-OBSOLETE", "UNKNOWN_ALGORITHM"),
    ("fault-untrusted", "PKI-UNTRUSTED", "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"),
    ("fault-missing-link", "PKI-MISSING-LINK", "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"),
    ("fault-expired-issuer", "PKI-ISSUER-NOT-VALID", "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"),
    ("fault-issuer-not-ca", "PKI-NOT-CA", "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"),
    (
        "fault-critical-extension",
        "PKI-CRITICAL-EXTENSION",
        "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT",
    ),
    ("fault-forged", "PKI-FORGED", "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"),
    ("fault-revoked", "PKI-REVOKED", "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"),
]


@pytest.mark.parametrize("name", GOOD)
def test_good_container_of_every_curve(name, sign, judge):
    account = judge(sign(name))
    assert account.findings == ()
    assert account.verdict is Verdict.PASS
    assert account.covers_document


def test_good_container_of_the_mo(sign, codes):
    assert codes(sign("mo-7831"), expectation=MO) == []


@pytest.mark.parametrize(("faults", "code", "remd"), FAULTS)
def test_fault_of_a_container(faults, code, remd, sign, judge):
    account = judge(sign(**faults))
    assert [(item.code, item.remd) for item in account.findings] == [(code, remd)]
    assert account.verdict is Verdict.FAIL


@pytest.mark.parametrize(("name", "code", "remd"), CERTIFICATES)
def test_fault_of_a_certificate(name, code, remd, sign, judge):
    account = judge(sign(name))
    assert [(item.code, item.remd) for item in account.findings] == [(code, remd)]
    assert account.verdict is Verdict.FAIL


def test_two_signers(sign, judge, credential):
    account = judge(sign(second_signer=credential("chairman-7831")))
    assert [item.code for item in account.findings] == ["SIG-MULTIPLE-SIGNERS"]
    assert account.signers == 2


def test_reference_to_another_certificate(sign, codes, credential):
    other = credential("chairman-7831").certificate_der
    assert codes(sign(wrong_signing_certificate=other)) == ["SIG-SIGNING-CERTIFICATE"]


@pytest.mark.parametrize(
    "dress",
    [
        base64.b64encode,
        base64.encodebytes,
        lambda der: base64.encodebytes(der).replace(b"\n", b"\r\n"),
        lambda der: to_pem(der, "CMS"),
        lambda der: b"\xef\xbb\xbf" + to_pem(der, "PKCS7"),
    ],
    ids=["base64", "lines", "CRLF lines", "PEM", "PEM with BOM"],
)
def test_dress_does_not_matter(dress, sign, codes):
    assert codes(dress(sign())) == []


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"  \n",
        b"not base64!",
        b"<Signature/>",
        b"\x30\x80\x00",
        b"\x30\x82\xff\xff\x01",
        b"\x30\x03\x02\x01",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 100,
        base64.b64encode(base64.b64encode(b"\x30\x03\x02\x01\x05")),
    ],
)
def test_octets_that_do_not_decode(octets, codes):
    assert codes(octets) == ["SIG-DECODE"]


@pytest.mark.parametrize(
    ("dress", "cause"),
    [
        (lambda der: base64.b64encode(base64.b64encode(der)), "дважды"),
        (lambda der: base64.b64encode(to_pem(der, "CMS")), "PEM"),
    ],
)
def test_dressed_twice(dress, cause, sign, judge):
    (found,) = judge(dress(sign())).findings
    assert found.code == "SIG-DECODE"
    assert cause in found.message


def test_truncated_and_padded_containers(sign, codes):
    der = sign()
    assert codes(der[:-1]) == ["SIG-DECODE"]
    assert codes(der + b"\x00") == ["SIG-DECODE"]
    assert codes(b"\x30\x03\x02\x01\x05") == ["SIG-FORMAT"]


def test_certificate_instead_of_a_signature(credential, codes):
    assert codes(credential("author-7831").certificate_der) == ["SIG-FORMAT"]


def test_document_is_not_needed_before_stage_2(sign, judge):
    account = judge(sign(), None)
    assert account.findings == ()
    assert not account.covers_document
    assert [i.code for i in judge(sign(wrong_value=True), None).findings] == ["SIG-VALUE"]


def test_signature_of_the_mo_after_receipt(sign, codes):
    late = sign("mo-7831", at=NOW + timedelta(minutes=1))
    assert codes(late, expectation=MO) == ["SIG-TIME-AFTER-RECEIPT"]
    assert codes(late, expectation=MO, received_at=NOW + timedelta(minutes=2)) == []


def test_signature_of_staff_after_receipt(sign, codes):
    late = sign(at=NOW + timedelta(minutes=1))
    assert codes(late) == ["SIG-TIME-AFTER-RECEIPT-STAFF"]
    assert codes(late, received_at=None, checked_at=NOW + timedelta(minutes=1)) == []


def test_clocks_may_differ_a_little(sign, codes):
    assert codes(sign(at=NOW + timedelta(seconds=4))) == []
    assert codes(sign(at=NOW - timedelta(seconds=4))) == []


def test_signature_before_the_document(sign, judge):
    account = judge(sign(at=NOW - timedelta(hours=1)))
    assert [item.code for item in account.findings] == ["SIG-TIME-BEFORE-DOCUMENT"]
    assert not any(item.blocks(conventions_block=True) for item in account.findings)
    assert account.verdict is Verdict.REMARK


def test_certificate_that_expired_after_the_document(sign, codes):
    later = NOW.replace(year=2034)
    found = codes(sign(), checked_at=later, received_at=NOW)
    assert found == ["SIG-CERTIFICATE-NOT-VALID-NOW", "PKI-CRL-STALE"]


def test_organisation_gets_its_own_codes(sign, judge):
    early = NOW.replace(year=2022)
    account = judge(sign("mo-7831", at=early), expectation=MO, created_at=early, received_at=early)
    found = [(item.code, item.remd) for item in account.findings]
    assert found == [("SIG-CERTIFICATE-NOT-YET-VALID", "DOC_DATE_MISMATCH_CERT_NOT_BEFORE")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"org_ogrn": "1195000002010"}, "SIG-OGRN"),
        ({"org_inn": "5000002014"}, "SIG-INN"),
        ({"org_name": "ГБУЗ «Другая»"}, "SIG-ORG-NAME"),
    ],
)
def test_names_of_the_mo(change, code, sign, codes):
    values = {name: getattr(MO, name) for name in ("role", "org_ogrn", "org_inn", "org_name")}
    wanted = SignerExpectation(**{**values, **change})
    assert codes(sign("mo-7831"), expectation=wanted) == [code]


def test_person_signs_for_the_mo(sign, codes):
    assert codes(sign(), expectation=MO) == ["SIG-NO-OGRN"]


def test_employee_of_another_organisation(sign, codes):
    wanted = SignerExpectation("AUTHOR", org_ogrn="1195000002010")
    assert codes(sign("mo-7831"), expectation=wanted) == ["SIG-STAFF-OGRN"]
    assert codes(sign(), expectation=wanted) == []


def test_nobody_in_particular_is_expected(sign, codes):
    assert codes(sign("chairman-4321"), expectation=None) == []


def test_account_tells_who_signed_what(sign, judge):
    account = judge(sign())
    assert account.signer is not None
    assert account.signer.title == "Тестов Артём Игоревич"
    assert account.signer.snils == "90000010185"
    assert "tc26-256-A" in account.signer.key
    assert account.signed_at == NOW
    assert account.form == "DER"
    assert account.chain == (
        "Тестов Артём Игоревич",
        "ТЕСТ Аккредитованный УЦ стенда «Допуск»",
        "ТЕСТ Головной УЦ стенда «Допуск»",
    )
    told = account.to_dict()
    assert told["certificate"]["serial"] == account.signer.serial
    assert told["coversDocument"] is True
    assert told["verdict"] == "соответствует"


def test_account_of_garbage_can_be_told(judge):
    told = judge(b"garbage").to_dict()
    assert told["verdict"] == "не соответствует"
    assert told["findings"][0]["code"] == "SIG-DECODE"


def test_check_container_is_the_findings_of_the_account(sign):
    found = check_container(
        sign(wrong_value=True),
        DOCUMENT,
        part="подпись",
        expectation=AUTHOR,
        trust=TrustStore.test_pki(),
        created_at=NOW,
        received_at=NOW,
        checked_at=NOW,
    )
    assert [item.code for item in found] == ["SIG-VALUE"]
    assert found[0].where is not None
    assert found[0].where.part == "подпись"


def test_every_rule_is_tried_here():
    """Rules without a test would be promises."""
    texts = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    codes = {code for code, row in rules().items() if row.subject == "signature"}
    assert {code for code in codes if f'"{code}"' not in texts} == set()
