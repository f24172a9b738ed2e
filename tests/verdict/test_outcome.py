import pytest

from dopusk.verdict import ExitCode, Verdict, exit_code, run_verdict, worst


@pytest.mark.parametrize(
    ("verdicts", "decides"),
    [
        ([], Verdict.SKIP),
        ([Verdict.PASS], Verdict.PASS),
        ([Verdict.PASS, Verdict.REMARK], Verdict.REMARK),
        ([Verdict.PASS, Verdict.SKIP], Verdict.SKIP),
        ([Verdict.SKIP, Verdict.STAND_ERROR], Verdict.STAND_ERROR),
        ([Verdict.STAND_ERROR, Verdict.FAIL], Verdict.FAIL),
        ([Verdict.NOT_APPLICABLE, Verdict.ATTESTED], Verdict.ATTESTED),
    ],
)
def test_worst(verdicts: list[Verdict], decides: Verdict) -> None:
    assert worst(verdicts) is decides


@pytest.mark.parametrize(
    ("verdicts", "verdict", "code"),
    [
        ([Verdict.PASS, Verdict.REMARK], Verdict.PASS, ExitCode.CONFORMANT),
        ([Verdict.NOT_APPLICABLE], Verdict.PASS, ExitCode.CONFORMANT),
        ([Verdict.PASS, Verdict.FAIL], Verdict.FAIL, ExitCode.NOT_CONFORMANT),
        ([Verdict.PASS, Verdict.STAND_ERROR], Verdict.STAND_ERROR, ExitCode.STAND_ERROR),
        ([Verdict.PASS, Verdict.SKIP], Verdict.SKIP, ExitCode.INCOMPLETE),
        ([], Verdict.SKIP, ExitCode.INCOMPLETE),
    ],
)
def test_run(verdicts: list[Verdict], verdict: Verdict, code: ExitCode) -> None:
    assert run_verdict(verdicts) is verdict
    assert exit_code(run_verdict(verdicts)) is code
