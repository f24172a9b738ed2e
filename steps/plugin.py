"""pytest plugin of a candidate's run: fixtures `run` and `trial`, results, selection by variant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from pytest_bdd.parser import Feature, Scenario, Step
from pytest_bdd.scenario import scenario_wrapper_template_registry

from dopusk.catalogue import Catalogue, Condition
from dopusk.declaration.model import Variant
from dopusk.journal import Draft, Entry, Phase
from dopusk.verdict import Verdict
from dopusk.verdict.result import ScenarioResult
from steps.recorder import Listener, PlannedStep, Recorder
from steps.trial import LaunchError, Run, Trial
from steps.view import View

KEYWORDS = {"given": "Дано", "when": "Когда", "then": "Тогда"}


class ConformityError(AssertionError):
    """A scenario did not pass; pytest shows its findings."""


Launch = Callable[[Variant], AbstractContextManager[Run]]
"""Starts the circuit of a variant; may raise LaunchError."""


class SuitePlugin:
    """Runs the scenarios of the chosen variants and collects their results."""

    def __init__(
        self,
        variants: Sequence[Variant],
        launch: Launch,
        listeners: Sequence[Listener] = (),
        only: Sequence[str] = (),
        conditions: Collection[Condition] = (),
        catalogue: Catalogue | None = None,
    ) -> None:
        self.variants = tuple(variants)
        self.launch = launch
        self.listeners = tuple(listeners)
        self.only = frozenset(only)
        self.conditions = frozenset(conditions)
        self.launch_error: LaunchError | None = None
        self._recorders: dict[str, Recorder] = {}
        self._results: dict[str, ScenarioResult] = {}
        self._catalogue = catalogue or Catalogue.load()
        self.left_out: dict[str, frozenset[str]] = {}
        """Scenarios of the chosen variants that `only` leaves out, with their requirements."""
        self._chosen: dict[str, frozenset[str]] = {}

    @property
    def unfinished(self) -> dict[str, frozenset[str]]:
        """Return the chosen scenarios without a result, with their requirements.

        There are such when the run was cut short, or a recorded one knows them not.
        """
        done = {item.id for item in self._results.values()}
        return {name: bound for name, bound in self._chosen.items() if name not in done}

    @property
    def results(self) -> tuple[ScenarioResult, ...]:
        """Return the results so far, in the order in which the scenarios ran."""
        return tuple(self._results.values())

    def pytest_bdd_apply_tag(self, tag: str, function: object) -> bool:
        """Keep tags out of pytest's markers: they name requirements and variants."""
        return True

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each scenario once for every chosen variant that its tags name.

        A scenario tagged with a condition («@ips») runs only when the condition holds.
        """
        template = scenario_wrapper_template_registry.get(metafunc.function)
        if template is None or "variant" not in metafunc.fixturenames:
            return
        tags = template.tags | template.feature.tags
        holds = tags.isdisjoint(set(Condition) - self.conditions)
        chosen = [variant for variant in self.variants if holds and variant.value in tags]
        metafunc.parametrize("variant", chosen, ids=[v.value for v in chosen], scope="session")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out scenarios of other variants and those that were not asked for."""
        chosen: list[pytest.Item] = []
        for item in items:
            if not isinstance(item, pytest.Function):
                continue
            variant = _variant(item)
            if not isinstance(variant, Variant):
                continue
            template = scenario_wrapper_template_registry[item.function]
            tags = template.tags | template.feature.tags
            bound = frozenset(tag for tag in tags if self._binds(tag, variant))
            if self.only and _slug(item) not in self.only:
                self.left_out[_scenario_id(item, variant)] = bound
                continue
            self._chosen[_scenario_id(item, variant)] = bound
            chosen.append(item)
        items[:] = chosen

    @pytest.fixture(scope="session")
    def run(self, variant: Variant) -> Iterator[Run]:
        """Start the circuit of this variant: stand, candidate's driver, journal."""
        try:
            with self.launch(variant) as run:
                yield run
        except LaunchError as error:
            self.launch_error = error
            pytest.exit(str(error), returncode=2)

    @pytest.fixture(autouse=True)
    def trial(self, request: pytest.FixtureRequest, run: Run) -> Iterator[Trial]:
        """Give the scenario its own view of the journal and clear the fault plan after it."""
        name = _scenario_id(request.node, run.variant)
        begin = _begin(run, name)
        trial = Trial(
            id=name,
            run=run,
            view=View(
                journal=run.journal,
                begin=begin.seq,
                watcher=run.watcher,
                wait_seconds=run.declaration.stand.wait,
            ),
            serial=f"{begin.seq:06d}",
        )
        run.current.id = name
        yield trial
        run.current.id = None
        if run.circuit is not None:
            run.circuit.clear_plan()

    def pytest_bdd_before_scenario(
        self, request: pytest.FixtureRequest, feature: Feature, scenario: Scenario
    ) -> None:
        """Open a recorder for the scenario."""
        tags = scenario.tags | feature.tags
        trial: Trial = request.getfixturevalue("trial")
        recorder = Recorder(
            trial=trial,
            name=scenario.name,
            feature=feature.name or feature.rel_filename.replace("\\", "/"),
            requirements=tuple(sorted(tag for tag in tags if self._binds(tag, trial.run.variant))),
            planned=_planned(scenario),
            listeners=self.listeners,
        )
        self._recorders[request.node.nodeid] = recorder
        recorder.begins()

    def _binds(self, tag: str, variant: Variant) -> bool:
        """Tell whether a tag is a requirement of this variant: scenarios may serve several."""
        requirement = self._catalogue.requirement(tag)
        return requirement is not None and variant in requirement.variants

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest, step: Step) -> None:
        """Open the step."""
        self._recorders[request.node.nodeid].step_begins()

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest, step: Step) -> None:
        """Close the step."""
        self._recorders[request.node.nodeid].step_ends()

    def pytest_bdd_step_error(
        self, request: pytest.FixtureRequest, step: Step, exception: Exception
    ) -> None:
        """Close the step that gave up."""
        self._recorders[request.node.nodeid].step_ends(exception)

    def pytest_bdd_step_func_lookup_error(
        self, request: pytest.FixtureRequest, step: Step, exception: Exception
    ) -> None:
        """Close a step for which no definition exists: the suite is at fault."""
        recorder = self._recorders[request.node.nodeid]
        recorder.step_begins()
        recorder.step_ends(exception)

    def pytest_bdd_after_scenario(self, request: pytest.FixtureRequest) -> None:
        """Close the scenario and keep its result."""
        node = request.node.nodeid
        recorder = self._recorders[node]
        self._results[node] = recorder.finish()
        recorder.tell(self._results[node])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a scenario whose circuit could not be set up as a stand error."""
        if report.when == "setup" and report.failed and self.launch_error is None:
            self._results[report.nodeid] = _not_started(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let pytest, and so allure, see the scenario's verdict."""
        outcome = yield
        if item.nodeid in self._results:
            _raise_for(self._results[item.nodeid])
        return outcome


def _variant(item: pytest.Function) -> object:
    """Return the variant with which pytest parametrised the item; absent for an empty choice."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("variant")


def _raise_for(result: ScenarioResult) -> None:
    if result.verdict is Verdict.FAIL:
        raise ConformityError("\n".join(f"{f.code}: {f.message}" for f in result.findings))
    if result.verdict is Verdict.SKIP:
        pytest.skip("не проверено: " + "; ".join(f.message for f in result.findings))


def _not_started(report: pytest.TestReport) -> ScenarioResult:
    return ScenarioResult(
        id=report.nodeid,
        name=report.nodeid.rsplit("::", 1)[-1],
        feature=report.nodeid.split("::", 1)[0],
        variant="",
        requirements=(),
        verdict=Verdict.STAND_ERROR,
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        seconds=round(report.duration, 3),
        steps=(),
        note=f"Стенд не запустился: {_last_error(report.longreprtext)}",
    )


def _last_error(traceback: str) -> str:
    errors = [line[2:].strip() for line in traceback.splitlines() if line.startswith("E ")]
    return errors[-1] if errors else traceback.strip().splitlines()[-1]


def _planned(scenario: Scenario) -> tuple[PlannedStep, ...]:
    planned: list[PlannedStep] = []
    for step in scenario.steps:
        keyword = KEYWORDS.get(step.type, step.keyword)
        if planned and step.keyword.strip() in {"И", "Но", "А", "*"}:
            keyword = step.keyword.strip()
        planned.append(PlannedStep(keyword, step.name))
    return tuple(planned)


def _scenario_id(item: pytest.Function, variant: Variant) -> str:
    feature = scenario_wrapper_template_registry[item.function].feature
    stem = feature.filename.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".feature")
    return f"{variant.value}/{stem}/{_slug(item)}"


def _slug(item: pytest.Function) -> str:
    """Return the tag `@id:…` of a scenario without its prefix, its name when it has none."""
    template = scenario_wrapper_template_registry[item.function]
    tags = [tag for tag in sorted(template.tags) if tag.startswith("id:")]
    return tags[0].removeprefix("id:") if tags else template.name


def _begin(run: Run, scenario: str) -> Entry:
    if run.recorded:
        marks = run.journal.entries(actor="runner", operation="scenario-begin", scenario=scenario)
        ended = run.marks.get(scenario)
        if not marks or ended is None or ended.end is None:
            pytest.skip(f"в журнале нет целого сценария {scenario}")
        return marks[0]
    return run.journal.append(
        Draft(phase=Phase.EVENT, actor="runner", operation="scenario-begin", scenario=scenario)
    )
