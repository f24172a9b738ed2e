"""What the journal must know of a request to a mock ТФОМС: its operation and its package."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from dopusk.tfoms.archive import LimitError, RefusedError, open_archive
from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.names import parse_name
from dopusk.wire.soap import normalise_id, read_envelope
from mocks.tfoms.soap import OPERATIONS, Ask
from mocks.traffic import Reading

_FILE_NAME = re.compile(rb'filename="([^"\r\n]{1,200})"')
_HEAD = 8192
"""Bytes of a multipart body in which the name of the file stands."""
_REST = re.compile(r"/tfoms/[0-9]{5}/registers/(?P<ref>[^/]+)(?:/(?P<what>flk|mek|rak))?")
_ANSWERS = {
    None: Operation.STATUS,
    "flk": Operation.FLK,
    "mek": Operation.MEK,
    "rak": Operation.RAK,
}


class RequestReader:
    """Reads requests of all territories of a stand; `name_of` tells a package by its id."""

    def __init__(self, name_of: Callable[[str], str | None]) -> None:
        self._name_of = name_of

    def __call__(self, environ: Mapping[str, Any], body: bytes) -> Reading:
        """Return operation and package of a request."""
        path = str(environ.get("PATH_INFO", ""))
        if path.endswith("Service"):
            return self._soap(environ, body)
        if path.endswith("/token"):
            return Reading(Operation.TOKEN.value, json=True)
        if path.endswith("/registers"):
            sent = package_name(sent_name(environ, body)) or None
            return Reading(Operation.SEND.value, local_uid=sent, json=True)
        match = _REST.fullmatch(path)
        if match is None:
            return Reading("unknown", json=True)
        what = _ANSWERS.get(match["what"], Operation.STATUS)
        return Reading(what.value, local_uid=self._name_of(match["ref"]), json=True)

    def _soap(self, environ: Mapping[str, Any], body: bytes) -> Reading:
        envelope, found = read_envelope(body, part="запрос") if body else (None, ())
        if envelope is None:
            wsdl = environ.get("REQUEST_METHOD") == "GET"
            return Reading("wsdl" if wsdl else "unknown", findings=found)
        operation = OPERATIONS.get(envelope.operation)
        ask = Ask.of(envelope.body)
        name = self._name_of(ask.ref) if ask.ref else None
        if operation is Operation.SEND and ask.data is not None:
            name = name_inside(ask.data) or None
        message_id = envelope.header.message_id
        return Reading(
            operation.value if operation else "unknown",
            envelope,
            found,
            message_id=normalise_id(message_id.value) if message_id else None,
            local_uid=name,
        )


def sent_name(environ: Mapping[str, Any], body: bytes) -> str:
    """Return the file name under which a package was sent; empty when none is told."""
    header = str(environ.get("HTTP_X_FILE_NAME", ""))
    if header or not str(environ.get("CONTENT_TYPE", "")).startswith("multipart/"):
        return header
    match = _FILE_NAME.search(body[:_HEAD])
    return match.group(1).decode("utf-8", "replace") if match else ""


def package_name(file_name: str) -> str:
    """Return FILENAME of a package by the name of its file: no folders, no extension."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    shown = "".join(char for char in name if char.isprintable())[:100]
    return shown[:-4] if shown.upper().endswith(".ZIP") else shown


def name_inside(data: bytes) -> str:
    """Return FILENAME of a package that came without a name: that of its main file.

    The first file where none is named as a main file; empty where there is no archive.
    """
    try:
        with open_archive(data) as archive:
            stems = [package_name(item.rpartition(".")[0]) for item in archive.namelist()]
    except (LimitError, RefusedError):
        return ""
    return next((stem for stem in stems if parse_name(stem)), stems[0] if stems else "")
