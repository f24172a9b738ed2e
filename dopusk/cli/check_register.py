"""A package of a register, or a file of one, as `dopusk check` judges and records it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dopusk.semd.report import layer_status
from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.files import Checked, check_register_file
from dopusk.tfoms.territories import territory
from dopusk.verdict import Finding, Verdict, worst

if TYPE_CHECKING:
    from dopusk.cli.check_one import Settings

_OF_REGISTER = ("package", "format", "flk")


def register_record(path: Path, settings: Settings) -> dict[str, Any] | None:
    """Return the record of a package, its file or its protocol; None for other documents.

    Raises OSError.
    """
    now = settings.now
    context = PackageContext(
        territory=territory(settings.okato) if settings.okato else None,
        today=settings.as_of or (now.date() if isinstance(now, datetime) else now),
    )
    checked = check_register_file(path, context)
    if checked is None:
        return None
    layers = _layers(checked)
    verdict = worst(Verdict(layer["status"]) for layer in layers)
    return {
        "file": str(path),
        "kind": None,
        "verdict": verdict,
        "judged": verdict is not Verdict.SKIP or _judged(checked),
        "register": _register(checked),
        "layers": layers,
        "findings": [item.to_dict() for item in checked.findings],
    }


def _judged(checked: Checked) -> bool:
    """Tell whether the checks ran to their end although something was left out."""
    return checked.report is None or not checked.report.unchecked


def _register(checked: Checked) -> dict[str, Any]:
    report = checked.report
    if report is None:
        return {"what": checked.kind}
    name = report.name
    return {
        "what": checked.kind,
        "package": name.text if name else None,
        "family": name.family if name else None,
        "cases": report.cases,
        "persons": report.persons,
        "total": f"{report.total:.2f}",
    }


def _layers(checked: Checked) -> list[dict[str, Any]]:
    if checked.report is None:
        return [_layer("protocol", checked.findings)]
    at = _OF_REGISTER.index(checked.report.stage)
    layers = [_layer(name, ()) for name in _OF_REGISTER[:at]]
    layers.append(_layer(_OF_REGISTER[at], checked.findings))
    for name in _OF_REGISTER[at + 1 :]:
        note = "не проводилась: раньше найдены ошибки"
        layers.append({"name": name, "status": Verdict.SKIP, "note": note, "findings": 0})
    return layers


def _layer(name: str, findings: Iterable[Finding]) -> dict[str, Any]:
    found = tuple(findings)
    return {"name": name, "status": layer_status(found), "note": None, "findings": len(found)}
