"""What a package that a МИС sent says about its services: for the checks of its conduct."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from dopusk.cases import Person
from dopusk.tfoms.archive import LimitError, MemberStream, RefusedError, open_archive
from dopusk.wire.names import local
from dopusk.wire.xml import XmlLimits, read_xml

MAX_FILE = 16 * 1024 * 1024
"""Bytes of a file inside the package: a control order has a few services."""
_LOCAL, _END, _END_SIZE = b"PK\3\4", b"PK\5\6", 22
_LIMITS = XmlLimits(max_bytes=MAX_FILE, max_depth=30)


@dataclass(frozen=True, slots=True)
class SentRow:
    """One ZAP: texts as they stand in the file, None where an element is absent."""

    idcase: str | None
    n_zap: str | None
    pr_nov: str | None
    enp: str | None
    """ENP, or NPOLIS of a policy of the single pattern."""
    smo: str | None
    snils: str | None
    """Digits of SNILS of the person in the file of persons."""
    values: tuple[tuple[str, str], ...]
    """Texts of other elements by name, the first of each: DATE_Z_1, DS1, RSLT, SUMV …"""

    def about(self, patient: Person) -> bool:
        """Tell whether the row is about a person: by policy, or by СНИЛС where that is wrong."""
        return patient.policy_number == self.enp or patient.snils == self.snils

    def value(self, name: str) -> str | None:
        """Return the first text under this name."""
        return dict(self.values).get(name)


@dataclass(frozen=True, slots=True)
class SentPackage:
    """One package as it was sent."""

    seq: int
    """Number of its message in the journal."""
    okato: str
    """Territory whose ТФОМС got it."""
    name: str
    """FILENAME, without extension."""
    rows: tuple[SentRow, ...]


def read_rows(data: bytes) -> tuple[SentRow, ...]:
    """Return the rows of a package; none of one that cannot be opened or read."""
    return tuple(_rows(data))


def _rows(data: bytes) -> Iterator[SentRow]:
    roots = [
        tree.getroot()
        for content in _files(data)
        if (tree := read_xml(content, part="реестр", limits=_LIMITS).tree) is not None
    ]
    numbers = {
        _child(person, "ID_PAC"): "".join(filter(str.isdigit, _child(person, "SNILS")))
        for root in roots
        for person in root.iterchildren("{*}PERS")
    }
    for root in roots:
        for record in root.iterchildren("{*}ZAP"):
            yield _row(record, numbers)


def _files(data: bytes) -> Iterator[bytes]:
    try:
        with open_archive(data) as archive:
            for entry in archive.infolist():
                if entry.is_dir() or entry.file_size > MAX_FILE:
                    continue
                with MemberStream(archive, entry.filename) as stream:
                    yield stream.read(MAX_FILE)
    except (RefusedError, LimitError):
        return


def _row(record: etree._Element, numbers: Mapping[str, str]) -> SentRow:
    values: dict[str, str] = {}
    for element in record.iter("*"):
        if len(element) == 0:
            values.setdefault(local(element), (element.text or "").strip())
    return SentRow(
        idcase=values.get("IDCASE"),
        n_zap=values.get("N_ZAP"),
        pr_nov=values.get("PR_NOV"),
        enp=values.get("ENP") or values.get("NPOLIS"),
        smo=values.get("SMO"),
        snils=numbers.get(values.get("ID_PAC", "")) or None,
        values=tuple(values.items()),
    )


def _child(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()


def package_bytes(body: bytes) -> bytes:
    """Return the ZIP in a message that brought a package; empty when there is none.

    It stands there as it is (REST, folder), as a part of a form, or in base64 in an envelope.
    """
    begin = body.find(_LOCAL)
    end = body.rfind(_END)
    if 0 <= begin < end:
        comment = int.from_bytes(body[end + 20 : end + 22], "little")
        return body[begin : end + _END_SIZE + comment]
    tree = read_xml(body, part="пакет", limits=_LIMITS).tree
    if tree is None:
        return b""
    for element in tree.iter("{*}data"):
        try:
            return base64.b64decode("".join((element.text or "").split()), validate=True)
        except binascii.Error:
            return b""
    return b""
