"""Files of a rule pack: read within bounds, includes only from the folder of the packs."""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from dopusk.schematron.errors import SchemaError
from dopusk.wire.xml import XmlLimits, read_xml

LIMITS = XmlLimits(max_bytes=20 * 1024 * 1024, max_depth=60)
"""A rule file is flat: no official one nests deeper than six."""
_MAX_FILES = 100
_FILE = "{urn:dopusk:schematron}file"


def line_of(element: Any) -> int | None:
    """Return the line of an element in its file, from 1."""
    line: int | None = element.sourceline
    return line


def load(path: Path) -> bytes:
    """Return the bytes of a rule file.

    Raises:
        SchemaError: it cannot be read or is too big.
    """
    try:
        if path.stat().st_size > LIMITS.max_bytes:
            raise SchemaError(f"файл правил {path.name} больше {LIMITS.max_bytes} байт")
        return path.read_bytes()
    except OSError as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SchemaError(f"не читается файл правил {path.name}: {reason}") from None


def folder_of(path: Path | None, folder: Path | None) -> Path | None:
    """Return the folder that includes must stay in, None for rules from memory."""
    if path is None:
        return None
    return folder.resolve() if folder else path.resolve().parent


class Source:
    """The main file and what it includes."""

    def __init__(self, data: bytes, path: Path | None, folder: Path | None = None) -> None:
        """Take the bytes of the main file and where it lies, None for rules from memory.

        Includes stay inside `folder`, by default the one of the main file.
        """
        self._path = path.resolve() if path else None
        self._folder = folder_of(path, folder)
        self.name = path.name if path else None
        self.included: dict[str, str] = {}
        """Files that were included, below the folder, and their SHA-256 (hex)."""
        self._hash = hashlib.sha256()
        self._roots: dict[Path, etree._Element] = {}
        self._data = data

    def root(self) -> etree._Element:
        """Return the root of the main file.

        Raises:
            SchemaError: it is no XML, or breaks a bound.
        """
        return self._parse(self._data, self.name)

    def file_of(self, element: etree._Element) -> str | None:
        """Return the name of the file that an element was written in."""
        for one in (element, *element.iterancestors()):
            name = one.get(_FILE)
            if name is not None:
                return name
        return self.name

    def digest(self) -> str:
        """Return the SHA-256 (hex) over all files read so far, in reading order."""
        return self._hash.hexdigest()

    def expand(self, root: etree._Element) -> None:
        """Replace every include (and `extends href`) under `root` by what it names.

        Raises:
            SchemaError: the file is outside the pack's folder, on the network, missing or in a
                circle.
        """
        self._expand(root, self._path, ())

    def _expand(self, root: etree._Element, base: Path | None, within: tuple[Path, ...]) -> None:
        found = [
            element
            for element in root.iter("{*}include", "{*}extends")
            if element.get("href") is not None
        ]
        for element in found:
            path, fragment = self._resolve(element, base)
            if path in (*within, base):
                raise self._error(element, f"include ходит по кругу: {path.name}")
            content = copy.deepcopy(
                self._content(path, element, (*within, *((base,) if base else ())))
            )
            if fragment:
                content = self._fragment(element, content, fragment)
            whole = etree.QName(element).localname == "include"
            self._replace(element, [content] if whole else list(content))

    def _content(
        self, path: Path, element: etree._Element, within: tuple[Path, ...]
    ) -> etree._Element:
        """Return the root of an included file, itself expanded; each file is read once."""
        held = self._roots.get(path)
        if held is not None:
            return held
        data = self._load(path, element)
        if self._folder is not None:
            below = path.relative_to(self._folder).as_posix()
            self.included[below] = hashlib.sha256(data).hexdigest()
        content = self._parse(data, path.name)
        for one in content.iter("{*}pattern", "{*}rule", "{*}diagnostic"):
            one.set(_FILE, path.name)
        content.set(_FILE, path.name)
        self._expand(content, path, within)
        self._roots[path] = content
        return content

    def _replace(self, element: etree._Element, content: list[etree._Element]) -> None:
        parent = element.getparent()
        if parent is None:
            raise self._error(element, "include не может быть корнем файла")
        place = parent.index(element)
        tail = element.tail
        parent[place : place + 1] = content
        if content and tail:
            content[-1].tail = (content[-1].tail or "") + tail

    def _fragment(
        self, element: etree._Element, content: etree._Element, fragment: str
    ) -> etree._Element:
        for candidate in content.iter("*"):
            if fragment in (
                candidate.get("id"),
                candidate.get("{http://www.w3.org/XML/1998/namespace}id"),
            ):
                return candidate
        raise self._error(element, f"во включаемом файле нет элемента с id «{fragment}»")

    def _resolve(self, element: etree._Element, base: Path | None) -> tuple[Path, str]:
        href = (element.get("href") or "").replace("\\", "/")
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            raise self._error(
                element, f"include «{href}» ведёт за пределы пакета: сеть и другие схемы запрещены"
            )
        if self._folder is None or base is None:
            raise self._error(
                element, f"include «{href}»: у правил, взятых из памяти, нет папки пакета"
            )
        path = (base.parent / unquote(parts.path)).resolve()
        if not path.is_relative_to(self._folder):
            raise self._error(element, f"include «{href}» выходит из папки пакета")
        return path, unquote(parts.fragment)

    def _load(self, path: Path, element: etree._Element) -> bytes:
        if len(self._roots) >= _MAX_FILES:
            raise self._error(element, f"include: больше {_MAX_FILES} файлов")
        try:
            return load(path)
        except SchemaError as error:
            raise self._error(element, error.text) from None

    def _parse(self, data: bytes, name: str | None) -> etree._Element:
        self._hash.update(len(data).to_bytes(8, "big"))
        self._hash.update(data)
        reading = read_xml(data, part="Schematron", file=name, limits=LIMITS)
        if reading.tree is None:
            worst = reading.findings[-1]
            line = worst.where.line if worst.where else None
            detail = f" ({worst.got})" if worst.got else ""
            raise SchemaError(f"{worst.message}{detail}", file=name, line=line)
        return reading.tree.getroot()

    def _error(self, element: etree._Element, text: str) -> SchemaError:
        return SchemaError(text, file=self.file_of(element), line=line_of(element))
