"""Signers of a request against ФРМР (the stand's own, from the declaration)."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.check_digits import is_snils
from dopusk.declaration.model import Employee
from dopusk.remd.checks.values import (
    calendar_date,
    has_snils_form,
    place,
    same_name,
    text,
)
from dopusk.remd.directory import Directory
from dopusk.remd.kinds import ROLES_OID, role
from dopusk.verdict import Finding, finding
from dopusk.wire.messages import Read, SignerData


def check_signer(signer: SignerData, organization: str, directory: Directory) -> Iterator[Finding]:
    """Check role, person, post and personal data of one signer."""
    yield from _check_role(signer)
    snils = signer.snils
    if snils is None or not snils.value:
        name = "personalSignatures/signer/snils"
        yield finding("REG-REQUIRED", where=place(snils, signer.where, "snils"), name=name)
        return
    yield from check_snils(snils, "personalSignatures")
    if not has_snils_form(snils.value):
        return
    cards = directory.cards(snils.value)
    if not cards:
        yield finding("REG-PERSON-UNKNOWN", where=snils.where, got=snils.value)
        return
    if directory.organization(organization) is None:
        return
    here = [card for card in cards if card.organization == organization]
    if not here:
        yield finding(
            "REG-PERSON-CARD", where=snils.where, got=snils.value, organization=organization
        )
        return
    yield from _check_card(signer, here, organization)


def check_snils(read: Read | None, name: str) -> Iterator[Finding]:
    """Check the form and the control number of a СНИЛС that is given."""
    if read is None or not read.value:
        return
    if not has_snils_form(read.value):
        yield finding("REG-SNILS-FORM", where=read.where, got=read.value, name=name)
    elif not is_snils(read.value):
        yield finding("REG-SNILS-CONTROL", where=read.where, got=read.value, name=name)


def _check_role(signer: SignerData) -> Iterator[Finding]:
    read = signer.role
    if read is None or not read.value:
        name = "personalSignatures/signer/role"
        yield finding("REG-REQUIRED", where=place(read, signer.where, "role"), name=name)
    elif role(read.value) is None:
        yield finding("REG-SIGNER-ROLE", where=read.where, expected=ROLES_OID, got=read.value)


def _check_card(signer: SignerData, cards: list[Employee], organization: str) -> Iterator[Finding]:
    snils = text(signer.snils)
    posts = {card.position for card in cards}
    if not text(signer.position):
        name = "personalSignatures/signer/position"
        where = place(signer.position, signer.where, "position")
        yield finding("REG-REQUIRED", where=where, name=name)
    elif text(signer.position) not in posts:
        yield finding(
            "REG-PERSON-POST",
            where=place(signer.position, signer.where, "position"),
            expected=", ".join(sorted(posts)),
            got=text(signer.position),
            snils=snils,
            organization=organization,
        )
    known = role(text(signer.role))
    if known is not None and all(known not in card.roles for card in cards):
        yield finding(
            "REG-PERSON-ROLE",
            where=place(signer.role, signer.where, "role"),
            expected=", ".join(sorted({name for card in cards for name in card.roles})),
            got=known,
            snils=snils,
        )
    yield from _check_data(signer, cards[0], snils)


def _check_data(signer: SignerData, card: Employee, snils: str) -> Iterator[Finding]:
    names = (
        ("Фамилия", signer.surname, card.surname, "surname"),
        ("Имя", signer.name, card.name, "name"),
        ("Отчество", signer.patronymic, card.patronymic or "", "patrName"),
    )
    for title, read, expected, element in names:
        if not same_name(text(read), expected):
            yield finding(
                "REG-PERSON-DATA",
                where=place(read, signer.where, element),
                expected=expected,
                got=text(read),
                name=title,
                snils=snils,
            )
    birth = signer.birth_date
    if birth is not None and birth.value and calendar_date(birth.value) != card.birth_date:
        yield finding(
            "REG-PERSON-DATA",
            where=birth.where,
            expected=card.birth_date.isoformat(),
            got=birth.value,
            name="Дата рождения",
            snils=snils,
        )
