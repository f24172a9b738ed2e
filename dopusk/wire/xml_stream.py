"""XML too large for a tree: the children of its root one by one, bounded as `read_xml` is."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from lxml import etree

from dopusk.wire.xml import MIB, reason_of

CHUNK = 64 * 1024
_PROLOG = re.compile(
    rb"""(?:<\?xml(?P<declaration>[^>]{0,200}?)\?>)?"""
    rb"""(?:[ \t\r\n]++|<!--.*?-->|<\?(?!xml[ \t\r\n]).*?\?>)*+"""
    rb"""(?P<next><!DOCTYPE|<(?P<root>[^\s/>!?<&]{1,100})|[^\s])""",
    re.DOTALL | re.IGNORECASE,
)
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']{1,40})["']""")
_HIGH = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 256
"""Bytes outside ASCII by which a wrong declaration of the encoding is told."""
_CP866 = frozenset(range(0x80, 0xB0)) - {0xA8}
"""Letters of cp866; in windows-1251 signs that no name holds."""


class Trouble(StrEnum):
    """Why a document is not read on."""

    ENCODING = "encoding"
    """The bytes are in another encoding than the format wants, or than they say."""
    SYNTAX = "syntax"
    """It is no XML, or breaks off."""
    DTD = "dtd"
    ROOT = "root"
    """It is another document."""
    LIMIT = "limit"
    """One record, or what stands between two, is larger than the stand reads."""


class Readable(Protocol):
    """What a document is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes; none at the end."""


class XmlStreamError(Exception):
    """A document is not read on; `message` is Russian, `line` counts from 1."""

    def __init__(self, trouble: Trouble, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What a reader may spend; each field answers one threat."""

    max_record: int = 4 * MIB
    """Against one record that fills the memory: bytes from one child of the root to the next."""


DEFAULT_STREAM_LIMITS = StreamLimits()


@dataclass(slots=True)
class _Letters:
    """A sample of the bytes outside ASCII, to tell the encoding that they are in."""

    runs: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, chunk: bytes) -> None:
        if self.size < _SAMPLE:
            for match in _HIGH.finditer(chunk):
                self.runs.append(match[0][:_SAMPLE])
                self.size += len(self.runs[-1])
                if self.size >= _SAMPLE:
                    return

    def guess(self) -> str | None:
        """Return the encoding that they rather are in than windows-1251; None when it fits."""
        if self.size < 6:
            return None
        if all(_is_utf8(run) for run in self.runs[:-1] or self.runs):
            return "UTF-8"
        odd = sum(byte in _CP866 for run in self.runs for byte in run)
        return "cp866 (DOS)" if odd * 2 > self.size else None


def stream_children(
    source: Readable,
    *,
    roots: Collection[str],
    records: Collection[str],
    encodings: Collection[str] = ("windows-1251",),
    limits: StreamLimits = DEFAULT_STREAM_LIMITS,
) -> Iterator[etree._Element]:
    """Yield the children of the root in order, each complete; it is emptied when the next is asked.

    `records` are names of the children that are met often; others come too, just before the next
    of these or at the end. Lines (`sourceline`) are of the whole file. A DTD, another encoding
    than `encodings`, a root that is not among `roots`, broken XML and a record over the limit
    raise XmlStreamError; what was yielded before stays valid.
    """
    parser: Any = etree.XMLPullParser(
        events=("end",),
        tag=tuple(records),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    letters = _Letters()
    since = 0
    chunk = source.read(CHUNK)
    _check_prolog(chunk, roots, encodings)
    last: Any = None
    while chunk:
        letters.add(chunk)
        _feed(parser, chunk, letters)
        since += len(chunk)
        for _, element in parser.read_events():
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue
            since = 0
            for child in _after(parent, last, element):
                yield child
                last = _emptied(child)
        if since > limits.max_record:
            raise XmlStreamError(
                Trouble.LIMIT, f"одна запись больше {limits.max_record // MIB} МиБ"
            )
        chunk = source.read(CHUNK)
    root = _close(parser, letters)
    _check_letters(letters)
    yield from _after(root, last)


def _after(root: Any, last: Any, until: Any = None) -> Iterator[Any]:
    """Yield the children that come after `last`, which is still there, those before it are not.

    It stops behind `until`: the parser may be at work on the next one, which must not be touched.
    """
    child = last.getnext() if last is not None else root[0] if len(root) else None
    while child is not None:
        following = None if child is until else child.getnext()
        yield child
        child = following


def _emptied(element: Any) -> Any:
    """Empty an element and drop those before it; it stays as the mark of the place."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]
    return element


def _check_prolog(head: bytes, roots: Collection[str], encodings: Collection[str]) -> None:
    wanted = next(iter(encodings))
    if not head.strip():
        raise XmlStreamError(Trouble.SYNTAX, "файл пуст")
    if head.startswith(BOM_UTF8):
        raise XmlStreamError(
            Trouble.ENCODING, f"файл в UTF-8 (метка BOM в начале), а нужна {wanted}", 1
        )
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE, b"<\0", b"\0<")):
        raise XmlStreamError(Trouble.ENCODING, f"файл в UTF-16, а нужна {wanted}", 1)
    match = _PROLOG.match(head)
    if match is None or (match["root"] is None and not _is_doctype(match["next"])):
        raise XmlStreamError(Trouble.SYNTAX, "это не XML: в начале нет корневого элемента", 1)
    if _is_doctype(match["next"]):
        raise XmlStreamError(Trouble.DTD, "в файле есть DOCTYPE; в файлах обмена он недопустим", 1)
    declared = _ENCODING.search(match["declaration"] or b"")
    if declared is None:
        raise XmlStreamError(
            Trouble.ENCODING, f'в первой строке нет encoding="{wanted}"; без него XML это UTF-8', 1
        )
    name = declared[1].decode("ascii", "replace")
    if name.lower() not in encodings:
        raise XmlStreamError(Trouble.ENCODING, f"объявлена кодировка {name}, а нужна {wanted}", 1)
    root = (match["root"] or b"").decode("ascii", "replace")
    if root not in roots:
        raise XmlStreamError(
            Trouble.ROOT,
            f"корневой элемент {root}, а нужен {' или '.join(roots)}",
            head.count(b"\n", 0, match.start("next")) + 1,
        )


def _is_doctype(text: bytes) -> bool:
    return text.upper() == b"<!DOCTYPE"


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_letters(letters: _Letters) -> None:
    if guess := letters.guess():
        raise XmlStreamError(
            Trouble.ENCODING,
            f"объявлена windows-1251, а буквы записаны в {guess}",
            1,
        )


def _feed(parser: Any, chunk: bytes, letters: _Letters) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        _check_letters(letters)
        raise _syntax(parser, error) from None


def _close(parser: Any, letters: _Letters) -> Any:
    try:
        return parser.close()
    except etree.XMLSyntaxError as error:
        _check_letters(letters)
        raise _syntax(parser, error) from None


def _syntax(parser: Any, error: etree.XMLSyntaxError) -> XmlStreamError:
    entries: list[Any] = list(parser.feed_error_log)
    if not entries:
        return XmlStreamError(Trouble.SYNTAX, reason_of(""), error.lineno)
    first = entries[0]
    if first.type_name == "ERR_RESOURCE_LIMIT":
        return XmlStreamError(Trouble.LIMIT, "вложенность или текст больше допустимого", first.line)
    if first.type_name in ("ERR_INVALID_ENCODING", "I18N_CONV_FAILED", "ERR_UNSUPPORTED_ENCODING"):
        return XmlStreamError(Trouble.ENCODING, "байты не в объявленной кодировке", first.line)
    return XmlStreamError(Trouble.SYNTAX, reason_of(first.type_name), first.line)
