"""From findings to what РЭМД answers: codes of НСИ 305 and their texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dopusk.remd.errors import remd_error
from dopusk.verdict import Finding, fold


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One `errors/item` of an answer."""

    code: str
    """As РЭМД writes it on the wire."""
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return the item for a template or the journal."""
        return {"code": self.code, "message": self.message}


def refusals(found: Iterable[Finding], *, conventions_block: bool = False) -> tuple[ErrorItem, ...]:
    """Return the errors that the findings lead to; empty means that the stage is passed.

    Only a finding that blocks a candidate and has a code of НСИ 305 refuses: what rests on a
    convention of the stand alone never does, unless the operator's settings say so.
    """
    blocking = [f for f in found if f.remd and f.blocks(conventions_block=conventions_block)]
    return tuple(_item(finding) for finding in fold(blocking))


def official(code: str, message: str | None = None) -> ErrorItem:
    """Return an error with the official text of the dictionary, or with this text."""
    known = remd_error(code)
    return ErrorItem(known.wire, message or known.text)


def _item(finding: Finding) -> ErrorItem:
    assert finding.remd is not None
    text = finding.message
    if finding.where is not None and (finding.where.xpath or "").startswith("/ClinicalDocument"):
        text = f"{text} Путь: {finding.where.xpath}"
    if finding.count > 1:
        text = f"{text} (и ещё {finding.count - 1})"
    return ErrorItem(remd_error(finding.remd).wire, text)
