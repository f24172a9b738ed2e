"""What a check of one document gives: its layers in order, each with a status of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from dopusk.semd.document import SemdDocument
from dopusk.verdict import Finding, Severity, Verdict, worst

LAYERS = ("bytes", "xml", "kind", "xsd", "schematron", "nsi", "identifiers")
"""Names of the layers in the order in which they run and are shown."""

RULES = ("xsd", "schematron")
"""Layers that judge by the rules of the kind."""

TITLES = {
    "bytes": "байты",
    "xml": "XML",
    "kind": "вид",
    "xsd": "XSD",
    "schematron": "Schematron",
    "nsi": "НСИ",
    "identifiers": "идентификаторы и даты",
}
"""Russian names of the layers."""


@dataclass(frozen=True, slots=True)
class LayerResult:
    """One layer of a check."""

    name: str
    status: Verdict
    findings: tuple[Finding, ...] = ()
    note: str | None = None
    """Why the layer did not run, or by what it judged."""


@dataclass(frozen=True)
class DocumentReport:
    """Outcome of `check_document`."""

    kind: str | None
    """Code of НСИ 1520 by which the document was judged."""
    layers: tuple[LayerResult, ...]
    read: Callable[[], SemdDocument] | None = field(repr=False, compare=False)
    """Reads the values; None when the bytes gave no XML."""

    @cached_property
    def document(self) -> SemdDocument | None:
        """Return the document's values, read when first asked for; None without XML."""
        return self.read() if self.read else None

    @property
    def judged(self) -> bool:
        """Tell whether the rules of a kind were run, or something failed before them."""
        ran = (layer.status for layer in self.layers if layer.name in RULES)
        return self.verdict is Verdict.FAIL or any(status is not Verdict.SKIP for status in ran)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings of all layers in their order."""
        return tuple(item for layer in self.layers for item in layer.findings)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of the document."""
        return worst(layer.status for layer in self.layers)


def layer_status(findings: Iterable[Finding]) -> Verdict:
    """Return the status of a layer that ran: what blocks fails it, what is unchecked skips it."""
    found = tuple(findings)
    if any(item.blocks() for item in found):
        return Verdict.FAIL
    if any(item.severity is Severity.UNCHECKED for item in found):
        return Verdict.SKIP
    return Verdict.REMARK if found else Verdict.PASS
