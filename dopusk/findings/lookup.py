"""Finds the explanation of any code that the stand or РЭМД may show."""

from __future__ import annotations

from difflib import get_close_matches

from dopusk.findings.assertions import assertion, assertion_codes
from dopusk.findings.explanation import Explanation, of_rule, remd_answer
from dopusk.findings.registers import register_check, register_codes
from dopusk.remd.errors import UnknownErrorCodeError, remd_errors
from dopusk.verdict import rules


class UnknownCodeError(KeyError):
    """No rule, assertion, check of Q015 or row of НСИ 305 has this code."""

    def __init__(self, code: str, similar: tuple[str, ...]) -> None:
        super().__init__(code)
        self.code = code
        self.similar = similar
        """Codes that look like it, the likeliest first."""


def explain(code: str) -> Explanation:
    """Return what a code means; case does not matter.

    Known are the rules of dopusk/verdict/rules/, «SCH-…» of the packs (own and imported),
    «Q015-…», «Q016-…», «Q022-…» and «Q023-…» of registers with or without the dictionary, and the
    codes of НСИ 305. Raises UnknownCodeError.
    """
    wanted = code.strip().upper()
    rule = rules().get(wanted)
    if rule is not None:
        return of_rule(rule)
    found = assertion(wanted) or register_check(wanted) or _of_remd(wanted)
    if found is None:
        raise UnknownCodeError(code, _similar(wanted))
    return found


def known_codes() -> tuple[str, ...]:
    """Return every code that `explain` knows by name, each once."""
    return tuple(
        dict.fromkeys((*rules(), *assertion_codes(), *register_codes(), *sorted(remd_errors())))
    )


def _similar(code: str) -> tuple[str, ...]:
    known = known_codes()
    close = get_close_matches(code, known, n=5, cutoff=0.75)
    begins = [name for name in known if name.startswith(code)][:5] if len(code) > 2 else []
    within = [name for name in known if code in name][:5] if len(code) > 3 else []
    return tuple(dict.fromkeys((*begins, *close, *within)))[:5]


def _of_remd(code: str) -> Explanation | None:
    """Return the explanation of a code of НСИ 305 itself, with the findings that lead to it."""
    try:
        answer = remd_answer(code)
    except UnknownErrorCodeError:
        return None
    leading = [rule.code for rule in rules().values() if rule.remd in (code, answer.code)]
    cause = (
        "Находки стенда, которые дают этот код: " + ", ".join(leading)
        if leading
        else "Ни одна проверка стенда этого кода не даёт: он приходит только по плану сбоев."
    )
    return Explanation(
        code=answer.code,
        title=answer.text,
        meaning="Код ошибки, которым отвечает РЭМД.",
        cause=cause,
        cure=f"МИС после него: {answer.action} (docs/reactions.md)." if answer.action else "",
        effect="вердикт даёт находка, а не код",
        evidence="профиль",
        source="НСИ 1.2.643.5.1.13.13.99.2.305",
        remd=answer,
        found_in="schemas/remd/nsi305.csv",
    )
