"""Which services of the circuit a connection variant consists of, and where the МИС sends."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dopusk.declaration.model import Variant


class Service(StrEnum):
    """A service of the circuit; the value is its actor in the journal."""

    REMD = "remd"
    GIS = "gis"
    OTHER_IS = "other_is"
    EMIAS = "emias"
    TFOMS = "tfoms"
    """Overlay +oms of any variant; one for each declared territory."""
    FERZL = "ferzl"

    @property
    def label(self) -> str:
        """Return the Russian name."""
        return _TITLES[self]


_TITLES: Final[Mapping[Service, str]] = MappingProxyType(
    {
        Service.REMD: "РЭМД",
        Service.GIS: "ГИС субъекта",
        Service.OTHER_IS: "Иная ИС",
        Service.EMIAS: "ЕМИАС",
        Service.TFOMS: "ТФОМС",
        Service.FERZL: "ФЕРЗЛ",
    }
)

SERVICES: Final[Mapping[Variant, tuple[Service, ...]]] = MappingProxyType(
    {
        Variant.FED_1: (Service.GIS, Service.REMD),
        Variant.FED_2: (Service.OTHER_IS, Service.REMD, Service.GIS),
        Variant.FED_3: (Service.REMD,),
        Variant.FED_4: (Service.REMD,),
        Variant.MO_1: (Service.REMD, Service.EMIAS),
        Variant.MO_2: (Service.EMIAS, Service.REMD),
        Variant.MO_3: (Service.EMIAS, Service.REMD),
    }
)
"""Services on the path of a document; the first is the one to which it is handed (FED, MO)."""

DIRECT: Final = frozenset({Variant.FED_3, Variant.FED_4, Variant.MO_1})
"""Variants in which the candidate itself talks to РЭМД, and so may work through ИПС."""


def receivers(variant: Variant) -> tuple[Service, ...]:
    """Return the services to which the candidate itself sends documents in this variant."""
    if variant is Variant.MO_1:
        return SERVICES[variant]
    return () if variant is Variant.MO_2 else (entry(variant),)


def entry(variant: Variant) -> Service:
    """Return the service to which documents of this variant are handed."""
    return SERVICES[variant][0]
