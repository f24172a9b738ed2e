"""Rules about the signer's certificate: usage, validity, chain, revocation, names."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.signature.account import SignerExpectation
from dopusk.signature.asn1 import Asn1Error
from dopusk.signature.certificate import Certificate
from dopusk.signature.moments import aware, shown_day
from dopusk.signature.names import digits, same
from dopusk.signature.revocation import RevocationList, read_crl
from dopusk.signature.subject import Subject
from dopusk.signature.trust import Chain, revocation_problems
from dopusk.verdict import Finding


def check_key_usage(subject: Subject, certificate: Certificate) -> Iterator[Finding]:
    """keyUsage permits signing documents."""
    problem = certificate.usage_problem
    if problem is not None:
        yield subject.found("SIG-KEY-USAGE", expected="digitalSignature", got=problem)


def check_validity(subject: Subject, certificate: Certificate) -> Iterator[Finding]:
    """The certificate is valid when the document was made and when it is checked."""
    who = certificate.subject.title
    checked = aware(subject.checked_at)
    created = aware(subject.created_at or subject.signer.signing_time or checked)
    organization = subject.by_organization
    if created < certificate.not_before:
        yield subject.found(
            "SIG-CERTIFICATE-NOT-YET-VALID",
            expected=shown_day(created),
            got=shown_day(certificate.not_before),
            remd="DOC_DATE_MISMATCH_CERT_NOT_BEFORE" if organization else None,
            who=who,
        )
    elif created > certificate.not_after:
        yield subject.found(
            "SIG-CERTIFICATE-EXPIRED",
            expected=shown_day(created),
            got=shown_day(certificate.not_after),
            remd="DOC_DATE_MISMATCH_CERT_NOT_AFTER" if organization else None,
            who=who,
        )
    elif not certificate.valid_at(checked):
        chain_code = "CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT"
        yield subject.found(
            "SIG-CERTIFICATE-NOT-VALID-NOW",
            expected=shown_day(checked),
            got=certificate.validity,
            remd=chain_code if organization else None,
            who=who,
        )


def check_chain(subject: Subject, chain: Chain) -> Iterator[Finding]:
    """The chain reaches an anchor, nothing in it is revoked, no critical extension is unknown."""
    if chain.problem is not None:
        reason = chain.problem
        yield subject.found(reason.code, expected=reason.expected, got=reason.got)
    elif chain.path[0].unknown_critical:
        yield subject.found(
            "PKI-CRITICAL-EXTENSION",
            expected="только известные",
            got=", ".join(chain.path[0].unknown_critical),
        )
    lists = (*subject.trust.crls, *_readable(subject.container.crls))
    for problem in revocation_problems(chain, lists, aware(subject.checked_at)):
        yield subject.found(problem.code, got=problem.got, who=problem.who)


def _readable(lists: tuple[bytes, ...]) -> Iterator[RevocationList]:
    """Return the lists that came in the container; a bad one is no one's proof of anything."""
    for der in lists:
        try:
            yield read_crl(der)
        except Asn1Error:
            continue


def check_names(subject: Subject, certificate: Certificate) -> Iterator[Finding]:
    """The certificate is the one of the signer in the request."""
    expectation = subject.expectation
    if expectation is None:
        return
    if expectation.is_organization:
        yield from _organization(subject, certificate, expectation)
    else:
        yield from _person(subject, certificate, expectation)


def _person(
    subject: Subject, certificate: Certificate, expectation: SignerExpectation
) -> Iterator[Finding]:
    names = certificate.subject
    if expectation.snils is not None:
        if names.snils is None:
            yield subject.found("SIG-NO-SNILS", expected=expectation.snils, who=names.title)
        elif names.snils != digits(expectation.snils):
            yield subject.found("SIG-SNILS", expected=digits(expectation.snils), got=names.snils)
    parts = (expectation.surname, expectation.name, expectation.patronymic)
    wanted = " ".join(part for part in parts if part)
    in_parts = " ".join(part for part in (names.first("SN"), names.first("G")) if part)
    held = in_parts or names.title
    if expectation.surname is not None and not same(held, wanted):
        yield subject.found("SIG-PERSON-NAME", expected=wanted, got=held)
    if expectation.org_ogrn is not None and names.ogrn not in (None, expectation.org_ogrn):
        yield subject.found(
            "SIG-STAFF-OGRN", expected=expectation.org_ogrn, got=names.ogrn, who=names.title
        )


def _organization(
    subject: Subject, certificate: Certificate, expectation: SignerExpectation
) -> Iterator[Finding]:
    names = certificate.subject
    if expectation.org_ogrn is not None:
        if names.ogrn is None:
            yield subject.found("SIG-NO-OGRN", expected=expectation.org_ogrn, who=names.title)
            return
        if names.ogrn != expectation.org_ogrn:
            yield subject.found("SIG-OGRN", expected=expectation.org_ogrn, got=names.ogrn)
    inn = names.organization_inn
    if expectation.org_inn is not None and inn not in (None, expectation.org_inn):
        yield subject.found("SIG-INN", expected=expectation.org_inn, got=inn)
    held = [value for value in (names.first("O"), names.first("CN")) if value]
    if expectation.org_name is not None and not any(
        same(value, expectation.org_name) for value in held
    ):
        yield subject.found(
            "SIG-ORG-NAME", expected=expectation.org_name, got=" / ".join(dict.fromkeys(held))
        )
