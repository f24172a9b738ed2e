"""Events of the journal in words: decisions of a mock, planned faults, demands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reports.texts import LANGUAGES

_STAGES = MappingProxyType(
    {
        "accepted": ("принято к проверке", "accepted for checking"),
        "sync": ("отказ сразу", "refused at once"),
        "stage1": ("запрос проверен", "request checked"),
        "file": ("файл получен", "file received"),
        "stage2": ("файл проверен", "file checked"),
        "registered": ("зарегистрировано", "registered"),
        "refused": ("отказ", "refused"),
        "demand": ("нужен файл", "file needed"),
        "returned": ("результат возвращается", "result goes back"),
        "kept": ("документ сохранён", "document kept"),
        "formed": ("документ сформирован", "document formed"),
        "insurance": ("полис", "policy"),
        "format": ("формат файла", "file format"),
        "flk": ("ФЛК", "ФЛК"),
        "mek": ("МЭК", "МЭК"),
    }
)
_EVENTS = MappingProxyType(
    {
        "fault-planned": ("сбой заказан", "fault planned"),
        "fault": ("сбой по плану", "planned fault"),
        "demand": ("запрос другой системы", "asked by another system"),
        "mek-ordered": ("исход МЭК задан", "outcome of МЭК set"),
    }
)
_REFUSALS = ("sync", "refused")
_CONTROLS = ("format", "flk", "mek")
"""Stages of ТФОМС, which refuse by the errors they find."""


def concerns_reader(message: Mapping[str, Any]) -> bool:
    """Tell whether a report shows the entry: marks of the runner serve only the replay."""
    return bool(message["phase"] != "event" or message["actor"] != "runner")


def is_refusal(message: Mapping[str, Any]) -> bool:
    """Tell whether the entry is a decision to refuse."""
    note = message["note"] or {}
    stage = note.get("stage")
    if message["operation"] != "decision":
        return False
    return stage in _REFUSALS or (stage in _CONTROLS and bool(note.get("errors")))


def event_label(message: Mapping[str, Any], lang: str = "ru") -> str:
    """Return an event in a few words; an unknown one by its own name."""
    column = LANGUAGES.index(lang)
    note = message["note"] or {}
    operation, stage = str(message["operation"]), str(note.get("stage") or "")
    if operation == "decision" and stage in _STAGES:
        said = _STAGES[stage][column]
        if stage in _CONTROLS and note.get("state"):
            said = str(note["state"])
        detail = _first_code(note.get("errors")) or _policy(note)
        return f"{said}: {detail}" if detail else said
    if operation in _EVENTS:
        fault = note.get("fault")
        detail = _fault(fault) if isinstance(fault, Mapping) else ""
        return f"{_EVENTS[operation][column]}{detail}"
    if operation == "state" and note.get("state"):
        return str(note["state"])
    return f"{operation}: {stage}" if stage else operation


def _first_code(errors: object) -> str:
    if isinstance(errors, list | tuple) and errors and isinstance(errors[0], Mapping):
        return str(errors[0].get("code") or errors[0].get("OSHIB") or "")
    return ""


def _policy(note: Mapping[str, Any]) -> str:
    """Return what ФЕРЗЛ answered: the state of the policy, or how the search ended."""
    if note.get("stage") != "insurance":
        return ""
    return str(note.get("status") or note.get("result") or "")


def _fault(fault: Mapping[str, Any]) -> str:
    action = fault.get("action")
    if action == "http_status":
        return f": HTTP {fault.get('status')}"
    if action == "remd_error":
        return f": {fault.get('code')}"
    return f": {action}" if action else ""
