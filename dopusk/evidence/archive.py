"""Writes evidence.zip: the same members give the same bytes."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from dopusk.evidence import manifest as rows
from dopusk.evidence.layout import DEFLATED, MAX_SIZE, STORED, Packed, end_record
from dopusk.evidence.manifest import Manifest, Member, name_problem

_CHUNK: Final = 1024 * 1024
_LEVEL: Final = 6


class EvidenceError(ValueError):
    """The evidence cannot be written or read; the text is Russian."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that goes into the archive."""

    name: str
    content: Path | bytes

    def open(self) -> IO[bytes]:
        """Return its bytes as a stream."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        return self.content.open("rb")


def write_evidence(
    target: Path,
    sources: Sequence[Source],
    *,
    run: Mapping[str, Any],
    fingerprints: Mapping[str, str],
    loss: Sequence[str] = (),
    sign: Callable[[bytes], bytes] | None = None,
) -> Manifest:
    """Write the archive and return its manifest; `target` appears only as a whole.

    `sign` returns the detached signature of manifest.json. Raises EvidenceError for a name that
    cannot be used or an archive beyond 4 GiB, OSError when it cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as stream:
            made = _write(stream, sources, run, fingerprints, loss, sign)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return made


def _write(
    stream: IO[bytes],
    sources: Sequence[Source],
    run: Mapping[str, Any],
    fingerprints: Mapping[str, str],
    loss: Sequence[str],
    sign: Callable[[bytes], bytes] | None,
) -> Manifest:
    packed, members = [], []
    for source in sorted(sources, key=lambda item: item.name):
        problem = name_problem(source.name)
        if problem:
            raise EvidenceError(f"файл {source.name!r} не войдёт в архив: {problem}")
        with source.open() as content:
            placed, member = _add(stream, source.name, content)
        packed.append(placed)
        members.append(member)
    made = Manifest(run, fingerprints, tuple(members), tuple(loss))
    text = made.dump()
    packed.append(_store(stream, rows.NAME, text))
    if sign is not None:
        packed.append(_store(stream, rows.SIGNATURE, sign(text)))
    contents = b"".join(item.central() for item in packed)
    offset = stream.tell()
    if offset + len(contents) > MAX_SIZE:
        raise EvidenceError("архив больше 4 ГиБ: проведите варианты отдельными прогонами")
    stream.write(contents + end_record(len(packed), len(contents), offset))
    return made


def _add(stream: IO[bytes], name: str, content: IO[bytes]) -> tuple[Packed, Member]:
    """Pack one file: its record is written last, when checksum and sizes are known."""
    begin = stream.tell()
    stream.write(Packed(name, DEFLATED, 0, 0, 0, begin).local())
    whole, inner = hashlib.sha256(), hashlib.sha256()
    crc = size = packed = 0
    for data, pressed in _pressed(content):
        whole.update(data)
        inner.update(pressed)
        crc = zlib.crc32(data, crc)
        size += len(data)
        packed += len(pressed)
        stream.write(pressed)
    end = stream.tell()
    if max(size, end) > MAX_SIZE:
        raise EvidenceError(f"файл {name} слишком велик для архива")
    placed = Packed(name, DEFLATED, crc, packed, size, begin)
    stream.seek(begin)
    stream.write(placed.local())
    stream.seek(end)
    return placed, Member(name, size, whole.hexdigest(), packed, inner.hexdigest())


def _pressed(content: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    press = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    while data := content.read(_CHUNK):
        yield data, press.compress(data)
    yield b"", press.flush()


def _store(stream: IO[bytes], name: str, data: bytes) -> Packed:
    """Add a file as it is: the manifest cannot hold its own checksum, so it has no spare bits."""
    placed = Packed(name, STORED, zlib.crc32(data), len(data), len(data), stream.tell())
    stream.write(placed.local() + data)
    return placed
