"""What the checks need to know of a СЭМД: header and coded fields, with places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from dopusk.semd.reading import Reader
from dopusk.semd.staff import CodedField, Organization, Patient, Recipient, Staff
from dopusk.verdict import Where
from dopusk.wire.messages import Read
from dopusk.wire.xml import Positions

SNILS = "1.2.643.100.3"
"""OID of СНИЛС."""
LICENSE = "1.2.643.5.1.13.2.1.1.1504.101"
FIELDS = "1.2.643.5.1.13.13.99.2.166"
"""Dictionary of coded fields."""


@dataclass(frozen=True, slots=True)
class SemdDocument:
    """A СЭМД of any kind that follows the common header."""

    where: Where
    template_id: Read | None = None
    id_root: Read | None = None
    id_extension: Read | None = None
    code: Read | None = None
    title: Read | None = None
    effective_time: Read | None = None
    set_id_root: Read | None = None
    set_id_extension: Read | None = None
    version_number: Read | None = None
    patient: Patient = field(default_factory=Patient)
    author: Staff | None = None
    legal_authenticator: Staff | None = None
    performers: tuple[Staff, ...] = ()
    provider: Organization | None = None
    represented: tuple[Organization, ...] = ()
    """representedOrganization of the author and of the legal authenticator."""
    custodian: Organization | None = None
    recipients: tuple[Recipient, ...] = ()
    event_low: Read | None = None
    event_high: Read | None = None
    employer: Read | None = None
    entries: Mapping[str, tuple[CodedField, ...]] = field(default_factory=dict)
    """Coded fields by code of НСИ 1.2.643.5.1.13.13.99.2.166, in document order."""

    @classmethod
    def read(
        cls,
        tree: etree._ElementTree,
        *,
        positions: Positions | None = None,
        part: str = "ЭМД",
        file: str | None = None,
    ) -> SemdDocument:
        """Return the document's values; what is absent is None. Never raises.

        `positions` of the original bytes add columns to the places.
        """
        root = tree.getroot()
        reader = Reader(positions, part=part, file=file)
        role = reader.first(root, "h:recordTarget/h:patientRole")
        event = reader.first(root, "h:documentationOf/h:serviceEvent")
        author = reader.first(root, "h:author/h:assignedAuthor")
        signer = reader.first(root, "h:legalAuthenticator/h:assignedEntity")
        return cls(
            where=reader.where(root),
            template_id=reader.value(root, "h:templateId/@root"),
            id_root=reader.value(root, "h:id/@root"),
            id_extension=reader.value(root, "h:id/@extension"),
            code=reader.value(root, "h:code/@code"),
            title=reader.value(root, "h:title"),
            effective_time=reader.value(root, "h:effectiveTime/@value"),
            set_id_root=reader.value(root, "h:setId/@root"),
            set_id_extension=reader.value(root, "h:setId/@extension"),
            version_number=reader.value(root, "h:versionNumber/@value"),
            patient=_patient(reader, role),
            author=_staff(reader, author),
            legal_authenticator=_staff(reader, signer),
            performers=_performers(reader, event),
            provider=_organization(reader, reader.first(role, "h:providerOrganization")),
            represented=_represented(reader, author, signer),
            custodian=_organization(
                reader,
                reader.first(
                    root, "h:custodian/h:assignedCustodian/h:representedCustodianOrganization"
                ),
            ),
            recipients=_recipients(reader, root),
            event_low=reader.value(event, "h:effectiveTime/h:low/@value"),
            event_high=reader.value(event, "h:effectiveTime/h:high/@value"),
            employer=reader.value(
                root,
                f".//h:entry/h:observation[h:code[@code='4073'][@codeSystem='{FIELDS}']]"
                "/h:performer/h:assignedEntity/h:representedOrganization/h:name",
            ),
            entries=_entries(reader, root),
        )

    @property
    def staff(self) -> tuple[Staff, ...]:
        """Return author, legal authenticator and performers, those that are there."""
        return tuple(
            person
            for person in (self.author, self.legal_authenticator, *self.performers)
            if person is not None
        )

    def entry(self, code: str) -> CodedField | None:
        """Return the first coded field with this code."""
        return next(iter(self.entries.get(code, ())), None)


def _patient(reader: Reader, role: etree._Element | None) -> Patient:
    if role is None:
        return Patient()
    return Patient(
        local_id=reader.value(role, f"h:id[not(@root='{SNILS}')][@root]/@extension"),
        snils=reader.value(role, f"h:id[@root='{SNILS}']/@extension"),
        surname=reader.value(role, "h:patient/h:name/h:family"),
        name=reader.value(role, "h:patient/h:name/h:given"),
        patronymic=reader.value(role, "h:patient/h:name/identity:Patronymic"),
        gender=reader.value(role, "h:patient/h:administrativeGenderCode/@code"),
        birth_time=reader.value(role, "h:patient/h:birthTime/@value"),
        policy_number=reader.value(role, "identity:InsurancePolicy/identity:Number"),
        document_number=reader.value(role, "identity:IdentityDoc/identity:Number"),
        where=reader.where(role),
    )


def _staff(reader: Reader, entity: etree._Element | None) -> Staff | None:
    if entity is None:
        return None
    return Staff(
        local_id=reader.value(entity, f"h:id[not(@root='{SNILS}')][@root]/@extension"),
        snils=reader.value(entity, f"h:id[@root='{SNILS}']/@extension"),
        surname=reader.value(entity, "h:assignedPerson/h:name/h:family"),
        name=reader.value(entity, "h:assignedPerson/h:name/h:given"),
        patronymic=reader.value(entity, "h:assignedPerson/h:name/identity:Patronymic"),
        position=reader.value(entity, "h:code/@code"),
        role=reader.value(entity, "parent::h:performer/h:functionCode/@code"),
        where=reader.where(entity),
    )


def _performers(reader: Reader, event: etree._Element | None) -> tuple[Staff, ...]:
    if event is None:
        return ()
    found = (
        _staff(reader, entity) for entity in reader.nodes(event, "h:performer/h:assignedEntity")
    )
    return tuple(person for person in found if person is not None)


def _organization(reader: Reader, element: etree._Element | None) -> Organization | None:
    if element is None:
        return None
    own = f"h:id[not(@root='{LICENSE}')]"
    return Organization(
        id=reader.value(element, f"{own}/@root"),
        department=reader.value(element, f"{own}/@extension"),
        name=reader.value(element, "h:name"),
        ogrn=reader.value(
            element, "identity:Props/*[self::identity:Ogrn or self::identity:Ogrnip]"
        ),
        where=reader.where(element),
    )


def _represented(reader: Reader, *people: etree._Element | None) -> tuple[Organization, ...]:
    found = (
        _organization(reader, reader.first(person, "h:representedOrganization"))
        for person in people
    )
    return tuple(organization for organization in found if organization is not None)


def _recipients(reader: Reader, root: etree._Element) -> tuple[Recipient, ...]:
    recipients = reader.nodes(
        root, "h:informationRecipient/h:intendedRecipient[h:informationRecipient/h:name]"
    )
    name = "h:informationRecipient/h:name"
    return tuple(
        Recipient(
            snils=reader.value(item, f"h:id[@root='{SNILS}']/@extension"),
            surname=reader.value(item, f"{name}/h:family"),
            name=reader.value(item, f"{name}/h:given"),
            patronymic=reader.value(item, f"{name}/identity:Patronymic"),
            where=reader.where(item),
        )
        for item in recipients
    )


def _entries(reader: Reader, root: etree._Element) -> dict[str, tuple[CodedField, ...]]:
    found: dict[str, list[CodedField]] = {}
    path = f"h:component//h:entry/h:observation[h:code/@codeSystem='{FIELDS}']"
    for observation in reader.nodes(root, path):
        code = reader.value(observation, "h:code/@code")
        if code is None:
            continue
        found.setdefault(code.value, []).append(
            CodedField(
                code=code.value,
                value=reader.value(observation, "h:value/@code")
                or reader.value(observation, "h:value[not(@code)][not(*)]")
                or reader.value(observation, "h:effectiveTime/@value"),
                name=_text(reader.value(observation, "h:value/@displayName")),
                reason=_text(
                    reader.value(observation, "h:value/@nullFlavor")
                    or reader.value(observation, "h:effectiveTime/@nullFlavor")
                ),
                original=reader.value(observation, "h:value/h:originalText"),
                where=reader.where(observation),
            )
        )
    return {code: tuple(fields) for code, fields in found.items()}


def _text(read: Read | None) -> str | None:
    return read.value if read else None
