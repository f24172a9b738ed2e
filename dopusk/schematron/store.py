"""Compilations kept on disk between runs."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

VARIABLE = "DOPUSK_CACHE"
"""Names another folder; «off» keeps nothing."""

_MAGIC = b"dopusk-schematron-1\n"
_MOST = 100


class Store:
    """Byte strings under SHA-256 keys in one folder.

    A damaged file is as good as none; a file appears whole or not at all, so any number of
    processes may write. Nothing here ever fails: what cannot be kept is made anew. The folder is
    trusted as Python's own __pycache__ is, and is made for its owner alone.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """Return what was put under the key, None when there is nothing sound."""
        if self._folder is None:
            return None
        try:
            data = (self._folder / f"{key}.bin").read_bytes()
        except OSError:
            return None
        start = len(_MAGIC) + 32
        mark, payload = data[:start], data[start:]
        return payload if mark == _MAGIC + _digest(key, payload) else None

    def put(self, key: str, payload: bytes) -> None:
        """Keep the bytes under the key; the oldest of many files are dropped."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + _digest(key, payload) + payload)
                Path(name).replace(self._folder / f"{key}.bin")
            except OSError:
                Path(name).unlink(missing_ok=True)
            self._trim(self._folder)
        except OSError:
            return

    def _trim(self, folder: Path) -> None:
        held = sorted(folder.glob("*.bin"), key=lambda path: path.stat().st_mtime)
        for path in held[:-_MOST]:
            path.unlink(missing_ok=True)


def _digest(key: str, payload: bytes) -> bytes:
    return hashlib.sha256(key.encode() + payload).digest()


def default_store() -> Store:
    """Return the store of this user: the platform's cache folder, or what DOPUSK_CACHE names."""
    named = os.environ.get(VARIABLE)
    if named == "off":
        return Store(None)
    if named:
        return Store(Path(named) / "schematron")
    try:
        return Store(_platform_folder() / "dopusk" / "schematron")
    except RuntimeError:  # no home directory is known
        return Store(None)


def _platform_folder() -> Path:
    if sys.platform == "win32":
        held = os.environ.get("LOCALAPPDATA")
        return Path(held) if held else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    held = os.environ.get("XDG_CACHE_HOME")
    return Path(held) if held else Path.home() / ".cache"
