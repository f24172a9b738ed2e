"""Puts a run together: journal, stand, driver, scenarios, result."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from dopusk.cli.listeners import TerminalListener
from dopusk.cli.outcome import RunRules, assemble
from dopusk.cli.scenarios import Selection, run_scenarios, trust_of
from dopusk.clock import Clock
from dopusk.declaration.connection import DIRECT
from dopusk.declaration.model import Declaration, OmsTerritory, Variant
from dopusk.drivers import Driver, DriverError, JournaledDriver, ResetOptions
from dopusk.evidence.fingerprints import fingerprints
from dopusk.evidence.record import RecordedCircuit, record_circuit, record_plan
from dopusk.extension import (
    Extension,
    ExtensionError,
    check_scenarios,
    profile_file,
    whole_catalogue,
    wire_profile,
)
from dopusk.journal import Journal
from dopusk.tfoms.exchange import PASSWORD
from dopusk.verdict.result import RunResult
from dopusk.wire.profile import ProfileError
from fixtures.reference_mis import with_training
from mocks.stand import Stand, StandStartError
from steps.trial import CurrentScenario, LaunchError, Run


class Candidate(Protocol):
    """Whom the run is about."""

    def open(self, variant: Variant) -> AbstractContextManager[tuple[Declaration, Driver]]:
        """Make the МИС ready for a variant; yields its declaration and its driver."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What is to be run and where the results go."""

    declaration: Declaration
    candidate: Candidate
    variants: Sequence[Variant]
    out: Path
    command: str
    allure: bool = True
    only: Sequence[str] = ()
    """Ids of scenarios, without variant and feature; empty means all."""
    extensions: Sequence[Extension] = ()
    """What a region or a vendor adds."""


def execute(plan: RunPlan, listener: TerminalListener) -> RunResult:
    """Run the scenarios of the plan's variants and return the result.

    The journal stays in `plan.out` as journal.sqlite. Raises LaunchError when the run cannot
    start, StandError when the scenarios cannot be run, JournalError when the journal cannot be
    written.
    """
    rules = rules_of(plan.declaration.wire_profile, plan.extensions)
    started = datetime.now(UTC)
    clock = Clock.at(plan.declaration.as_of)
    run_id = f"{started:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"
    plan.out.mkdir(parents=True, exist_ok=True)
    journal = Journal.create(
        plan.out / "journal.sqlite",
        clock=clock,
        run={
            "id": run_id,
            "command": plan.command,
            "variants": [variant.value for variant in plan.variants],
            "as_of": clock.today().isoformat(),
            "time_scale": plan.declaration.stand.time_scale,
            "started": started.isoformat(),
            "fingerprints": fingerprints(plan.extensions, rules.profile_file),
        },
    )

    @contextmanager
    def launch(variant: Variant) -> Iterator[Run]:
        with _circuit(plan, rules, variant, journal, clock, listener) as run:
            yield run

    with journal:
        record_plan(journal, plan.declaration, plan.variants, plan.only)
        plugin = run_scenarios(
            Selection(plan.declaration, plan.variants, rules.catalogue, plan.only, plan.extensions),
            launch,
            [listener],
            allure=plan.out / "allure-results" if plan.allure else None,
        )
        return assemble(
            run_id=run_id,
            started=started,
            declaration=plan.declaration,
            variants=plan.variants,
            command=plan.command,
            clock=clock,
            journal=journal,
            scenarios=plugin.results,
            left_out=plugin.left_out,
            unfinished=plugin.unfinished,
            rules=rules,
        )


def rules_of(declared_profile: Path | None, extensions: Sequence[Extension]) -> RunRules:
    """Return the rules of a run; raises LaunchError where an extension cannot be used."""
    try:
        catalogue = whole_catalogue(extensions)
        check_scenarios(extensions, catalogue)
        file = profile_file(declared_profile, extensions)
        return RunRules(catalogue, wire_profile(file), file)
    except (ExtensionError, ProfileError) as error:
        raise LaunchError(str(error)) from error


@contextmanager
def _circuit(
    plan: RunPlan,
    rules: RunRules,
    variant: Variant,
    journal: Journal,
    clock: Clock,
    listener: TerminalListener,
) -> Iterator[Run]:
    with plan.candidate.open(variant) as (declared, raw_driver):
        declaration = replace(declared, via_ips=declared.via_ips and variant in DIRECT)
        current = CurrentScenario()
        driver = JournaledDriver(raw_driver, journal, lambda: current.id)
        stand = Stand(
            with_training(declaration) if variant is Variant.MO_2 else declaration,
            journal,
            clock,
            variant=variant,
            scenario_source=lambda: current.id,
            profile=rules.profile,
        )
        try:
            stand.start()
        except StandStartError as error:
            raise LaunchError(str(error)) from error
        try:
            record_circuit(
                journal,
                variant,
                RecordedCircuit(declaration, stand.entry_url, stand.addresses, raw_driver.name),
            )
            _reset(driver, declaration, variant, stand)
            yield Run(
                declaration=declaration,
                variant=variant,
                journal=journal,
                clock=clock,
                driver=driver,
                watcher=listener,
                current=current,
                trust=trust_of(declaration),
                entry_url=stand.entry_url,
                addresses=stand.addresses,
                profile=rules.profile,
                circuit=stand,
            )
        finally:
            stand.stop()


def _reset(driver: Driver, declaration: Declaration, variant: Variant, stand: Stand) -> None:
    try:
        driver.reset(
            ResetOptions(
                as_of=declaration.as_of,
                time_scale=declaration.stand.time_scale,
                variant=variant.value,
                endpoints=stand.addresses,
                oms=tuple(_access(place, stand) for place in declaration.oms),
            )
        )
    except DriverError as error:
        if variant is Variant.MO_2:
            return  # The MO works in ЕМИАС and need not have a МИС.
        raise LaunchError(
            f"МИС не отвечает стенду через драйвер {driver.name}: {error}. "
            "Проверьте связь командой dopusk doctor mis.toml"
        ) from error


def _access(place: OmsTerritory, stand: Stand) -> dict[str, str | None]:
    """Return how the МИС comes to the ТФОМС of a territory, and to ФЕРЗЛ (`token`)."""
    return {
        "okato": place.okato,
        "moCode": place.mo_code,
        "transport": place.transport,
        "login": place.login,
        "password": PASSWORD,
        "folder": str(place.folder) if place.folder else None,
        "token": stand.ferzl.token,
    }


def command_line() -> str:
    """Return the command as it was typed, for the report."""
    import shlex

    return shlex.join(["dopusk", *sys.argv[1:]])
