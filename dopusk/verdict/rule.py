"""Rules as data: every finding code with its text, evidence, source and cure (rules/*.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dopusk.verdict.finding import Evidence, Finding, Severity, Where


class UnknownRuleError(KeyError):
    """A check named a code that no file of dopusk/verdict/rules/ holds."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of dopusk/verdict/rules/<subject>.toml."""

    code: str
    subject: str
    """Name of the file it stands in: bytes, xml, semd, signature, registration …"""
    title: str
    message: str
    """Template of the Russian sentence, with `{fields}`."""
    severity: Severity
    evidence: Evidence
    source: str
    remd: str | None
    cure: str
    document: str | None = None
    """Place in the СЭМД that a cross-check compares."""
    request: str | None = None
    """What it is compared with: a place in registerDocumentRequest."""


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its code.

    Raises ValueError when two files define one code.
    """
    known: dict[str, Rule] = {}
    folder = files("dopusk.verdict") / "rules"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        for code, row in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in known:
                raise ValueError(f"rule {code} is defined twice, again in {file.name}")
            known[code] = Rule(
                code=code,
                subject=file.name.removesuffix(".toml"),
                title=row["title"],
                message=row["message"],
                severity=Severity(row.get("severity", "error")),
                evidence=Evidence(row["evidence"]),
                source=row["source"],
                remd=row.get("remd"),
                cure=row["cure"],
                document=row.get("document"),
                request=row.get("request"),
            )
    return known


def rule(code: str) -> Rule:
    """Return the rule with this code; raises UnknownRuleError."""
    try:
        return rules()[code]
    except KeyError:
        raise UnknownRuleError(code) from None


def finding(
    code: str,
    *,
    where: Where | None = None,
    expected: object = None,
    got: object = None,
    severity: Severity | None = None,
    remd: str | None = None,
    **fields: object,
) -> Finding:
    """Return a finding of the rule `code`.

    `fields` fill the `{names}` of the rule's message; `expected` and `got` may be used there too.
    `severity` and `remd` override the rule's own where one check serves several РЭМД codes.
    Raises UnknownRuleError for an unknown code and KeyError for a missing field.
    """
    row = rule(code)
    values = {**fields, "expected": expected, "got": got}
    return Finding(
        code=code,
        severity=severity or row.severity,
        message=row.message.format(**values),
        evidence=row.evidence,
        source=row.source,
        where=where,
        expected=None if expected is None else str(expected),
        got=None if got is None else str(got),
        remd=remd or row.remd,
        cure=row.cure,
    )
