from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from remd_samples import NOW, body, codes, declaration, envelope

from dopusk import suite
from dopusk.remd.checks import check_coarse, check_transport
from dopusk.remd.ips import ProvedMessage, prove
from dopusk.signature import MessageSigning, TrustStore, load_credential, sign_message
from dopusk.signature.wssec_names import FROM_IPS, VARIANT_A, VARIANT_B
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import Envelope, read_envelope

TO = "https://ips.example/1"
REPLY_TO = "https://mis.example/callback"
LATER = NOW + timedelta(days=500)


def message(parts: Any = VARIANT_B, *, version: str = "1.2", **options: Any) -> bytes:
    content = body().replace(b"<kind>", b"\n\n<kind>")
    data = envelope(content, to=TO, reply_to=REPLY_TO, version=version)
    credential = load_credential(suite.root() / "fixtures/pki/credentials/mis.pem")
    signing = MessageSigning(parts=parts, **options)
    return sign_message(data, credential, signed_at=NOW, signing=signing)


def opened(data: bytes) -> Envelope:
    found, _ = read_envelope(data, part="registerDocument")
    assert found is not None
    return found


def proved(data: bytes, **moments: Any) -> ProvedMessage:
    usual = {"checked_at": NOW, "trust": TrustStore.test_pki()}
    return prove(data, opened(data), **{**usual, **moments})


def read(data: bytes) -> tuple[Envelope, RegisterDocument]:
    found = proved(data).envelope
    assert found is not None
    request = default_profile().read(found.body)
    assert isinstance(request, RegisterDocument)
    return found, request


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("parts", [VARIANT_B, FROM_IPS])
def test_a_signed_message_is_read_as_it_was_sent(parts: Any, version: str) -> None:
    data = message(parts, version=version)
    assert proved(data).findings == ()
    sent = opened(data)
    believed, request = read(data)
    for name in ("message_id", "action", "to", "reply_to", "client_entity_id"):
        assert getattr(believed.header, name) == getattr(sent.header, name)
    assert request == default_profile().read(sent.body)
    assert check_coarse(request) == []


def test_places_are_those_of_the_whole_message() -> None:
    _, request = read(message())
    assert request.kind is not None
    where = request.kind.where
    assert where is not None
    assert where.xpath is not None
    assert where.xpath.startswith("/soap:Envelope[1]/soap:Body[1]/")
    assert where.line is not None
    assert where.line > 2


def test_signature_over_the_body_alone_leaves_the_addresses_open() -> None:
    found = proved(message(VARIANT_A))
    assert codes(found.findings) == ["WIRE-UNSIGNED"]
    assert found.findings[0].got == "Action, MessageID, ReplyTo, To"
    assert not found.findings[0].blocks(conventions_block=True)
    assert found.envelope is not None


def test_only_what_was_signed_is_read() -> None:
    """An element with the right name that no reference covers is not the signed one."""
    root = etree.fromstring(message(VARIANT_A))
    header = root[0]
    evil = etree.SubElement(header, "{urn:evil}MessageID")
    evil.text = "evil"
    found = proved(etree.tostring(root)).envelope
    assert found is not None
    assert found.header.message_id is not None
    assert found.header.message_id.value != "evil"
    assert found.body.getroottree().getroot().xpath("//*[local-name()='Security']") == []


def changed(name: str, text: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        root = etree.fromstring(data)
        root.xpath(f"//*[local-name()='{name}']")[0].text = text
        return etree.tostring(root)

    return change


@pytest.mark.parametrize("name", ["localUid", "MessageID", "To", "Action"])
def test_nothing_is_read_from_a_changed_message(name: str) -> None:
    found = proved(changed(name, "other")(message()))
    assert codes(found.findings) == ["SIG-WS-DIGEST"]
    assert found.envelope is None


def test_nothing_is_read_from_an_unsigned_message() -> None:
    found = proved(envelope(to=TO))
    assert codes(found.findings) == ["WIRE-NO-SECURITY"]
    assert found.envelope is None


def test_a_message_whose_body_is_not_signed_proves_nothing() -> None:
    found = proved(message(("MessageID",)))
    assert codes(found.findings) == ["SIG-WS-BODY-UNSIGNED"]
    assert found.envelope is None


def test_timestamp_fits_the_stand_or_the_real_clock() -> None:
    assert codes(proved(message(), checked_at=LATER).findings) == ["SIG-WS-TIMESTAMP"]
    assert proved(message(), checked_at=LATER, real_at=NOW).findings == ()
    late = proved(message(), checked_at=LATER, real_at=LATER).findings
    assert codes(late) == ["SIG-WS-TIMESTAMP"]


def test_transport_of_a_proved_message_is_judged_as_usual() -> None:
    found, _ = read(message())
    headers = {"Content-Type": "application/soap+xml"}
    assert check_transport(found, headers, declaration()) == []
