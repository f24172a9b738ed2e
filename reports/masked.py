"""A report without personal data: the same findings at the same places, values under masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dopusk.masking import Masker

MASKED: Final = (
    "Персональные данные в отчётах скрыты масками: [фамилия 2] — фамилия второго лица, одно "
    "значение — одна маска."
)
"""Remark that every masked report carries, and by which it is known."""

_KEPT: Final = frozenset(
    {"xpath", "code", "source", "evidence", "severity", "remd", "seq", "line", "column", "url"}
)
"""Keys of findings and notes whose values are no personal data and must stay exact."""
_KEPT_OF_MESSAGES: Final = frozenset(
    {
        *("at", "stand_at", "phase", "actor", "peer", "operation", "status"),
        *("message_id", "relates_to", "local_uid", "size", "seq"),
    }
)


def is_masked(report: Mapping[str, Any]) -> bool:
    """Tell whether personal data of a report.json dict are masked."""
    return MASKED in report["remarks"]


def mask_report(report: Mapping[str, Any], masker: Masker) -> dict[str, Any]:
    """Return the report.json dict with masks; a masked one as it is.

    Codes, OIDs, identifiers of documents and messages, times, XPath and lines stay.
    """
    if is_masked(report):
        return dict(report)
    return {
        **report,
        **{
            name: masker.data(report[name], _KEPT)
            for name in ("blocking", "mend_first", "findings")
        },
        "remarks": [*masker.data(report["remarks"]), MASKED],
        "scenarios": [_scenario(item, masker) for item in report["scenarios"]],
        "messages": [masker.data(item, _KEPT_OF_MESSAGES) for item in report["messages"]],
    }


def _scenario(item: Mapping[str, Any], masker: Masker) -> dict[str, Any]:
    return {
        **item,
        "note": masker.data(item["note"]),
        "steps": [{**step, "note": masker.data(step["note"])} for step in item["steps"]],
    }
