"""Messages of the РЭМД circuit as values, read by a wire profile from whatever came."""

from __future__ import annotations

from dataclasses import dataclass, field

from dopusk.verdict import Where


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was read from a message, with its place."""

    value: str
    where: Where
    version: str | None = None
    """`version` / codeSystemVersion of a coded element, when given."""
    system: str | None = None
    """codeSystem of a coded element, when given."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class PatientData:
    """`patient` of registerDocumentRequest."""

    local_id: Read | None = None
    surname: Read | None = None
    name: Read | None = None
    patronymic: Read | None = None
    birth_date: Read | None = None
    gender: Read | None = None
    snils: Read | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class SignerData:
    """One of `personalSignatures` of registerDocumentRequest."""

    role: Read | None = None
    surname: Read | None = None
    name: Read | None = None
    patronymic: Read | None = None
    birth_date: Read | None = None
    snils: Read | None = None
    local_id: Read | None = None
    position: Read | None = None
    speciality: Read | None = None
    department: Read | None = None
    signature: Read | None = None
    """base64 text of the detached container, as it came."""
    checksum: Read | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class AssociationData:
    """One of `associations`: a link to a registered document."""

    type: Read | None = None
    target: Read | None = None
    """emdrId."""


@dataclass(frozen=True, slots=True)
class RegisterDocument:
    """registerDocumentRequest (spec: remd.md §5)."""

    local_uid: Read | None = None
    kind: Read | None = None
    system: Read | None = None
    organization: Read | None = None
    department: Read | None = None
    department_name: Read | None = None
    document_number: Read | None = None
    series: Read | None = None
    created: Read | None = None
    description: Read | None = None
    patient: PatientData | None = None
    content: Read | None = None
    """base64 of the document, only in mirrors that send it at once."""
    checksum: Read | None = None
    org_signature: Read | None = None
    """base64 text of the MO's detached container."""
    org_checksum: Read | None = None
    emdr_id: Read | None = None
    """Number under which РЭМД registered it already: only in messages to ЕМИАС (mo-1)."""
    signers: tuple[SignerData, ...] = ()
    associations: tuple[AssociationData, ...] = ()
    recipients: tuple[PatientData, ...] = ()
    unknown: tuple[Where, ...] = ()
    """Elements that the profile does not know (a remark, never a refusal)."""
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class SearchRegistryItem:
    """searchRegistryItemRequest (the one body that was seen live, remd.md §3.1)."""

    organization: Read | None = None
    kind: Read | None = None
    begin: Read | None = None
    end: Read | None = None
    patient_snils: Read | None = None


@dataclass(frozen=True, slots=True)
class ByEmdrId:
    """getRegistryItemRequest and demandContentRequest: one registered document."""

    emdr_id: Read | None = None


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """getDocumentFileResponse of the МИС, or sendDocumentFile in the asynchronous form."""

    status: Read | None = None
    local_uid: Read | None = None
    data: Read | None = None
    """base64 text of the document."""
    checksum: Read | None = None
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RegistrationResult:
    """registerDocumentResult: what the callback told (also read back from the journal)."""

    relates_to: str | None = None
    local_uid: str | None = None
    status: str | None = None
    emdr_id: str | None = None
    registered: str | None = None
    created: str | None = None
    store_till: str | None = None
    document_status: str | None = None
    stage: str | None = None
    """federal or regional: whose result Иная ИС passes on."""
    errors: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    """(code of НСИ 305, text)."""


@dataclass(frozen=True, slots=True)
class FileRequest:
    """getDocumentFileRequest: `emdr_id` is absent while the document is being registered."""

    local_uid: Read | None = None
    emdr_id: Read | None = None
    kind: Read | None = None
    organization: Read | None = None
    document_number: Read | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer that says only success or error: sync answers and answers to callbacks."""

    status: Read | None = None
    errors: tuple[tuple[str, str], ...] = ()
    """(code, text)."""

    @property
    def succeeded(self) -> bool:
        """Tell whether the status means success."""
        return self.status is not None and self.status.value.casefold() in ("success", "ok")


@dataclass(frozen=True, slots=True)
class RegistryItem:
    """What РЭМД tells of a registered document; times as they stand in the message."""

    emdr_id: str | None = None
    local_uid: str | None = None
    kind: str | None = None
    organization: str | None = None
    registered: str | None = None
    created: str | None = None
    store_till: str | None = None
    document_status: str | None = None


@dataclass(frozen=True, slots=True)
class RegistryItems:
    """searchRegistryItemResponse and getRegistryItemResponse."""

    status: Read | None = None
    items: tuple[RegistryItem, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SentFile:
    """sendDocumentFileRequest: the file that demandContent asked for."""

    relates_to: Read | None = None
    emdr_id: Read | None = None
    local_uid: Read | None = None
    status: Read | None = None
    data: Read | None = None
    """base64 text of the document."""
    checksum: Read | None = None
    errors: tuple[tuple[str, str], ...] = ()


Message = (
    RegisterDocument
    | SearchRegistryItem
    | ByEmdrId
    | FileRequest
    | DocumentFile
    | RegistrationResult
    | Acknowledgement
    | RegistryItems
    | SentFile
)
"""Everything that a wire profile reads."""
