"""Messages of registerDocument that nothing is wrong with, for tests to spoil."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from dopusk.clock import MOSCOW
from dopusk.declaration.model import Declaration, Employee
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import write_envelope
from fixtures.reference_mis.declaration import demo_declaration

NOW = datetime(2024, 2, 15, 12, 0, tzinfo=MOSCOW)
CREATED = "2024-02-15T10:30:00+03:00"
SIGNATURE = base64.b64encode(b"a detached container" * 10).decode()
CRC = zlib.crc32(base64.b64decode(SIGNATURE))
KNOWN_EMDR_ID = "194.77.24.02.000000077"


def declaration() -> Declaration:
    """The demo's declaration, conventions not blocking."""
    declared = demo_declaration()
    return replace(declared, stand=replace(declared.stand, conventions_block=False))


def signer(person: Employee, role: str) -> dict[str, Any]:
    return {
        "local_id": person.local_id,
        "surname": person.surname,
        "name": person.name,
        "patronymic": person.patronymic,
        "birth_date": person.birth_date.isoformat(),
        "snils": person.snils,
        "role": role,
        "role_version": "2.8",
        "position": person.position,
        "position_version": "9.4",
        "signature": SIGNATURE,
        "checksum": CRC,
    }


def values(declared: Declaration | None = None, **changes: Any) -> dict[str, Any]:
    """Values of the template registerDocumentRequest, with changes."""
    declared = declared or declaration()
    organization = declared.organizations[0]
    author = declared.signer(organization.oid, "AUTHOR")
    chairman = declared.signer(organization.oid, "CHAIRMAN")
    assert author is not None
    assert chairman is not None
    usual = {
        "local_uid": str(uuid4()),
        "kind": "194",
        "system": declared.mnemonic,
        "organization": organization.oid,
        "department": organization.departments[0].oid,
        "department_name": organization.departments[0].name,
        "document_number": "17",
        "created": CREATED,
        "description": "Медицинское заключение",
        "patient_local_id": "p-1",
        "patient_surname": "Проверкина",
        "patient_name": "Анна",
        "patient_patronymic": "Петровна",
        "patient_birth_date": "1990-05-17",
        "patient_gender": "2",
        "patient_snils": "11223344595",
        "checksum": 1,
        "org_signature": SIGNATURE,
        "org_checksum": CRC,
        "signers": [signer(author, "AUTHOR"), signer(chairman, "CHAIRMAN")],
    }
    return {**usual, **changes}


def body(**changes: Any) -> bytes:
    """The body of registerDocumentRequest."""
    return default_profile().render("registerDocumentRequest", **values(**changes))


def request(**changes: Any) -> RegisterDocument:
    """The message as it is read."""
    found = default_profile().read(
        default_profile().write("registerDocumentRequest", **values(**changes))
    )
    assert isinstance(found, RegisterDocument)
    return found


def envelope(content: bytes | None = None, **header: Any) -> bytes:
    """The whole SOAP message, with header values to be changed (None leaves a block out)."""
    usual = {
        "version": "1.2",
        "message_id": str(uuid4()),
        "action": "registerDocument",
        "client_entity_id": declaration().client_entity_id,
    }
    return write_envelope(body() if content is None else content, **{**usual, **header})


def codes(found: Any) -> list[str]:
    """The codes of findings, in order."""
    return [item.code for item in found]
