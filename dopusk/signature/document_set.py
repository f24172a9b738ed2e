"""Judges the signatures of one document as a set: presence, roles, duplicates, one digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dopusk import gost
from dopusk.signature import algorithms
from dopusk.signature.account import ORGANIZATION, SignerExpectation
from dopusk.signature.asn1 import Asn1Error
from dopusk.signature.container import Container, NotCmsError, Signer, read_container
from dopusk.signature.moments import shown
from dopusk.verdict import Finding, Where, finding

Count = tuple[int, int | None]
"""Fewest and most signatures with a role; None for no bound."""


@dataclass(frozen=True, slots=True)
class NamedContainer:
    """A container as it came, with its name in the findings and who is to have signed it."""

    part: str
    data: bytes = field(repr=False)
    expectation: SignerExpectation | None = None

    @property
    def role(self) -> str | None:
        """Return the role of the signer."""
        return self.expectation.role if self.expectation else None


def check_document_signatures(
    containers: Sequence[NamedContainer],
    document: bytes | None,
    *,
    kind_mo_sign_required: bool,
    role_counts: Mapping[str, Count] | None = None,
) -> list[Finding]:
    """Return what is wrong with the set; each container by itself is for `check_container`.

    `role_counts` bounds the number of personal signatures by role; None leaves it unchecked.
    Containers that cannot be read take part only in the counting. With `document` the findings say
    which signatures are of it.
    """
    readable = [(item, parsed) for item in containers if (parsed := _read(item)) is not None]
    return [
        *_presence(containers, kind_mo_sign_required),
        *_roles(containers, role_counts or {}),
        *_duplicates(readable),
        *_digests(readable, document),
        *_order(readable),
    ]


def _read(item: NamedContainer) -> Container | None:
    try:
        return read_container(item.data)
    except (Asn1Error, NotCmsError):
        return None


_Readable = Sequence[tuple[NamedContainer, Container]]


def _presence(containers: Sequence[NamedContainer], mo_required: bool) -> Iterator[Finding]:
    by_mo = [item for item in containers if item.role == ORGANIZATION]
    if mo_required and not by_mo:
        yield finding("SIG-SET-NO-MO", where=Where(part="orgSignature"))
    if not mo_required and by_mo:
        yield finding("SIG-SET-MO-UNEXPECTED", where=Where(part=by_mo[0].part))
    if len(by_mo) == len(containers):
        yield finding("SIG-SET-NO-SIGNATURE", where=Where(part="personalSignatures"))


def _roles(containers: Sequence[NamedContainer], counts: Mapping[str, Count]) -> Iterator[Finding]:
    present = Counter(item.role for item in containers)
    for role, (fewest, most) in counts.items():
        got = present[role]
        if got < fewest or (most is not None and got > most):
            if most is None:
                expected = f"не меньше {fewest}"
            else:
                expected = str(fewest) if fewest == most else f"{fewest}–{most}"
            yield finding(
                "SIG-SET-ROLE-COUNT",
                where=Where(part="personalSignatures"),
                expected=expected,
                got=got,
                role=role,
            )


def _duplicates(readable: _Readable) -> Iterator[Finding]:
    """One signature value twice, or one certificate twice in one role."""
    values: dict[bytes, str] = {}
    holders: dict[tuple[str | None, bytes | None, int | None], str] = {}
    for item, container in readable:
        for signer in container.signers:
            holder = (item.role, signer.issuer or signer.key_identifier, signer.serial)
            earlier = values.get(signer.signature) or holders.get(holder)
            if earlier is not None:
                yield finding(
                    "SIG-SET-DUPLICATE",
                    where=Where(part=item.part),
                    expected=earlier,
                    got=item.part,
                )
            values.setdefault(signer.signature, item.part)
            holders.setdefault(holder, item.part)


def _digests(readable: _Readable, document: bytes | None) -> Iterator[Finding]:
    """Signatures with one digest algorithm name one digest."""
    by_algorithm: dict[str, dict[bytes, list[str]]] = {}
    for item, signer in _signers(readable):
        if signer.message_digest is not None:
            digests = by_algorithm.setdefault(signer.digest_algorithm, {})
            digests.setdefault(signer.message_digest, []).append(item.part)
    for oid, digests in by_algorithm.items():
        if len(digests) < 2:
            continue
        algorithm = algorithms.digest(oid)
        right = None
        if document is not None and algorithm is not None:
            right = gost.provider().hash(document, algorithm.bits)
        groups = [
            f"{', '.join(parts)} — {value.hex()[:16]}…{' (этот документ)' * (value == right)}"
            for value, parts in digests.items()
        ]
        yield finding(
            "SIG-SET-DIGESTS",
            where=Where(part="подписи документа"),
            expected="одна хэш-сумма",
            got="; ".join(groups),
        )


def _order(readable: _Readable) -> Iterator[Finding]:
    """The MO signs after its staff."""
    times = [(item, signer.signing_time) for item, signer in _signers(readable)]
    by_mo = [(item, at) for item, at in times if item.role == ORGANIZATION and at is not None]
    by_staff = [(item, at) for item, at in times if item.role != ORGANIZATION and at is not None]
    if not by_mo or not by_staff:
        return
    mo, mo_at = min(by_mo, key=lambda pair: pair[1])
    _, last_at = max(by_staff, key=lambda pair: pair[1])
    if mo_at < last_at:
        yield finding(
            "SIG-SET-ORDER",
            where=Where(part=mo.part),
            expected=shown(mo_at),
            got=shown(last_at),
        )


def _signers(readable: _Readable) -> Iterator[tuple[NamedContainer, Signer]]:
    for item, container in readable:
        for signer in container.signers:
            yield item, signer
