"""Words of `dopusk check` about registers: names of the stages, and what a file is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STAGES = {"package": "пакет", "format": "формат", "flk": "ФЛК", "protocol": "протокол ФЛК"}
"""Russian names of the layers of a register, in their order."""


def register_words(register: Mapping[str, Any]) -> str:
    """Return what a register is, for the head line of a file."""
    if register["what"] == "protocol":
        return "протокол ФЛК"
    if register["package"] is None:
        return "пакет реестра"
    return (
        f"реестр {register['family']}: случаев {register['cases']}, "
        f"персон {register['persons']}, сумма {register['total']}"
    )
