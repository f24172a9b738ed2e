"""One explained code: of a rule of the stand, of a dynamic check or of НСИ 305."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from dopusk.remd.errors import remd_error
from dopusk.remd.reactions import reactions
from dopusk.verdict import Evidence, Rule, Severity

_FIELD = re.compile(r"\{[a-z_]+\}")
_BARE = re.compile(r"[\s…«»\[\]()]*")


@dataclass(frozen=True, slots=True)
class RemdAnswer:
    """A code of НСИ 1.2.643.5.1.13.13.99.2.305."""

    id: int
    code: str
    text: str
    """Official text."""
    action: str | None
    """What a МИС does after it, in Russian; None for codes of other circuits."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that the project knows about a code."""

    code: str
    title: str
    meaning: str
    """What is wrong; places that a finding fills in are «…». Empty when the title says it all."""
    cause: str
    """Why it usually happens."""
    cure: str
    effect: str
    """What it does to the verdict, in Russian."""
    evidence: str
    source: str
    remd: RemdAnswer | None = None
    """With what РЭМД would answer."""
    rule: str | None = None
    """The test itself, of checks that are data: XPath of Schematron, condition of Q015."""
    found_in: str | None = None
    """Where the check stands: file of rules, pack, dictionary."""

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dict; absent values are left out."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


def of_rule(rule: Rule) -> Explanation:
    """Return the explanation of a rule of dopusk/verdict/rules/."""
    return Explanation(
        code=rule.code,
        title=rule.title,
        meaning=meaning(rule.message),
        cause=cause(rule.code),
        cure=rule.cure,
        effect=effect(rule.severity, rule.evidence),
        evidence=rule.evidence.value,
        source=rule.source,
        remd=remd_answer(rule.remd) if rule.remd else None,
        found_in=f"dopusk/verdict/rules/{rule.subject}.toml",
    )


def meaning(message: str) -> str:
    """Return a message with «…» for its fields; empty when nothing but fields is in it."""
    text = _FIELD.sub("…", message).replace("……", "…").replace("[…]", "«…»")
    return "" if _BARE.fullmatch(text) else text


def effect(severity: Severity, evidence: Evidence) -> str:
    """Return in words what a finding of this weight does to the verdict."""
    if severity is Severity.REMARK:
        return "замечание: допуску не мешает"
    if severity is Severity.UNCHECKED:
        return "не проверено: «соответствует» не получить, но и нарушением не считается"
    if evidence is Evidence.PROFILE:
        return "не соответствует"
    if evidence is Evidence.CONVENTION:
        return "замечание; «не соответствует» только при conventions_block = true"
    return "замечание: выведено из соседних источников и само по себе не бракует"


def remd_answer(code: str) -> RemdAnswer:
    """Return the record of НСИ 305; raises UnknownErrorCodeError."""
    known = remd_error(code)
    reaction = reactions().get(known.code)
    return RemdAnswer(known.id, known.code, known.text, reaction.action.label if reaction else None)


def cause(code: str) -> str:
    """Return the usual cause: of the code itself, else of the longest known beginning of it."""
    known = causes()
    best = max((name for name in known if code.startswith(name)), key=len, default="")
    return known.get(best, "")


@cache
def causes() -> dict[str, str]:
    """Return causes.toml: usual cause by code or by its beginning."""
    text = (files("dopusk.findings") / "causes.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text))
