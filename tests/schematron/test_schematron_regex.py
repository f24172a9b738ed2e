from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.regex import matcher
from dopusk.schematron.regex.linear import LinearMatcher
from dopusk.schematron.regex.shape import degree, python_pattern, ways
from dopusk.schematron.regex.syntax import read_regex

OID = r"^[0-2](\.([1-9][0-9]*|0))+\.100([.]([1-9][0-9]*|0))+\.51$"


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "expected"),
    [
        (OID, "1.2.643.100.5.51", "", True),
        (OID, "1.2.643.100.05.51", "", False),
        (OID, "1.2.643.100.5.51\n", "", False),
        (r"^([0-9]{3}[-\s]{0,1}){3}[0-9]{2}$", "112-233-445 95", "", True),
        (r"^a.c$", "a\nc", "", False),
        (r"^a.c$", "a\rc", "", False),
        (r"^a.c$", "a\nc", "s", True),
        (r"^a b$", "ab", "x", True),
        (r"a.c", "abc", "q", False),
        (r"a.c", "xa.cx", "q", True),
        (r"^\s$", "\u00a0", "", False),
        (r"^\S$", "\u00a0", "", True),
        (r"^\d$", "٣", "", True),
        (r"^[\d-]+$", "1-2", "", True),
        (r"^[^\s]+$", "a b", "", False),
        (r"^[-a]+$", "-a", "", True),
        (r"^[a-]+$", "-a", "", True),
        (r"^[+-.]$", ",", "", True),
        (r"^\i\c*$", "ид-1", "", True),
        (r"^\i", "1", "", False),
        (r"^\I$", "1", "", True),
        (r"^(?:ab){2,}$", "ababab", "", True),
        (r"^a{2}?$", "aa", "", True),
        (r"^(a|)$", "", "", True),
        (r"", "", "", True),
        (r"^[\^\]\\]$", "]", "", True),
        (r"^\n\t$", "\n\t", "", True),
        (r"x$|^y", "yz", "", True),
        (r"^\w+$", "слово1+ё", "", True),
        (r"\w", " _-.", "", False),
        (r"^[\w-]+$", "a-b", "", True),
        (r"^\W$", "_", "", True),
        (r"^\p{Lu}\p{Ll}+$", "Иван", "", True),
        (r"^\P{L}+$", "12-", "", True),
        (r"^[\p{IsCyrillic}\s]+$", "Иван Ёж", "", True),
        (r"^\P{IsBasicLatin}$", "a", "", False),
    ],
)
def test_matches_as_xpath_says(pattern: str, text: str, flags: str, expected: bool) -> None:
    assert bool(matcher(pattern, flags)(text)) is expected
    assert LinearMatcher(read_regex(pattern, flags)).search(text) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"\p{IsGreek}",
        r"\p{Xx}",
        r"\p",
        r"(a)\1",
        "[a-z-[aeiou]]",
        "a**",
        "a*+",
        "(",
        ")",
        "[",
        "[]",
        "a{2,1}",
        "\\",
        "{",
        "a{1001}",
        "[z-a]",
        "(?=a)",
        "(?i)a",
        r"\q",
        "*",
        "^*",
        "[a-c-e]",
        "(" * 40,
        "x" * 2001,
    ],
)
def test_what_is_not_read_is_said_to_be_unsupported(pattern: str) -> None:
    with pytest.raises(UnsupportedError, match="регулярное выражение"):
        matcher(pattern)


@pytest.mark.parametrize("flags", ["i", "m", "z"])
def test_flags_that_are_not_read(flags: str) -> None:
    with pytest.raises(UnsupportedError, match="флаги"):
        matcher("a", flags)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 60 + "!"),
        ("^(a|a)*$", "a" * 60 + "!"),
        ("^(a|aa)+$", "a" * 60 + "!"),
        ("^(a?){60}a{60}$", "a" * 59),
        (r"^(\.(a|a))+$", ".a" * 60 + "!"),
        ("^(.*a){12}$", "a" * 60),
        (r"^(\s*\S+)*$", "ab " * 60 + "\n "),
        (OID, "1" + ".100.1" * 20_000 + ".52"),
        (r"mailto:.+@.+\..+", "mailto:" + "@." * 20_000),
    ],
)
def test_no_text_makes_it_hang(pattern: str, text: str) -> None:
    start = time.monotonic()
    matcher(pattern)(text)
    assert time.monotonic() - start < 5


def test_official_patterns_go_the_quick_way() -> None:
    dates = read_regex(r"^[1-2]{1}[0-9]{3}[0-1]{1}[0-9]{1}$")
    assert ways(dates) == 1
    assert degree(read_regex(OID)) == 2


CHARS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\s", r"\S", "[0-1]", r"\."])


@st.composite
def patterns(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0:
        return draw(CHARS)
    inner = patterns(depth - 1)
    match draw(st.integers(0, 3)):
        case 0:
            return draw(inner) + draw(inner)
        case 1:
            return f"({draw(inner)}|{draw(inner)})"
        case 2:
            return f"({draw(inner)})" + draw(st.sampled_from(["*", "+", "?", "{2}", "{1,2}"]))
    return draw(st.sampled_from(["^", ""])) + draw(inner) + draw(st.sampled_from(["$", ""]))


@given(patterns(), st.text("ab1. \n", max_size=7))
def test_both_ways_of_matching_agree(pattern: str, text: str) -> None:
    piece = read_regex(pattern)
    import re

    expected = re.search(python_pattern(piece), text) is not None
    assert LinearMatcher(piece).search(text) is expected


@given(st.text(max_size=30))
def test_any_text_is_read_or_unsupported(pattern: str) -> None:
    try:
        found = matcher(pattern)
    except UnsupportedError:
        return
    found("какой-то текст")
