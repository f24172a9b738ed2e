"""Finds persons in what was exchanged: control examples, messages, documents, registers."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from dopusk.declaration.model import Employee
from dopusk.journal.entry import Entry
from dopusk.masking.people import NAMES, Field, People

MAX_MEMBER: Final = 32 * 1024 * 1024
"""Bytes of one unpacked file of a package that are looked through."""
SHORTEST: Final = 100
"""Bytes below which nothing is packed in a message."""
PACKED: Final = re.compile(rb"[A-Za-z0-9+/](?:[A-Za-z0-9+/\r\n]|&#13;){98,}+={0,2}")
"""Base64 that may hold a document, a package or a signature."""

_ELEMENTS: Final = MappingProxyType(
    {
        **dict.fromkeys(("family", "surname", "lastname", "fam", "fam_p", "fio"), Field.SURNAME),
        **dict.fromkeys(("given", "firstname", "name", "im", "im_p"), Field.NAME),
        **dict.fromkeys(("patronymic", "patrname", "middlename", "ot", "ot_p"), Field.PATRONYMIC),
        **dict.fromkeys(
            ("birthdate", "birthday", "dateofbirth", "dr", "dr_p", "birth_date"), Field.BIRTH
        ),
        **dict.fromkeys(("snils", "snils_p", "iddokt", "code_md", "doctor_snils"), Field.SNILS),
        **dict.fromkeys(
            ("npolis", "enp", "policynumenp", "policynumber", "policy_number"), Field.POLICY
        ),
        **dict.fromkeys(("docnum", "passport_number"), Field.DOCUMENT),
        **dict.fromkeys(("docdate", "passport_date"), Field.DOCUMENT_DATE),
        "streetaddressline": Field.ADDRESS,
        **dict.fromkeys(("aoguid", "houseguid"), Field.ADDRESS_ID),
        **dict.fromkeys(("tel", "phone"), Field.PHONE),
    }
)
"""Element or key in lower case → what its text is."""
_DOCTORS: Final = ("IDDOKT", "CODE_MD")
"""Staff named inside the record of a patient."""
_PATIENTS: Final = ("patientrole", "patient", "pers", "patientdata")
_STAFF: Final = ("assignedauthor", "assignedentity", "assignedperson", "employee", "performer")
_ORGANIZATIONS: Final = "organization"
_OF_PATIENT: Final = (Field.ADDRESS, Field.ADDRESS_ID, Field.PHONE)
_TOKEN: Final = re.compile(
    r"<(?:[\w.-]+:)?(?:"
    r"(?P<block>patientRole|patient|PERS|patientData|assignedAuthor|assignedEntity|assignedPerson"
    r"|employee|performer|\w*[oO]rganization)(?=[\s>])"
    r"|(?P<end>/(?:[\w.-]+:)?\w*[oO]rganization)>"
    r"|(?P<held>InsurancePolicy|IdentityDoc)>"
    r"|(?P<value>birthTime|telecom|IssueDate)\s[^<>]*?value=[\"'](?:tel:)?(?P<said>[^\"'<>]+)"
    r"|id\s(?P<id>[^<>]*1\.2\.643\.100\.3[\"'][^<>]*)"
    r"|(?P<name>[A-Za-z_]{2,20})(?:\s[^<>]*)?>(?P<text>[^<>]{2,300})</)"
)
_EXTENSION: Final = re.compile(r"extension=[\"']([^\"']+)")
_ENCODING: Final = re.compile(rb"""encoding=["']([A-Za-z0-9._-]{2,40})""")
_OF_CERTIFICATE: Final = MappingProxyType(
    {
        b"\x06\x03\x55\x04\x04": Field.SURNAME,
        b"\x06\x03\x55\x04\x2a": Field.NAME,
        b"\x06\x05\x2a\x85\x03\x64\x03": Field.SNILS,
    }
)
"""Attribute types of a certificate's subject, as DER holds them."""
_NAME_OF_CERTIFICATE: Final = re.compile(
    rb"(\x06\x03\x55\x04\x04|\x06\x03\x55\x04\x2a|\x06\x05\x2a\x85\x03\x64\x03)"
    rb"[\x0c\x12\x13][\x01-\x7f]",
    re.DOTALL,
)
_WORDS: Final = MappingProxyType(
    {
        "снилс": Field.SNILS,
        "фамили": Field.SURNAME,
        "отчеств": Field.PATRONYMIC,
        "рождени": Field.BIRTH,
        "полис": Field.POLICY,
    }
)
_BY_VALUE: Final = MappingProxyType(
    {"birthTime": Field.BIRTH, "telecom": Field.PHONE, "IssueDate": Field.DOCUMENT_DATE}
)
_OF_PATRONYMICS: Final = ("вич", "ьич", "мич", "вна", "чна", "шна")
_FULL_NAME: Final = re.compile(
    r"([А-ЯЁ](?<![А-ЯЁа-яё].)[а-яё]+(?:-[А-ЯЁ][а-яё]+)?) ([А-ЯЁ][а-яё]+) "
    r"([А-ЯЁ][а-яё]+(?:вич|ьич|мич|вна|чна|шна))(?![а-яё])"
)


def read_staff(people: People, staff: Iterable[Employee]) -> None:
    """Note the declared staff."""
    for item in staff:
        people.add(
            {
                Field.SURNAME: item.surname,
                Field.NAME: item.name,
                Field.PATRONYMIC: item.patronymic or "",
                Field.BIRTH: item.birth_date.isoformat(),
                Field.SNILS: item.snils,
            }
        )


def read_entry(people: People, entry: Entry) -> None:
    """Note the persons of a journal entry: its body, packed documents and registers, its note."""
    read_body(people, entry.body)
    if entry.note:
        read_data(people, entry.note)


def read_findings(people: People, findings: Iterable[Mapping[str, Any]]) -> None:
    """Note what findings tell of people: full names, and values that the place or message names.

    A wrong value stands in no control example and in no element that is looked through.
    """
    for item in findings:
        values = [str(item.get(name) or "") for name in ("expected", "got")]
        for text in (str(item.get("message") or ""), *values):
            _read_full_names(people, text)
        kind = _told_of(item)
        if kind is not None:
            for value in values:
                people.add({kind: value})


def _told_of(item: Mapping[str, Any]) -> Field | None:
    """Return what value of a person a finding is about, by its place or its words."""
    path = str((item.get("where") or {}).get("xpath") or "")
    last = re.search(r"([A-Za-z_]+)(?:\[\d+\])?$", path)
    kind = _ELEMENTS.get(last[1].casefold()) if last else None
    if kind is not None and kind not in (Field.NAME, *_OF_PATIENT):
        return kind
    message = str(item.get("message") or "").casefold()
    return next((kind for sign, kind in _WORDS.items() if sign in message), None)


def read_body(people: People, body: bytes) -> None:
    """Note the persons of a message and of what is packed in it (base64, ZIP, certificates)."""
    if body[:2] == b"PK":
        for member in unzipped(body):
            read_text(people, decoded(member))
        return
    if body:
        read_text(people, decoded(body))
    for match in PACKED.finditer(body) if len(body) > SHORTEST else ():
        data = unpacked(match.group())
        if data[:1] == b"0":
            _read_certificates(people, data)
        elif data[:2] == b"PK":
            read_body(people, data)
        elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            read_text(people, decoded(data))


def _read_certificates(people: People, der: bytes) -> None:
    """Note whom the certificates of a signature name (RFC 5280, СНИЛС by приказ ФСБ 795)."""
    found: dict[Field, str] = {}
    for match in _NAME_OF_CERTIFICATE.finditer(der):
        size = der[match.end() - 1]
        value = der[match.end() : match.end() + size].decode("utf-8", errors="replace")
        kind = _OF_CERTIFICATE[match[1]]
        if found.get(kind, value) != value:
            people.add(found)
            found = {}
        found[kind] = value
        if kind is Field.NAME:
            found[kind], _, found[Field.PATRONYMIC] = value.partition(" ")
    people.add(found)


def decoded(data: bytes) -> str:
    """Return the bytes as text by the encoding that they name; UTF-8 otherwise."""
    named = _ENCODING.search(data[:200])
    try:
        return data.decode(named[1].decode() if named else "utf-8", errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")


def unpacked(packed: bytes) -> bytes:
    """Return what the base64 holds; nothing when it is none."""
    text = re.sub(rb"&#13;|\s", b"", packed)
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def unzipped(data: bytes) -> Iterator[bytes]:
    """Yield the files of an archive, those of usual size; nothing when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for item in archive.infolist():
                if item.file_size <= MAX_MEMBER:
                    yield archive.read(item)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, OSError, ValueError, EOFError):
        return
    except (NotImplementedError, binascii.Error):
        return


def read_text(people: People, text: str) -> None:
    """Note the persons of one text: JSON, XML or words."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if data is not None:
            read_data(people, data)
            return
    if "<" in text:
        _read_xml(people, text)
    _read_full_names(people, text)


def _read_full_names(people: People, text: str) -> None:
    if not any(sign in text for sign in _OF_PATRONYMICS):
        return
    for match in _FULL_NAME.finditer(text):
        people.add(dict(zip(NAMES, match.groups(), strict=True)))


def read_data(people: People, data: Any) -> None:
    """Note the persons of JSON data: an object with a surname is a person."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            waiting.extend(value for value in item.values() if isinstance(value, Mapping | list))
            _read_object(people, item)
        elif isinstance(item, list | tuple):
            waiting.extend(value for value in item if isinstance(value, Mapping | list))


def _read_object(people: People, item: Mapping[str, Any]) -> None:
    person = "surname" in item
    found: dict[Field, str] = {}
    for key, value in item.items():
        kind = _ELEMENTS.get(key.casefold())
        if kind is None or not isinstance(value, str):
            continue
        if person:
            found[kind] = value
        elif kind in (Field.SNILS, Field.POLICY, Field.BIRTH):
            people.add({kind: value})
    address = item.get("address")
    if person and isinstance(address, Mapping):
        people.add(found)
        for key in ("aoguid", "houseguid"):
            people.add({**_strong(found), Field.ADDRESS_ID: str(address.get(key) or "")})
        found[Field.ADDRESS] = str(address.get("text") or "")
    people.add(found)


def _strong(found: Mapping[Field, str]) -> dict[Field, str]:
    """Return what tells who it is, to add one more value of the same kind."""
    return {kind: value for kind, value in found.items() if kind in (Field.SNILS, Field.POLICY)}


def _read_xml(people: People, text: str) -> None:
    found: dict[Field, str] = {}
    block, foreign, held = "", False, ""
    for match in _TOKEN.finditer(text):
        kind_of = match.lastgroup
        if kind_of == "block":
            name = match["block"].casefold()
            if name.endswith(_ORGANIZATIONS):
                foreign = True
                continue
            if not (name == "patient" and block == "patientrole"):
                _flush(people, found)
                block = name
            foreign = False
        elif kind_of == "end":
            foreign = False
        elif kind_of == "held":
            held = match["held"]
        elif not foreign:
            kind, value = _field(match, block, held)
            if kind is Field.SNILS and match["name"] in _DOCTORS:
                people.add({kind: value})
            elif kind is not None:
                if kind in found and found[kind] != value:
                    _flush(people, found, keep=kind is Field.ADDRESS_ID)
                found[kind] = value
    _flush(people, found)


def _field(match: re.Match[str], block: str, held: str) -> tuple[Field | None, str]:
    """Return which value of a person a token is, or None."""
    if match["value"]:
        kind: Field | None = _BY_VALUE[match["value"]]
        value = match["said"]
    elif match["id"]:
        number = _EXTENSION.search(match["id"])
        kind, value = Field.SNILS, number[1] if number else ""
    else:
        kind, value = _ELEMENTS.get(match["name"].casefold()), match["text"]
        if match["name"] == "Number":
            kind = Field.POLICY if held == "InsurancePolicy" else Field.DOCUMENT
        elif match["name"] == "fio":
            value = value.split()[0] if value.split() else ""
        elif match["name"].casefold() == "name" and block not in _PATIENTS + _STAFF:
            kind = None
    if kind in _OF_PATIENT and block not in _PATIENTS:
        kind = None
    return kind, value.strip()


def _flush(people: People, found: dict[Field, str], *, keep: bool = False) -> None:
    """Note the collected person and begin the next; with `keep` the same one goes on."""
    people.add(found)
    again = _strong(found) if keep else {}
    found.clear()
    found.update(again)
