"""The files of a register, child of the root by child: one ZAP or PERS in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from lxml import etree

from dopusk.tfoms.archive import LimitError, RefusedError
from dopusk.tfoms.errors import FlkError
from dopusk.wire.xml_stream import (
    DEFAULT_STREAM_LIMITS,
    Readable,
    StreamLimits,
    Trouble,
    XmlStreamError,
    stream_children,
)

_RECORDS = {"ZL_LIST": ("ZGLV", "SCHET", "ZAP"), "PERS_LIST": ("ZGLV", "PERS")}
_ENCODINGS = ("windows-1251", "cp1251")
_CURES = {
    Trouble.ENCODING: "Записывайте файл в windows-1251 без BOM и объявите её в первой строке: "
    '<?xml version="1.0" encoding="windows-1251"?>.',
    Trouble.SYNTAX: "Выгрузите файл заново и проверьте, что он записан до конца и нигде не "
    "правился вручную.",
    Trouble.DTD: "Уберите DOCTYPE: в файлах обмена его нет.",
}


def children(
    stream: Readable,
    root: Literal["ZL_LIST", "PERS_LIST"],
    *,
    file: str | None = None,
    limits: StreamLimits = DEFAULT_STREAM_LIMITS,
) -> Iterator[etree._Element]:
    """Yield ZGLV, SCHET and each ZAP (or ZGLV and each PERS); each lives until the next is asked.

    Raises RefusedError with error 901 of F012 where the file cannot be read on, and LimitError.
    """
    try:
        yield from stream_children(
            stream, roots=(root,), records=_RECORDS[root], encodings=_ENCODINGS, limits=limits
        )
    except XmlStreamError as error:
        where = f"Файл {file}" if file else "Файл"
        if error.trouble is Trouble.LIMIT:
            raise LimitError(f"{where}: {error.message}") from error
        raise RefusedError(
            FlkError(
                "901",
                f"{where} не читается: {error.message}",
                file=file,
                line=error.line,
                cure=_CURES.get(error.trouble),
            )
        ) from error
