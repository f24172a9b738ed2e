"""What the tests of message signatures share: a message, a judge, ways to tamper."""

from lxml import etree
from signature_samples import NOW

from dopusk.signature import TrustStore, examine_message
from dopusk.wire.names import SOAP_12, WSSE
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


def judge(message, *, at=NOW, **options):
    return examine_message(
        message, part="registerDocument", trust=TrustStore.test_pki(), checked_at=at, **options
    )


def codes(message, **options):
    account = judge(message, **options)
    if any(item.blocks() for item in account.findings):
        assert account.parts == (), "a refused signature proves nothing"
    return [item.code for item in account.findings]


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
