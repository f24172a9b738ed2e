import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from dopusk.declaration.positions import Place, lines

SAMPLE = '''# comment with [brackets] and = signs
title = "a # b" # [no]
"quoted key" = 'C:\\x'
a.b = 1

[table] # comment
text = """
[[not]]
x = "1" \\"""
"""
literal = \'\'\'
y = 2\'\'\'
list = [ # comment ]
  "one", # two
  [1, 2], { k = "v", d = 1979-05-27T07:32:00Z },
]
inline = { x.y = 1, z = [ "]" ] }

[[items]]
n = 1
[items.sub]
deep = true
[[items.rows]]
r = 1
[[items]]
n = 2
[[items.rows]]
r = 2
[[items.rows]]
r = 3
'''


def test_lines_of_everything() -> None:
    found = lines(SAMPLE)
    expected: dict[Place, int] = {
        (): 1,
        ("title",): 2,
        ("quoted key",): 3,
        ("a",): 4,
        ("a", "b"): 4,
        ("table",): 6,
        ("table", "text"): 7,
        ("table", "literal"): 11,
        ("table", "list"): 13,
        ("table", "list", 0): 14,
        ("table", "list", 1): 15,
        ("table", "list", 1, 0): 15,
        ("table", "list", 1, 1): 15,
        ("table", "list", 2): 15,
        ("table", "list", 2, "k"): 15,
        ("table", "list", 2, "d"): 15,
        ("table", "inline"): 17,
        ("table", "inline", "x"): 17,
        ("table", "inline", "x", "y"): 17,
        ("table", "inline", "z"): 17,
        ("table", "inline", "z", 0): 17,
        ("items",): 19,
        ("items", 0): 19,
        ("items", 0, "n"): 20,
        ("items", 0, "sub"): 21,
        ("items", 0, "sub", "deep"): 22,
        ("items", 0, "rows"): 23,
        ("items", 0, "rows", 0): 23,
        ("items", 0, "rows", 0, "r"): 24,
        ("items", 1): 25,
        ("items", 1, "n"): 26,
        ("items", 1, "rows"): 27,
        ("items", 1, "rows", 0): 27,
        ("items", 1, "rows", 0, "r"): 28,
        ("items", 1, "rows", 1): 29,
        ("items", 1, "rows", 1, "r"): 30,
    }
    assert found == expected


def places(value: object, place: Place = ()) -> set[Place]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return {place}.union(*(places(item, (*place, key)) for key, item in inner))


scalars = (
    st.booleans()
    | st.integers(-(2**31), 2**31)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.dates()
    | st.datetimes()
)
documents = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
    st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.-= #]", max_size=4), inner)
        ),
        max_leaves=10,
    ),
    max_size=5,
)


@given(document=documents, multiline=st.booleans())
def test_every_value_of_any_document_has_a_line(document: dict, multiline: bool) -> None:
    text = tomli_w.dumps(document, multiline_strings=multiline)
    assert set(lines(text)) == places(tomllib.loads(text.replace("\r\n", "\n")))


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "\t \n"])
def test_nothing(text: str) -> None:
    assert lines(text) == {(): 1}
