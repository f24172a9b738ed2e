"""The loader of packages under garbage: refused in words or imported, never a crash or a hang."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dopusk.packs import PackError
from dopusk.packs.importer import add_pack
from dopusk.semd.xsd import XsdError, load_xsd

XSD = b"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:hl7-org:v3"
           targetNamespace="urn:hl7-org:v3" elementFormDefault="qualified">
  <xs:include schemaLocation="types.xsd"/>
  <xs:element name="ClinicalDocument"><xs:complexType><xs:sequence>
    <xs:element name="templateId"><xs:complexType>
      <xs:attribute name="root" fixed="1.2.643.5.1.13.13.15.47.2"/></xs:complexType></xs:element>
    <xs:element name="id" type="II" maxOccurs="2"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
TYPES = b"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:hl7-org:v3"
           targetNamespace="urn:hl7-org:v3">
  <xs:complexType name="II"><xs:attribute name="root" use="required"/></xs:complexType>
</xs:schema>"""
RULES = b"""<?xml version="1.0" encoding="UTF-8"?>
<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <pattern><rule context="ClinicalDocument/templateId">
    <assert test="@root = ['1.2.643.5.1.13.13.15.47.2']">template</assert></rule></pattern>
  <pattern><rule context="id">
    <assert test="matches(@root, '^[0-9.]+$')">id</assert></rule></pattern>
</schema>"""
PACKAGE = {"xsd/CDA.xsd": XSD, "xsd/types.xsd": TYPES, "a.sch": RULES}
BITS = st.sampled_from(
    [b"", b"\x00", b"\xff", b"<", b">", b'"', b"'", b"&amp;", b"&x;", b"]]>", b"\\", b"..", b"{"]
) | st.sampled_from(
    [
        b"http://example.org/x.xsd",
        b"//[(",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b'<xs:include schemaLocation="CDA.xsd"/>',
        b'<include href="a.sch"/>',
        b"count((1 to 10",
        b"type='CDA'",
        b'maxOccurs="99999999"',
        b'minOccurs="-1"',
        b'encoding="utf-7"',
        b'encoding="\xd0\xb9"',
        b"<let name='a' value='$a'/>",
        b"(a+)+$",
        "текст".encode("utf-16"),
    ]
)
NAMES = st.one_of(
    st.sampled_from(["xsd/CDA.xsd", "a.sch", "b.sch", "xsd", "a.sch/b.xsd", "CON.xsd", "a:b.sch"]),
    st.text(max_size=40).map(lambda text: f"{text}.xsd"),
    st.text(max_size=300).map(lambda text: f"{text}.sch"),
)
BOUNDED = settings(
    max_examples=120,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def imported(files: dict[str, bytes] | bytes) -> Path | None:
    """Import a package from a ZIP; return the folder's XSD, None when it was refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        if isinstance(files, bytes):
            path.write_bytes(files)
        else:
            path.write_bytes(zipped(files))
        store = Path(folder) / "store"
        try:
            pack = add_pack(path, kind="194", store=store).pack
        except PackError:
            assert not store.exists() or list(store.iterdir()) == []
            return None
        with suppress(XsdError):
            load_xsd(pack.xsd)
        return pack.xsd


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def test_the_package_itself_is_good() -> None:
    assert imported(PACKAGE) is not None


@BOUNDED
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    assert imported(data) is None


@BOUNDED
@given(st.data())
def test_an_archive_with_changed_bytes(data: st.DataObject) -> None:
    whole = bytearray(zipped(PACKAGE))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    imported(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@BOUNDED
@given(st.sampled_from(sorted(PACKAGE)), st.data())
def test_files_with_changed_pieces(name: str, data: st.DataObject) -> None:
    text = PACKAGE[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(BITS) + text[end:]
    imported(PACKAGE | {name: text})


@BOUNDED
@given(st.dictionaries(NAMES, st.one_of(st.binary(max_size=60), st.just(XSD), st.just(RULES))))
def test_names_of_files(files: dict[str, bytes]) -> None:
    imported(PACKAGE | files)


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".sch", "x\n.xsd", "NUL.xsd", "lpt1.x.xsd", "a?.xsd", "b ./c.xsd", "A.SCH"]
)
def test_names_that_not_every_system_holds_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(PACKAGE | {name: b"<a/>"}))
    with pytest.raises(PackError, match=r"не годится для всех систем|два файла с именем"):
        add_pack(path, store=tmp_path / "store")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "xsd/types.xsd",
            b'name="II">',
            b'name="II"><xs:sequence><xs:element name="a" type="II"/></xs:sequence>',
        ),
        (
            "xsd/types.xsd",
            b"<xs:complexType",
            b'<xs:include schemaLocation="CDA.xsd"/><xs:complexType',
        ),
        ("xsd/CDA.xsd", b'maxOccurs="2"', b'maxOccurs="99999999"'),
        ("xsd/CDA.xsd", b'maxOccurs="2"', b'minOccurs="99999999" maxOccurs="unbounded"'),
        ("a.sch", b"<pattern>", b'<include href="a.sch"/><pattern>'),
        ("a.sch", b"^[0-9.]+$", b"^([0-9.]+)+$"),
        ("a.sch", b"@root = [", b"(1 to 100000000000) = ["),
    ],
)
def test_what_goes_in_circles_ends(name: str, old: bytes, new: bytes) -> None:
    imported(PACKAGE | {name: PACKAGE[name].replace(old, new, 1)})
