"""«SCH-…»: assertions of the Schematron packs, own and imported."""

from __future__ import annotations

from functools import cache

from dopusk.findings.explanation import Explanation, cause, effect
from dopusk.packs import PackError, load_pack, pack_kinds
from dopusk.schematron import SchemaError
from dopusk.schematron.model import Check, fixed_text
from dopusk.schematron.reader import read_schema
from dopusk.verdict import Evidence, Severity, rule

_PREFIX = "SCH-"


def assertion_codes() -> tuple[str, ...]:
    """Return the codes of all assertions of the packs that can be read."""
    return tuple(_assertions())


def assertion(code: str) -> Explanation | None:
    """Return what the assertion requires, None when no pack has it."""
    found = _assertions().get(code)
    if found is None:
        return None
    check, places = found
    generic = rule("SCH-ASSERT")
    kinds = ", ".join(kind for kind, _ in places)
    evidence = Evidence.PROFILE if any(mark is Evidence.PROFILE for _, mark in places) else None
    mark = evidence or places[0][1]
    return Explanation(
        code=code,
        title=_text(check) or generic.title,
        meaning="Правило Schematron из пакета вида СЭМД.",
        cause=cause(code),
        cure=generic.cure,
        effect=effect(Severity.ERROR, mark),
        evidence=mark.value,
        source=f"пакет правил вида {kinds}, {check.id}",
        rule=check.test,
        found_in=f"пакеты видов: {kinds} (dopusk pack show)",
    )


def _text(check: Check) -> str:
    fixed = fixed_text(check.parts)
    if fixed is not None:
        return fixed
    return "".join(part if isinstance(part, str) else "…" for part in check.parts)


@cache
def _assertions() -> dict[str, tuple[Check, list[tuple[str, Evidence]]]]:
    """Return each assertion with the kinds that have it and the evidence of their packs."""
    known: dict[str, tuple[Check, list[tuple[str, Evidence]]]] = {}
    for kind in pack_kinds():
        try:
            pack = load_pack(kind)
            model = read_schema(pack.schematron.read_bytes(), pack.schematron, folder=pack.root)
        except (PackError, SchemaError, OSError):
            continue  # dopusk doctor tells of a pack that cannot be read
        for pattern in model.patterns:
            for context in pattern.rules:
                for check in context.checks:
                    code = f"{_PREFIX}{check.id}".upper()
                    _, places = known.setdefault(code, (check, []))
                    if (kind, pack.evidence) not in places:
                        places.append((kind, pack.evidence))
    return known
