"""Every attack on a signed message, and every change of its signature, is refused by name."""

import base64

import pytest
from lxml import etree
from wssec_samples import body_of, codes, evil_body, header_of, judge, security_of, tamper

from dopusk.signature.wssec_names import DS, WSU, WSU_ID, Spelling, signature_uri
from dopusk.verdict import Verdict
from dopusk.wire.names import SOAP_12, WSA, WSSE

# What an attacker, or a careless proxy, does to a signed message.


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


def relative_namespace(root):
    """A namespace name that canonicalization refuses."""
    etree.SubElement(body_of(root)[0], "{relative/name}x")


ATTACKS = [
    (relative_namespace, "SIG-WS-STRUCTURE"),
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
    (
        in_reference(lambda element: set_algorithm(signature_uri(256, Spelling.URN))(element[1])),
        "SIG-WS-ALGORITHM",
    ),
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
