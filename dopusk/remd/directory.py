"""The stand's ФРМО, ФРМР and list of registered МИС, made from the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dopusk.declaration.model import Declaration, Employee, Organization
from dopusk.wire.soap import normalise_id


@dataclass(frozen=True, slots=True)
class RegisteredSystem:
    """A МИС that РЭМД knows."""

    client_entity_id: str
    """Normalised (dopusk.wire.soap.normalise_id)."""
    name: str
    mnemonic: str | None
    organizations: frozenset[str]
    """OIDs of the MOs on whose behalf it may register."""
    callback_url: str
    file_service_url: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Directory:
    """Who and what exists for the stand."""

    systems: Mapping[str, RegisteredSystem]
    """By normalised clientEntityId."""
    organizations: Mapping[str, Organization]
    """By OID."""
    staff: Mapping[str, tuple[Employee, ...]] = field(default_factory=dict)
    """By СНИЛС: one person may work in several MOs and positions."""

    @classmethod
    def of(cls, declaration: Declaration, *others: RegisteredSystem) -> Directory:
        """Return the registries that the declaration describes; `others` are further systems."""
        candidate = RegisteredSystem(
            client_entity_id=normalise_id(declaration.client_entity_id),
            name=declaration.product,
            mnemonic=declaration.mnemonic,
            organizations=frozenset(item.oid for item in declaration.organizations),
            callback_url=declaration.callback_url,
            file_service_url=declaration.file_service_url,
        )
        staff: dict[str, tuple[Employee, ...]] = {}
        for person in declaration.staff:
            staff[person.snils] = (*staff.get(person.snils, ()), person)
        return cls(
            systems={item.client_entity_id: item for item in (candidate, *others)},
            organizations={item.oid: item for item in declaration.organizations},
            staff=staff,
        )

    def system(self, client_entity_id: str) -> RegisteredSystem | None:
        """Return the system with this clientEntityId, in whatever form it is written."""
        return self.systems.get(normalise_id(client_entity_id))

    def organization(self, oid: str) -> Organization | None:
        """Return the MO with this OID."""
        return self.organizations.get(oid)

    def department(self, organization: str, oid: str) -> bool:
        """Tell whether the MO has a subdivision with this OID."""
        found = self.organization(organization)
        return found is not None and any(item.oid == oid for item in found.departments)

    def cards(self, snils: str) -> tuple[Employee, ...]:
        """Return the personal files of this СНИЛС (digits only), in all MOs."""
        return self.staff.get(snils, ())
