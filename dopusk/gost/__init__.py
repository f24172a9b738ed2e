"""Стрибог (GOST R 34.11-2012) and GOST R 34.10-2012: native where there is one, pure elsewhere."""

from dopusk.gost.curves import Curve, UnknownCurveError, curve, curves
from dopusk.gost.provider import Provider, ProviderUnavailableError, provider
from dopusk.gost.signature import PrivateKey, PublicKey

__all__ = [
    "Curve",
    "PrivateKey",
    "Provider",
    "ProviderUnavailableError",
    "PublicKey",
    "UnknownCurveError",
    "curve",
    "curves",
    "provider",
]
