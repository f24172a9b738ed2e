"""What the language means: each row is checked on the fast engine and on the exact one."""

from __future__ import annotations

import pytest
from schematron_samples import compiled, failed, run, table, tree

from dopusk.schematron import SchemaError
from dopusk.schematron.schema import EngineName

ENGINES: tuple[EngineName, ...] = ("fast", "exact")

TRUE_OF_ROOT = [
    "@k = 1",
    "@k = '1'",
    "@k eq '1'",
    "@k != 2",
    "not(@k != 1)",
    "not(@zz = '1')",
    "not(@zz != '1')",
    "@k = [1, 2]",
    "@k = ['0', '1']",
    "count(b) = 3",
    "count(b) = [0, 3]",
    "count([0, 1]) = 1",
    "count((0, 1)) = 2",
    "count(()) = 0",
    "count(b[1]) = [0, 1]",
    "count(@k != '') = [0, 1]",
    "count(@zz != '') = [0, 1]",
    "not(count(b) = [0, 1])",
    "count(//b) = 4",
    "count(.//b | b) = 4",
    "count(//*) = 15",
    "count(b/c | b/c[1]) = 3",
    "count(//b/../..) = 2",
    "count(//c/ancestor::*) = 5",
    "b[2]/c[last()]/@n = 7",
    "b[last()][not(@*)]",
    "b[position() > 1]/@n = '10'",
    "b[@n][2]/@n = 10",
    "(//c)[1] = 'in'",
    "//c[1]/@n = 'abc'",
    "*[3]/@k = 'x'",
    "p:b = 3",
    "*:b[last()]",
    "p:* = '3'",
    "not(p:c)",
    "b/@p:q = 'z'",
    "b[1] = 'text in tail more'",
    "b[1]/text() = 'text '",
    "count(b[1]/text()) = 3",
    "f",
    "f/@n = 12",
    "f = true()",
    "f/@k = true()",
    "number(f/@n) = 12",
    "not(number('x') = number('x'))",
    "string(number('x')) = 'NaN'",
    "normalize-space(b[2]/c[2]) = 'two words'",
    "string-length(b[2]/c[2]) = 13",
    "substring('12345', 2, 3) = '234'",
    "substring('12345', 1.5, 2.6) = '234'",
    "substring('12345', 0, 3) = '12'",
    "substring('12345', -42) = '12345'",
    "substring(b[1]/@p:q, string-length(b[1]/@p:q)) = 'z'",
    "substring-before('a-b', '-') = 'a'",
    "substring-after('a-b', '-') = 'b'",
    "substring-after('a-b', '') = 'a-b'",
    "substring-before('a-b', 'x') = ''",
    "concat(@k, '-', @zz) = '1-'",
    "@k || 'q' || 2 = '1q2'",
    "translate('abc', 'ab', 'x') = 'xc'",
    "upper-case('абв') = 'АБВ'",
    "contains(b[1], 'tail')",
    "contains('x', '')",
    "starts-with('abc', 'ab') and ends-with('abc', 'bc')",
    "matches('12.3', '^[0-9]+\\.[0-9]$')",
    "not(matches('12\n', '^12$'))",
    "matches('a-b', '^\\c+$')",
    "matches('слово', '^\\w+$') and not(matches('_ .', '\\w'))",
    "matches('Иван', '^\\p{Lu}[\\p{Ll}]+$') and matches('Ё', '\\p{IsCyrillic}')",
    "not(matches('\u00a0', '\\s'))",
    "string-join(b/c, '|') = 'in||  two  words '",
    "count(distinct-values(//@k)) = 6",
    "if (@k = 1) then @k = 1 else false()",
    "if (@zz) then @zz != '' else not(@zz)",
    "some $x in b satisfies $x/@n = 10",
    "every $x in b satisfies not($x/@n = 99)",
    "some $x in b, $y in $x/c satisfies $y/@k = $x/../b/c/@k",
    "let $x := b return count($x[@n]) = 2",
    "(for $x in b return $x/@n) = '10'",
    "7 idiv 2 = 3 and -7 idiv 2 = -3 and 7 mod -2 = 1",
    "2 * 3 + 1 = 7 and 2 + 3 * 1 = 5 and - 1 = 0 - 1",
    "1e0 div 0 = 1 div 0e0",
    "name() = 'a' and local-name() = 'a' and name(.) != local-name(.) || 'x'",
    "exists(b) and empty(zz) and boolean(b) and not(boolean(zz))",
    "'it''s' = \"it's\"",
    "b (: a comment (: nested :) :) [1]",
    "not('') and 'x'",
    "d/e[@xsi:type = ['CD', 'ST']][2]/@xsi:type = 'ST'",
    "b/following-sibling::d/@n = 'NaN'",
    "f/preceding-sibling::*[1]/@n = 'NaN'",
    "count(b[1]/following::c) = 3",
    "count(f/preceding::c) = 4",
    "b[2]/descendant-or-self::*[@k = 'deep']/parent::d",
    "current()/@k = 1",
    "b[@k = current()/b[1]/@k]",
    "b[count(c) = 2]/c[2]/@k = ../a/b[1]/c/@k",
]

ELSEWHERE = [
    ("/", "count(a) = 1 and not(@k)"),
    ("@k", ". != 'zz' and ../@k = ."),
    ("b[1]", "@k = ['x', 'deep']"),
    ("b[last()]", "not(@k) or @k = 'deep'"),
    ("b[@n][1]", "@n = 3"),
    ("b[2]/c[1]", "not(*) and . = ''"),
    ("a//c", "ancestor::b"),
    ("//d[e]", "@n = 'NaN'"),
    ("*[@xsi:type = 'CD']", ". = '1.50'"),
    ("p:b | f", "@k"),
    ("e/@xsi:type", "matches(., '^[A-Z]{2}$')"),
    ("/a/b[c[@k = 'y']]", "c/@k = 'y'"),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_expressions_that_are_true(engine: EngineName) -> None:
    rows = [("/a", test) for test in TRUE_OF_ROOT] + ELSEWHERE
    schema = compiled(table(rows), engine)
    result = schema.validate(tree())
    wrong = [rows[int(one.assert_id)] for one in result.failures]
    broken = [(*rows[int(one.assert_id)], one.reason) for one in result.errors]
    assert (wrong, broken, schema.fallbacks) == ([], [], ())
    assert result.fired_rules > len(rows)


@pytest.mark.parametrize("engine", ENGINES)
def test_expressions_that_are_false(engine: EngineName) -> None:
    rows = [("/a", f"not({test})") for test in TRUE_OF_ROOT]
    result = compiled(table(rows), engine).validate(tree())
    assert [int(one.assert_id) for one in result.failures] == list(range(len(rows)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("test", "code"),
    [
        ("matches(b/@n, 'x')", "XPTY0004"),
        ("b/@n = 3 and //@n = 1000", "FORG0001"),
        ("d = true()", "FORG0001"),
        ("count(b) idiv count(zz) = 1", "FOAR0001"),
    ],
)
def test_what_cannot_be_evaluated_is_an_error_and_no_failure(
    engine: EngineName, test: str, code: str
) -> None:
    result = compiled(table([("/a", test)]), engine).validate(tree())
    assert (failed(result), len(result.errors)) == ([], 1)
    assert result.errors[0].reason.startswith(code)
    assert not result.passed


EXACT_ONLY = [
    "count(1 to 3) = 3",
    "b ! @n = '10'",
    "count(//c intersect b/c) = 3",
    "tokenize('a b', ' ') = 'b'",
    "replace('abc', 'b', '') = 'ac'",
    "matches('ABC', 'b', 'i')",
    "1.5 + 1.5 = 3",
    "b[1] is (//b)[1]",
    "count(b/node()) = 8",
    "map{'a': 1}?a = 1",
    "(1, 2) = (2, 3) and [1, 2]?1 = 1",
    "b instance of element()*",
]


def test_what_the_fast_engine_cannot_express_goes_to_the_exact_one() -> None:
    schema = compiled(table([("/a", test) for test in EXACT_ONLY] + [("b", "@k = 'x'")], "xslt3"))
    result = schema.validate(tree())
    assert [fallback.pattern for fallback in schema.fallbacks] == list(range(len(EXACT_ONLY)))
    assert all(fallback.reason and fallback.line for fallback in schema.fallbacks)
    assert [(one.assert_id, one.element.get("n")) for one in result.failures] == [
        (str(len(EXACT_ONLY)), "10"),
        (str(len(EXACT_ONLY)), None),
        (str(len(EXACT_ONLY)), None),
    ]


def test_old_binding_has_the_meaning_of_xpath_1() -> None:
    rows = [("/a", "substring(b, 1, 4) = 'text'"), ("/a", "string(//c) = 'in'")]
    schema = compiled(table(rows, "xslt"))
    assert len(schema.fallbacks) == 2
    assert schema.validate(tree()).passed


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("test", ["1 +", "b[", "unknown-function(b)", "$nothing = 1", "q:b = 1"])
def test_a_wrong_expression_is_a_schema_error(engine: EngineName, test: str) -> None:
    with pytest.raises(SchemaError, match="не разобрано"):
        compiled(table([("/a", test)]), engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_only_the_first_matching_rule_of_a_pattern_fires(engine: EngineName) -> None:
    result = run(
        """<pattern>
          <rule context="b[@k]"><assert id="keyed" test="false()">1</assert></rule>
          <rule context="b | d"><assert id="other" test="false()">2</assert></rule>
          <rule context="*"><report id="rest" test="true()">3</report></rule>
        </pattern>
        <pattern><rule context="b"><assert id="again" test="false()">4</assert></rule></pattern>""",
        engine,
    )
    found = [one.assert_id for one in result.failures]
    assert {name: found.count(name) for name in found} == {
        "keyed": 2,
        "other": 4,
        "rest": 9,
        "again": 4,
    }
    assert result.fired_rules == 19


@pytest.mark.parametrize("engine", ENGINES)
def test_failures_name_the_original_node(engine: EngineName) -> None:
    document = tree()
    before = list(document.getroot().iter())
    result = compiled(
        table([("b/@k", "false()"), ("/", "false()"), ("e[2]", "false()")]), engine
    ).validate(document)
    assert failed(result) == [
        ("0", "{urn:hl7-org:v3}b[1]", "k"),
        ("0", "{urn:hl7-org:v3}b[2]/{urn:hl7-org:v3}d/{urn:hl7-org:v3}b", "k"),
        ("1", ".", None),
        ("2", "{urn:hl7-org:v3}d/{urn:hl7-org:v3}e[2]", None),
    ]
    assert all(any(one.element is node for node in before) for one in result.failures)


@pytest.mark.parametrize("engine", ENGINES)
def test_messages_hold_values_names_and_diagnostics(engine: EngineName) -> None:
    result = run(
        """<pattern><rule context="b[c]">
          <let name="own" value="c/@n"/>
          <assert id="m" test="false()" diagnostics="d1 d2" role="warning" flag="f"> В
            элементе <name/> (<name path="c[1]"/>) <emph>значения</emph>
            [<value-of select="c"/>] [<value-of select="$own"/>] <value-of select="count(c)"/>
            [<value-of select="//c/@n"/>] <value-of select="number(c[1])"/>.</assert>
        </rule></pattern>
        <diagnostics><diagnostic id="d1">Ещё
          <value-of select="@n"/></diagnostic><diagnostic id="d2">просто</diagnostic></diagnostics>
        """,
        engine,
    )
    assert [(one.message, one.diagnostics, one.role, one.flag) for one in result.failures] == [
        (
            "В элементе b (c) значения [in] [] 1 [7 abc] NaN.",
            ("Ещё 3", "просто"),
            "warning",
            "f",
        ),
        (
            "В элементе b (c) значения [ two words ] [7] 2 [7 abc] NaN.",
            ("Ещё 10", "просто"),
            "warning",
            "f",
        ),
        (
            "В элементе b (c) значения [7] [abc] 1 [7 abc] 7.",
            ("Ещё", "просто"),
            "warning",
            "f",
        ),
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_lets_of_schema_pattern_and_rule(engine: EngineName) -> None:
    result = run(
        """<let name="all" value="//b"/><let name="limit" value="2"/>
        <pattern><let name="keys" value="$all/@k"/>
          <rule context="b">
            <let name="mine" value="@k"/><let name="same" value="$all[@k = $mine]"/>
            <assert id="unique" test="count($same) lt $limit">
              <value-of select="count($keys)"/></assert>
            <report id="known" test="$mine = $keys">x</report>
            <assert id="risky" test="if (@n) then $number = @n else true()">x</assert>
            <let name="number" value="number(@n)"/>
          </rule></pattern>
        <pattern><let name="keys" value="'other'"/>
          <rule context="/"><assert id="own" test="$keys = 'other'">x</assert></rule></pattern>""",
        engine,
    )
    assert [(one.assert_id, one.element.get("k")) for one in result.failures] == [
        ("known", "x"),
        ("known", "deep"),
    ]
    assert result.errors == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_subject_moves_the_place_and_nothing_else(engine: EngineName) -> None:
    result = run(
        """<pattern><rule context="b[c]">
          <assert id="s" test="false()" subject="c[2]/@k"><name/> <value-of select="@n"/></assert>
        </rule></pattern>""",
        engine,
    )
    assert [(one.element.get("n"), one.attribute, one.message) for one in result.failures] == [
        ("3", None, "b 3"),
        ("7", "k", "b 10"),
        (None, None, "b"),
    ]
