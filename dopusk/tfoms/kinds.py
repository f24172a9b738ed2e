"""Files of the exchange with a ТФОМС told apart, by name and first bytes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path, PurePath

from dopusk.tfoms.names import main_name, parse_name

XML, ZIP = ".XML", ".ZIP"
_HEAD = 1024
_ROOTS = (b"<ZL_LIST", b"<PERS_LIST", b"<FLK_P")


class FileKind(StrEnum):
    """What a file is."""

    PACKAGE = "package"
    """ZIP of a register."""
    MAIN = "main"
    """ZL_LIST by itself."""
    PERSONS = "persons"
    """PERS_LIST by itself."""
    PROTOCOL = "protocol"
    """FLK_P, in an archive or by itself."""


def kind_of(path: Path) -> FileKind | None:
    """Return what a file is, by its name and first bytes; None when it is none of these.

    Raises OSError.
    """
    name = PurePath(path.name.upper())
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    zipped = name.suffix == ZIP or (name.suffix != XML and head.startswith(b"PK\3\4"))
    if not zipped and name.suffix != XML and not any(root in head for root in _ROOTS):
        return None
    if zipped:
        of_protocol = name.stem.startswith("V") and is_package_name(name.name)
        return FileKind.PROTOCOL if of_protocol else FileKind.PACKAGE
    return _kind_of_xml(name.stem, head)


def _kind_of_xml(stem: str, head: bytes) -> FileKind | None:
    if b"<FLK_P" in head:
        return FileKind.PROTOCOL
    if b"<PERS_LIST" in head or main_name(stem) is not None:
        return FileKind.PERSONS
    if b"<ZL_LIST" in head or parse_name(stem) is not None:
        return FileKind.MAIN
    return None


def may_be_register(path: Path) -> bool:
    """Tell whether a file is a register's package, file or protocol. Raises OSError."""
    return kind_of(path) is not None


def is_package_name(file_name: str) -> bool:
    """Tell whether a file is named as the ZIP of a register or of its protocol."""
    name = PurePath(file_name.upper())
    return name.suffix == ZIP and parse_name(name.stem.removeprefix("V")) is not None
