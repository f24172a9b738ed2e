"""Files of the exchange with a ТФОМС as they lie on a disk: told apart, and checked by kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from dopusk.tfoms.archive import LimitError, MemberStream, RefusedError, open_archive
from dopusk.tfoms.context import PackageContext, PackageReport
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.kinds import XML, FileKind, kind_of
from dopusk.tfoms.names import main_name, parse_name
from dopusk.tfoms.package import RegisterFile, bad_name, check_files, check_package
from dopusk.tfoms.protocol import check_protocol
from dopusk.verdict import Finding, Where, finding

_MAX_PROTOCOL = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one file gave."""

    kind: FileKind
    report: PackageReport | None
    """Of a register; None for a protocol."""
    findings: tuple[Finding, ...]


def check_register_file(path: Path, context: PackageContext) -> Checked | None:
    """Return what a register's package, file or protocol is worth; None when it is none of these.

    An XML file is checked with the other file of its package when that lies beside it. Raises
    OSError.
    """
    kind = kind_of(path)
    if kind is None:
        return None
    if kind is FileKind.PROTOCOL:
        return Checked(kind, None, tuple(_protocol(path)))
    if kind is FileKind.PACKAGE:
        report = check_package(path, path.name, context)
    else:
        report = _loose(path, kind, context)
    return Checked(kind, report, (*report.findings, *_notes(report, path.name)))


def _loose(path: Path, kind: FileKind, context: PackageContext) -> PackageReport:
    stem = path.name[: -len(XML)] if path.name.upper().endswith(XML) else path.name
    main = main_name(stem) if kind is FileKind.PERSONS else stem
    name = parse_name(main) if main else None
    if name is None:
        return PackageReport(None, "package", (bad_name(path.name),))
    other = _beside(path, main or "" if kind is FileKind.PERSONS else name.person_name)
    files = {kind: _file(path)}
    if other is not None:
        files[FileKind.MAIN if kind is FileKind.PERSONS else FileKind.PERSONS] = _file(other)
    return check_files(files.get(FileKind.MAIN), files.get(FileKind.PERSONS), name, context)


def _beside(path: Path, stem: str) -> Path | None:
    found = (path.with_name(f"{stem}{suffix}") for suffix in (XML, XML.lower()))
    return next((file for file in found if file.is_file()), None)


def _file(path: Path) -> RegisterFile:
    return RegisterFile(path.name, lambda: path.open("rb"))


def _notes(report: PackageReport, file: str) -> list[Finding]:
    where = Where(part="пакет реестра", file=file)
    return [finding("FLK-NOT-CHECKED", where=where, comment=note) for note in report.notes]


def _protocol(path: Path) -> list[Finding]:
    package = PurePath(path.name.upper()).stem.removeprefix("V")
    wanted = package if parse_name(package) else None
    try:
        data = _protocol_bytes(path)
    except RefusedError as error:
        return [error.error.finding()]
    except LimitError as error:
        return [finding("FLK-LIMIT", where=Where(file=path.name), comment=str(error))]
    return check_protocol(data, package=wanted, file=path.name)


def _protocol_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        if not stream.read(4).startswith(b"PK"):
            stream.seek(0)
            return stream.read(_MAX_PROTOCOL)
    with open_archive(path) as archive:
        names = [name for name in archive.namelist() if name.upper().endswith(XML)]
        if len(names) != 1:
            error = FlkError("803", f"В архиве протокола файлов XML {len(names)}, а нужен один")
            raise RefusedError(error)
        with MemberStream(archive, names[0]) as stream:
            data = stream.read(_MAX_PROTOCOL + 1)
    if len(data) > _MAX_PROTOCOL:
        raise LimitError(f"Протокол больше {_MAX_PROTOCOL // 1024 // 1024} МиБ")
    return data
