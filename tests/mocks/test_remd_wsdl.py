from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
import requests
from lxml import etree
from remd_bench import Bench

from dopusk.clock import MOSCOW
from dopusk.suite import schemas
from dopusk.wire.names import EGISZ, WSA
from dopusk.wire.profile import default_profile

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import zeep


@pytest.fixture
def client(bench: Bench) -> Iterator[zeep.Client]:
    client = zeep.Client(f"{bench.stand.remd_url}?wsdl")
    yield client
    client.transport.session.close()


def header(operation: str) -> list[etree._Element]:
    client_id = remd_samples.declaration().client_entity_id
    transport = etree.fromstring(
        f'<e:transportHeader xmlns:e="{EGISZ}"><e:authInfo><e:clientEntityId>{client_id}'
        "</e:clientEntityId></e:authInfo></e:transportHeader>"
    )
    action = etree.Element(f"{{{WSA}}}Action")
    action.text = operation
    message_id = etree.Element(f"{{{WSA}}}MessageID")
    message_id.text = str(uuid4())
    return [transport, action, message_id]


def document(**changes: Any) -> dict[str, Any]:
    values = remd_samples.values(**changes)
    signature = {"data": b"container", "checksum": 1}
    return {
        "localUid": values["local_uid"],
        "kind": {"_value_1": values["kind"], "version": "12.85"},
        "organization": values["organization"],
        "department": {"localId": values["department"], "name": values["department_name"]},
        "documentNumber": "17",
        "creationDateTime": datetime.fromisoformat(values["created"]),
        "description": "Медицинское заключение",
        "patient": {"surname": "Проверкина", "name": "Анна"},
        "orgSignature": signature,
        "personalSignatures": {
            "item": [
                {
                    "signer": {
                        "surname": signer["surname"],
                        "name": signer["name"],
                        "snils": signer["snils"],
                        "role": {"_value_1": signer["role"], "version": "2.8"},
                        "position": {"_value_1": signer["position"], "version": "9.4"},
                    },
                    "signature": signature,
                }
                for signer in values["signers"]
            ]
        },
    }


@pytest.mark.parametrize("port", ["EmdrSoap12", "EmdrSoap11"])
def test_zeep_calls_every_operation(bench: Bench, client: zeep.Client, port: str) -> None:
    service = client.bind("Emdr", port)
    made = service.registerDocument(document=document(), _soapheaders=header("registerDocument"))
    assert made.status == "success"
    (result,) = bench.mis.results()
    assert result.status == "success"
    now = datetime.now(MOSCOW)
    found = service.searchRegistryItem(
        registerDateBegin=datetime(2024, 2, 1, tzinfo=MOSCOW),
        registerDateEnd=now + timedelta(days=1),
        _soapheaders=header("searchRegistryItem"),
    )
    assert found.matches.item[0].emdrId == result.emdr_id
    item = service.getRegistryItem(emdrId=result.emdr_id, _soapheaders=header("getRegistryItem"))
    assert item.registryItem.localUid == result.local_uid
    ordered = service.demandContent(emdrId=result.emdr_id, _soapheaders=header("demandContent"))
    assert ordered.status == "success"
    bench.mis.wait("sendDocumentFile")


def test_zeep_reads_a_refusal(client: zeep.Client) -> None:
    answer = client.service.getRegistryItem(emdrId="17", _soapheaders=header("getRegistryItem"))
    assert answer.status == "error"
    assert answer.errors.item[0].code == "REGISTRY_ITEM_NOT_FOUND"


def test_served_description_names_the_stand(bench: Bench) -> None:
    text = requests.get(f"{bench.stand.remd_url}?wsdl", timeout=10).text
    assert f'location="{bench.stand.remd_url}"' in text
    assert f'schemaLocation="{bench.stand.remd_url}?xsd"' in text
    schema = requests.get(f"{bench.stand.remd_url}?xsd", timeout=10)
    assert schema.headers["Content-Type"].startswith("text/xml")


@pytest.mark.parametrize("name", ["emdr", "callback"])
def test_templates_satisfy_our_own_schema(name: str) -> None:
    """Every message that the profile writes is valid by the XSD that stands beside it."""
    schema = etree.XMLSchema(etree.parse(schemas() / "remd" / f"{name}.xsd"))
    profile = default_profile()
    moment = "2024-02-15T10:30:00.123+03:00"
    item = {"emdr_id": "194.77.24.02.000000001", "registered": moment, "created": moment}
    errors = [{"code": "NO_SNILS", "message": "Нет"}]
    written = {
        "emdr": [
            profile.write("registerDocumentRequest", **remd_samples.values()),
            profile.write("registerDocumentResponse", status="error", errors=errors),
            profile.write("searchRegistryItemRequest", begin=moment, end=moment),
            profile.write("searchRegistryItemResponse", status="success", items=[item]),
            profile.write("searchRegistryItemResponse", status="success"),
            profile.write("getRegistryItemRequest", emdr_id="1"),
            profile.write("getRegistryItemResponse", status="success", **item),
            profile.write("demandContentRequest", emdr_id="1"),
            profile.write("demandContentResponse", status="success"),
        ],
        "callback": [
            profile.write("getDocumentFileRequest", local_uid="1", emdr_id="2"),
            profile.write("getDocumentFileResponse", status="success", data="QQ==", checksum=1),
            profile.write(
                "registerDocumentResult",
                relates_to="1",
                status="success",
                store_till="2049-02-15+03:00",
                **item,
            ),
            profile.write("registerDocumentResult", relates_to="1", status="error", errors=errors),
            profile.write("registerDocumentResultResponse", status="success"),
            profile.write(
                "sendDocumentFileRequest",
                relates_to="1",
                emdr_id="2",
                status="success",
                data="QQ==",
            ),
            profile.write("sendDocumentFileResponse", status="success"),
        ],
    }[name]
    for element in written:
        schema.assertValid(element)


def test_callback_description_is_usable() -> None:
    client = zeep.Client(str(schemas() / "remd" / "callback.wsdl"))
    operations = client.wsdl.services["EmdrCallback"].ports["EmdrCallbackSoap12"].binding.all()
    assert set(operations) == {
        "getDocumentFile",
        "sendRegisterDocumentResult",
        "sendDocumentFile",
    }
