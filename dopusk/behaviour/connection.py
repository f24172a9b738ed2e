"""Whether a МИС keeps to its connection variant: path, organisations, rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dopusk.cases import ControlCase
from dopusk.declaration.model import Declaration
from dopusk.semd import SemdDocument
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import Read, RegisterDocument


@dataclass(frozen=True, slots=True)
class Deed:
    """One message of the МИС to the circuit."""

    operation: str
    service: str
    """Russian name of the service to which it went."""
    organization: str | None
    """OID of the MO that it names, if it names one."""
    where: Where


def check_organization(
    request: RegisterDocument, document: SemdDocument | None, case: ControlCase
) -> Iterator[Finding]:
    """Check that request and document are those of the MO of the control example (FED-4.2)."""
    facility = case.facility
    department = request.department
    for what, read, own in (
        ("организация в registerDocument", request.organization, facility.oid),
        ("подразделение в registerDocument", department, facility.department_oid),
        *_named_in(document, facility.oid),
    ):
        if read is not None and read.value and read.value != own:
            yield finding(
                "MO-MIXED", where=read.where, expected=facility.oid, got=read.value, what=what
            )


def check_scope(deeds: Iterable[Deed], declaration: Declaration) -> Iterator[Finding]:
    """Check that the МИС did only what its declared rights permit (MO-C.5)."""
    permitted = declaration.scope_operations
    if not permitted:
        yield finding("SCOPE-UNDECLARED")
        return
    organizations = [item.oid for item in declaration.organizations]
    for deed in deeds:
        if deed.operation not in permitted:
            yield finding(
                "SCOPE-OPERATION",
                where=deed.where,
                expected=", ".join(permitted),
                got=deed.operation,
            )
        if deed.organization and deed.organization not in organizations:
            yield finding(
                "SCOPE-ORGANIZATION",
                where=deed.where,
                expected=", ".join(organizations),
                got=deed.organization,
            )


def check_path(deeds: Iterable[Deed], *, permitted: Iterable[str], variant: str) -> list[Finding]:
    """Return a finding for each registerDocument to a service that the variant does not know.

    `permitted` are Russian names of services; empty when nothing at all is to be sent (MO-2.1).
    """
    known = tuple(permitted)
    found = []
    for deed in deeds:
        if deed.operation != "registerDocument" or deed.service in known:
            continue
        if known:
            found.append(
                finding(
                    "PATH-BYPASSED",
                    where=deed.where,
                    expected=" и ".join(known),
                    got=deed.service,
                    variant=variant,
                )
            )
        else:
            found.append(finding("PATH-NOTHING-EXPECTED", where=deed.where, got=deed.service))
    return found


def check_sent_once(attempts: int) -> Iterator[Finding]:
    """Check that an accepted document was not sent again because of a failure farther on."""
    if attempts > 1:
        yield finding("PATH-SENT-AGAIN", expected="1 отправка", got=attempts)


def _named_in(document: SemdDocument | None, oid: str) -> Iterator[tuple[str, Read | None, str]]:
    if document is None:
        return
    if document.provider is not None:
        yield "организация пациента в документе", document.provider.id, oid
    for item in document.represented:
        yield "организация подписавшего в документе", item.id, oid
    if document.custodian is not None:
        yield "владелец документа", document.custodian.id, oid
