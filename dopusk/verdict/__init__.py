"""Findings, rules and verdicts: the values that every other part speaks in."""

from dopusk.verdict.finding import Evidence, Finding, Severity, Where, at, fold, unique
from dopusk.verdict.outcome import ExitCode, Verdict, exit_code, run_verdict, worst
from dopusk.verdict.rule import Rule, UnknownRuleError, finding, rule, rules

__all__ = [
    "Evidence",
    "ExitCode",
    "Finding",
    "Rule",
    "Severity",
    "UnknownRuleError",
    "Verdict",
    "Where",
    "at",
    "exit_code",
    "finding",
    "fold",
    "rule",
    "rules",
    "run_verdict",
    "unique",
    "worst",
]
