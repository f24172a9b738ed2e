"""Message signatures: both variants, both spellings, faults, what the account tells."""

import base64
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from signature_samples import NOW
from wssec_samples import BODY, ENVELOPE, body_of, codes, judge, tamper

from dopusk import gost
from dopusk.signature import MessageSigning, sign_message
from dopusk.signature.wssec_account import MessagePolicy
from dopusk.signature.wssec_names import (
    DS,
    FROM_IPS,
    VARIANT_A,
    VARIANT_B,
    Spelling,
    canonical,
)
from dopusk.verdict import Verdict, rules
from dopusk.wire.names import SOAP_12
from dopusk.wire.soap import write_envelope

SIGNINGS = [
    MessageSigning(parts=VARIANT_A, enveloped=True),
    MessageSigning(parts=VARIANT_A, spelling=Spelling.URI),
    MessageSigning(parts=VARIANT_B),
    MessageSigning(parts=VARIANT_B, spelling=Spelling.URI, inclusive=("soap", "wsa")),
    MessageSigning(parts=FROM_IPS, inclusive=("#default", "wsu", "absent")),
]


@pytest.mark.parametrize("signing", SIGNINGS)
@pytest.mark.parametrize("name", ["mis", "ips", "curve-tc26-512-C", "curve-cryptopro-A"])
def test_good_messages(name, signing, credential):
    message = sign_message(ENVELOPE, credential(name), signed_at=NOW, signing=signing)
    account = judge(message)
    assert account.findings == ()
    assert account.verdict is Verdict.PASS
    assert {item.name for item in account.parts} == set(signing.parts)
    assert account.spellings == (signing.spelling.value,)
    told = account.to_dict()
    assert told["certificate"]["issuer"].startswith("C=RU")
    assert len(told["signedParts"]) == len(signing.parts)


def test_soap_11_is_judged_alike(signed):
    soap_11 = write_envelope(BODY, version="1.1", message_id="1", action="registerDocument")
    account = judge(signed(soap_11, parts=VARIANT_A))
    assert account.findings == ()


def test_account_holds_what_was_signed(signed):
    account = judge(signed())
    body = account.signed("Body")
    assert body is not None
    assert body.element()[0].tag.endswith("}registerDocumentRequest")
    assert body.xpath == "/soap:Envelope[1]/soap:Body[1]"
    assert account.signed("RelatesTo") is None


def test_reserialising_a_message_keeps_the_signature(signed):
    tree = etree.fromstring(signed())
    assert codes(etree.tostring(tree)) == []


def test_signing_is_deterministic(signed):
    assert signed() == signed()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"wrong_digest": True, "parts": VARIANT_A}, "SIG-WS-DIGEST"),
        ({"wrong_value": True}, "SIG-WS-VALUE"),
        ({"obsolete_algorithm": True}, "SIG-WS-ALGORITHM-OBSOLETE"),
        ({"parts": ("MessageID",)}, "SIG-WS-BODY-UNSIGNED"),
        ({"parts": ("Body", "MessageID")}, "SIG-WS-PARTS"),
    ],
)
def test_faults_of_signing(options, code, signed):
    assert codes(signed(**options)) == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fault-expired", "SIG-WS-CERTIFICATE-NOT-VALID"),
        ("fault-key-usage", "SIG-KEY-USAGE"),
        ("fault-no-key-usage", "SIG-KEY-USAGE"),
        ("fault-missing-link", "PKI-MISSING-LINK"),
        ("fault-revoked", "PKI-REVOKED"),
        ("fault-forged", "PKI-FORGED"),
        ("fault-gost-2001", "SIG-WS-ALGORITHM-OBSOLETE"),
    ],
)
def test_faults_of_certificates(name, code, signed):
    assert codes(signed(name=name)) == [code]


def test_unsigned_message():
    assert codes(ENVELOPE) == ["WIRE-NO-SECURITY"]


@pytest.mark.parametrize("minutes", [-2, 12])
def test_message_out_of_its_time(minutes, signed):
    account = judge(signed(), at=NOW + timedelta(minutes=minutes))
    assert [item.code for item in account.findings] == ["SIG-WS-TIMESTAMP"]
    assert account.signed("Body") is not None


def test_timestamps_that_cannot_be_read(signed):
    for text in (b"yesterday", b""):
        message = signed().replace(b"2025-05-05T12:00:00Z", text)
        assert codes(message) == ["SIG-WS-DIGEST", "SIG-WS-TIMESTAMP"]


def test_number_of_references_is_bounded(signed):
    policy = MessagePolicy(max_references=5)
    assert codes(signed(), policy=policy) == ["SIG-WS-STRUCTURE"]


@pytest.mark.parametrize(
    ("digested", "inclusive", "cause"),
    [
        (lambda body: etree.tostring(body, method="c14n"), (), "обычного c14n"),
        (lambda body: etree.tostring(body, with_tail=False), (), "без каноникализации"),
        (canonical, ("wsa", "wsu"), "без учёта InclusiveNamespaces"),
    ],
)
def test_cause_of_a_wrong_digest(digested, inclusive, cause, signed):
    def rewrite(root):
        digest = gost.provider().hash(digested(body_of(root)), 256)
        text = base64.b64encode(digest).decode()
        root.find(f".//{{{DS}}}DigestValue").text = text

    message = tamper(signed(parts=VARIANT_A, inclusive=inclusive), rewrite)
    found = {item.code: item for item in judge(message).findings}
    assert found.keys() == {"SIG-WS-DIGEST", "SIG-WS-VALUE"}
    assert cause in found["SIG-WS-DIGEST"].message


@pytest.mark.parametrize("octets", [b"", b"garbage", b"<a/>", b'<!DOCTYPE a []><a x="&b;"/>'])
def test_what_is_no_message(octets):
    account = judge(octets)
    assert account.findings
    assert account.verdict is Verdict.FAIL


def test_exclusive_canonicalization_of_a_part():
    """W3C exc-c14n: only what is used is declared, and what PrefixList names."""
    root = etree.fromstring(
        '<a:x xmlns:a="urn:a" xmlns:b="urn:b" xmlns:c="urn:c" xml:lang="ru">'
        "<b:y   z='1' b:k=\"2\"  ><!-- c --><q></q>&#13;</b:y>tail</a:x>"
    )
    assert canonical(root[0]) == (b'<b:y xmlns:b="urn:b" z="1" b:k="2"><q></q>&#xD;</b:y>')
    assert canonical(root[0], ("c", "absent")) == (
        b'<b:y xmlns:b="urn:b" xmlns:c="urn:c" z="1" b:k="2"><q></q>&#xD;</b:y>'
    )


def test_canonical_form_agrees_with_another_implementation(signed):
    """xml.etree writes C14N 2.0, which is exclusive too: they agree where no prefixes are named."""
    for element in etree.fromstring(signed()).iter(etree.Element):
        octets = canonical(element)
        again = ElementTree.canonicalize(octets.decode(), with_comments=False)
        assert again.encode() == octets


def test_envelopes_that_cannot_be_signed(credential):
    for envelope in (b"garbage", f'<e:Envelope xmlns:e="{SOAP_12}"/>'.encode()):
        with pytest.raises(ValueError, match="envelope"):
            sign_message(envelope, credential("ips"), signed_at=NOW)


def test_envelope_without_a_header_gets_one(credential):
    envelope = f'<e:Envelope xmlns:e="{SOAP_12}"><e:Body><a/></e:Body></e:Envelope>'.encode()
    message = sign_message(envelope, credential("ips"), signed_at=NOW)
    assert codes(message) == []


def test_every_rule_is_tried_here():
    texts = Path(__file__).parent.glob("test_wssec*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in texts)
    known = {code for code, row in rules().items() if row.subject == "message_signature"}
    assert {code for code in known if f'"{code}"' not in text} == set()
