"""One run from start to printed verdict: results folder, scenarios, reports, exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from dopusk.declaration.model import Declaration, Variant
from dopusk.verdict import ExitCode, Verdict

if TYPE_CHECKING:
    from dopusk.cli.listeners import TerminalListener
    from dopusk.cli.runner import Candidate
    from dopusk.extension import Extension
    from dopusk.masking import People
    from dopusk.signature.credential import Credential
    from dopusk.verdict.expected import Expected
    from dopusk.verdict.result import RunResult

COLOURS = {
    Verdict.PASS: "bold green",
    Verdict.FAIL: "bold red",
    Verdict.SKIP: "bold yellow",
    Verdict.STAND_ERROR: "bold magenta",
}


@dataclass(frozen=True, slots=True)
class Session:
    """What `dopusk run` and `dopusk demo` have in common."""

    declaration: Declaration
    candidate: Candidate
    variants: Sequence[Variant]
    out: Path | None
    listener: TerminalListener
    allure: bool = True
    only: Sequence[str] = ()
    extensions: Sequence[Extension] = ()
    expected: Sequence[Expected] = ()
    """Known failures: they change the exit code only."""
    pdf: bool = True
    evidence: bool = True
    key: Credential | None = None
    """Signs the evidence."""
    mask: bool = True
    """Whether personal data are masked in the reports."""
    mask_evidence: bool = False
    """Whether they are replaced in the evidence, for good."""

    def run(self) -> ExitCode:
        """Run, write the reports, print the verdict; return the exit code."""
        from dopusk.cli.known import conclude
        from dopusk.cli.runner import RunPlan, command_line, execute
        from dopusk.drivers import DriverError
        from dopusk.journal import JournalError
        from steps.trial import LaunchError, StandError

        console = self.listener.console
        out = self.out or Path(f"dopusk-run-{datetime.now():%Y%m%d-%H%M%S}")
        if (out / "journal.sqlite").exists():
            console.print(f"[red]В папке {out} уже есть результаты. Укажите другую: --out[/red]")
            return ExitCode.USAGE
        plan = RunPlan(
            declaration=self.declaration,
            candidate=self.candidate,
            variants=self.variants,
            out=out,
            command=command_line(),
            allure=self.allure,
            only=self.only,
            extensions=self.extensions,
        )
        try:
            result = execute(plan, self.listener)
        except (LaunchError, DriverError, JournalError) as error:
            console.print(f"[red]Прогон не начался: {escape(str(error))}[/red]", soft_wrap=True)
            return ExitCode.USAGE
        except StandError as error:
            console.print(f"[red]Сбой стенда: {escape(str(error))}[/red]", soft_wrap=True)
            return ExitCode.STAND_ERROR
        except KeyboardInterrupt:
            console.print(
                f"\nПрогон прерван, протокола нет. Журнал сохранён: {out / 'journal.sqlite'}"
            )
            return ExitCode.INCOMPLETE
        self._conclude(result, out, console)
        return conclude(result, self.expected, console)

    def _conclude(self, result: RunResult, out: Path, console: Console) -> None:
        written = self._write(result, out, console)
        console.print()
        console.print(f"[{COLOURS[result.verdict]}]{result.verdict.upper()}[/]", highlight=False)
        for line in result.blocking[:10]:
            console.print(f"  • {escape(line)}", highlight=False, soft_wrap=True)
        if len(result.blocking) > 10:
            console.print(f"  … и ещё {len(result.blocking) - 10}, все в протоколе")
        for line in result.remarks:
            console.print(f"  [dim]{escape(line)}[/dim]", highlight=False, soft_wrap=True)
        for what, name in (("Протокол", "report.html"), ("Улики", "evidence.zip")):
            if out / name in written:
                console.print(f"{what}: {out / name}", markup=False, soft_wrap=True)

    def _write(self, result: RunResult, out: Path, console: Console) -> list[Path]:
        """Write the reports and the evidence; tell what could not be written."""
        import reports
        from dopusk.cli.packing import NAME, pack_run
        from dopusk.evidence.archive import EvidenceError
        from dopusk.journal import JournalError
        from reports.pdf import PdfError

        report = self._report(result, out)
        # Typesetting holds no lock of the interpreter: it runs beside the other reports.
        with ThreadPoolExecutor(1) as beside:
            pdf = beside.submit(reports.write, report, out, ("pdf",)) if self.pdf else None
            written = list(reports.write(report, out, reports.USUAL).values())
            try:
                written += pdf.result().values() if pdf else ()
            except PdfError as error:
                console.print(f"PDF не составлен: {error}", style="yellow", markup=False)
        if self.evidence:
            try:
                pack_run(
                    out,
                    result,
                    self.declaration,
                    written,
                    extensions=self.extensions,
                    credential=self.key,
                    hidden=self._hidden(out, report),
                )
            except (EvidenceError, JournalError, OSError) as error:
                console.print(f"Улики не записаны: {error}", style="yellow", markup=False)
            else:
                written.append(out / NAME)
        return written

    def _report(self, result: RunResult, out: Path) -> dict[str, Any]:
        """Return the report as it is written; with masking the files of Allure are masked, too."""
        from dopusk.cli.masking import mask_allure, run_masker
        from reports import json_report
        from reports.masked import mask_report

        report = json_report.dump(result)
        if not self.mask:
            return report
        masker = run_masker(out, report, self.declaration.staff)
        mask_allure(out / "allure-results", masker)
        return mask_report(report, masker)

    def _hidden(self, out: Path, report: Mapping[str, Any]) -> People | None:
        """Return whose values are replaced in the evidence."""
        from dopusk.cli.masking import run_people

        return run_people(out, report, self.declaration.staff) if self.mask_evidence else None
