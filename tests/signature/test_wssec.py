"""Message signatures: both variants, both spellings, and every attack refused by its name."""

import base64
import random
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from signature_samples import NOW

from dopusk import gost
from dopusk.signature import TrustStore
from dopusk.signature.wssec import examine_message
from dopusk.signature.wssec_account import MessagePolicy
from dopusk.signature.wssec_names import (
    DS,
    FROM_IPS,
    VARIANT_A,
    VARIANT_B,
    WSU,
    WSU_ID,
    Spelling,
    canonical,
)
from dopusk.signature.wssec_sign import MessageSigning, sign_message
from dopusk.verdict import Verdict, rules
from dopusk.wire.names import SOAP_12, WSA, WSSE
from dopusk.wire.soap import write_envelope

BODY = (
    '<r:registerDocumentRequest xmlns:r="http://egisz.rosminzdrav.ru/iehr/emdr/service/">'
    "<r:localUid>1</r:localUid><r:note>Ёж &amp; ёж</r:note></r:registerDocumentRequest>"
).encode()
ENVELOPE = write_envelope(
    BODY,
    message_id="7c0f8b4e-0f0e-4f0a-9a51-0d4a2a7c1c11",
    action="registerDocument",
    to="https://ips.example/1",
    reply_to="https://mis.example/callback",
    client_entity_id="0a6d3a2e-9d5e-4d2f-9d0a-6b1b8a0b1c2d",
)
SIGNINGS = [
    MessageSigning(parts=VARIANT_A, enveloped=True),
    MessageSigning(parts=VARIANT_A, spelling=Spelling.URI),
    MessageSigning(parts=VARIANT_B),
    MessageSigning(parts=VARIANT_B, spelling=Spelling.URI, inclusive=("soap", "wsa")),
    MessageSigning(parts=FROM_IPS, inclusive=("#default", "wsu", "absent")),
]


@pytest.fixture
def signed(credential):
    def make(envelope=ENVELOPE, name="mis", **options):
        options.setdefault("parts", VARIANT_B)
        signing = MessageSigning(**options)
        return sign_message(envelope, credential(name), signed_at=NOW, signing=signing)

    return make


def judge(message, *, at=NOW, **options):
    return examine_message(
        message, part="registerDocument", trust=TrustStore.test_pki(), checked_at=at, **options
    )


def codes(message, **options):
    account = judge(message, **options)
    if account.verdict is Verdict.FAIL:
        assert account.parts == () or all(not item.blocks() for item in account.findings), (
            "a refused signature proves nothing"
        )
    return [item.code for item in account.findings]


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


# What an attacker, or a careless proxy, does to a signed message.


def tamper(message, change):
    root = etree.fromstring(message)
    change(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def body_of(root):
    return root.find(f"{{{SOAP_12}}}Body")


def header_of(root):
    return root.find(f"{{{SOAP_12}}}Header")


def security_of(root):
    return header_of(root).find(f"{{{WSSE}}}Security")


def evil_body(root):
    made = etree.Element(f"{{{SOAP_12}}}Body")
    etree.SubElement(made, "{urn:evil}registerDocumentRequest")
    return made


def wrap_in_header(root):
    """The classic: the signed body moves into a header block, another takes its place."""
    signed_body = body_of(root)
    root.replace(signed_body, evil_body(root))
    etree.SubElement(header_of(root), "{urn:evil}Wrapper").append(signed_body)


def wrap_in_security(root):
    signed_body = body_of(root)
    root.replace(signed_body, evil_body(root))
    security_of(root).append(signed_body)


def wrap_in_object(root):
    signed_body = body_of(root)
    root.replace(signed_body, evil_body(root))
    signature = security_of(root).find(f"{{{DS}}}Signature")
    etree.SubElement(signature, f"{{{DS}}}Object").append(signed_body)


def wrap_in_body(root):
    signed_body = body_of(root)
    other = evil_body(root)
    root.replace(signed_body, other)
    other.append(signed_body)


def move_to_header(root):
    signed_body = body_of(root)
    root.replace(signed_body, evil_body(root))
    header_of(root).append(signed_body)


def second_body(root):
    root.append(evil_body(root))


def second_body_before(root):
    body_of(root).addprevious(evil_body(root))


def second_header(root):
    root.insert(0, etree.Element(f"{{{SOAP_12}}}Header"))


def copy_with_the_same_id(root):
    copy = evil_body(root)
    copy.set(WSU_ID, "body")
    etree.SubElement(header_of(root), "{urn:evil}Wrapper").append(copy)


def plain_id(root):
    etree.SubElement(body_of(root)[0], "x").set("Id", "body")


def xml_id(root):
    name = "{http://www.w3.org/XML/1998/namespace}id"
    etree.SubElement(header_of(root), "{urn:evil}x").set(name, "body")


def other_address(root):
    """The signed wsa:To moves away, an unsigned one is read."""
    to = header_of(root).find(f"{{{WSA}}}To")
    etree.SubElement(header_of(root), "{urn:evil}Wrapper").append(to)
    etree.SubElement(header_of(root), f"{{{WSA}}}To").text = "https://evil.example"


def two_addresses(root):
    etree.SubElement(header_of(root), f"{{{WSA}}}To").text = "https://evil.example"


def two_timestamps(root):
    etree.SubElement(security_of(root), f"{{{WSU}}}Timestamp")


def another_body(root):
    body_of(root)[0].text = "changed"


def comment_in_address(root):
    to = header_of(root).find(f"{{{WSA}}}To")
    text, to.text = to.text, "https://ips.exam"
    comment = etree.Comment("x")
    comment.tail = text.removeprefix("https://ips.exam")
    to.append(comment)


def instruction_in_body(root):
    body_of(root).append(etree.ProcessingInstruction("x"))


def comment_in_signature(root):
    security_of(root).find(f"{{{DS}}}Signature").append(etree.Comment("x"))


def second_signature(root):
    signature = security_of(root).find(f"{{{DS}}}Signature")
    body_of(root).append(etree.fromstring(etree.tostring(signature, with_tail=False)))


def signature_in_body(root):
    body_of(root).append(security_of(root).find(f"{{{DS}}}Signature"))


def second_security(root):
    etree.SubElement(header_of(root), f"{{{WSSE}}}Security")


def not_soap(root):
    root.tag = "{urn:evil}Envelope"


def drop_id(root):
    del body_of(root).attrib[WSU_ID]


def plain_id_instead(root):
    body_of(root).set("Id", body_of(root).attrib.pop(WSU_ID))


ATTACKS = [
    (wrap_in_header, "SIG-WS-WRAPPING"),
    (wrap_in_security, "SIG-WS-WRAPPING"),
    (wrap_in_object, "SIG-WS-WRAPPING"),
    (wrap_in_body, "SIG-WS-WRAPPING"),
    (move_to_header, "SIG-WS-WRAPPING"),
    (other_address, "SIG-WS-WRAPPING"),
    (second_body, "SIG-WS-REPEATED-BLOCK"),
    (second_body_before, "SIG-WS-REPEATED-BLOCK"),
    (second_header, "SIG-WS-REPEATED-BLOCK"),
    (two_addresses, "SIG-WS-REPEATED-BLOCK"),
    (two_timestamps, "SIG-WS-REPEATED-BLOCK"),
    (second_security, "SIG-WS-REPEATED-BLOCK"),
    (copy_with_the_same_id, "SIG-WS-DUPLICATE-ID"),
    (plain_id, "SIG-WS-DUPLICATE-ID"),
    (xml_id, "SIG-WS-DUPLICATE-ID"),
    (drop_id, "SIG-WS-REFERENCE-UNRESOLVED"),
    (plain_id_instead, "SIG-WS-REFERENCE-UNRESOLVED"),
    (another_body, "SIG-WS-DIGEST"),
    (comment_in_address, "SIG-WS-COMMENT"),
    (instruction_in_body, "SIG-WS-COMMENT"),
    (comment_in_signature, "SIG-WS-COMMENT"),
    (second_signature, "SIG-WS-SEVERAL"),
    (signature_in_body, "SIG-WS-SEVERAL"),
    (not_soap, "SIG-WS-SEVERAL"),
]


@pytest.mark.parametrize(
    ("change", "code"), ATTACKS, ids=lambda item: getattr(item, "__name__", "")
)
def test_attack_is_refused_by_name(change, code, signed):
    account = judge(tamper(signed(), change))
    assert [item.code for item in account.findings] == [code]
    assert account.parts == ()
    assert account.verdict is Verdict.FAIL


# The same signature, its own elements changed.


def in_reference(change):
    def changed(root):
        change(security_of(root).find(f".//{{{DS}}}Reference"))

    return changed


def in_signature(path, change):
    def changed(root):
        change(security_of(root).find(f"{{{DS}}}Signature/{path}"))

    return changed


def set_algorithm(value):
    return lambda element: element.set("Algorithm", value)


def set_uri(value):
    return lambda element: element.set("URI", value)


def remove(element):
    element.getparent().remove(element)


def in_token(change):
    def changed(root):
        change(security_of(root).find(f"{{{WSSE}}}BinarySecurityToken"))

    return changed


def set_text(value):
    def changed(element):
        element.text = value

    return changed


INFO = f"{{{DS}}}SignedInfo"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
CHANGES = [
    (in_reference(set_uri("http://evil.example/body")), "SIG-WS-REFERENCE-EXTERNAL"),
    (in_reference(set_uri("file:///etc/passwd")), "SIG-WS-REFERENCE-EXTERNAL"),
    (in_reference(set_uri("cid:part")), "SIG-WS-REFERENCE-EXTERNAL"),
    (in_reference(set_uri("")), "SIG-WS-REFERENCE-EXTERNAL"),
    (in_reference(set_uri("#xpointer(/)")), "SIG-WS-REFERENCE-EXTERNAL"),
    (in_reference(lambda element: element.attrib.pop("URI")), "SIG-WS-REFERENCE-EXTERNAL"),
    (in_reference(set_uri("#nothing")), "SIG-WS-REFERENCE-UNRESOLVED"),
    (
        in_reference(
            lambda element: element.find(f".//{{{DS}}}Transform").set(
                "Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116"
            )
        ),
        "SIG-WS-TRANSFORM",
    ),
    (in_reference(lambda element: remove(element[0])), "SIG-WS-TRANSFORM"),
    (in_reference(lambda element: remove(element[1])), "SIG-WS-STRUCTURE"),
    (in_reference(lambda element: element[1].attrib.pop("Algorithm")), "SIG-WS-STRUCTURE"),
    (in_reference(lambda element: set_algorithm("urn:x")(element[1])), "SIG-WS-ALGORITHM"),
    (in_signature(INFO, remove), "SIG-WS-STRUCTURE"),
    (in_signature(f"{{{DS}}}SignatureValue", remove), "SIG-WS-STRUCTURE"),
    (in_signature(f"{{{DS}}}SignatureValue", set_text("не base64")), "SIG-WS-STRUCTURE"),
    (in_signature(f"{{{DS}}}KeyInfo", remove), "SIG-WS-STRUCTURE"),
    (
        in_signature(f"{INFO}/{{{DS}}}CanonicalizationMethod", set_algorithm(C14N)),
        "SIG-WS-CANONICALIZATION",
    ),
    (
        in_signature(
            f"{INFO}/{{{DS}}}SignatureMethod",
            set_algorithm("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ),
        "SIG-WS-ALGORITHM",
    ),
    (in_signature(f".//{{{WSSE}}}Reference", set_uri("http://evil.example/")), "SIG-WS-TOKEN"),
    (in_signature(f".//{{{WSSE}}}Reference", set_uri("#body")), "SIG-WS-TOKEN"),
    (in_token(set_text("AAAA")), "SIG-WS-TOKEN"),
    (in_token(set_text("не base64")), "SIG-WS-TOKEN"),
    (in_token(lambda element: element.attrib.pop("ValueType")), "SIG-WS-TOKEN"),
    (in_token(lambda element: element.set("EncodingType", "urn:x")), "SIG-WS-TOKEN"),
]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_changed_signature_is_refused_by_name(change, code, signed):
    account = judge(tamper(signed(), change))
    assert [item.code for item in account.findings] == [code]
    assert account.parts == ()


def test_another_certificate_does_not_verify(signed, credential):
    other = base64.b64encode(credential("ips").certificate_der).decode()
    assert codes(tamper(signed(), in_token(set_text(other)))) == ["SIG-WS-VALUE"]


def test_halves_in_the_other_order_are_a_remark(signed):
    def swap(element):
        value = base64.b64decode(element.text)
        half = len(value) // 2
        element.text = base64.b64encode(value[half:] + value[:half]).decode()

    account = judge(tamper(signed(), in_signature(f"{{{DS}}}SignatureValue", swap)))
    assert [item.code for item in account.findings] == ["SIG-WS-VALUE-ORDER"]
    assert account.verdict is Verdict.REMARK
    assert account.signed("Body") is not None


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


def test_mutated_messages_never_prove_another_part(signed):
    message = signed()
    genuine = {item.name: item.octets for item in judge(message).parts}
    chance = random.Random(20250505)
    for _ in range(400):
        data = bytearray(message)
        for _ in range(chance.randrange(1, 3)):
            place = chance.randrange(len(data))
            data[place] ^= 1 << chance.randrange(8)
        account = judge(bytes(data))
        account.to_dict()
        for part in account.parts:
            assert genuine[part.name] == part.octets


def test_envelopes_that_cannot_be_signed(credential):
    for envelope in (b"garbage", f'<e:Envelope xmlns:e="{SOAP_12}"/>'.encode()):
        with pytest.raises(ValueError, match="envelope"):
            sign_message(envelope, credential("ips"), signed_at=NOW)


def test_envelope_without_a_header_gets_one(credential):
    envelope = f'<e:Envelope xmlns:e="{SOAP_12}"><e:Body><a/></e:Body></e:Envelope>'.encode()
    message = sign_message(envelope, credential("ips"), signed_at=NOW)
    assert codes(message) == []


def test_every_rule_is_tried_here():
    text = Path(__file__).read_text(encoding="utf-8")
    known = {code for code, row in rules().items() if row.subject == "message_signature"}
    assert {code for code in known if f'"{code}"' not in text} == set()
