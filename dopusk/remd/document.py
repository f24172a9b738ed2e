"""The check of a received file at stage 2, signatures apart."""

from __future__ import annotations

from dopusk.remd.checks.values import date_time, text
from dopusk.remd.directory import Directory
from dopusk.remd.kinds import kind
from dopusk.semd import check_against_request, check_document
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import RegisterDocument


def check_received_document(
    data: bytes, request: RegisterDocument, *, directory: Directory | None = None
) -> list[Finding]:
    """Return what is wrong with a file: format of its kind, СЭМД, agreement with the request.

    `directory` tells the ОГРН of the request's organisation.
    """
    rules = kind(text(request.kind))
    is_pdf = data.startswith(b"%PDF-")
    if rules is not None and is_pdf != (rules.format == "pdf"):
        return [
            finding(
                "FILE-FORMAT",
                where=Where(part="ЭМД"),
                expected="PDF/A-1" if rules.format == "pdf" else "CDA (XML)",
                got="PDF" if is_pdf else "не PDF",
                kind=rules.code,
            )
        ]
    if is_pdf:
        return []
    created = date_time(text(request.created))
    report = check_document(
        data, kind=text(request.kind) or None, as_of=created.date() if created else None
    )
    found = list(report.findings)
    if report.document is not None:
        organization = directory.organization(text(request.organization)) if directory else None
        ogrn = organization.ogrn if organization else None
        found.extend(check_against_request(report.document, request, ogrn=ogrn))
    return found
