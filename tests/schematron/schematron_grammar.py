"""Random XPath expressions of the dialect, from a grammar."""

from __future__ import annotations

import random
import re

GRAMMAR: dict[str, list[str]] = {
    # the first alternative of each is the simplest: it ends what has grown too deep
    "context": [
        "*", "b", "c", "/", "b/c", "a//c", "//d", "b[1]", "b[last()]", "*[2]", "b[@n][1]", "@k",
        "b | d", "/a/b", "b[c]/c", "@xsi:type", "a/b[2]/c", "*[not(@k)]", "*:b", "p:*", "d/@n",
        "b[position() > 1]", "e[@xsi:type = ['CD', 'ST']]", "*[@k != 'x']", "a/*/c", "b[c[2]]",
        "c[../@n = 10]", "b[@k != 'x' or not(@k)]", "/*/d[e]", "b//@k",
    ],
    "name": ["b", "a", "c", "d", "e", "f", "p:b", "zz", "*"],
    "attribute": ["@k", "@n", "@p:q", "@xsi:type", "@zz"],
    "literal": ["'x'", "'y'", "''", "'3'", "'deep'", "'CD'"],
    "number": ["1", "0", "2", "3", "1.5", "10", "7", "-1", "1e1"],
    "op": ["=", "!=", "<", "<=", ">", ">="],
    "axis": [
        "self::*", "..", "parent::*", "ancestor::*", "ancestor-or-self::a", "descendant::c",
        "descendant-or-self::*", "following-sibling::*", "preceding-sibling::b", "following::c",
        "preceding::*", "p:*", "*:b", "element()",
    ],
    "step": [
        "<name>", "<name>", "<name>[<predicate>]", "<axis>", "<name>[<predicate>][<predicate>]",
    ],
    "predicate": [
        "1", "2", "last()", "position() = 2", "position() != last()", "last() - 1", "<condition>",
        "<condition>", "<attribute>", "position() > 1 and <condition>",
    ],
    "path": [
        "<name>", "<step>", "<step>/<step>", "<step>/<step>/<step>", "//<step>", ".//<step>",
        "<step>//<name>", "(<step> | <step>)", "(<step> | <step>)[last()]", "current()/<step>",
        "(<step>)[1]",
    ],
    "nodes": ["<attribute>", ".", "<path>", "<path>/<attribute>", "<path>/@*"],
    "one": ["<attribute>", ".", "<literal>", "(<path>)[1]"],
    "string": [
        "<one>", "normalize-space(<one>)", "string(<one>)", "concat(<one>, '-', <one>)",
        "substring(<one>, <number>)", "substring(<one>, 2, <number>)", "<one> || 'q'",
        "substring-before(<one>, <literal>)", "substring-after(<one>, <literal>)", "local-name()",
        "translate(<one>, 'xyz', 'ab')", "upper-case(<one>)", "string-join(<path>, ',')",
        "string(count(<nodes>))",
    ],
    "sum": [
        "<number>", "count(<nodes>)", "string-length(<one>)", "number(<one>)", "-count(<nodes>)",
        "count(<nodes>) + <number>", "count(<nodes>) * 2 - 1", "count(<nodes>) mod 2",
        "count(distinct-values(<path>))", "count((<nodes>, <nodes>))", "count(<condition>)",
    ],
    "comparison": [
        "<attribute> = <literal>", "<nodes> <op> <literal>", "<nodes> <op> <nodes>",
        "<sum> <op> <sum>", "<string> <op> <string>", "<nodes> <op> ['x', 'y']",
        "<sum> <op> [0, 1]", "<literal> <op> <nodes>", "<one> eq <literal>", "<one> ne <one>",
        "<sum> lt <number>", "<nodes> <op> (<literal>, <literal>)", "<nodes> = (<nodes>, 'x')",
        "count(<path>/<attribute> <op> <literal>) = [0, 1]",
    ],
    "function": [
        "exists(<nodes>)", "empty(<nodes>)", "contains(<one>, <literal>)", "boolean(<nodes>)",
        "starts-with(<one>, <literal>)", "ends-with(<string>, <one>)", "matches(<one>, '^[a-z]+$')",
        "matches(<string>, '[0-9]{1,2}')", "matches(<one>, '^(x|y)?$')", "<sum>", "not(<nodes>)",
        "matches(<one>, '^\\c+$')", "exists((<nodes>, <nodes>))", "<string>",
    ],
    "condition": [
        "<comparison>", "<comparison>", "<nodes>", "<function>", "(<condition> and <condition>)",
        "(<condition> or <condition>)", "not(<condition>)",
        "(if (<condition>) then <condition> else <condition>)",
        "(some $v in <path> satisfies $v <op> <literal>)",
        "(every $v in <nodes> satisfies ($v = <literal> or <condition>))",
        "(let $w := <nodes> return $w = <literal>)",
        "(for $u in <path> return $u/@k) = <literal>",
    ],
}  # fmt: skip


class Writer:
    """Expands symbols of the grammar; the same seed gives the same expressions."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def write(self, symbol: str, depth: int = 6) -> str:
        choices = GRAMMAR[symbol]
        chosen = choices[0] if depth <= 0 else self._chance.choice(choices)
        return re.sub(r"<([a-z]+)>", lambda found: self.write(found[1], depth - 1), chosen)
