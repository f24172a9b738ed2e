"""Packages that nobody should send, for the tests of the archive and of the reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from fixtures.registers.build import Built, build_package


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a ZIP with these members; a name may come twice."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return box.getvalue()


def with_main(built: Built, main: bytes) -> bytes:
    """Return the package with another main file."""
    return zipped([(f"{built.name}.XML", main), (f"{built.person_name}.XML", built.person)])


def with_persons(built: Built, person: bytes) -> bytes:
    """Return the package with another person file."""
    return zipped([(f"{built.name}.XML", built.main), (f"{built.person_name}.XML", person)])


def declaring(built: Built, size: int) -> bytes:
    """Return the package whose main file says in the list of members that it has `size` bytes."""
    data = bytearray(built.zip)
    at = data.index(b"PK\1\2")
    data[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(data)


def encrypted(built: Built) -> bytes:
    """Return the package whose members are marked as closed by a password."""
    return _headers(built, {b"PK\3\4": 6, b"PK\1\2": 8}, 1)


def unknown_method(built: Built) -> bytes:
    """Return the package whose members are said to be packed by a method that nobody has."""
    return _headers(built, {b"PK\3\4": 8, b"PK\1\2": 10}, 99)


def _headers(built: Built, offsets: dict[bytes, int], value: int) -> bytes:
    data = bytearray(built.zip)
    for mark, offset in offsets.items():
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= value
            at = data.find(mark, at + 4)
    return bytes(data)


def clean(**options: object) -> Built:
    """Return a clean package of family H."""
    return build_package(**options)  # type: ignore[arg-type]
