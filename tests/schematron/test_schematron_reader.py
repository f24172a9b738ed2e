from __future__ import annotations

from pathlib import Path

import pytest
from schematron_samples import HEAD, NOWHERE, compiled, run, schema, tree

from dopusk.schematron import SchemaError, compile_schema
from dopusk.schematron.model import Pattern
from dopusk.schematron.reader import read_schema

PATTERN = '<pattern><rule context="b"><assert test="true()">x</assert></rule></pattern>'


def patterns(body: str, phase: str | None = None) -> tuple[Pattern, ...]:
    return read_schema(schema(body), phase=phase).patterns


def test_ids_are_given_by_number_where_there_are_none() -> None:
    body = """<pattern/><pattern id="named"><rule context="b"><assert test="1">x</assert></rule>
      <rule id="r" context="c"><assert id="own" test="1">x</assert><report test="1">y</report>
      </rule></pattern>"""
    second = patterns(body)[1]
    assert second.id == "named"
    assert [rule.id for rule in second.rules] == ["2.1", "r"]
    assert [check.id for rule in second.rules for check in rule.checks] == ["2.1.1", "own", "2.2.2"]
    assert second.rules[1].checks[0].line == 2


def test_ids_do_not_depend_on_the_phase() -> None:
    body = (
        f"{PATTERN}<pattern id='p'><rule context='b'><assert test='1'>x</assert></rule></pattern>"
    )
    body += "<phase id='only'><active pattern='p'/></phase>"
    (chosen,) = patterns(body, "only")
    assert chosen.rules[0].checks[0].id == "2.1.1"


def test_phases_choose_patterns_and_bring_lets() -> None:
    body = """<phase id="one"><let name="word" value="'x'"/><active pattern="first"/></phase>
      <phase id="two"><active pattern="first"/><active pattern="second"/><let name="word"
      value="'z'"/></phase>
      <pattern id="first"><rule context="b[@k]"><assert id="1" test="@k = $word">x</assert></rule>
      </pattern>
      <pattern id="second"><rule context="f"><assert id="2" test="false()">x</assert></rule>
      </pattern>"""
    assert [one.assert_id for one in run(body, phase="one").failures] == ["1"]
    assert [one.assert_id for one in run(body, phase="two").failures] == ["1", "1", "2"]


def test_default_phase_is_used_when_none_is_named() -> None:
    data = schema(PATTERN + "<phase id='none'/>").replace(
        b"<schema ", b"<schema defaultPhase='none' ", 1
    )
    assert compiled(data).validate(tree()).fired_rules == 0
    assert compiled(data, phase="#ALL").validate(tree()).fired_rules == 4


def test_a_run_in_which_nothing_fired_has_not_passed() -> None:
    result = run(PATTERN.replace('"b"', '"nowhere"'))
    assert (result.failures, result.errors, result.passed) == ((), (), False)


def test_namespace_is_stripped_only_when_told() -> None:
    data = schema(PATTERN)
    plain = compile_schema(data, strip_namespace=None, store=NOWHERE).validate(tree())
    exact = compile_schema(data, strip_namespace=None, engine="exact").validate(tree())
    assert plain.fired_rules == exact.fired_rules == 0
    assert compile_schema(data, store=NOWHERE).validate(tree()).fired_rules == 4


def test_abstract_patterns_are_filled_in() -> None:
    result = run(
        """<pattern abstract="true" id="needs"><param name="lack" value="'?'"/>
          <rule context="$what"><assert test="$lacking">$what: <value-of select="$lack"/> $lacked
          </assert></rule></pattern>
        <pattern is-a="needs"><param name="what" value="b"/><param name="lacking" value="@k"/>
        </pattern>
        <pattern is-a="needs"><param name="what" value="e"/><param name="lacking" value="."/>
          <param name="lack" value="name()"/></pattern>"""
    )
    assert [(one.assert_id, one.message) for one in result.failures] == [
        ("1.1.1", "b: ? $lacked"),
        ("1.1.1", "b: ? $lacked"),
    ]


def test_abstract_rules_are_put_where_they_are_extended() -> None:
    result = run(
        """<pattern><rule abstract="true" id="base"><let name="limit" value="5"/>
            <assert id="base" test="number(@n) gt $limit">x</assert></rule>
          <rule abstract="true" id="more"><extends rule="base"/>
            <assert id="more" test="@zz">x</assert></rule>
          <rule context="b[@n]"><assert id="before" test="@zz">x</assert><extends rule="more"/>
            <assert id="after" test="$limit = 6">x</assert></rule></pattern>"""
    )
    found = [(one.assert_id, one.element.get("n")) for one in result.failures]
    assert found == [
        ("before", "3"),
        ("before", "10"),
        ("base", "3"),
        ("more", "3"),
        ("more", "10"),
        ("after", "3"),
        ("after", "10"),
    ]


def test_includes_come_from_the_folder_of_the_pack(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "one.sch").write_text(
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron"><include href="rule.xml#r"/>'
        "</pattern>",
        encoding="utf-8",
    )
    (tmp_path / "parts" / "rule.xml").write_text(
        '<x xmlns="http://purl.oclc.org/dsdl/schematron"><rule id="q" context="c"/>'
        '<rule id="r" context="b"><extends href="../checks.xml"/></rule></x>',
        encoding="utf-8",
    )
    (tmp_path / "checks.xml").write_text(
        '<rule xmlns="http://purl.oclc.org/dsdl/schematron"><assert id="far" test="@k">x</assert>'
        "</rule>",
        encoding="utf-8",
    )
    main = tmp_path / "main.sch"
    main.write_bytes(schema('<include href="parts\\one.sch"/>'))
    result = compile_schema(main, store=NOWHERE).validate(tree())
    assert [one.assert_id for one in result.failures] == ["far", "far"]


def test_a_wider_folder_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "194").mkdir()
    shared = schema(PATTERN.replace("<pattern>", "<pattern id='q'>"))
    (tmp_path / "common" / "shared.sch").write_bytes(shared)
    main = tmp_path / "194" / "194.sch"
    main.write_bytes(schema('<include href="../common/shared.sch#q"/>' * 2))
    judge = compile_schema(main, store=NOWHERE, folder=tmp_path)
    assert judge.validate(tree()).fired_rules == 8
    with pytest.raises(SchemaError, match="выходит из папки пакета"):
        compile_schema(main, store=NOWHERE)


def test_errors_in_an_included_file_name_that_file(tmp_path: Path) -> None:
    (tmp_path / "part.sch").write_bytes(
        schema("\n<pattern id='q'>\n<rule context='b'><assert/></rule></pattern>")
    )
    main = tmp_path / "main.sch"
    main.write_bytes(schema("<include href='part.sch#q'/>"))
    with pytest.raises(SchemaError, match=r"^part\.sch:3: "):
        compile_schema(main, store=NOWHERE)


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("../secret.xml", "выходит из папки пакета"),
        ("/etc/hostname", "выходит из папки пакета"),
        ("%2e%2e/secret.xml", "выходит из папки пакета"),
        ("http://example.invalid/a.sch", "за пределы пакета"),
        ("file:///etc/hostname", "за пределы пакета"),
        ("//server/share/a.sch", "за пределы пакета"),
        ("absent.xml", "не читается файл правил absent.xml"),
        ("main.sch", "по кругу"),
        ("bad\x80.xml", "не читается|папки"),
    ],
)
def test_includes_from_elsewhere_are_refused(tmp_path: Path, href: str, words: str) -> None:
    (tmp_path / "secret.xml").write_bytes(schema(PATTERN))
    folder = tmp_path / "pack"
    folder.mkdir()
    main = folder / "main.sch"
    main.write_bytes(schema(f'<include href="{href}"/>'))
    with pytest.raises(SchemaError, match=words):
        compile_schema(main, store=NOWHERE)


def test_rules_from_memory_include_nothing() -> None:
    with pytest.raises(SchemaError, match="взятых из памяти"):
        compiled(schema('<include href="other.sch"/>'))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "пуст|корнев"),
        (b"not xml", "XML"),
        (b"<a/>", "не Schematron"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DTD|DOCTYPE"),
        (HEAD.format("stx").encode() + b"</schema>", "queryBinding «stx»"),
        (schema("<pattern><rule><assert test='1'/></rule></pattern>"), "нет атрибута context"),
        (schema("<pattern><rule context='b'><assert/></rule></pattern>"), "нет атрибута test"),
        (schema("<pattern is-a='gone'/>"), "неизвестный абстрактный pattern"),
        (
            schema("<pattern><rule context='b'><extends rule='gone'/></rule></pattern>"),
            "неизвестное абстрактное rule",
        ),
        (
            schema(
                "<pattern><rule abstract='true' id='x'><extends rule='x'/></rule>"
                "<rule context='b'><extends rule='x'/></rule></pattern>"
            ),
            "сам на себя",
        ),
        (
            schema(
                "<pattern><rule context='b'><assert test='1' diagnostics='d'/></rule></pattern>"
            ),
            "diagnostics ссылается",
        ),
        (schema("<pattern documents=\"'x.xml'\"/>"), "documents"),
        (schema("<phase id='p'><active pattern='gone'/></phase>"), "неизвестный pattern «gone»"),
        (schema("<pattren/>"), "pattren здесь не ожидается"),
        (
            schema("<xsl:function xmlns:xsl='http://www.w3.org/1999/XSL/Transform' name='f'/>"),
            "встроенный XSLT",
        ),
        (schema("<let name='x'>1</let>"), "нет атрибута value"),
        (
            schema("<pattern><rule context=\"doc('x.xml')/a\"/></pattern>"),
            r"функция doc\(\) читает",
        ),
        (
            schema("<pattern><rule context='b'><assert test='b[b'/></rule></pattern>"),
            "не разобрано",
        ),
        (
            schema(f"<pattern><rule context='b'><assert test='{'(' * 3000}'/></rule></pattern>"),
            "слишком глубоко",
        ),
        (schema("<ns prefix='1x' uri='urn:x'/>" + PATTERN.replace("true()", "1 +")), "ns не год"),
    ],
)
def test_useless_files_are_refused_with_a_word(data: bytes, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        compiled(data, phase="p" if b"phase" in data else None)


def test_errors_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_bytes(schema("\n\n<pattern><rule/></pattern>"))
    with pytest.raises(SchemaError, match=r"^rules\.sch:3: ") as caught:
        compile_schema(path, store=NOWHERE)
    assert (caught.value.file, caught.value.line) == ("rules.sch", 3)


def test_a_missing_file_is_a_schema_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="не читается файл правил none"):
        compile_schema(tmp_path / "none.sch", store=NOWHERE)


def test_files_in_cp1251_are_read() -> None:
    text = (
        '<?xml version="1.0" encoding="windows-1251"?>'
        + schema(PATTERN.replace("true()", "false()").replace(">x<", ">Проверка<")).decode()
    )
    result = compiled(text.encode("cp1251")).validate(tree())
    assert result.failures[0].message == "Проверка"


def test_the_old_namespace_is_read_too() -> None:
    data = schema(PATTERN).replace(
        b"http://purl.oclc.org/dsdl/schematron", b"http://www.ascc.net/xml/schematron"
    )
    assert compiled(data).validate(tree()).fired_rules == 4
