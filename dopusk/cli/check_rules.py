"""By which rules a document was judged, as one word: the same word, the same verdict."""

from __future__ import annotations

from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from dopusk import __version__
from dopusk.nsi.library import imported_dictionaries
from dopusk.packs import PackError, load_pack
from dopusk.suite import schemas


@cache
def rules_digest(kind: str | None, *, asked: str | None, as_of: date | None, engine: str) -> str:
    """Return 16 hex digits over all that decides about a document besides its bytes.

    That is the version of the program, the pack of the document's `kind`, the dictionaries, and
    what the call asked for. The day of the check is not in it unless the call named one: an
    interrupted check goes on after midnight.
    """
    whole = sha256(f"{__version__}\0{asked}\0{as_of}\0{engine}\0{_pack(kind)}\0".encode())
    for name, size, changed in _dictionaries():
        whole.update(f"{name}\0{size}\0{changed}\0".encode())
    return whole.hexdigest()[:16]


def _pack(kind: str | None) -> str:
    if kind is None:
        return ""
    try:
        return load_pack(kind).sha256
    except PackError as error:
        return str(error)


@cache
def _dictionaries() -> tuple[tuple[str, int, int], ...]:
    """Return name, size and time of every file of dictionaries and of rules of registers."""
    files: list[Path] = []
    for folder in (schemas() / "nsi", schemas() / "tfoms", imported_dictionaries()):
        if folder.is_dir():
            files += sorted(item for item in folder.rglob("*") if item.is_file())
    return tuple((file.name, (found := file.stat()).st_size, found.st_mtime_ns) for file in files)
