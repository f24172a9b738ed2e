from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

from dopusk.cli.check_one import Judged, State, broken, unread
from dopusk.cli.check_tally import TOP, Tally
from dopusk.cli.check_view import FULL, View, cut
from dopusk.verdict import ExitCode

LAYERS = ("bytes", "xml", "kind", "xsd", "schematron", "nsi", "identifiers")


def found(code: str, line: int = 1, **other: Any) -> dict[str, Any]:
    return {
        "code": code,
        "severity": "error",
        "message": f"Сообщение {code}",
        "evidence": "профиль",
        "source": "Источник",
        "where": {"line": line, "column": 3, "xpath": f"/a[{line}]"},
        "cure": "Исправьте.",
        **other,
    }


def judged(*findings: dict[str, Any], verdict: str = "не соответствует", **other: Any) -> Judged:
    return Judged.of(
        {
            "file": "a.xml",
            "kind": "194",
            "verdict": verdict,
            "judged": True,
            "layers": [
                {"name": name, "status": "соответствует", "note": None, "findings": 0}
                for name in LAYERS
            ],
            "findings": findings,
            **other,
        }
    )


def shown(item: Judged, **view: Any) -> list[str]:
    return [line.plain for line in View(**view).lines(item)]


REMARK = {"severity": "remark"}
UNCHECKED = {"severity": "unchecked"}


def test_what_blocks_stands_first_and_in_full() -> None:
    lines = shown(
        judged(
            found("DOC-A", **REMARK), found("SCH-A", 7, got="x", remd="VALIDATION_ERROR"),
            found("NSI-A", **UNCHECKED), found("NSI-B", evidence="выведено"),
        )
    )  # fmt: skip
    assert lines == [
        "a.xml, вид 194: не соответствует (ошибок 1, не проверено 1, замечаний 2)",
        "  ошибка SCH-A 7:3  Сообщение SCH-A",
        "      где: /a[7]",
        "      получено: x",
        "      основание: Источник [профиль]",
        "      код РЭМД: VALIDATION_ERROR",
        "      как исправить: Исправьте.",
        "  не проверено NSI-A 1:3  Сообщение NSI-A",
        "  замечание DOC-A 1:3  Сообщение DOC-A",
        "  замечание NSI-B 1:3  Сообщение NSI-B",
    ]


def test_a_document_with_remarks_only_is_visibly_fine() -> None:
    item = judged(found("DOC-A", **REMARK), verdict="замечание")
    assert item.state is State.CLEAN
    assert shown(item)[0] == "a.xml, вид 194: ошибок нет (замечаний 1)"
    partly = judged(found("NSI-A", **UNCHECKED), verdict="не проверено")
    assert partly.state is State.PARTLY
    assert shown(partly)[0] == "a.xml, вид 194: ошибок нет (не проверено 1)"


def test_repetitions_are_folded_with_their_lines() -> None:
    lines = shown(judged(*(found("SCH-A", n) for n in range(10, 160, 10))))
    assert sum("ошибка SCH-A" in line for line in lines) == 1
    assert lines[-1] == "      ещё 14 таких: строки 20, 30, 40, 50, 60, 70, 80, 90, …"
    remarks = shown(judged(*(found("DOC-A", n, **REMARK) for n in (1, 5, 5, 9))))
    assert remarks[1:] == ["  замечание DOC-A 1:3  Сообщение DOC-A (ещё 3: строки 5, 9)"]


@pytest.mark.parametrize("other", [{}, REMARK])
def test_many_different_findings_of_one_rule_end_in_one_line(other: dict[str, str]) -> None:
    lines = shown(judged(*(found("XSD-A", n, message=f"Вот {n}", **other) for n in range(1, 21))))
    assert sum("  Вот " in line for line in lines) == FULL
    assert lines[-1] == "  ещё 15 XSD-A: строки 6, 7, 8, 9, 10, 11, 12, 13, … (все: -v)"


def test_verbose_shows_every_finding_in_full() -> None:
    lines = shown(judged(*(found("DOC-A", n, **REMARK) for n in range(1, 9))), verbose=True)
    assert sum(line.startswith("  замечание DOC-A") for line in lines) == 8
    assert sum(line.startswith("      как исправить") for line in lines) == 8
    assert lines[1].startswith("  слои: байты — соответствует, XML — ")


def test_layers_that_did_not_run_after_an_error_are_named() -> None:
    layers = [
        {"name": "bytes", "status": "не соответствует", "note": None, "findings": 1},
        {"name": "xml", "status": "не проверено", "note": "документ не прочитан", "findings": 0},
        {"name": "xsd", "status": "не проверено", "note": "документ не прочитан", "findings": 0},
    ]
    lines = shown(judged(found("BYTES-A"), layers=layers, kind=None))
    assert lines[:2] == [
        "a.xml: не соответствует (ошибок 1)",
        "  дальше не проверялось: XML, XSD",
    ]


def test_what_could_not_be_read_or_judged() -> None:
    assert shown(unread(Path("b.xml"), "нет прав")) == ["b.xml: не прочитано (нет прав)"]
    assert shown(broken(Path("b.xml"), "код 7")) == ["b.xml: сбой проверки (код 7)"]
    item = judged(found("BYTES-TOO-BIG", **UNCHECKED), verdict="не проверено", judged=False)
    assert item.state is State.UNJUDGED
    assert shown(item)[0] == "a.xml, вид 194: не проверено"


def test_a_finding_without_a_place() -> None:
    lines = shown(judged(found("SIG-A", where=None), found("SIG-A", where=None)))
    assert lines[1] == "  ошибка SIG-A  Сообщение SIG-A"
    assert lines[-1] == "      ещё 1 такая: места см. в --json"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_a_terminal(width: int) -> None:
    long = "очень " * 60
    item = judged(found("SCH-A", message=long, got=long), found("DOC-A", message=long, **REMARK))
    lines = shown(item, width=width)
    assert max(map(len, lines[1:])) <= max(width, 60)
    assert lines[-1].endswith("…")


def test_colours_are_those_of_the_weight() -> None:
    lines = list(View().lines(judged(found("SCH-A"), found("DOC-A", **REMARK))))
    assert any(span.style == "bold red" for span in lines[0].spans)
    assert lines[1].spans[0].style == "red"
    assert lines[-1].style == "cyan"


def test_markup_of_a_message_is_only_text() -> None:
    item = judged(found("SCH-A", message="[red]x[/red] [bold"))
    assert shown(item)[1] == "  ошибка SCH-A 1:3  [red]x[/red] [bold"


def test_cutting_ends_with_a_word() -> None:
    assert cut("раз два три", 11) == "раз два три"
    assert cut("раз два три", 10) == "раз два…"
    assert cut("раздватри", 5) == "разд…"


def test_the_tally_counts_files_of_a_rule() -> None:
    tally = Tally()
    for _ in range(25):
        tally.add(judged(found("SCH-A", 1), found("SCH-A", 2)))
    for number in range(30):
        tally.add(judged(found(f"DOC-{number}", **REMARK), verdict="замечание"))
    lines = [line.plain for line in tally.lines()]
    assert lines[0].startswith("Файлов: 55 за ")
    assert lines[1].split() == ["ошибок", "нет", "30"]
    assert lines[2].split() == ["не", "соответствует", "25"]
    assert lines[4].split()[:3] == ["ошибка", "25", "SCH-A"]
    assert len(lines) == 4 + TOP + 1
    assert lines[-1] == f"  и ещё правил: {31 - TOP}"


@pytest.mark.parametrize(
    ("states", "strict", "code"),
    [
        ([State.CLEAN], True, ExitCode.CONFORMANT),
        ([State.PARTLY], False, ExitCode.CONFORMANT),
        ([State.PARTLY], True, ExitCode.INCOMPLETE),
        ([State.UNJUDGED, State.CLEAN], False, ExitCode.INCOMPLETE),
        ([State.UNREAD, State.UNJUDGED], False, ExitCode.USAGE),
        ([State.STAND_ERROR, State.UNREAD], False, ExitCode.STAND_ERROR),
        ([State.FAILED, State.STAND_ERROR, State.UNREAD], False, ExitCode.NOT_CONFORMANT),
    ],
)
def test_exit_codes(states: list[State], strict: bool, code: ExitCode) -> None:
    tally = Tally()
    tally.states.update(states)
    assert tally.exit_code(strict=strict) is code


def test_a_judgement_is_its_line() -> None:
    item = judged(found("SCH-A"))
    assert Judged.of_line(item.line).record == item.record == json.loads(item.line)
    assert "\n" not in item.line
    assert isinstance(next(View().lines(item)), Text)
