"""The НСИ layer: every coded value of a document against the dictionary that it names.

A value is judged only by the version that it cites. Where the stand holds another one, agreement
with it is enough and disagreement is `не проверено`, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from dopusk.nsi import Dictionary, Library, NsiError, Policy
from dopusk.nsi.model import is_oid
from dopusk.nsi.policy import KindPolicy
from dopusk.semd.coded import Agreement, Judged, judge, judge_by_others
from dopusk.semd.located import Located
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.xml import Positions

MINISTRY = "1.2.643.5.1.13."
"""Arc of Минздрав: all dictionaries of НСИ lie in it."""
_CODED: Any = etree.XPath("//*[@codeSystem]")
_VERSION = re.compile(r"\d+(\.\d+)*")
_LISTED = 5
"""Codes that an «unchecked» finding lists."""


@dataclass(frozen=True, slots=True)
class NsiOutcome:
    """What the layer found."""

    located: tuple[Located, ...]
    unchecked: tuple[Finding, ...]
    """One for each dictionary version that could not be compared with; `count` is of values."""
    values: int
    """Coded values in the document."""
    compared: int
    """How many of them were compared with a dictionary."""


@dataclass(frozen=True, slots=True)
class NsiContext:
    """What a document is judged by."""

    library: Library
    policy: Policy
    kind: str | None
    not_public: frozenset[str] = frozenset()
    """OIDs of dictionaries whose absence is excused."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A coded element."""

    element: etree._Element
    oid: str
    code: str | None
    name: str | None
    version: str | None
    dictionary_name: str | None


@dataclass
class _Group:
    """Values that could not be compared, of one dictionary version."""

    rule: str
    where: Where
    fields: dict[str, Any]
    codes: dict[str, None] = field(default_factory=dict)
    count: int = 0


def check_nsi(
    tree: etree._ElementTree,
    context: NsiContext,
    positions: Positions,
    *,
    part: str,
    file: str | None = None,
    beside: Container[etree._Element] = (),
) -> NsiOutcome:
    """Return what the coded values of a document lack or contradict. Never raises.

    Elements in `beside` are left alone: that they name a wrong dictionary is known already.
    """
    return _Run(context, positions, part, file).outcome(tree, beside)


class _Run:
    def __init__(
        self, context: NsiContext, positions: Positions, part: str, file: str | None
    ) -> None:
        self._context = context
        self._library = context.library
        self._kind = context.policy.kind(context.kind)
        self._positions = positions
        self._part = part
        self._file = file
        self._groups: dict[tuple[str, str, str], _Group] = {}
        self._compared = 0

    def outcome(self, tree: etree._ElementTree, beside: Container[etree._Element]) -> NsiOutcome:
        values = [_value(element) for element in _CODED(tree)]
        located = tuple(
            item for value in values if value.element not in beside for item in self._judge(value)
        )
        unchecked = tuple(_unchecked(group) for group in self._groups.values())
        return NsiOutcome(located, unchecked, len(values), self._compared)

    def _judge(self, value: _Value) -> Iterator[Located]:
        if not is_oid(value.oid):
            yield self._located(value, "NSI-OID", ("@codeSystem",), got=value.oid)
            return
        yield from self._dictionary(value)
        version_refused = False
        for item in self._version(value):
            version_refused = True
            yield item
        if value.code is None or version_refused:
            return
        yield from self._element(value)

    def _dictionary(self, value: _Value) -> Iterator[Located]:
        if not value.oid.startswith(MINISTRY):
            yield self._located(value, "NSI-OID-FOREIGN", ("@codeSystem",), got=value.oid)
        elif self._kind.dictionaries and value.oid not in self._kind.dictionaries:
            found = self._located(
                value, "NSI-FOR-KIND", ("@codeSystem",), got=value.oid, kind=self._context.kind
            )
            yield _based(found, self._kind)
        known = self._library.name(value.oid)
        if known and value.dictionary_name and value.dictionary_name != known:
            yield self._located(
                value,
                "NSI-DICTIONARY-NAME",
                ("@codeSystemName",),
                expected=known,
                got=value.dictionary_name,
            )

    def _version(self, value: _Value) -> Iterator[Located]:
        if value.version is None:
            return
        about = ("@codeSystemVersion",)
        allowed = self._kind.allowed(value.oid)
        if allowed and value.version not in allowed:
            found = self._located(
                value,
                "NSI-VERSION",
                about,
                expected=", ".join(allowed),
                got=value.version,
                kind=self._context.kind,
            )
            yield _based(found, self._kind)
        elif not _VERSION.fullmatch(value.version) and not self._held(value.oid, value.version):
            yield self._located(value, "NSI-VERSION-FORM", about, got=value.version)

    def _element(self, value: _Value) -> Iterator[Located]:
        assert value.code is not None
        try:
            judged = self._compare(value, value.code)
        except NsiError as error:
            self._leave("NSI-NOT-READ", value, reason=error)
            return
        if judged is None:
            return
        self._compared += 1
        if judged.agreement is Agreement.NO_CODE:
            yield self._located(
                value,
                "NSI-CODE",
                ("@code",),
                got=value.code,
                version=judged.dictionary.version,
            )
        elif judged.agreement is not Agreement.FULL:
            yield self._located(
                value,
                judged.agreement.value,
                ("@displayName", "@code"),
                expected=judged.name,
                got=value.name,
                version=judged.dictionary.version,
                item=value.code,
            )

    def _compare(self, value: _Value, code: str) -> Judged | None:
        """Return the judgement of a value; None, noted in a group, when there can be none."""
        policy = self._context.policy
        if value.version is not None:
            exact = self._library.dictionary(value.oid, value.version)
            if exact is not None:
                return judge(code, value.name, exact, policy)
        held = [self._held_one(value.oid, version) for version in self._library.versions(value.oid)]
        if not held:
            excused = value.oid in self._context.not_public
            self._leave("NSI-NOT-PUBLIC" if excused else "NSI-NOT-HELD", value)
            return None
        judged = judge_by_others(code, value.name, held, policy)
        if judged is None:
            self._leave("NSI-VERSION-NOT-HELD", value, held=", ".join(d.version for d in held))
        return judged

    def _held(self, oid: str, version: str) -> bool:
        return version in self._library.versions(oid)

    def _held_one(self, oid: str, version: str) -> Dictionary:
        found = self._library.dictionary(oid, version)
        assert found is not None
        return found

    def _leave(self, rule: str, value: _Value, **fields: Any) -> None:
        version = value.version or "не указана"
        key = (rule, value.oid, version)
        group = self._groups.get(key)
        if group is None:
            name = self._library.name(value.oid)
            group = self._groups[key] = _Group(
                rule,
                self._where(value),
                {
                    "oid": value.oid,
                    "version": version,
                    "named": f" «{name}»" if name else "",
                    **fields,
                },
            )
        group.count += 1
        if value.code is not None:
            group.codes[value.code] = None

    def _located(self, value: _Value, rule: str, about: tuple[str, ...], **fields: Any) -> Located:
        found = finding(rule, where=self._where(value), oid=value.oid, **fields)
        return Located(found, value.element, about)

    def _where(self, value: _Value) -> Where:
        return self._positions.where(value.element, part=self._part, file=self._file)


def _value(element: etree._Element) -> _Value:
    get = element.get
    return _Value(
        element,
        get("codeSystem", ""),
        get("code") or None,
        get("displayName") or None,
        get("codeSystemVersion") or None,
        get("codeSystemName") or None,
    )


def _unchecked(group: _Group) -> Finding:
    codes = list(group.codes)
    shown = ", ".join(codes[:_LISTED]) + (" и другие" if len(codes) > _LISTED else "")
    found = finding(group.rule, where=group.where, codes=shown, **group.fields)
    return replace(found, count=group.count)


def _based(located: Located, kind: KindPolicy) -> Located:
    source = f"{kind.source}; {located.finding.source}"
    return replace(located, finding=replace(located.finding, source=source))
