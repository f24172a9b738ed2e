"""CRC-32 of metadata: known implementations disagree about its input and its sign."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from dopusk.remd.checks.values import decode_base64
from dopusk.verdict import Finding, finding
from dopusk.wire.messages import Read

CANONICAL = "над байтами, без знака"


def checksum_variants(data: bytes, encoded: str) -> dict[str, int]:
    """Return CRC-32 (ISO 3309) of the bytes and of their base64 text, unsigned and signed."""
    over_bytes = zlib.crc32(data)
    over_text = zlib.crc32(encoded.encode())
    return {
        CANONICAL: over_bytes,
        "над байтами, со знаком": _signed(over_bytes),
        "над текстом base64, без знака": over_text,
        "над текстом base64, со знаком": _signed(over_text),
    }


def checksum_variant(claimed: int, data: bytes, encoded: str) -> str | None:
    """Return the name of the variant that gives the claimed number, None when none does."""
    variants = checksum_variants(data, encoded)
    return next((name for name, value in variants.items() if value == claimed), None)


def check_checksum(
    claimed: Read | None, data: bytes, encoded: str, *, name: str, codes: str
) -> Iterator[Finding]:
    """Compare a checksum of metadata with the data; `codes` is the prefix of rules: REG or FILE."""
    if claimed is None or not claimed.value:
        return
    try:
        number = int(claimed.value)
    except ValueError:
        yield finding(f"{codes}-CHECKSUM-FORM", where=claimed.where, got=claimed.value, name=name)
        return
    variant = checksum_variant(number, data, encoded)
    if variant is None:
        expected = zlib.crc32(data)
        yield finding(
            f"{codes}-CHECKSUM", where=claimed.where, expected=expected, got=number, name=name
        )
    elif variant != CANONICAL:
        yield finding(
            f"{codes}-CHECKSUM-VARIANT",
            where=claimed.where,
            expected=CANONICAL,
            got=variant,
            name=name,
        )


def check_signature_checksum(
    signature: Read | None, claimed: Read | None, *, name: str
) -> Iterator[Finding]:
    """Compare the checksum beside a signature with the signature itself."""
    data = decode_base64(signature.value) if signature is not None else None
    if signature is not None and data is not None:
        yield from check_checksum(claimed, data, signature.value, name=name, codes="REG")


def _signed(value: int) -> int:
    return value - (1 << 32) if value & (1 << 31) else value
