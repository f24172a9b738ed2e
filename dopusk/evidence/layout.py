"""The one way in which bytes of evidence.zip may lie: a ZIP without a free byte in it.

Records are fixed but for name, checksum, sizes and place, so that a changed byte anywhere, also
where unpacking would not notice it, is found. Any ZIP program reads it (APPNOTE 6.3.10).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

LOCAL_MARK: Final = b"PK\x03\x04"
END_MARK: Final = b"PK\x05\x06"
STORED: Final = 0
DEFLATED: Final = 8
MAX_SIZE: Final = 0xFFFF_FFFE
"""Bytes of a member and of the archive: without ZIP64."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
END_SIZE: Final = _END.size
LOCAL_SIZE: Final = _LOCAL.size

_NEEDED = 20
_MADE_BY = 0x0314
_UTF8 = 0x0800
_DATE = 0x0021
"""1980-01-01: the archive depends on its contents alone."""
_ATTRIBUTES = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Packed:
    """A member as it lies in the archive."""

    name: str
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int
    """Of its local record."""

    @property
    def encoded(self) -> bytes:
        """Return the name as the records hold it."""
        return self.name.encode("utf-8", "surrogateescape")

    @property
    def data_offset(self) -> int:
        """Return where its packed bytes begin."""
        return self.offset + LOCAL_SIZE + len(self.encoded)

    @property
    def end(self) -> int:
        """Return where the next record begins."""
        return self.data_offset + self.packed_size

    def local(self) -> bytes:
        """Return the record that stands before the packed bytes."""
        sizes = (self.crc, self.packed_size, self.size)
        head = _LOCAL.pack(
            LOCAL_MARK, _NEEDED, _UTF8, self.method, 0, _DATE, *sizes, len(self.encoded), 0
        )
        return head + self.encoded

    def central(self) -> bytes:
        """Return the record of the table of contents."""
        sizes = (self.crc, self.packed_size, self.size)
        head = _CENTRAL.pack(
            b"PK\x01\x02", _MADE_BY, _NEEDED, _UTF8, self.method, 0, _DATE, *sizes,
            len(self.encoded), 0, 0, 0, 0, _ATTRIBUTES, self.offset,
        )  # fmt: skip
        return head + self.encoded


def end_record(count: int, size: int, offset: int) -> bytes:
    """Return the last record: how many members, size and place of the table of contents."""
    return _END.pack(END_MARK, 0, 0, count, count, size, offset, 0)


def read_end(data: bytes) -> tuple[int, int, int] | None:
    """Return count, size and place from the last record; None when it is not as it must be."""
    _, _, _, _, count, size, offset, _ = _END.unpack(data)
    return (count, size, offset) if data == end_record(count, size, offset) else None


def read_central(data: bytes, start: int) -> tuple[Packed, int] | None:
    """Return the member that a record of the table of contents names, and where the next begins.

    None when there is no record; one with foreign fields differs from `central()` of the member.
    """
    if len(data) - start < _CENTRAL.size:
        return None
    values = _CENTRAL.unpack_from(data, start)
    end = start + _CENTRAL.size + values[10]
    if values[0] != b"PK\x01\x02" or end > len(data):
        return None
    name = data[start + _CENTRAL.size : end].decode("utf-8", "surrogateescape")
    _, _, _, _, method, _, _, crc, packed, size = values[:10]
    return Packed(name, method, crc, packed, size, values[-1]), end
