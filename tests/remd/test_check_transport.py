from dataclasses import replace
from typing import Any

import pytest
from remd_samples import body, codes, declaration, envelope

from dopusk.declaration.model import Declaration
from dopusk.remd.checks import check_transport, sender
from dopusk.remd.directory import Directory
from dopusk.wire.soap import Envelope, read_envelope

SOAP_12 = {"Content-Type": "application/soap+xml; charset=UTF-8"}
SOAP_11 = {"Content-Type": "text/xml; charset=utf-8"}


def read(data: bytes) -> Envelope:
    found, _ = read_envelope(data, part="registerDocument")
    assert found is not None
    return found


def judge(
    data: bytes,
    headers: dict[str, str] | None = None,
    declared: Declaration | None = None,
    **more: Any,
) -> list[str]:
    chosen = SOAP_12 if headers is None else headers
    return codes(check_transport(read(data), chosen, declared or declaration(), **more))


def test_right_message_has_no_findings() -> None:
    assert judge(envelope()) == []


def test_header_names_of_http_may_be_in_any_case() -> None:
    assert judge(envelope(), {"content-type": "application/soap+xml"}) == []


def test_soap_11_is_a_remark() -> None:
    found = check_transport(read(envelope(version="1.1")), SOAP_11, declaration())
    assert codes(found) == ["WIRE-SOAP-11"]
    assert not found[0].blocks()


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_content_type_of_the_other_version(version: str) -> None:
    wrong = SOAP_11 if version == "1.2" else SOAP_12
    assert "WIRE-CONTENT-TYPE" in judge(envelope(version=version), wrong)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"client_entity_id": None}, "WIRE-NO-TRANSPORT-HEADER"),
        ({"client_entity_id": "МИС"}, "WIRE-CLIENT-ENTITY-FORM"),
        (
            {"client_entity_id": "00000000-1111-2222-3333-444444444444"},
            "WIRE-CLIENT-ENTITY-UNKNOWN",
        ),
        ({"message_id": None}, "WIRE-NO-MESSAGE-ID"),
        ({"message_id": "17"}, "WIRE-MESSAGE-ID-FORM"),
        (
            {"message_id": "urn:uuid:8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"},
            "WIRE-MESSAGE-ID-PREFIX",
        ),
        ({"action": None}, "WIRE-NO-ACTION"),
        ({"action": "getSignature"}, "WIRE-ACTION"),
    ],
)
def test_header_blocks(header: dict[str, Any], code: str) -> None:
    assert judge(envelope(**header)) == [code]


def test_action_may_be_a_uri_that_ends_in_the_operation() -> None:
    uri = "http://egisz.rosminzdrav.ru/iehr/emdr/service/registerDocument"
    assert judge(envelope(action=uri)) == []


def test_client_entity_id_is_compared_without_form() -> None:
    shouted = declaration().client_entity_id.upper().replace("-", "")
    assert judge(envelope(client_entity_id=shouted)) == []


def test_inactive_system() -> None:
    declared = declaration()
    directory = Directory.of(declared)
    systems = {key: replace(item, active=False) for key, item in directory.systems.items()}
    stopped = replace(directory, systems=systems)
    assert judge(envelope(), directory=stopped) == ["WIRE-CLIENT-ENTITY-DISABLED"]


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("http://www.w3.org/2005/08/addressing", "MessageID"),
        ("http://egisz.rosminzdrav.ru", "transportHeader"),
    ],
)
def test_block_in_a_foreign_namespace_is_told_from_an_absent_one(namespace: str, name: str) -> None:
    data = envelope().replace(f'"{namespace}"'.encode(), f'"{namespace}/2004"'.encode())
    found = check_transport(read(data), SOAP_12, declaration())
    strange = [item for item in found if item.code == "WIRE-HEADER-NS"]
    assert any(name in item.message for item in strange)


def test_body_in_a_foreign_namespace() -> None:
    data = envelope(body().replace(b"/iehr/emdr/service/", b"/iehr/emdr/service"))
    assert judge(data) == ["WIRE-BODY-NS"]


def test_unknown_operation() -> None:
    assert judge(envelope(b"<updateMetadataRequest/>", action="updateMetadata")) == [
        "WIRE-UNKNOWN-OPERATION"
    ]


def test_repeated_message_id() -> None:
    assert judge(envelope(), repeated=True) == ["WIRE-MESSAGE-ID-REUSED"]


def test_addresses_are_asked_for_only_through_ips() -> None:
    declared = replace(declaration(), via_ips=True)
    assert judge(envelope(), declared=declared) == ["WIRE-NO-TO", "WIRE-NO-REPLY-TO"]


def test_reply_to_is_the_declared_address() -> None:
    declared = replace(declaration(), via_ips=True)
    right = envelope(to="http://ips", reply_to=declared.callback_url)
    wrong = envelope(to="http://ips", reply_to="http://elsewhere")
    assert judge(right, declared=declared) == []
    assert judge(wrong, declared=declared) == ["WIRE-REPLY-TO"]


def test_sender_is_found_by_the_transport_header() -> None:
    directory = Directory.of(declaration())
    known = sender(read(envelope()), directory)
    assert known is not None
    assert known.name == declaration().product
    assert sender(read(envelope(client_entity_id=None)), directory) is None
