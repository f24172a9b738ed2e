"""Where imported packs live on this computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "DOPUSK_HOME"
"""Environment variable that names another folder for the user's data."""


def home() -> Path:
    """Return the folder of the user's data: packs and what else is imported.

    $DOPUSK_HOME if set, else the usual place of the system; it may not exist yet.
    """
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "dopusk"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "dopusk"
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "dopusk"


def imported_packs() -> Path:
    """Return the folder of imported packs, one folder a kind; it may not exist yet."""
    return home() / "packs"
