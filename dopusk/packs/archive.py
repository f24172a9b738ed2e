"""Reads a package that somebody sent: a folder or a ZIP, within bounds and inside itself."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dopusk.packs.pack import PackError

MIB = 1024 * 1024
KEPT = frozenset({".xsd", ".sch", ".xml"})
"""Suffixes of the files that make a pack; guides, styles and tables are left aside."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What a package may hold; each field answers one threat."""

    max_files: int = 2000
    """Against an archive of millions of names."""
    max_file: int = 20 * MIB
    """Against one file that swells."""
    max_total: int = 100 * MIB
    """Against many that do."""


DEFAULT_LIMITS = ArchiveLimits()
MAX_NAME = 200
"""Bytes of one name in UTF-8."""
DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(1, 10))}
)
"""Names that Windows keeps for itself."""


def read_package(source: Path, limits: ArchiveLimits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """Return the pack's files by relative path with `/`. Raises PackError."""
    if source.is_dir():
        found = _from_folder(source, limits)
    elif zipfile.is_zipfile(source):
        found = _from_zip(source, limits)
    elif source.exists():
        raise PackError(f"{source}: это не папка и не ZIP-архив")
    else:
        raise PackError(f"{source}: нет такой папки или архива")
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    total = 0
    for name, data in found:
        _take(name, taken, source)
        total += len(data)
        if len(files) >= limits.max_files:
            raise PackError(f"{source}: файлов больше {limits.max_files}")
        if total > limits.max_total:
            raise PackError(f"{source}: файлы больше {limits.max_total // MIB} МиБ")
        files[name] = data
    if not files:
        raise PackError(f"{source}: нет файлов .xsd и .sch")
    return files


def _take(name: str, taken: set[str], source: Path) -> None:
    """Add a name to those that are taken; raises PackError where a file system would not hold it.

    Systems differ: letters' case and the names of devices matter on some of them.
    """
    path = PurePosixPath(name)
    for part in path.parts:
        stem = part.split(".")[0].rstrip().upper()
        if (
            len(part.encode("utf-8", "replace")) > MAX_NAME
            or not part.isprintable()
            or set(part) & set('<>:"|?*')
            or part.endswith((" ", "."))
            or stem in DEVICES
        ):
            raise PackError(f"{source}: имя файла «{part[:40]!a}» не годится для всех систем")
    folded = name.casefold()
    if folded in taken:
        raise PackError(f"{source}: два файла с именем «{name}»")
    taken.add(folded)


def _from_folder(folder: Path, limits: ArchiveLimits) -> Iterator[tuple[str, bytes]]:
    root = folder.resolve()
    for number, file in enumerate(sorted(folder.rglob("*"))):
        if number >= limits.max_files * 10:
            raise PackError(f"{folder}: слишком много файлов для пакета правил")
        if file.suffix.lower() not in KEPT or not file.is_file():
            continue
        if not file.resolve().is_relative_to(root):
            raise PackError(f"{file}: ссылка ведёт за пределы папки пакета")
        if file.stat().st_size > limits.max_file:
            raise PackError(f"{file}: файл больше {limits.max_file // MIB} МиБ")
        yield file.relative_to(folder).as_posix(), file.read_bytes()


def _from_zip(file: Path, limits: ArchiveLimits) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > limits.max_files:
                raise PackError(f"{file}: в архиве больше {limits.max_files} файлов")
            for entry in entries:
                name = _safe_name(entry, file)
                if name is None:
                    continue
                with archive.open(entry) as stream:
                    data = stream.read(limits.max_file + 1)
                if len(data) > limits.max_file:
                    raise PackError(f"{file}: {name} больше {limits.max_file // MIB} МиБ")
                yield name, data
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise PackError(f"{file}: архив не читается ({error})") from error


def _safe_name(entry: zipfile.ZipInfo, file: Path) -> str | None:
    """Return the entry's path inside the pack, None for what is left aside. Raises PackError."""
    name = entry.filename.replace("\\", "/")
    if not name:
        return None
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise PackError(f"{file}: путь «{entry.filename}» ведёт за пределы архива")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise PackError(f"{file}: «{entry.filename}» — ссылка, а не файл")
    if entry.is_dir() or path.suffix.lower() not in KEPT:
        return None
    return path.as_posix()
