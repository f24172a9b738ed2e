"""Judges the declared documents: each needed one must be there and in date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dopusk.catalogue.model import Catalogue, Requirement
from dopusk.declaration.model import Attestation, Declaration
from dopusk.verdict import Verdict


@dataclass(frozen=True, slots=True)
class AttestationVerdict:
    """Verdict about one requirement that is shown by a document."""

    requirement: Requirement
    verdict: Verdict
    """ATTESTED, or SKIP when no declared document is in date."""
    note: str
    """Russian sentence: which document it is, or what is wrong."""
    attestation: Attestation | None = None
    """The declared document that decided, if any was declared."""


def attestation_verdicts(
    catalogue: Catalogue, declaration: Declaration, as_of: date
) -> dict[str, AttestationVerdict]:
    """Return by id a verdict for every requirement of the declared variants that needs a document.

    A document must be issued on or before `as_of` and not have expired by then; of several for one
    requirement the best decides.
    """
    needed = {
        item.id: item
        for variant in declaration.variants
        for item in catalogue.requirements(
            variant, bool(declaration.oms_territories), via_ips=declaration.via_ips
        )
        if item.attested
    }
    return {name: _judge(item, declaration, as_of) for name, item in needed.items()}


def _judge(requirement: Requirement, declaration: Declaration, as_of: date) -> AttestationVerdict:
    declared = [item for item in declaration.attestations if item.requirement == requirement.id]
    judged = [_judge_one(requirement, item, as_of) for item in declared]
    for verdict in judged:
        if verdict.verdict is Verdict.ATTESTED:
            return verdict
    if judged:
        return judged[-1]
    note = f'документ не заявлен: добавьте [[attestations]] с requirement = "{requirement.id}"'
    return AttestationVerdict(requirement, Verdict.SKIP, note)


def _judge_one(
    requirement: Requirement, attestation: Attestation, as_of: date
) -> AttestationVerdict:
    name = f"{attestation.document} № {attestation.number} от {attestation.issued:%d.%m.%Y}"
    if attestation.issued > as_of:
        note = f"{name}: дата документа позже даты проверки {as_of:%d.%m.%Y}"
        return AttestationVerdict(requirement, Verdict.SKIP, note, attestation)
    if attestation.expires is not None and attestation.expires < as_of:
        note = f"{name}: срок действия истёк {attestation.expires:%d.%m.%Y}"
        return AttestationVerdict(requirement, Verdict.SKIP, note, attestation)
    term = f", действует до {attestation.expires:%d.%m.%Y}" if attestation.expires else ""
    return AttestationVerdict(requirement, Verdict.ATTESTED, name + term, attestation)
