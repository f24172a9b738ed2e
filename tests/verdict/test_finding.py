import pytest

from dopusk.verdict import (
    Evidence,
    Finding,
    Severity,
    UnknownRuleError,
    Where,
    at,
    finding,
    fold,
    rule,
    rules,
    unique,
)


def make(code: str = "X", line: int | None = 1, **changes: object) -> Finding:
    values: dict[str, object] = {
        "code": code,
        "severity": Severity.ERROR,
        "message": "сообщение",
        "evidence": Evidence.PROFILE,
        "source": "источник",
        "where": Where(part="ЭМД", line=line),
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "evidence", "strict", "blocks"),
    [
        (Severity.ERROR, Evidence.PROFILE, False, True),
        (Severity.REMARK, Evidence.PROFILE, False, False),
        (Severity.UNCHECKED, Evidence.PROFILE, False, False),
        (Severity.ERROR, Evidence.CONVENTION, False, False),
        (Severity.ERROR, Evidence.CONVENTION, True, True),
        (Severity.ERROR, Evidence.DERIVED, True, False),
    ],
)
def test_only_a_proven_breach_of_the_profile_blocks(
    severity: Severity, evidence: Evidence, strict: bool, blocks: bool
) -> None:
    assert make(severity=severity, evidence=evidence).blocks(conventions_block=strict) is blocks


def test_dict_and_back() -> None:
    item = make(where=Where(part="ЭМД", file="a.xml", line=3, column=7, xpath="/a/b"), got="1")
    assert Finding.from_dict(item.to_dict()) == item
    assert "expected" not in item.to_dict()


def test_unique_keeps_the_first_of_each_place() -> None:
    one, two = make(line=1), make(line=2)
    assert unique([one, two, make(line=1)]) == [one, two]


def test_fold_counts_what_it_hides() -> None:
    folded = fold([make(line=n) for n in range(10)], keep=3)
    assert [item.count for item in folded] == [1, 1, 8]


def test_at_fills_only_what_is_unknown() -> None:
    (item,) = at([make(where=Where(part="подпись"))], file="a.xml", part="ЭМД")
    assert item.where == Where(part="подпись", file="a.xml")


def test_where_reads_as_a_place() -> None:
    assert str(Where(file="a.xml", line=3, column=7, xpath="/a")) == "a.xml:3:7 /a"
    assert str(Where(part="ЭМД")) == "ЭМД"


def test_finding_takes_its_texts_from_the_rule() -> None:
    row = rule("RETRY-TOO-SOON")
    item = finding("RETRY-TOO-SOON", got=5)
    assert item.message == row.message.format(got=5)
    assert (item.source, item.evidence, item.cure) == (row.source, row.evidence, row.cure)


def test_unknown_rule_is_refused() -> None:
    with pytest.raises(UnknownRuleError):
        finding("NO-SUCH-RULE")


def test_every_rule_is_complete() -> None:
    for row in rules().values():
        assert all((row.title, row.message, row.source, row.cure)), row.code
        assert row.code == row.code.upper()
