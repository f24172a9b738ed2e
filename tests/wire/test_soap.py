from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.wire.names import SOAP_11, SOAP_12
from dopusk.wire.soap import (
    content_type,
    normalise_id,
    read_envelope,
    write_envelope,
    write_fault,
)

ID = "8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"


@pytest.mark.parametrize(
    "spelling",
    [
        ID,
        ID.upper(),
        f"urn:uuid:{ID}",
        f"URN:UUID:{ID.upper()}",
        f"uuid:{ID}",
        f"<urn:uuid:{ID}>",
        f"<{ID}>",
        f"{{{ID}}}",
        ID.replace("-", ""),
        f"  {ID}\n",
    ],
)
def test_spellings_of_one_identifier_are_equal(spelling: str) -> None:
    assert normalise_id(spelling) == ID.replace("-", "")


@given(st.uuids())
def test_normal_form_is_stable(value: UUID) -> None:
    assert normalise_id(normalise_id(str(value))) == value.hex


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_what_is_written_is_read_back(version: str) -> None:
    data = write_envelope(
        b"<a:registerDocumentRequest xmlns:a='urn:a'/>",
        version=version,
        message_id="x & y",
        action="registerDocument",
        to="http://to?a=1&b=2",
        reply_to="http://reply",
        relates_to="<urn:uuid:1>",
        client_entity_id=ID,
    )
    envelope, found = read_envelope(data, part="проба")
    assert found == ()
    assert envelope is not None
    header = envelope.header
    assert envelope.version == version
    assert envelope.operation == "registerDocument"
    assert header.message_id is not None
    assert header.message_id.value == "x & y"
    assert header.message_id.where.xpath == "/soap:Envelope[1]/soap:Header[1]/wsa:MessageID[1]"
    assert str(header.to) == "http://to?a=1&b=2"
    assert str(header.reply_to) == "http://reply"
    assert str(header.relates_to) == "<urn:uuid:1>"
    assert str(header.client_entity_id) == ID
    assert header.security is None


def test_header_may_be_absent() -> None:
    data = f'<Envelope xmlns="{SOAP_12}"><Body><getX xmlns=""/></Body></Envelope>'.encode()
    envelope, _ = read_envelope(data, part="проба")
    assert envelope is not None
    assert envelope.header.message_id is None
    assert envelope.operation == "getX"


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        ("registerDocumentRequest", "registerDocument"),
        ("registerDocumentResponse", "registerDocument"),
        ("registerDocumentResult", "sendRegisterDocumentResult"),
        ("registerDocumentResultResponse", "sendRegisterDocumentResult"),
        ("getDocumentFileResponse", "getDocumentFile"),
        ("getSignature", "getSignature"),
    ],
)
def test_operation_is_told_by_the_body(body: str, operation: str) -> None:
    data = write_envelope(f"<{body}/>".encode(), message_id=None, action="anything")
    envelope, _ = read_envelope(data, part="проба")
    assert envelope is not None
    assert envelope.operation == operation


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_fault(version: str) -> None:
    body = write_fault("Плохо <b>", version=version, sender=True)
    data = write_envelope(body, version=version, message_id=None, action=None)
    envelope, _ = read_envelope(data, part="проба")
    assert envelope is not None
    assert envelope.is_fault
    assert "Плохо <b>" in envelope.fault_text()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<a/>", "WIRE-NOT-SOAP"),
        (b"\r\n--uuid:1\r\nContent-Type: application/xop+xml\r\n\r\n<a/>", "WIRE-MULTIPART"),
        (f'<Body xmlns="{SOAP_12}"/>'.encode(), "WIRE-NOT-SOAP"),
        (b'<Envelope xmlns="urn:other"><Body><a/></Body></Envelope>', "WIRE-NOT-SOAP"),
        (f'<Envelope xmlns="{SOAP_12}"/>'.encode(), "WIRE-NO-BODY"),
        (f'<Envelope xmlns="{SOAP_11}"><Body> </Body></Envelope>'.encode(), "WIRE-NO-BODY"),
        (
            f'<Envelope xmlns="{SOAP_11}"><x xmlns="{SOAP_12}"/></Envelope>'.encode(),
            "WIRE-NO-BODY",
        ),
    ],
)
def test_no_envelope(data: bytes, code: str) -> None:
    envelope, found = read_envelope(data, part="проба")
    assert envelope is None
    assert [item.code for item in found] == [code]


@given(st.binary(max_size=400))
def test_garbage_never_raises(data: bytes) -> None:
    envelope, found = read_envelope(data, part="проба")
    assert envelope is not None or found


def test_content_types() -> None:
    assert content_type("1.2", "a") == 'application/soap+xml; charset=UTF-8; action="a"'
    assert content_type("1.1", "a") == "text/xml; charset=UTF-8"
