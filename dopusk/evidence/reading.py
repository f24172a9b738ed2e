"""Reads evidence.zip within limits and names every member that is not as it was written."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from dopusk.evidence import manifest as rows
from dopusk.evidence.archive import EvidenceError
from dopusk.evidence.layout import (
    DEFLATED,
    END_MARK,
    END_SIZE,
    LOCAL_MARK,
    LOCAL_SIZE,
    MAX_SIZE,
    STORED,
    Packed,
    read_central,
    read_end,
)
from dopusk.evidence.manifest import Manifest, ManifestError, Member, name_problem
from dopusk.wording import os_reason

_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class EvidenceLimits:
    """Bounds of what a foreign archive may ask of the reader."""

    max_archive: int = MAX_SIZE
    max_contents: int = 64 * 1024 * 1024
    """Bytes of the table of contents."""
    max_total: int = 8 * 1024**3
    """Bytes of all members unpacked."""
    max_ratio: int = 400
    """How many times a member above `ratio_from` may grow when unpacked."""
    ratio_from: int = 16 * 1024 * 1024


DEFAULT_LIMITS: Final = EvidenceLimits()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the archive that is not as it was written."""

    member: str
    """Name of the member, or of the part of the archive."""
    text: str
    """Russian: what is wrong with it."""

    def __str__(self) -> str:
        return f"{self.member}: {self.text}"


@dataclass
class Archive:
    """An open archive; `problems` tells what its records alone show."""

    path: Path
    stream: IO[bytes] = field(repr=False)
    members: Mapping[str, Packed]
    problems: tuple[Problem, ...]

    @classmethod
    def open(cls, path: Path, limits: EvidenceLimits = DEFAULT_LIMITS) -> Self:
        """Open an archive; raises EvidenceError when the file is none or breaks the limits."""
        try:
            stream = path.open("rb")
        except OSError as error:
            raise EvidenceError(f"{path} не читается: {os_reason(error)}") from None
        try:
            members, problems = _read_records(stream, limits)
        except BaseException:
            stream.close()
            raise
        return cls(path, stream, members, tuple(problems))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stream.close()

    def verify(self) -> tuple[Manifest | None, tuple[Problem, ...]]:
        """Compare every byte with the manifest; return it and all that differs."""
        found = list(self.problems)
        data = self._intact(rows.NAME, found)
        if data is None:
            return None, tuple(found)
        try:
            manifest = Manifest.read(data)
        except ManifestError as error:
            return None, (*found, Problem(rows.NAME, str(error)))
        if rows.SIGNATURE in self.members:
            self._intact(rows.SIGNATURE, found)
        named = {item.name for item in manifest.members}
        for member in manifest.members:
            found += self._compare(member)
        for name in self.members:
            if name not in named and name not in (rows.NAME, rows.SIGNATURE):
                found.append(Problem(name, "файла нет в manifest.json: его добавили"))
        return manifest, tuple(found)

    def read(self, name: str, limit: int = rows.MAX_BYTES) -> bytes:
        """Return a member; raises EvidenceError when it is absent, damaged or above the limit."""
        packed = self.members.get(name)
        if packed is None:
            raise EvidenceError(f"в архиве нет файла {name}")
        if packed.size > limit:
            raise EvidenceError(f"{name}: {packed.size} байт, а больше {limit} не читается")
        return b"".join(self._unpacked(packed))

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a file; raises EvidenceError or OSError."""
        packed = self.members.get(name)
        if packed is None:
            raise EvidenceError(f"в архиве нет файла {name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stream:
            for data in self._unpacked(packed):
                stream.write(data)

    def _intact(self, name: str, found: list[Problem]) -> bytes | None:
        packed = self.members.get(name)
        if packed is None:
            found.append(Problem(name, "файла в архиве нет"))
            return None
        try:
            data = self.read(name)
        except EvidenceError as error:
            found.append(Problem(name, str(error)))
            return None
        if packed.method != STORED or zlib.crc32(data) != packed.crc:
            found.append(Problem(name, "содержимое изменено (контрольная сумма ZIP)"))
        return data

    def _compare(self, member: Member) -> Iterator[Problem]:
        packed = self.members.get(member.name)
        if any(item.member == member.name for item in self.problems):
            return  # Its records have told already; its contents are not to be unpacked.
        if packed is None:
            yield Problem(member.name, "файла в архиве нет, а в manifest.json он есть")
            return
        inner = hashlib.sha256()
        for data in self._raw(packed):
            inner.update(data)
        if (packed.packed_size, inner.hexdigest()) == (member.packed_size, member.packed_sha256):
            if (packed.size, self._digest(packed)) != (member.size, member.sha256):
                yield Problem(member.name, "размер или сумма не те, что в manifest.json")
            return
        got = self._digest(packed)
        if got == member.sha256:
            yield Problem(member.name, "файл упакован заново: сжатые байты другие")
        elif got is None:
            yield Problem(member.name, "содержимое испорчено: не распаковывается")
        else:
            yield Problem(
                member.name, f"содержимое изменено: SHA-256 {got}, в manifest.json {member.sha256}"
            )

    def _digest(self, packed: Packed) -> str | None:
        whole = hashlib.sha256()
        try:
            for data in self._unpacked(packed):
                whole.update(data)
        except EvidenceError:
            return None
        return whole.hexdigest()

    def _raw(self, packed: Packed) -> Iterator[bytes]:
        self.stream.seek(packed.data_offset)
        left = packed.packed_size
        while left > 0 and (data := self.stream.read(min(_CHUNK, left))):
            left -= len(data)
            yield data

    def _unpacked(self, packed: Packed) -> Iterator[bytes]:
        """Yield the bytes of a member, never more than its record says."""
        if packed.method == STORED:
            yield from self._raw(packed)
            return
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        size = 0
        try:
            for pressed in self._raw(packed):
                rest = pressed
                while rest:
                    data = unpack.decompress(rest, _CHUNK)
                    rest = unpack.unconsumed_tail
                    size += len(data)
                    if size > packed.size:
                        raise EvidenceError(f"{packed.name}: распаковывается больше заявленного")
                    yield data
            while data := unpack.decompress(unpack.unconsumed_tail, _CHUNK):
                size += len(data)
                if size > packed.size:
                    raise EvidenceError(f"{packed.name}: распаковывается больше заявленного")
                yield data
        except zlib.error:
            raise EvidenceError(f"{packed.name}: не распаковывается") from None
        if size != packed.size or not unpack.eof or unpack.unused_data:
            raise EvidenceError(f"{packed.name}: распаковывается не столько, сколько заявлено")


def _read_records(
    stream: IO[bytes], limits: EvidenceLimits
) -> tuple[dict[str, Packed], list[Problem]]:
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(len(LOCAL_MARK))
    stream.seek(max(0, size - END_SIZE))
    tail = stream.read(END_SIZE)
    if size < END_SIZE or (head != LOCAL_MARK and tail[:4] != END_MARK):
        raise EvidenceError("это не архив улик evidence.zip")
    if size > limits.max_archive:
        raise EvidenceError(f"архив больше {limits.max_archive} байт")
    end = read_end(tail)
    if end is None or end[1] + end[2] + END_SIZE != size:
        return {}, [Problem("конец архива", "запись изменена, обрезана или что-то дописано")]
    count, length, offset = end
    if count > rows.MAX_MEMBERS + 2 or length > limits.max_contents:
        raise EvidenceError("в архиве слишком много файлов")
    stream.seek(offset)
    return _read_contents(stream, stream.read(length), count, offset, limits)


def _read_contents(
    stream: IO[bytes], contents: bytes, count: int, end: int, limits: EvidenceLimits
) -> tuple[dict[str, Packed], list[Problem]]:
    members: dict[str, Packed] = {}
    problems: list[Problem] = []
    at = place = 0
    for _ in range(count):
        found = read_central(contents, at)
        if found is None:
            name = _local_name(stream, place) or "оглавление архива"
            return members, [*problems, Problem(name, "запись в оглавлении архива испорчена")]
        packed, following = found
        name, problem = _examine(stream, packed, contents[at:following], place)
        problem = problem or _excess(packed, limits)
        if problem:
            problems.append(Problem(name, problem))
        if name.casefold() in {known.casefold() for known in members}:
            problems.append(Problem(name, "имя повторяется"))
        members[name] = packed
        at, place = following, packed.end
    if at != len(contents) or place != end:
        problems.append(Problem("оглавление архива", "между файлами есть лишние байты"))
    if sum(item.size for item in members.values()) > limits.max_total:
        raise EvidenceError(f"распакованный архив больше {limits.max_total} байт")
    return members, problems


def _examine(
    stream: IO[bytes], packed: Packed, record: bytes, place: int
) -> tuple[str, str | None]:
    """Return the name of a member and what is wrong with its two records."""
    stream.seek(place)
    before = stream.read(len(packed.local()))
    bad_name = name_problem(packed.name)
    name = packed.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if bad_name:
        return _local_name(stream, place) or name, f"{bad_name} ({name!r})"
    if packed.offset != place or record != packed.central():
        return name, "запись в оглавлении архива изменена"
    if packed.method not in (STORED, DEFLATED):
        return name, "неизвестный способ сжатия"
    if before != packed.local():
        other = _local_name(stream, place)
        return other or name, "заголовок файла не сходится с оглавлением архива"
    return name, None


def _local_name(stream: IO[bytes], place: int) -> str | None:
    """Return the name in the record before the packed bytes, if one can be made out."""
    stream.seek(place)
    head = stream.read(LOCAL_SIZE)
    if len(head) < LOCAL_SIZE:
        return None
    length = int.from_bytes(head[26:28], "little")
    name = stream.read(min(length, rows.MAX_NAME)).decode("utf-8", "replace")
    return None if name_problem(name) else name


def _excess(packed: Packed, limits: EvidenceLimits) -> str | None:
    """Return what is wrong when a member would grow beyond measure."""
    if packed.size <= max(limits.ratio_from, packed.packed_size * limits.max_ratio):
        return None
    return f"распаковывается больше чем в {limits.max_ratio} раз — похоже на архивную бомбу"
