"""Which documents `dopusk check` is to look at: files, folders and patterns, in a fixed order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate
from pathlib import Path

from dopusk.tfoms.kinds import is_package_name
from dopusk.wording import os_reason

SUFFIX = ".xml"
"""What is a document in a folder; besides packages of registers."""
_MAGIC = re.compile(r"[*?\[]")
_ANY_DEPTH = "**"


class PathsError(ValueError):
    """A path of the call stands for no documents (Russian text)."""


def documents(paths: Iterable[str]) -> Iterator[Path]:
    """Return the documents that the paths stand for, in order of the call, then of names.

    A folder stands for the *.xml under it and the packages of registers (a ZIP that is named as
    one), through links too, each real folder once. A pattern
    (`*`, `?`, `[…]`, `**` for any depth) is resolved here where the shell has not done it. A
    folder that cannot be listed stands among the documents, so that it is told as unreadable.
    Nothing is held but the names in the folders that are open. Raises PathsError.
    """
    for path in paths:
        try:
            yield from _of_path(path)
        except OSError as error:
            raise PathsError(f"{path}: не читается: {os_reason(error)}") from error


def _of_path(text: str) -> Iterator[Path]:
    path = Path(text)
    if path.is_dir():
        yield from _some(_under(path), f"{path}: в папке нет файлов *{SUFFIX}")
    elif path.is_file():
        yield path
    elif os.path.lexists(path):
        raise PathsError(f"{path}: это не обычный файл")
    elif _MAGIC.search(text):
        base = Path(path.anchor)
        parts = path.relative_to(path.anchor).parts if path.anchor else path.parts
        yield from _some(_matching(base, parts), f"{text}: нет файлов по этому образцу")
    else:
        raise PathsError(f"{path}: нет такого файла")


def _some(found: Iterator[Path], otherwise: str) -> Iterator[Path]:
    first = next(found, None)
    if first is None:
        raise PathsError(otherwise)
    yield first
    yield from found


def _matching(base: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Return the documents that a pattern stands for below `base`."""
    if not parts:
        yield from _under(base) if base.is_dir() else (base,)
        return
    part, rest = parts[0], parts[1:]
    if part == _ANY_DEPTH:
        while rest and rest[0] == _ANY_DEPTH:
            rest = rest[1:]
        if not rest:
            yield from _under(base)
            return
        yield from _matching(base, rest)
        for path, is_folder in _walk(base):
            if is_folder:
                yield from _matching(path, rest)
    elif (base / part).exists():
        yield from _matching(base / part, rest)
    elif _MAGIC.search(part) and base.is_dir():
        fits = re.compile(translate(os.path.normcase(part))).match
        for entry in _entries(base) or ():
            if fits(os.path.normcase(entry.name)) and (not rest or _is_folder(entry)):
                yield from _matching(base / entry.name, rest)


def _under(folder: Path) -> Iterator[Path]:
    """Return the *.xml files under a folder, and the folders that cannot be listed."""
    for path, is_folder in _walk(folder):
        if not is_folder:
            yield path


def _walk(top: Path) -> Iterator[tuple[Path, bool]]:
    """Return folders and *.xml files under a folder, each with whether it is a folder.

    A folder that links lead back to is entered once, so a loop of links ends.
    """
    walked = {_real(top)}
    stack = [iter(_entries(top) or ())]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
            continue
        path = Path(entry.path)
        if not _is_folder(entry):
            if entry.name.lower().endswith(SUFFIX) or is_package_name(entry.name):
                yield path, False
            continue
        real = _real(path)
        if real in walked:
            continue
        walked.add(real)
        inside = _entries(path)
        yield path, inside is not None
        stack.append(iter(inside or ()))


def _real(folder: Path) -> tuple[int, int]:
    """Return what is the same for all names of a folder: device and inode."""
    found = folder.stat()
    return found.st_dev, found.st_ino


def _entries(folder: Path) -> list[os.DirEntry[str]] | None:
    """Return the entries in order of names; None when the folder cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
