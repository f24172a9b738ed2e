"""Order in which findings are worth mending: what lies deeper hides what lies above it."""

from __future__ import annotations

from enum import StrEnum


class Layer(StrEnum):
    """Layer of the check that a finding comes from, in the order of mending."""

    BYTES = "байты"
    XML = "XML"
    XSD = "XSD"
    SCHEMATRON = "Schematron"
    NSI = "НСИ"
    CROSS = "сверка"
    SIGNATURE = "подпись"
    TRANSPORT = "транспорт"
    BEHAVIOUR = "поведение"


_BY_PREFIX = {
    "BYTES": Layer.BYTES,
    "XML": Layer.XML,
    "XSD": Layer.XSD,
    "SCH": Layer.SCHEMATRON,
    "NSI": Layer.NSI,
    "DOC": Layer.CROSS,
    "CASE": Layer.CROSS,
    "SIG": Layer.SIGNATURE,
    "PKI": Layer.SIGNATURE,
    "WIRE": Layer.TRANSPORT,
    "REG": Layer.TRANSPORT,
    "FILE": Layer.TRANSPORT,
}
_ORDER = {layer: number for number, layer in enumerate(Layer)}


def layer_of(code: str | None) -> Layer:
    """Return the layer of a finding's code; an unknown prefix counts as behaviour."""
    return _BY_PREFIX.get((code or "").partition("-")[0], Layer.BEHAVIOUR)


def depth(layer: str) -> int:
    """Return the place of a layer in the order of mending, 0 first."""
    return _ORDER[Layer(layer)]
