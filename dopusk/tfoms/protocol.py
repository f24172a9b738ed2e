"""Protocol of the formal control (FLK_P): written for a package, read from whatever came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.packing import ENCODING, pack, write_xml
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.names import line_of, local
from dopusk.wire.xml import XmlLimits, absolute_xpath, read_xml

PART: Final = "протокол ФЛК"

FIELDS: Final = (
    ("OSHIB", "oshib", 12),
    ("IM_POL", "im_pol", 20),
    ("ZN_POL", "zn_pol", 100),
    ("NSCHET", "nschet", 15),
    ("BAS_EL", "bas_el", 20),
    ("N_ZAP", "n_zap", 36),
    ("ID_PAC", "id_pac", 36),
    ("IDCASE", "idcase", 36),
    ("SL_ID", "sl_id", 36),
    ("IDSERV", "idserv", 36),
    ("COMMENT", "comment", 250),
)
"""Elements of PR in their order: name, attribute of FlkError, greatest length."""

_ALSO = {"ID_SERV": "idserv"}
"""Other spellings that are seen."""
_LIMITS = XmlLimits(max_depth=20)
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OSHIB = re.compile(r"[0-9]{3}|[0-9]{3}[A-Z]\.[0-9]{2}\.[0-9]{4}")
_BYTES = {"BYTES-ENCODING"}
"""What read_xml remarks on an encoding other than UTF-8, which is the rule here."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a protocol of ФЛК says."""

    fname: str
    """Its own name, without extension: V and `fname_i`."""
    fname_i: str
    """Name of the package that was checked, without extension."""
    errors: tuple[FlkError, ...]

    @property
    def passed(self) -> bool:
        """Tell whether the package passed: there is no PR."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class ProtocolReading:
    """What became of the bytes. `protocol` is None when they are no protocol."""

    protocol: Protocol | None
    findings: tuple[Finding, ...]


def write(
    package: str,
    errors: Iterable[FlkError],
    *,
    named: str | None = None,
    encoding: str = ENCODING,
) -> bytes:
    """Return the protocol of a package (its name without extension).

    `named` stands in FNAME_I instead of the package, `encoding` instead of windows-1251: two
    faults that a stand can be told to have. Values are cut to the lengths of the format.
    """
    root = etree.Element("FLK_P")
    _add(root, "FNAME", f"V{package}")
    _add(root, "FNAME_I", named or package)
    for error in errors:
        row = etree.SubElement(root, "PR")
        for element, attribute, length in FIELDS:
            value = getattr(error, attribute)
            if value is not None:
                _add(row, element, value[:length])
    etree.indent(root)
    return write_xml(root, encoding)


def packed(package: str, protocol: bytes) -> bytes:
    """Return the archive V<package>.ZIP with the protocol in it."""
    return pack({f"V{package}.XML": protocol})


def read(data: bytes, *, file: str | None = None) -> ProtocolReading:
    """Return what a protocol says and what is wrong with it; bad input never raises.

    Findings: those of `read_xml` and FLKP-… of this module. A protocol in another encoding than
    windows-1251 is read all the same.
    """
    reading = read_xml(data, part=PART, file=file, limits=_LIMITS)
    found = [item for item in reading.findings if item.code not in _BYTES]
    if reading.tree is None:
        return ProtocolReading(None, tuple(found) or reading.findings)
    root = reading.tree.getroot()
    if local(root) != "FLK_P":
        wrong = finding("FLKP-ROOT", where=_place(root, file), expected="FLK_P", got=local(root))
        return ProtocolReading(None, (*found, wrong))
    found += _encoding(data, file)
    fname, fname_i = _text(root, "FNAME"), _text(root, "FNAME_I")
    for name, value in (("FNAME", fname), ("FNAME_I", fname_i)):
        if not value:
            found.append(finding("FLKP-NO-NAME", where=_place(root, file), element=name))
    errors = []
    for row in root.iterchildren("{*}PR"):
        error = _row(row, file)
        if not _OSHIB.fullmatch(error.oshib):
            place = _place(row, file)
            found.append(finding("FLKP-OSHIB", where=place, got=error.oshib or None))
        errors.append(error)
    return ProtocolReading(Protocol(fname, fname_i, tuple(errors)), tuple(found))


def check_protocol(
    data: bytes, *, package: str | None = None, file: str | None = None
) -> list[Finding]:
    """Return what is wrong with a protocol as such and as the answer to `package`.

    FLKP-OTHER-PACKAGE: FNAME_I names another package; FLKP-FNAME: FNAME is not V + FNAME_I.
    """
    reading = read(data, file=file)
    found, protocol = list(reading.findings), reading.protocol
    if protocol is None or not protocol.fname or not protocol.fname_i:
        return found
    where = Where(part=PART, file=file, xpath="/FLK_P[1]/FNAME_I[1]")
    if package is not None and protocol.fname_i.upper() != package.upper():
        found.append(
            finding("FLKP-OTHER-PACKAGE", where=where, expected=package, got=protocol.fname_i)
        )
    elif protocol.fname.upper() != f"V{protocol.fname_i}".upper():
        place = Where(part=PART, file=file, xpath="/FLK_P[1]/FNAME[1]")
        expected = f"V{protocol.fname_i}"
        found.append(finding("FLKP-FNAME", where=place, expected=expected, got=protocol.fname))
    return found


def _encoding(data: bytes, file: str | None) -> list[Finding]:
    head = data[:200].split(b"?>", 1)[0]
    declared = re.search(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""", head)
    name = declared.group(1).decode("ascii") if declared else "UTF-8"
    if name.lower() in (ENCODING, "cp1251"):
        return []
    where = Where(part=PART, file=file, line=1)
    return [finding("FLKP-ENCODING", where=where, expected=ENCODING, got=name)]


def _row(row: etree._Element, file: str | None) -> FlkError:
    named = {element: attribute for element, attribute, _ in FIELDS} | _ALSO
    values: dict[str, str] = {"oshib": "", "comment": ""}
    for child in row.iterchildren(etree.Element):
        attribute = named.get(local(child))
        if attribute is not None and child.text and child.text.strip():
            values[attribute] = child.text.strip()
    return FlkError(**values, file=file, line=line_of(row))


def _text(root: etree._Element, name: str) -> str:
    child = next(root.iterchildren(f"{{*}}{name}"), None)
    return (child.text or "").strip() if child is not None else ""


def _place(element: etree._Element, file: str | None) -> Where:
    return Where(part=PART, file=file, line=line_of(element), xpath=absolute_xpath(element))


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
