"""The wire profile: how messages of the РЭМД circuit are read and written, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Self

from lxml import etree

from dopusk.suite import schemas
from dopusk.wire import messages as m
from dopusk.wire.names import local
from dopusk.wire.shape import CodedForms, GroupShape, MessageShape, Path, Reader, Step
from dopusk.wire.soap import operation_named
from dopusk.wire.template import Template, TemplateError


class ProfileError(ValueError):
    """A wire profile cannot be used; the text says what is wrong with which file."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Pauses of the stand in seconds, before the time scale (conventions)."""

    file_timeout: float = 30.0
    callback_timeout: float = 30.0
    callback_backoff: tuple[float, ...] = (5.0, 30.0, 120.0)
    rate_limit_pause: float = 60.0


class WireProfile:
    """Reads and writes messages by a profile file (schemas/remd/profile.toml or a vendor's).

    A file that begins with `extends = true` needs to hold only what differs from the stand's own:
    its tables are laid over those of the stand, lists and templates are replaced whole.
    """

    def __init__(self, data: Mapping[str, Any], source: str) -> None:
        try:
            self.title: str = data["profile"]["title"]
            self.version: str = data["profile"]["version"]
            self.namespaces: Mapping[str, str] = data["namespaces"]
            self.replace_types: frozenset[str] = frozenset(data["associations"]["replace"])
            self.timing = _timing(data.get("timing", {}))
            self._coded = CodedForms(**{k: tuple(v) for k, v in data["coded"].items()})
            self._shapes = {name: _shape(name, row) for name, row in data["message"].items()}
            self._templates = {name: Template(name, t) for name, t in data["template"].items()}
        except (KeyError, TypeError, AttributeError, TemplateError) as problem:
            raise ProfileError(f"Профиль обмена {source}: {problem!s}") from problem
        self._by_body = {body: shape for shape in self._shapes.values() for body in shape.bodies}

    @classmethod
    def load(cls, path: FilePath | None = None) -> Self:
        """Return the profile in this file, by default the stand's own; raises ProfileError."""
        own = schemas() / "remd" / "profile.toml"
        path = path or own
        data = _toml(path)
        if data.get("extends") is True:
            data = _merged(_toml(own), data)
        return cls(data, str(path))

    def knows(self, body: etree._Element) -> bool:
        """Tell whether the profile can read this body element."""
        return local(body) in self._by_body

    def operation(self, body: etree._Element) -> str:
        """Return the operation of a body element, whatever the profile calls the element."""
        shape = self._by_body.get(local(body))
        if shape is None or shape.name in _ANSWERS:
            return operation_named(local(body))
        return operation_named(shape.name)

    def namespace_of(self, body: etree._Element) -> str | None:
        """Return the namespace that this body element should have, None when it is not fixed."""
        shape = self._by_body.get(local(body))
        return self.namespaces[shape.namespace] if shape and shape.namespace else None

    def read(self, body: etree._Element) -> m.Message | None:
        """Return the message in a body element, None when the profile does not know it."""
        shape = self._by_body.get(local(body))
        if shape is None:
            return None
        message: m.Message = _BUILDERS[shape.name](Reader(body, shape, self._coded))
        return message

    def read_acknowledgement(self, body: etree._Element) -> m.Acknowledgement:
        """Return status and errors of an answer whatever its body element is called."""
        return _acknowledgement(Reader(body, self._shapes["acknowledgement"], self._coded))

    def render(self, name: str, **values: object) -> bytes:
        """Return the message `name` as bytes for `write_envelope`; KeyError for an unknown one."""
        return self._templates[name].render(values)

    def write(self, name: str, **values: object) -> etree._Element:
        """Return the message `name` as an element; KeyError for an unknown one."""
        return etree.fromstring(self.render(name, **values))


@cache
def default_profile() -> WireProfile:
    """Return the stand's own profile."""
    return WireProfile.load()


def _toml(path: FilePath) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ProfileError(f"Не читается профиль обмена {path}: {problem}") from problem


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return one table laid over another, table by table."""
    merged = dict(below)
    for key, value in above.items():
        lower = merged.get(key)
        if isinstance(value, Mapping) and isinstance(lower, Mapping):
            merged[key] = _merged(lower, value)
        else:
            merged[key] = value
    return merged


def _timing(data: Mapping[str, Any]) -> Timing:
    usual = Timing()
    return Timing(
        file_timeout=float(data.get("file_timeout", usual.file_timeout)),
        callback_timeout=float(data.get("callback_timeout", usual.callback_timeout)),
        callback_backoff=tuple(data.get("callback_backoff", usual.callback_backoff)),
        rate_limit_pause=float(data.get("rate_limit_pause", usual.rate_limit_pause)),
    )


def _shape(name: str, row: Mapping[str, Any]) -> MessageShape:
    root = Step()
    root.add_fields(_fields(row.get("fields", {})))
    root.ignore(_paths(row.get("ignored", ())))
    groups = {}
    for key, group in row.get("groups", {}).items():
        for rank, path in enumerate(_paths(group["paths"])):
            root.down(path).groups.append((key, rank))
        inner = Step()
        inner.add_fields(_fields(group["fields"]))
        inner.ignore(_paths(group.get("ignored", ())))
        groups[key] = GroupShape(tuple(group["fields"]), inner)
    return MessageShape(
        name=name,
        bodies=tuple(row["bodies"]),
        namespace=row.get("namespace"),
        base=tuple(row.get("base", (".",))),
        fields=tuple(row.get("fields", {})),
        root=root,
        groups=groups,
    )


def _fields(row: Mapping[str, Any]) -> dict[str, tuple[Path, ...]]:
    return {name: _paths(paths) for name, paths in row.items()}


def _paths(texts: list[str] | tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(tuple(step for step in text.split("/") if step != ".") for text in texts)


def _text(value: m.Read | None) -> str | None:
    return value.value if value is not None and value.value else None


def _errors(reader: Reader) -> tuple[tuple[str, str], ...]:
    rows = [fields for fields, _ in reader.group("errors")]
    return tuple((_text(row["code"]) or "", _text(row["message"]) or "") for row in rows)


def _patients(reader: Reader, name: str) -> tuple[m.PatientData, ...]:
    return tuple(m.PatientData(**fields, where=where) for fields, where in reader.group(name))


def _register(reader: Reader) -> m.RegisterDocument:
    patients = _patients(reader, "patient")
    signers = tuple(m.SignerData(**f, where=where) for f, where in reader.group("signers"))
    links = tuple(m.AssociationData(**f) for f, _ in reader.group("associations"))
    recipients = _patients(reader, "recipients")
    return m.RegisterDocument(
        **reader.fields,
        patient=patients[0] if patients else None,
        signers=signers,
        associations=tuple(link for link in links if link.type or link.target),
        recipients=recipients,
        unknown=reader.unknown(),
        where=reader.where,
    )


def _file(reader: Reader) -> m.DocumentFile:
    return m.DocumentFile(**reader.fields, errors=_errors(reader))


def _sent_file(reader: Reader) -> m.SentFile:
    return m.SentFile(**reader.fields, errors=_errors(reader))


def _result(reader: Reader) -> m.RegistrationResult:
    values = {name: _text(reader.fields.get(name)) for name in _RESULT}
    return m.RegistrationResult(**values, errors=_errors(reader))


def _acknowledgement(reader: Reader) -> m.Acknowledgement:
    return m.Acknowledgement(status=reader.fields["status"], errors=_errors(reader))


def _items(reader: Reader) -> m.RegistryItems:
    rows = [
        m.RegistryItem(**{name: _text(value) for name, value in fields.items()})
        for fields, _ in reader.group("items")
    ]
    found = tuple(row for row in rows if row != m.RegistryItem())
    return m.RegistryItems(status=reader.fields["status"], items=found, errors=_errors(reader))


_RESULT = (
    "relates_to",
    "local_uid",
    "status",
    "emdr_id",
    "registered",
    "created",
    "store_till",
    "document_status",
    "stage",
)
"""Single values of registerDocumentResult; a vendor's profile may leave some out."""

_ANSWERS = ("acknowledgement", "registryItems")
"""Shapes that serve several messages."""

_BUILDERS: Mapping[str, Any] = {
    "registerDocumentRequest": _register,
    "searchRegistryItemRequest": lambda reader: m.SearchRegistryItem(**reader.fields),
    "getRegistryItemRequest": lambda reader: m.ByEmdrId(**reader.fields),
    "demandContentRequest": lambda reader: m.ByEmdrId(**reader.fields),
    "getDocumentFileRequest": lambda reader: m.FileRequest(**reader.fields),
    "getDocumentFileResponse": _file,
    "registerDocumentResult": _result,
    "sendDocumentFileRequest": _sent_file,
    "acknowledgement": _acknowledgement,
    "registryItems": _items,
}
