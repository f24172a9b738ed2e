"""Folds parts of the page that nobody reads at first into compressed text (script.js unfolds).

Each part is a raw deflate stream (RFC 1951) of its own, written in base 85, so one is unfolded
without the others; what the parts of a kind have in common is told once, in a preset dictionary.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Sequence

WINDOW = 32_768
"""Bytes that deflate looks back, so as much as a dictionary may hold."""
_CANDIDATES = 9
_SAMPLE = 16
_SAFE = bytes.maketrans(b"&<>", b":,.")
_UNSAFE = bytes.maketrans(b":,.", b"&<>")
_PART = re.compile(r'data-packed="(\d+)"')
_PRIME = re.compile(r'data-prime="(\w+)" data-bytes=""')


class Folds:
    """Takes the parts while the page is rendered and writes them into it at the end."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, bytes]] = []

    def add(self, kind: str, markup: str) -> int:
        """Take a part of a kind; return the number that `data-packed` carries meanwhile."""
        self._parts.append((kind, str(markup).encode(errors="replace")))
        return len(self._parts) - 1

    def write_into(self, page: str) -> str:
        """Return the page with the parts and the dictionaries in place of their numbers."""
        of_kind: dict[str, list[bytes]] = {}
        for kind, part in self._parts:
            of_kind.setdefault(kind, []).append(part)
        primes = {kind: _prime(parts) for kind, parts in of_kind.items()}
        texts = [pack(part, primes[kind]) for kind, part in self._parts]
        page = _PART.sub(lambda match: f'data-packed="{texts[int(match[1])]}"', page)
        return _PRIME.sub(
            lambda m: f'data-prime="{m[1]}" data-bytes="{pack(primes.get(m[1], b""))}"', page
        )


def pack(data: bytes, prime: bytes = b"") -> str:
    """Return the deflated bytes as text of 85 signs, none of which means anything in HTML."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=prime)
    return base64.b85encode(machine.compress(data) + machine.flush()).translate(_SAFE).decode()


def unpack(text: str, prime: bytes = b"") -> bytes:
    """Return the bytes that `pack` folded with the same dictionary."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS, zdict=prime)
    data = base64.b85decode(text.encode().translate(_UNSAFE))
    return machine.decompress(data) + machine.flush()


def _prime(parts: Sequence[bytes]) -> bytes:
    """Return the start of the part that serves a sample of the others best."""
    step = max(1, len(parts) // _CANDIDATES)
    starts = [part[:WINDOW] for part in parts[::step][:_CANDIDATES]] if len(parts) > 2 else [b""]
    sample = parts[:: max(1, len(parts) // _SAMPLE)]
    return min(starts, key=lambda start: sum(len(pack(part, start)) for part in sample))
