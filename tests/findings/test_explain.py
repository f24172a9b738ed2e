import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dopusk.cli.app import app
from dopusk.findings import UnknownCodeError, explain, known_codes
from dopusk.findings.explanation import cause, causes, meaning
from dopusk.findings.page import COMMAND, SUBJECTS, findings_page
from dopusk.verdict import rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "findings.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == findings_page(), f"run: {COMMAND}"


def test_every_rule_is_explained_with_cause_and_cure() -> None:
    for code in rules():
        told = explain(code)
        assert told.title, code
        assert told.cause, f"{code}: causes.toml has no beginning of it"
        assert told.cure, code
        assert told.source, code
        assert told.effect, code


def test_every_file_of_rules_has_a_heading() -> None:
    assert {rule.subject for rule in rules().values()} == set(SUBJECTS)


def test_every_cause_is_of_some_code() -> None:
    codes = known_codes()
    assert [name for name in causes() if not any(code.startswith(name) for code in codes)] == []


def test_the_longest_beginning_gives_the_cause() -> None:
    assert cause("SIG-DIGEST") == causes()["SIG-DIGEST"]
    assert cause("SIG-FORMAT") == causes()["SIG-"]
    assert cause("REGION-1") == ""


def test_fields_of_a_message_become_dots() -> None:
    assert meaning("localUid [{got}] не UUID") == "localUid «…» не UUID"
    assert meaning("{comment}{record}") == ""


@pytest.mark.parametrize("code", ["sig-digest", " SIG-DIGEST "])
def test_case_and_spaces_do_not_matter(code: str) -> None:
    told = explain(code)
    assert told.code == "SIG-DIGEST"
    assert told.remd is not None
    assert told.remd.id == 42


def test_an_assertion_of_a_pack_is_told_with_its_test() -> None:
    told = explain("SCH-У1-3")
    assert told.rule == "count(templateId) = 1"
    assert "194" in (told.found_in or "")


def test_checks_of_registers_are_told_made_and_not_made() -> None:
    assert "F010" in (explain("Q015-001F.00.0070").rule or "")
    assert explain("001F.00.0070").code == "Q015-001F.00.0070"
    assert "не делает" in explain("Q015-001F.00.0110").meaning
    assert "МЭК" in explain("Q016-003K.00.0570").meaning


def test_a_code_of_remd_names_the_findings_that_lead_to_it() -> None:
    told = explain("NO_DOCUMENT_KIND_ON_DATE")
    assert "REG-KIND-CLOSED" in told.cause
    assert told.remd is not None


def test_an_unknown_code_has_similar_ones() -> None:
    with pytest.raises(UnknownCodeError) as caught:
        explain("SIG-DIGSET")
    assert caught.value.similar[0] == "SIG-DIGEST"


def test_the_command_speaks_json() -> None:
    answer = CliRunner().invoke(app, ["explain", "SIG-DIGEST", "SCH-У1-3", "--json"])
    assert answer.exit_code == 0
    first, second = json.loads(answer.stdout)["codes"]
    assert first["remd"]["code"] == "SIGNATURE_VERIFICATION_ERROR"
    assert second["rule"] == "count(templateId) = 1"


def test_the_command_shows_what_to_do() -> None:
    answer = CliRunner().invoke(app, ["explain", "SIG-DIGEST"])
    assert answer.exit_code == 0
    assert "getDocumentFile" in answer.stdout
    assert "№42" in answer.stdout


def test_the_command_suggests_and_leaves_with_2() -> None:
    answer = CliRunner().invoke(app, ["explain", "SIG-DIGSET"])
    assert answer.exit_code == 2
    assert "SIG-DIGEST" in answer.stderr
