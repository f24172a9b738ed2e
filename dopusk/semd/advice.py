"""What a Schematron test asks for, in plain words: the shapes of which rule packs are made.

Source of the shapes: tests of the official packs (semd.md §4): number of children, filled and
fixed values, allowed sets, regular expressions, bans of nullFlavor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from dopusk.semd.expression import Subject, compared, inside, literals, split, subject

MAX_TEST = 1000
"""Characters of a test that is looked at: no official one is longer."""
_MAX_VALUES = 8
"""Allowed values that are listed."""
_NUMBERS = re.compile(r"\d+")
_STEPS = re.compile(r"[\w.-]+(?::[\w.-]+)?(?:/[\w.-]+(?::[\w.-]+)?)*")


@dataclass(frozen=True, slots=True)
class Advice:
    """A test in words; texts are Russian."""

    expected: str
    """What the rule asks for, a few words."""
    cure: str
    """What to do about it, one sentence."""
    got: str | None = None
    """How many elements there are, when the number is what is wrong."""


def advise(test: str, element: etree._Element, *, is_report: bool = False) -> Advice | None:
    """Return what a failed test asks of the element, None when its shape is not known."""
    if len(test) > MAX_TEST:
        return None
    whole = test.strip()
    return _unwanted(whole, element) if is_report else _wanted(whole, element)


def _wanted(test: str, element: etree._Element) -> Advice | None:
    """Return the advice for a test that must be true."""
    branches = _conditional(test, element) or split(test, "or")
    if len(branches) > 1:
        return _either(branches, element)
    both = split(branches[0], "and")
    if len(both) > 1:
        found = [advice for part in both if (advice := _wanted(part, element))]
        return _joined(found, " и ", "И") if len(found) == len(both) else None
    atom = branches[0].strip()
    if atom.startswith("(") and (content := inside(atom, "")):
        return _wanted(content, element)
    if (counted := _count(atom, element)) is not None:
        return counted
    if (pattern := inside(atom, "matches")) is not None:
        return _matching(pattern, element)
    if (denied := inside(atom, "not")) is not None:
        return _unwanted(denied, element)
    comparison = compared(atom)
    if comparison is None:
        held = subject(atom)
        return _presence(held, element) if held is not None else None
    left, operator, right = comparison
    held, values = subject(left), literals(right)
    if held is None or values is None:
        return None
    if operator == "!=":
        return _filled(held, element) if values == ("",) else None
    return _valued(held, values, element)


def _unwanted(test: str, element: etree._Element) -> Advice | None:
    """Return the advice for a test that must be false: a report, or what stands in not()."""
    both = split(test, "and")
    if len(both) > 1:
        together = " и ".join(part.strip() for part in both)
        return Advice(f"не вместе: {together}", f"Оставьте в {shown(element)} одно из: {together}.")
    names = [held.text for part in split(test, "or") if (held := subject(part.strip()))]
    if not names:
        return None
    if all(name.endswith("@nullFlavor") for name in names):
        return Advice("без nullFlavor", f"Уберите nullFlavor и запишите {_of(names[0], element)}.")
    listed = ", ".join(names)
    return Advice(f"без {listed}", f"Уберите из {shown(element)}: {listed}.")


def _of(name: str, element: etree._Element) -> str:
    path = name.removesuffix("@nullFlavor").rstrip("/")
    return f"значение элемента {path or shown(element)}: оно обязательно"


def _either(branches: tuple[str, ...], element: etree._Element) -> Advice | None:
    """Return the advice for `A or B`; what excuses (not(X), @nullFlavor) is left out."""
    patterns = [inside(part.strip(), "matches") for part in branches]
    if all(patterns):
        return _matching_one([part for part in patterns if part], element)
    asked = [
        part
        for part in branches
        if inside(part.strip(), "not") is None and not part.strip().endswith("@nullFlavor")
    ]
    found = [advice for part in asked if (advice := _wanted(part, element))]
    if not found or len(found) != len(asked):
        return None
    return _joined(found, " или ", "Либо")


def _conditional(test: str, element: etree._Element) -> tuple[str, ...] | None:
    """Return the branch of `if (@a) then B else C` that holds for the element."""
    match = re.match(r"if\s*\(\s*@([\w.-]+)\s*(?:=\s*'([^']*)'\s*)?\)\s*then\b", test)
    if match is None:
        return None
    rest = split(test[match.end() :], "else")
    value = element.get(match[1])
    holds = value == match[2] if match[2] is not None else value is not None
    return (rest[0] if holds else rest[-1],)


def _joined(found: list[Advice], word: str, start: str) -> Advice | None:
    """Return two advices as one; more of them nobody could follow."""
    found = list(dict.fromkeys(found))
    if len(found) == 1:
        return found[0]
    if len(found) > 2:
        return None
    first, second = found
    cure = f"{first.cure} {start} {second.cure[0].lower()}{second.cure[1:]}"
    return Advice(f"{first.expected}{word}{second.expected}", cure)


def _count(atom: str, element: etree._Element) -> Advice | None:
    match = re.fullmatch(r"count\((?P<path>.*)\)\s*(?P<op><=|>=|=)\s*(?P<n>[\[(\d, \])]+)", atom)
    if match is None or inside(f"x({match['path']})", "x") is None:
        return None
    numbers = [int(number) for number in _NUMBERS.findall(match["n"])]
    held = subject(match["path"].strip())
    if not numbers or held is None or held.attribute is not None:
        return None
    least = min(numbers) if match["op"] != "<=" else 0
    most = max(numbers) if match["op"] != ">=" else None
    return _number(held.text, element, least, most)


def _number(path: str, element: etree._Element, least: int, most: int | None) -> Advice:
    here, have = shown(element), _have(path, element)
    if most is None:
        need = "хотя бы один" if least == 1 else f"не меньше {least}"
    elif least == most:
        need = "ровно один" if least == 1 else f"ровно {least}"
    else:
        need = f"от {least} до {most}" if least else f"не больше {most}"
    got = None if have is None else str(have)
    if have is not None and have < least:
        cure = f"Добавьте в {here} элемент {path}."
    elif have is not None and most is not None and have > most:
        keep = f"Оставьте в {here} не больше {most}" if most else f"Уберите из {here}"
        cure = f"{keep}: {path}."
    else:
        cure = f"Пересчитайте в {here} элементы {path}: нужно {need}."
    return Advice(f"{need}: {path}", cure, got)


def _have(path: str, element: etree._Element) -> int | None:
    """Return how many elements a path of plain names meets, None when it is not plain."""
    if not _STEPS.fullmatch(path):
        return None
    found = [element]
    for step in path.split("/"):
        name = step.rpartition(":")[2]
        found = [child for one in found for child in one.iterchildren(f"{{*}}{name}")]
    return len(found)


def _valued(held: Subject, values: tuple[str, ...], element: etree._Element) -> Advice:
    listed = values[:_MAX_VALUES]
    words = " или ".join(f"«{value}»" for value in listed)
    if len(values) > len(listed):
        words += " …"
    expected = f"{held.text}: {words}"
    place = _place(held, element)
    if held.attribute == "nullFlavor":
        return Advice(expected, f"Вместо значения укажите {place} nullFlavor {words}.")
    if held.attribute is not None:
        return Advice(expected, f"Запишите {place} атрибут {held.attribute} со значением {words}.")
    return Advice(expected, f"Запишите {place} значение {words}.")


def _filled(held: Subject, element: etree._Element) -> Advice:
    place = _place(held, element)
    if held.attribute is not None:
        return Advice(
            f"непустой {held.text}", f"Заполните {place} атрибут {held.attribute}: он обязателен."
        )
    name = held.path or shown(element)
    return Advice(f"непустой элемент {name}", f"Заполните элемент {name}: он обязателен.")


def _presence(held: Subject, element: etree._Element) -> Advice:
    return Advice(f"есть {held.text}", f"Добавьте в {shown(element)}: {held.text}.")


def _place(held: Subject, element: etree._Element) -> str:
    name = shown(element)
    if held.path is None:
        return f"у элемента {name}"
    return f"у элемента {held.path} в {name}"


def _matching(arguments: str, element: etree._Element) -> Advice | None:
    return _matching_one([arguments], element)


def _matching_one(patterns: list[str], element: etree._Element) -> Advice | None:
    """Return the advice for a value that must match one of several expressions."""
    forms: list[str] = []
    held: Subject | None = None
    for arguments in patterns:
        parts = split(arguments, ",")
        expression = literals(parts[-1].strip()) if len(parts) > 1 else None
        held = subject(parts[0].strip()) or held
        if held is None or expression is None:
            return None
        forms += forms_of(expression[0])
    if held is None:
        return None
    words = _formed(tuple(dict.fromkeys(forms)))
    what = f"атрибут {held.attribute}" if held.attribute else "значение"
    return Advice(words, f"Запишите {_place(held, element)} {what} по форме: {words}.")


def _formed(forms: tuple[str, ...]) -> str:
    dates = [form for form in forms if form.startswith("ГГГГ")]
    others = [form for form in forms if not form.startswith("ГГГГ")]
    return " или ".join([*others, *([f"дата {', '.join(dates)}"] if dates else [])])


def shown(element: etree._Element) -> str:
    """Return the name of an element as the document writes it."""
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name


_DIGITS = "шесть цифр"
_NUMBER = "число"
_FORMS = (
    ("ГГГГ", "2024"),
    ("ГГГГММ", "202402"),
    ("ГГГГММДД", "20240215"),
    ("ГГГГММДДччмм+ччмм", "202402151030+0300"),
    ("ГГГГММДДччммсс+ччмм", "20240215103045+0300"),
    (_DIGITS, "999999"),
    (_NUMBER, "7"),
    ("СНИЛС из одиннадцати цифр", "900-000-777 22"),
    ("GUID", "6f2cbfd8-692a-4ee4-9b16-067210bde3fc"),
    ("номер РЭМД вида 50.24.03.000000118", "17.50.24.03.000000118"),
)
"""Forms of values with a value of each."""
_SUFFIXES = ("51", "50", "10", "70", "15")
"""What OIDs of documents, sets, patients, staff and cases end in (semd.md §1)."""


@lru_cache(maxsize=512)
def forms_of(expression: str) -> tuple[str, ...]:
    """Return what values of a regular expression look like, in words where they are known."""
    from dopusk.schematron.errors import UnsupportedError  # loaded only when something failed
    from dopusk.schematron.regex import matcher

    unknown = (f"образец {expression}",)
    try:
        matches = matcher(expression)
    except UnsupportedError:
        return unknown
    if matches("?") or matches(""):
        return unknown
    names = [name for name, sample in _FORMS if matches(sample)]
    if _NUMBER in names:
        return (_NUMBER,)
    if _DIGITS in names:
        names.remove("ГГГГММ")
    return (*_oids(matches), *names) or unknown


def _oids(matches: Callable[[str], object]) -> Iterator[str]:
    """Return the form of OIDs that an expression accepts: any, of one sort, or of the МО's own."""
    plain = [end for end in _SUFFIXES if matches(f"1.2.643.5.77.1.{end}")]
    own = [end for end in _SUFFIXES if matches(f"1.2.643.5.77.100.7.2.{end}")]
    if len(plain) > 1:
        yield "OID"
    elif plain:
        yield f"OID с окончанием .{plain[0]}"
    elif own:
        end = own[0] if len(own) == 1 else "«вид»"
        yield f"«OID МО».100.«номер МИС».«номер экземпляра».{end}"
