"""Replaces personal values in texts: one compiled pass, the same value always by the same mask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from dopusk.masking.forms import name_forms
from dopusk.masking.people import DATES, NAMES, Field, People

Label = Callable[[Field, str, str], str]
"""From kind, normal form and the value as written to what is put in its place."""

_WORD: Final = (
    r"(?<=[А-ЯЁ])(?<![А-ЯЁа-яё].)(?P<word>[А-ЯЁа-яё]+(?:-[А-ЯЁ][А-ЯЁа-яё]*)*)"
    r"(?P<initials>\s[А-ЯЁ]\.(?:\s?[А-ЯЁ]\.)?)?"
)
_NUMBER: Final = (
    r"(?<=[\d+])(?<![\w.-].)(?P<number>"
    r"\d\d[ -]\d{3}[ -]\d{3}[ -]?\d\d"
    r"|\d{3}-\d\d-\d\d"
    r"|\d\.\d\d\.\d{4}"
    r"|7?[ (-]{0,2}\d{3}[ )-]{0,2}\d{3}[ -]?\d\d[ -]?\d\d"
    r"|\d ?\d\d ?(?:№ ?)?\d{6}"
    r"|\d{5,19})(?!\d)"
)
_SERIES: Final = re.compile(
    r"((?:Series|_series|DOCSER|SPOLIS)[\"']?\s*[>:=]\s*[\"']?)([^<>\"'\[]{2,12})(?=[<\"'])"
)
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SNILS: Final = re.compile(r"\d{3}-\d{3}-\d{3}[ -]\d\d")
_MOBILE: Final = re.compile(r"\+7[ (-]*9")
_CUT: Final = "\n… ещё "
"""How a report tells that a body goes on (reports.records.cut)."""


class Masker:
    """Masks texts and JSON data by the known people; made once, used for the whole run."""

    def __init__(self, people: People, label: Label | None = None) -> None:
        self.label = label or Labels(people)
        self._words: dict[str, tuple[Field, str]] = {}
        self._numbers: dict[str, tuple[Field, str]] = {}
        self._phrases: dict[str, tuple[Field, str]] = {}
        for kind, value, written, _ in people.values():
            key = (kind, value)
            if kind in NAMES:
                self._add_name(key, written)
            elif kind in (Field.ADDRESS, Field.ADDRESS_ID):
                self._phrases.update(dict.fromkeys(written, key))
            elif kind in DATES:
                self._numbers.setdefault(value.replace("-", ""), key)
            else:
                self._numbers[value] = key
        self._pattern = _compiled(self._phrases)

    def _add_name(self, key: tuple[Field, str], written: Iterable[str]) -> None:
        for text in written:
            for word in text.replace("ё", "е").replace("Ё", "Е").split():
                if word.isascii():
                    self._phrases.update(dict.fromkeys({word, word.upper()}, key))
                    continue
                for form in name_forms(word.casefold(), key[0]):
                    self._words.setdefault(form, key)

    def text(self, text: str) -> str:
        """Return the text with masks; its lines stay where they were."""
        if not text:
            return text
        masked = self._pattern.sub(self._replace, text)
        if "eries" in masked or "DOCSER" in masked or "SPOLIS" in masked:
            masked = _SERIES.sub(self._replace_series, masked)
        if "@" in masked:
            masked = _MAIL.sub("[почта]", masked)
        if _CUT in masked:
            masked = self._without_stump(masked)
        return masked

    def data(self, data: Any, keep: frozenset[str] = frozenset()) -> Any:
        """Return JSON-ready data with masks in every string but those under the keys of `keep`."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, Mapping):
            return {
                key: value if key in keep else self.data(value, keep) for key, value in data.items()
            }
        if isinstance(data, list | tuple):
            return [self.data(item, keep) for item in data]
        return data

    def _replace(self, match: re.Match[str]) -> str:
        shown = match.group()
        if match["word"] is not None:
            return self._replace_word(match)
        if match["number"] is not None:
            return self._replace_number(shown)
        return self.label(*self._phrases[shown], shown)

    def _replace_word(self, match: re.Match[str]) -> str:
        shown, initials = match.group(), match["initials"] or ""
        word = shown[: len(shown) - len(initials)]
        key = self._words.get(_plain(word))
        if key is None:
            if "-" not in word:
                return shown
            parts = [self._words.get(_plain(part)) for part in word.split("-")]
            if not any(parts):
                return shown
            key = next(part for part in parts if part)
        return (
            self.label(*key, word) if key[0] is Field.SURNAME else self.label(*key, word) + initials
        )

    def _replace_number(self, shown: str) -> str:
        digits = "".join(sign for sign in shown if sign.isdigit())
        if "." in shown:
            digits = digits[4:] + digits[2:4] + digits[:2]
        key = self._numbers.get(digits)
        if key is None and len(digits) == 11:
            key = self._numbers.get(digits[1:])
        if key is None and len(digits) in (12, 14) and digits == shown:
            key = self._numbers.get(digits[:8])
            if key is not None and key[0] in DATES:
                return self.label(*key, digits[:8]) + digits[8:]
            key = None
        if key is None and len(digits) == 10:
            key = self._numbers.get(digits[4:])
            key = key if key is not None and key[0] is Field.DOCUMENT else None
        if key is None:
            if _SNILS.fullmatch(shown):
                key = (Field.SNILS, digits)
            elif _MOBILE.match(shown):
                key = (Field.PHONE, digits[1:])
        return shown if key is None else self.label(*key, shown)

    def _replace_series(self, match: re.Match[str]) -> str:
        return match[1] + self.label(Field.DOCUMENT, "серия", match[2])

    def _without_stump(self, text: str) -> str:
        """Return a cut text without the beginning of a value at its end."""
        head, cut, rest = text.rpartition(_CUT)
        tail = head[-200:]
        known = (*self._words, *self._numbers)
        last = re.search(r"[\w-]*$", tail)
        stump = _plain(last.group()) if last else ""
        if len(stump) > 1 and any(value.startswith(stump) for value in known):
            return f"{head[: len(head) - len(stump)]}…{cut}{rest}"
        for phrase in self._phrases:
            for size in range(min(len(phrase), len(tail)) - 1, 3, -1):
                if tail.endswith(phrase[:size]):
                    return f"{head[: len(head) - size]}…{cut}{rest}"
        return text


class Labels:
    """Masks that a person reads: «[фамилия 2]» is the surname of the second person.

    A value that several persons have gets «[имя №1]»; one written in another way than usual says
    how: «[СНИЛС 2, 999-999-999 99]».
    """

    def __init__(self, people: People) -> None:
        self._names: dict[tuple[Field, str], str] = {}
        shared = 0
        for kind, value, _, owners in people.values():
            if len(owners) == 1:
                self._names[kind, value] = f"{kind} {min(owners)}"
            else:
                shared += 1
                self._names[kind, value] = f"{kind} №{shared}"
        self._next = people.count

    def __call__(self, kind: Field, value: str, shown: str) -> str:
        """Return the mask of a value; one met for the first time gets the next number."""
        if value == "серия":
            return "[серия]"
        name = self._names.get((kind, value))
        if name is None:
            self._next += 1
            name = self._names[kind, value] = f"{kind} {self._next}"
        return f"[{name}{_manner(kind, shown)}]"


def _manner(kind: Field, shown: str) -> str:
    """Return how the value was written, when that is not the usual way."""
    if kind in NAMES:
        return ", ПРОПИСНЫЕ" if len(shown) > 1 and shown.isupper() else ""
    if kind in DATES:
        if "." in shown:
            return ", ДД.ММ.ГГГГ"
        return "" if "-" in shown else ", ГГГГММДД"
    if kind in (Field.ADDRESS, Field.ADDRESS_ID) or shown.isdigit():
        return ""
    if kind is Field.PHONE and re.fullmatch(r"\+\d+", shown):
        return ""
    return ", " + re.sub(r"\d", "9", shown)


def _plain(word: str) -> str:
    return word.casefold().replace("ё", "е")


def _compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return the pass over a text: known phrases, words with a capital, numbers.

    One set of first letters stands in front, so that most of a text is skipped at full speed.
    """
    known = sorted((phrase for phrase in phrases if phrase), key=len, reverse=True)
    first = "".join(sorted({re.escape(phrase[0]) for phrase in known}))
    branches = [_NUMBER, _WORD]
    if known:
        by_first: dict[str, list[str]] = {}
        for phrase in known:
            by_first.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
        each = (f"(?<={re.escape(sign)})(?:{'|'.join(rests)})" for sign, rests in by_first.items())
        branches.insert(0, rf"(?<![\w</:.-].)(?:{'|'.join(each)})(?![\w:=-])")
    return re.compile(f"[А-ЯЁ0-9+{first}](?:{'|'.join(branches)})")
