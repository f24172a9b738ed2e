"""Rule files and documents from anywhere: a result or a SchemaError, never anything else."""

from __future__ import annotations

import multiprocessing
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from schematron_samples import DOCUMENT, NOWHERE, compiled, failed, schema, table, tree

from dopusk.schematron import SchemaError, compile_schema
from dopusk.schematron.fast.generate import generate
from dopusk.schematron.reader import read_schema
from dopusk.schematron.xpath.lexer import XPathSyntaxError
from dopusk.schematron.xpath.parser import parse

_WORDS = """
a b c @k @n @* * . .. / // | ( ) [ ] , = != < >= eq and or not( count( position() last()
string( matches( 'x' '^a+$' "y" 1 2.5 1e3 - + div mod to if then else some every for let $x
in return satisfies := p: :: child:: ancestor:: self::node() text() current() name() || !
union intersect is instance of (: :) [0,1] ('x','y') true() substring( 'é' {}
"""
WORDS = st.sampled_from(_WORDS.split())
EXPRESSIONS = st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=40))


@given(EXPRESSIONS)
def test_the_parser_gives_a_tree_or_a_syntax_error(text: str) -> None:
    try:
        found = parse(text)
    except XPathSyntaxError:
        return
    assert found == parse(text)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(EXPRESSIONS, EXPRESSIONS), min_size=1, max_size=6))
def test_the_compiler_expresses_or_hands_over(rows: list[tuple[str, str]]) -> None:
    allowed = str.maketrans({chr(code): " " for code in [*range(32), 0xFFFE, 0xFFFF]})
    usable = [
        (context.translate(allowed), test.translate(allowed))
        for context, test in rows
        if context.strip() and test.strip()
    ]
    try:
        plan = generate(read_schema(table([("b", "1"), *usable])))
    except SchemaError:
        return
    assert len(plan.fallbacks) <= len(usable)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8).map(" ".join))
def test_what_is_expressed_runs(text: str) -> None:
    data = table([("b", text), ("/", text), ("@*", text), (text, "true()")])
    try:
        plan = generate(read_schema(data))
    except SchemaError:
        return
    lost = {fallback.pattern for fallback in plan.fallbacks}
    rows = [("b", text), ("/", text), ("@*", text), (text, "true()")]
    kept = table([row for number, row in enumerate(rows) if number not in lost])
    compiled(kept).validate(tree())


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2**32))
def test_spoilt_rule_files_are_refused_or_read(noise: bytes, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(
        schema(
            "<phase id='p'><active pattern='q'/></phase><pattern id='q'>"
            "<let name='x' value='1'/><rule context='b'>"
            "<assert test='$x'>m <value-of select='@n'/></assert></rule></pattern>"
        )
    )
    for byte in noise[:4]:
        data[chance.randrange(len(data))] = byte
    try:
        generate(read_schema(bytes(data)))
    except SchemaError:
        return


@settings(deadline=None)
@given(st.recursive(st.sampled_from("abcdef"), lambda inner: st.lists(inner, max_size=5)))
def test_any_document_is_judged(shape: object) -> None:
    def build(parent: etree._Element, one: object) -> None:
        if isinstance(one, list):
            inside = etree.SubElement(parent, f"{{urn:hl7-org:v3}}{'abcdef'[len(one)]}")
            for each in one:
                build(inside, each)
        else:
            etree.SubElement(parent, f"{{urn:hl7-org:v3}}{one}", k=str(one)).text = str(one)

    root = etree.Element("{urn:hl7-org:v3}a")
    build(root, shape)
    rows = [("b//c", "@k"), ("*[a][2]", "count(*) < 3"), ("//d/@k", ". = 'd'"), ("a | e", "..")]
    result = _COMMON.validate(etree.ElementTree(root))
    expected = sum(len(root.xpath(_AS_XPATH[context])) for context, _ in rows)
    assert result.fired_rules == expected


_COMMON = compile_schema(
    table([("b//c", "@k"), ("*[a][2]", "count(*) < 3"), ("//d/@k", ". = 'd'"), ("a | e", "..")]),
    store=NOWHERE,
)
_H = "{urn:hl7-org:v3}"
_AS_XPATH = {
    "b//c": "//*[local-name()='c'][ancestor::*[local-name()='b']]",
    "*[a][2]": "//*[*[local-name()='a']][count(preceding-sibling::*[*[local-name()='a']]) = 1]",
    "//d/@k": "//*[local-name()='d']/@k",
    "a | e": "//*[local-name()='a' or local-name()='e']",
}


def test_a_deep_document_is_judged() -> None:
    root = element = etree.Element("a")
    for _ in range(5_000):
        element = etree.SubElement(element, "b")
    rows = [("b", "ancestor::a"), ("a", "count(.//b) = 5000"), ("b[not(b)]", "string(.) = ''")]
    assert compiled(table(rows)).validate(etree.ElementTree(root)).passed


def test_a_document_of_strange_names_needs_bounded_memory() -> None:
    judge = compiled(table([("*:x", "@k"), ("p:*", "@k"), ("b", "@k")]))
    root = etree.Element("a")
    for number in range(60_000):
        etree.SubElement(root, f"n{number}")
    assert judge.validate(etree.ElementTree(root)).fired_rules == 0
    assert judge.validate(tree()).fired_rules == 5


def test_elements_of_other_kinds_are_passed_over() -> None:
    data = b"<?x y?><!-- c --><a><?pi z?><!-- d --><b>1<!-- e -->2<![CDATA[<3>]]></b></a><!-- f -->"
    rows = [("/", "a"), ("b", ". = '12<3>'"), ("a", "count(*) = 1"), ("b", "text() = '1'")]
    for engine in ("fast", "exact"):
        assert compiled(table(rows), engine).validate(tree(data)).passed


def test_prefixes_of_the_stripped_namespace_do_not_matter() -> None:
    data = DOCUMENT.replace(b"xmlns=", b"xmlns:h=")
    for name in (b"a", b"b", b"c", b"d", b"e", b"f"):
        for start in (b"<", b"</"):
            for end in (b" ", b">", b"/"):
                data = data.replace(start + name + end, start + b"h:" + name + end)
    rows = [("b", "@k"), ("a", "h"), ("c", "name() = 'x'")]
    plain, prefixed = (
        [
            [key[:1] for key in failed(compiled(table(rows), engine).validate(tree(one)))]
            for engine in ("fast", "exact")
        ]
        for one in (DOCUMENT, data)
    )
    assert plain[0] == plain[1] == prefixed[0] == prefixed[1]


ROWS = [("b", "@k = 'x'"), ("c", "matches(., '[a-z]')"), ("d/@*", "../@zz")]


@pytest.mark.parametrize("engine", ["fast", "exact"])
def test_threads_share_a_schema(engine: str) -> None:
    judge = compile_schema(
        table(ROWS), engine="exact" if engine == "exact" else "fast", store=NOWHERE
    )
    expected = failed(judge.validate(tree()))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: failed(judge.validate(tree())), range(40)))
    assert all(one == expected for one in found)


def _judge_in_child(_number: int) -> list[tuple[str, str, str | None]]:
    return failed(compiled(table(ROWS), "exact").validate(tree()))


@pytest.mark.skipif(sys.platform == "win32", reason="тест про порождение процессов в POSIX")
def test_worker_processes_use_the_exact_engine() -> None:
    expected = _judge_in_child(0)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_judge_in_child, range(2)) == [expected] * 2
