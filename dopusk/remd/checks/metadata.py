"""What a scenario says of the metadata of one registerDocument."""

from __future__ import annotations

from datetime import datetime

from dopusk.declaration.model import Declaration
from dopusk.remd.checks.coarse import check_coarse
from dopusk.remd.checks.request import check_request
from dopusk.remd.checks.values import place, text
from dopusk.remd.directory import Directory
from dopusk.verdict import Finding, finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.soap import normalise_id


def check_metadata(
    request: RegisterDocument, declaration: Declaration, *, now: datetime
) -> list[Finding]:
    """Return what is wrong with a request by itself: structure, registries, НСИ 1520, staff.

    Signatures are judged by `dopusk.remd.signatures`.
    """
    directory = Directory.of(declaration)
    system = directory.system(declaration.client_entity_id)
    assert system is not None
    return [
        *check_coarse(request),
        *check_request(request, system=system, directory=directory, now=now),
    ]


def check_replacement(
    request: RegisterDocument, *, previous_local_uid: str, previous_emdr_id: str | None
) -> list[Finding]:
    """Return what is wrong with the request for a new version of a document.

    A new version has a localUid of its own; with `previous_emdr_id` it must be linked to the
    version that it replaces.
    """
    found = []
    uid = request.local_uid
    if uid is not None and normalise_id(uid.value) == normalise_id(previous_local_uid):
        found.append(finding("REG-SAME-UID", where=uid.where, got=uid.value))
    targets = [text(link.target) for link in request.associations]
    if previous_emdr_id is not None and previous_emdr_id not in targets:
        found.append(
            finding(
                "REG-NO-ASSOCIATION",
                where=place(None, request.where, "associations"),
                expected=previous_emdr_id,
                got=", ".join(targets) or None,
            )
        )
    return found
