"""Puts a run together: journal, stand, driver, scenarios, result."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

import pytest

from dopusk import suite
from dopusk.catalogue import Condition
from dopusk.cli.listeners import TerminalListener
from dopusk.cli.outcome import RunRules, assemble
from dopusk.clock import Clock
from dopusk.declaration.connection import DIRECT
from dopusk.declaration.model import Declaration, OmsTerritory, Variant
from dopusk.drivers import Driver, DriverError, JournaledDriver, ResetOptions
from dopusk.extension import (
    Extension,
    ExtensionError,
    check_scenarios,
    profile_file,
    step_modules,
    whole_catalogue,
    wire_profile,
)
from dopusk.journal import Journal
from dopusk.signature import TrustStore
from dopusk.tfoms.exchange import PASSWORD
from dopusk.verdict.result import RunResult
from dopusk.wire.profile import ProfileError
from fixtures.reference_mis import with_training
from mocks.stand import Stand, StandStartError
from steps.plugin import SuitePlugin
from steps.trial import CurrentScenario, LaunchError, Run, StandError

if TYPE_CHECKING:
    from steps.recorder import Listener

STEP_MODULES = (
    "steps.preparation",
    "steps.actions",
    "steps.registration",
    "steps.document",
    "steps.signatures",
    "steps.callbacks",
    "steps.reactions",
    "steps.retries",
    "steps.orders",
    "steps.path",
    "steps.emias",
    "steps.workplace",
    "steps.stages",
    "steps.organizations",
    "steps.ticket",
    "steps.policies",
    "steps.registers",
    "steps.protocols",
    "steps.payments",
)
"""Modules whose steps every scenario may use."""

FOLDERS = {
    Variant.FED_1: ("test_federal.py", "test_common.py"),
    Variant.FED_2: ("test_federal.py", "test_common.py"),
    Variant.FED_3: ("test_federal.py", "test_common.py"),
    Variant.FED_4: ("test_federal.py", "test_common.py"),
    Variant.MO_1: ("test_moscow_region.py", "test_common.py"),
    Variant.MO_2: ("test_moscow_region.py",),
    Variant.MO_3: ("test_moscow_region.py", "test_common.py"),
}
"""Where the scenarios of each variant are bound (features/)."""
OMS_FOLDER = "test_tfoms.py"
"""Where those of the overlay +oms are, which lies on every variant."""


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
    rules = _rules(plan)
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
        },
    )
    with journal:
        plugin = _run_scenarios(plan, rules, journal, clock, listener)
        if plugin.launch_error is not None:
            raise plugin.launch_error
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
            rules=rules,
        )


def _rules(plan: RunPlan) -> RunRules:
    """Return the rules of the run; raises LaunchError where an extension cannot be used."""
    try:
        catalogue = whole_catalogue(plan.extensions)
        check_scenarios(plan.extensions, catalogue)
        file = profile_file(plan.declaration.wire_profile, plan.extensions)
        return RunRules(catalogue, wire_profile(file), file)
    except (ExtensionError, ProfileError) as error:
        raise LaunchError(str(error)) from error


def _run_scenarios(
    plan: RunPlan, rules: RunRules, journal: Journal, clock: Clock, listener: TerminalListener
) -> SuitePlugin:
    @contextmanager
    def launch(variant: Variant) -> Iterator[Run]:
        with _circuit(plan, rules, variant, journal, clock, listener) as run:
            yield run

    listeners: list[Listener] = [listener]
    arguments = ["--disable-plugin-autoload", "--import-mode=importlib"]
    arguments += ["-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "-p", "no:terminal", "-s"]
    arguments += ["-c", str(suite.root() / "features" / "pytest.ini")]
    for module in STEP_MODULES:
        arguments += ["-p", module]
    if plan.allure:
        from steps.allure_listener import AllureListener

        listeners.append(AllureListener())
        arguments += ["-p", "allure_pytest.plugin", "--alluredir", str(plan.out / "allure-results")]
    met = _conditions(plan.declaration)
    plugin = SuitePlugin(plan.variants, launch, listeners, plan.only, met, rules.catalogue)
    modules = dict.fromkeys(name for variant in plan.variants for name in FOLDERS[variant])
    if plan.declaration.oms:
        modules[OMS_FOLDER] = None
    arguments += [str(suite.root() / "features" / module) for module in modules]
    try:
        own = step_modules(plan.extensions)
    except ExtensionError as error:
        raise LaunchError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="dopusk-") as place:
        arguments += _bindings(plan.extensions, Path(place))
        code = pytest.main(arguments, plugins=[plugin, *own])
    if code is pytest.ExitCode.NO_TESTS_COLLECTED:
        raise LaunchError(f"таких сценариев нет: {', '.join(plan.only) or 'ни одного'}")
    if code is pytest.ExitCode.INTERRUPTED and plugin.launch_error is None:
        raise KeyboardInterrupt
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise StandError(f"pytest завершился с кодом {int(code)}, сценарии не выполнены")
    return plugin


def _bindings(extensions: Sequence[Extension], place: Path) -> Iterator[str]:
    """Write a module for each folder of foreign features that binds them; yields their paths."""
    for number, extension in enumerate(extensions, 1):
        if extension.features is not None:
            module = place / f"test_extension_{number}.py"
            module.write_text(
                f"from pytest_bdd import scenarios\n\nscenarios({str(extension.features)!r})\n",
                encoding="utf-8",
            )
            yield str(module)


def _conditions(declaration: Declaration) -> set[Condition]:
    """Return the conditions under which conditional scenarios run."""
    met = {
        Condition.OMS: bool(declaration.oms_territories),
        Condition.IPS: declaration.via_ips,
        Condition.SEVERAL_MO: len(declaration.organizations) > 1,
    }
    return {condition for condition, holds in met.items() if holds}


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
            _reset(driver, declaration, variant, stand)
            yield Run(
                declaration=declaration,
                variant=variant,
                journal=journal,
                clock=clock,
                driver=driver,
                watcher=listener,
                current=current,
                trust=_trust(declaration),
                entry_url=stand.entry_url,
                addresses=stand.addresses,
                profile=rules.profile,
                circuit=stand,
            )
        finally:
            stand.stop()


def _trust(declaration: Declaration) -> TrustStore:
    if declaration.trust_anchors:
        return TrustStore.load(declaration.trust_anchors)
    return TrustStore.test_pki()


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
