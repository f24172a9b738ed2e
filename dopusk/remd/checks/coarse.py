"""The coarse check of registerDocument: РЭМД refuses in the sync answer (remd.md §4, step 2)."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.check_digits import is_oid
from dopusk.remd.checks.transport import check_unknown_elements
from dopusk.remd.checks.values import date_time, is_uuid, place
from dopusk.verdict import Finding, finding
from dopusk.wire.messages import Read, RegisterDocument

_REQUIRED = (
    ("local_uid", "localUid"),
    ("kind", "kind"),
    ("organization", "organization"),
    ("created", "creationDateTime"),
)
_EXPECTED = (
    ("department_name", "department/name"),
    ("document_number", "documentNumber"),
    ("description", "description"),
)


def check_coarse(request: RegisterDocument) -> list[Finding]:
    """Return what is structurally wrong with a request, before anything is looked up."""
    return [
        *_check_presence(request),
        *_check_forms(request),
        *check_unknown_elements(request),
    ]


def _check_presence(request: RegisterDocument) -> Iterator[Finding]:
    for code, names in (("REG-REQUIRED", _REQUIRED), ("REG-EXPECTED", _EXPECTED)):
        for attribute, name in names:
            read: Read | None = getattr(request, attribute)
            if read is None or not read.value:
                yield finding(code, where=place(read, request.where, name), name=name)


def _check_forms(request: RegisterDocument) -> Iterator[Finding]:
    uid, organization, created = request.local_uid, request.organization, request.created
    if uid is not None and uid.value and not is_uuid(uid.value):
        yield finding("REG-LOCAL-UID-FORM", where=uid.where, got=uid.value)
    if organization is not None and organization.value and not is_oid(organization.value):
        yield finding("REG-ORGANIZATION-FORM", where=organization.where, got=organization.value)
    if created is not None and created.value and date_time(created.value) is None:
        yield finding("REG-CREATED-FORM", where=created.where, got=created.value)
