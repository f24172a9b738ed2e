"""The ZIP of a register: opened within bounds, its two files told apart. Nothing is unpacked."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.names import PackageName

MIB = 1024 * 1024
Source = bytes | Path
"""A package: its bytes, or the file that holds them."""

_END = b"PK\5\6"
_END64 = b"PK\6\6"
_LOCATOR64 = b"PK\6\7"
_END_SIZE = 22
_MAX_COMMENT = 0xFFFF
_ENCRYPTED = 1
_NESTED = (".zip", ".rar", ".7z", ".gz", ".tar", ".arj")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What the stand opens; each field answers one threat."""

    max_archive: int = 256 * MIB
    """Against a package that fills the memory as it is."""
    max_directory: int = MIB
    """Against a list of millions of names (bytes of the central directory)."""
    max_member: int = 1024 * MIB
    """Against a file that swells, and one that says it will."""
    max_ratio: int = 400
    """Against a bomb: XML of a register is 20 to 200 times larger than its archive."""


DEFAULT_LIMITS = ArchiveLimits()
_SMALL = 16 * MIB
"""Members up to this size may be of any ratio."""


class RefusedError(Exception):
    """The package is refused as a whole, with one error of F012."""

    def __init__(self, error: FlkError) -> None:
        super().__init__(error.comment)
        self.error = error


class LimitError(Exception):
    """The package is larger than the stand opens: it is not checked (Russian text)."""


@dataclass(frozen=True, slots=True)
class Members:
    """Names of the two files inside the archive, as they are written there."""

    main: str
    persons: str


@contextmanager
def open_archive(
    source: Source, limits: ArchiveLimits = DEFAULT_LIMITS
) -> Iterator[zipfile.ZipFile]:
    """Open a package. Raises RefusedError (801) and LimitError."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise _refused("801", "Файл пакета пуст: 0 байт, а нужен ZIP-архив")
    if size > limits.max_archive:
        raise LimitError(f"Архив {size // MIB} МиБ, стенд читает до {limits.max_archive // MIB}")
    with _stream(source) as stream:
        _check_directory(stream, size, limits)
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OverflowError, UnicodeDecodeError) as error:
            raise _refused("801", f"ZIP-архив повреждён и не открывается ({error})") from error
        with archive:
            yield archive


class MemberStream(io.RawIOBase):
    """One file of the archive, read in order; damage that is met raises RefusedError (801)."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        super().__init__()
        self._name = name
        self._stream: BinaryIO | None = None
        try:
            self._stream = archive.open(name)  # type: ignore[assignment]
        except _BROKEN as error:
            raise _broken(name, error) from error

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes. Raises RefusedError (801) where the archive is damaged."""
        if self._stream is None:
            return b""
        try:
            return self._stream.read(size)
        except _BROKEN as error:
            raise _broken(self._name, error) from error

    def close(self) -> None:
        """Close the file inside the archive."""
        if self._stream is not None:
            self._stream.close()
        super().close()


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
)
"""What zipfile raises for damaged, unsupported and encrypted members."""


def members(
    archive: zipfile.ZipFile, name: PackageName, limits: ArchiveLimits = DEFAULT_LIMITS
) -> Members:
    """Return the two files of a package with this name.

    Raises RefusedError (801 encrypted or packed by an unknown method, 802 names that lead out of
    the archive, 803 any other set of files than the two) and LimitError.
    """
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in entries:
        _check_entry(entry, limits)
    wanted = (f"{name.text}.XML", f"{name.person_name}.XML")
    found: dict[str, list[str]] = {}
    for entry in entries:
        found.setdefault(entry.filename.upper(), []).append(entry.filename)
    expected = " и ".join(wanted)
    if twice := [names[0] for names in found.values() if len(names) > 1]:
        raise _refused("803", f"Файл {_shown(twice[0])} лежит в архиве дважды", expected=expected)
    if len(entries) == 2 and all(file in found for file in wanted):
        return Members(found[wanted[0]][0], found[wanted[1]][0])
    raise _refused("803", _wrong_set(found, wanted), expected=expected)


def _wrong_set(found: dict[str, list[str]], wanted: tuple[str, str]) -> str:
    nested = [name for name in found if name.endswith(_NESTED)]
    if nested:
        return f"В пакете вложенный архив {_shown(nested[0])}; файлы XML кладут прямо в пакет"
    missing = [file for file in wanted if file not in found]
    if not found:
        return "В пакете нет файлов"
    if missing == [wanted[1]] and len(found) == 1:
        return f"В пакете отсутствует файл персональных данных {wanted[1]}"
    if missing:
        others = ", ".join(_shown(name) for name in list(found)[:3])
        return f"В пакете нет {' и '.join(missing)} (есть: {others})"
    return f"Файлов в пакете {len(found)}, а должно быть ровно два: основной и персон"


def _check_entry(entry: zipfile.ZipInfo, limits: ArchiveLimits) -> None:
    name = entry.filename
    if entry.flag_bits & _ENCRYPTED:
        raise _refused("801", f"Файл {_shown(name)} в архиве закрыт паролем", name)
    if "/" in name or "\\" in name or ":" in name or not name.isprintable():
        raise _refused(
            "802", f"Файл назван «{_shown(name)}»: в пакете не бывает папок и путей", _shown(name)
        )
    if entry.file_size > limits.max_member:
        raise LimitError(
            f"Файл {_shown(name)} объявлен размером {entry.file_size // MIB} МиБ, "
            f"стенд читает до {limits.max_member // MIB} МиБ"
        )
    if entry.file_size > max(_SMALL, entry.compress_size * limits.max_ratio):
        raise LimitError(
            f"Файл {_shown(name)} сжат больше чем в {limits.max_ratio} раз: похоже на архивную "
            "бомбу, стенд его не распаковывает"
        )


def _check_directory(stream: BinaryIO, size: int, limits: ArchiveLimits) -> None:
    """Look at the list of members before zipfile reads it whole.

    Raises RefusedError (801) where there is no list, LimitError where it is too large.
    """
    tail_size = min(size, _END_SIZE + _MAX_COMMENT)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        stream.seek(0)
        raise _refused("801", f"Это не ZIP-архив{_guess(stream.read(8))}")
    length = struct.unpack_from("<L", tail, at + 12)[0]
    locator = at - 20
    if locator >= 0 and tail[locator : locator + 4] == _LOCATOR64:
        length = max(length if length != 0xFFFFFFFF else 0, _directory64(stream, tail, locator))
    stream.seek(0)
    if length > limits.max_directory:
        raise LimitError("В архиве слишком длинный список файлов, а в пакете их должно быть два")


def _directory64(stream: BinaryIO, tail: bytes, locator: int) -> int:
    """Return the size of the list as the ZIP64 record says it; 0 when there is no such record."""
    stream.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
    record = stream.read(56)
    if len(record) < 56 or not record.startswith(_END64):
        raise _refused("801", "ZIP-архив повреждён: запись ZIP64 не на месте")
    size: int = struct.unpack_from("<Q", record, 40)[0]
    return size


def _guess(head: bytes) -> str:
    kinds = (
        (b"Rar!", ": это RAR"),
        (b"7z\xbc\xaf", ": это 7-Zip"),
        (b"\x1f\x8b", ": это gzip"),
        (b"<?xml", ": это XML без архива"),
        (b"PK\3\4", ": он обрывается, список файлов в конце потерян"),
    )
    return next((words for mark, words in kinds if head.startswith(mark)), "")


def _shown(name: str) -> str:
    """Return a name from the archive as it may stand in a message."""
    return "".join(char if char.isprintable() else "?" for char in name)[:60]


def _broken(name: str, error: Exception) -> RefusedError:
    return _refused("801", f"Файл {_shown(name)} повреждён и не распаковывается ({error})", name)


def _refused(
    code: str, comment: str, file: str | None = None, expected: str | None = None
) -> RefusedError:
    return RefusedError(FlkError(code, comment, file=file, expected=expected))


@contextmanager
def _stream(source: Source) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        with source.open("rb") as stream:
            yield stream
