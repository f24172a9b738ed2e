"""«Q015-…» and its kin: checks of registers of ОМС that are rows of tables."""

from __future__ import annotations

import re
from functools import cache

from dopusk.findings.explanation import Explanation, cause, effect
from dopusk.tfoms.flk import NotTaken, Rule, not_taken, rules
from dopusk.verdict import Severity, rule

_CODE = re.compile(r"(?:(Q015|Q016|Q022|Q023)-)?(\d{3}[FK]\.\d\d\.\d{4})")
_PAGE = "docs/q015.md"


def register_codes() -> tuple[str, ...]:
    """Return the codes of the checks of Q015, made and not made."""
    return tuple(f"Q015-{one}" for one in _made()) + tuple(f"Q015-{one}" for one in _left())


def register_check(code: str) -> Explanation | None:
    """Return what a check requires; None when the code is not one of a register."""
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    dictionary, number = match.group(1) or "Q015", match.group(2)
    if dictionary != "Q015":
        return _foreign(dictionary, number)
    made = _made().get(number)
    if made is not None:
        return _explained(made)
    left = _left().get(number)
    return _explanation(number, f"Стенд этой проверки не делает: {left.reason}.") if left else None


def _explained(check: Rule) -> Explanation:
    when = check.official or check.when
    until = f" по {check.until:%m.%Y}" if check.until else ""
    bits = [
        f"Элемент {check.path.partition('/')[2]}, файлы {check.files}; "
        f"отчётные месяцы с {check.since:%m.%Y}{until}.",
        f"Условие: {when}." if when else "",
        check.text or "",
    ]
    return _explanation(check.id, " ".join(bit for bit in bits if bit), _test(check))


def _test(check: Rule) -> str:
    """Return the row's own condition: dictionary, values, mask or expression."""
    more = check.more
    shown = {name: more[name] for name in sorted(more) if name not in ("note", "text")}
    said = "; ".join(
        f"{name} = {', '.join(value) if isinstance(value, list | tuple) else value}"
        for name, value in shown.items()
    )
    return f"{check.kind}: {said}" if said else check.kind


def _explanation(number: str, meaning: str, test: str | None = None) -> Explanation:
    generic = rule("FLK-CHECK")
    return Explanation(
        code=f"Q015-{number}",
        title=generic.title,
        meaning=meaning,
        cause=cause("Q015-"),
        cure=generic.cure,
        effect=effect(generic.severity if test else Severity.REMARK, generic.evidence),
        evidence=generic.evidence.value,
        source=f"ФФОМС, Q015, {number}",
        rule=test,
        found_in=f"schemas/tfoms/q015, {_PAGE}",
    )


def _foreign(dictionary: str, number: str) -> Explanation:
    """Return what can be said of a check that is not the federal ФЛК."""
    owner = {
        "Q016": "федеральная проверка МЭК",
        "Q022": "проверка ФЛК самого ТФОМС",
        "Q023": "проверка МЭК самого ТФОМС",
    }[dictionary]
    generic = rule("FLK-CHECK")
    return Explanation(
        code=f"{dictionary}-{number}",
        title=generic.title,
        meaning=f"Справочник {dictionary}: {owner}. Текст условия приходит в протоколе (COMMENT).",
        cause=cause("Q015-"),
        cure=generic.cure,
        effect=effect(generic.severity, generic.evidence),
        evidence=generic.evidence.value,
        source=f"ФФОМС, {dictionary}, {number}",
    )


@cache
def _made() -> dict[str, Rule]:
    return {one.id: one for one in rules()}


@cache
def _left() -> dict[str, NotTaken]:
    return {one.id: one for one in not_taken()}
