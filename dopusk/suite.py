"""Finds the suite (features, steps, mocks, fixtures, schemas, reports) and makes it importable."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


class SuiteNotFoundError(RuntimeError):
    """The folder with features/, steps/ and mocks/ is neither beside the engine nor inside it."""


@cache
def root() -> Path:
    """Return the folder that holds features/, steps/, mocks/, fixtures/, schemas/ and reports/.

    In a checkout it is the project's root, in an installed wheel `dopusk/suite/`.
    """
    engine = Path(__file__).resolve().parent
    for candidate in (engine / "suite", engine.parent):
        if all((candidate / name).is_dir() for name in ("features", "steps", "schemas")):
            return candidate
    raise SuiteNotFoundError(
        f"Не найдены сценарии и схемы: нет ни {engine / 'suite'}, ни {engine.parent / 'features'}. "
        "Переустановите пакет: pip install --force-reinstall dopusk"
    )


def activate() -> Path:
    """Put the suite's folder on `sys.path` for this process and return it."""
    folder = root()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return folder


def schemas() -> Path:
    """Return the folder of rule data: schemas/."""
    return root() / "schemas"
