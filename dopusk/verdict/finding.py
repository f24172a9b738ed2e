"""What a check found: one value type for scenarios, the mock РЭМД and `dopusk check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs by itself, before the evidence mark is looked at."""

    ERROR = "error"
    """The rule is broken."""
    REMARK = "remark"
    """Worth mending, never blocks."""
    UNCHECKED = "unchecked"
    """The rule could not be checked; blocks «соответствует» as `не проверено`."""


class Evidence(StrEnum):
    """What the rule rests on (DESIGN: honest evidence marks)."""

    PROFILE = "профиль"
    """Official text or behaviour seen live."""
    CONVENTION = "соглашение стенда"
    """The stand's own convention: by itself it never fails a candidate."""
    DERIVED = "выведено"
    """Inferred from neighbouring official artefacts; a remark only."""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a finding in what was judged.

    `part` names the thing («ЭМД», «registerDocument», «подпись AUTHOR»); `file` is a path as the
    user gave it; `line` and `column` count from 1 in the original bytes; `xpath` is absolute, with
    prefixes of the document.
    """

    part: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    xpath: str | None = None

    def __str__(self) -> str:
        """Return «file:line:column XPath», leaving out what is not known."""
        place = ":".join(
            str(bit) for bit in (self.file or self.part, self.line, self.column) if bit
        )
        return " ".join(bit for bit in (place, self.xpath) if bit)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule at one place, with everything that is needed to act on it."""

    code: str
    """Stable id of the rule, e.g. `SIG-DIGEST`."""
    severity: Severity
    message: str
    """One Russian sentence: what is wrong."""
    evidence: Evidence
    source: str
    """Document and clause, RFC section or НСИ OID that the rule comes from."""
    where: Where | None = None
    expected: str | None = None
    got: str | None = None
    remd: str | None = None
    """Code of НСИ 1.2.643.5.1.13.13.99.2.305 with which РЭМД would answer, if any."""
    cure: str | None = None
    """What to do about it, one or two Russian sentences."""
    count: int = 1
    """How many places it was folded from (`fold`)."""

    def blocks(self, *, conventions_block: bool = False) -> bool:
        """Tell whether the finding fails a candidate.

        Only an error with evidence «профиль» does; conventions when the operator's settings ask
        for it; what is «выведено» never.
        """
        if self.severity is not Severity.ERROR:
            return False
        if self.evidence is Evidence.CONVENTION:
            return conventions_block
        return self.evidence is Evidence.PROFILE

    def key(self) -> tuple[str, str, str]:
        """Return what makes two findings the same one, wherever they were found."""
        place = self.where
        return (
            self.code,
            f"{place.part or ''}|{place.xpath or ''}|{place.line or ''}" if place else "",
            self.got or "",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dict; absent values are left out."""
        data = _values(self)
        if self.where:
            data["where"] = _values(self.where)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding that `to_dict` wrote."""
        fields = dict(data)
        where = fields.pop("where", None)
        return cls(
            **{
                **fields,
                "severity": Severity(fields["severity"]),
                "evidence": Evidence(fields["evidence"]),
                "where": Where(**where) if where else None,
            }
        )


def _values(item: Finding | Where) -> dict[str, Any]:
    """Return the fields that have a value; `asdict` would copy each of them deeply."""
    named = ((name, getattr(item, name)) for name in item.__slots__)
    return {name: value for name, value in named if value is not None}


def at(
    found: Iterable[Finding], *, file: str | None = None, part: str | None = None
) -> list[Finding]:
    """Return the findings with `file` and `part` filled in where they were not known."""
    placed = []
    for item in found:
        where = item.where or Where()
        where = replace(where, file=where.file or file, part=where.part or part)
        placed.append(replace(item, where=where))
    return placed


def unique(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings without repetitions (same rule, place and value), order kept."""
    first: dict[tuple[str, str, str], Finding] = {}
    for item in found:
        first.setdefault(item.key(), item)
    return list(first.values())


def fold(found: Iterable[Finding], keep: int = 3) -> list[Finding]:
    """Return at most `keep` findings of each rule and message; the last of them counts the rest."""
    shown: dict[tuple[str, str], list[Finding]] = {}
    hidden: dict[tuple[str, str], int] = {}
    for item in found:
        same = shown.setdefault((item.code, item.message), [])
        if len(same) < keep:
            same.append(item)
        else:
            hidden[(item.code, item.message)] = hidden.get((item.code, item.message), 0) + 1
    folded: list[Finding] = []
    for group, items in shown.items():
        more = hidden.get(group, 0)
        folded.extend(items[:-1])
        folded.append(replace(items[-1], count=items[-1].count + more) if more else items[-1])
    return folded
