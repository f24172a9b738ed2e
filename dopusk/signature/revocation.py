"""Revocation lists (RFC 5280 §5) as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from asn1crypto import core, crl

from dopusk import gost
from dopusk.signature import algorithms
from dopusk.signature.asn1 import Asn1Error, Asn1Limits, check_bounds, reading
from dopusk.signature.certificate import Certificate

_LIMITS = Asn1Limits(max_bytes=64 * 1024 * 1024, max_elements=5_000_000)


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A CRL. Times are zone-aware."""

    issuer: bytes
    """DER of the issuer's name."""
    issuer_title: str
    this_update: datetime
    next_update: datetime | None
    revoked: Mapping[int, datetime] = field(repr=False, hash=False)
    """Since when, by serial number."""
    signature_algorithm: str
    signature: bytes = field(repr=False)
    signed_part: bytes = field(repr=False)

    def signed_by(self, issuer: Certificate) -> bool:
        """Tell whether `issuer` signed the list and was allowed to."""
        return _signed_by(self, issuer)


@lru_cache(maxsize=64)
def _signed_by(revocations: RevocationList, issuer: Certificate) -> bool:
    bits = algorithms.SIGNATURE_ALGORITHMS.get(revocations.signature_algorithm)
    if issuer.key is None or bits != issuer.key.curve.bits:
        return False
    if issuer.key_usage is not None and "crl_sign" not in issuer.key_usage:
        return False
    provider = gost.provider()
    digest = provider.hash(revocations.signed_part, bits)
    return provider.verify(issuer.key, digest, revocations.signature)


def read_crl(der: bytes) -> RevocationList:
    """Return the list in `der`; raises Asn1Error."""
    check_bounds(der, _LIMITS)
    with reading("список отзыва"):
        outer = crl.CertificateList.load(der, strict=True)
        inner = outer["tbs_cert_list"]
        rows = inner["revoked_certificates"]
        next_update = inner["next_update"]
        return RevocationList(
            issuer=inner["issuer"].dump(),
            issuer_title=str(inner["issuer"].native.get("common_name", inner["issuer"].native)),
            this_update=_time(inner["this_update"]),
            next_update=None if isinstance(next_update, core.Void) else _time(next_update),
            revoked={}
            if isinstance(rows, core.Void)
            else {row["user_certificate"].native: _time(row["revocation_date"]) for row in rows},
            signature_algorithm=outer["signature_algorithm"]["algorithm"].dotted,
            signature=bytes(outer["signature"].native),
            signed_part=inner.dump(),
        )


def _time(value: core.Asn1Value) -> datetime:
    moment = value.native
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Asn1Error("список отзыва: время не читается")
    return moment
