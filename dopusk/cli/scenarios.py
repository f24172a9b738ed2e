"""Runs scenarios with pytest: against a live stand, or against the journal of a recorded run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dopusk import suite
from dopusk.catalogue import Catalogue, Condition
from dopusk.declaration.model import Declaration, Variant
from dopusk.extension import Extension, ExtensionError, step_modules
from dopusk.signature import TrustStore
from steps.plugin import Launch, SuitePlugin
from steps.trial import LaunchError, StandError

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


@dataclass(frozen=True, slots=True)
class Selection:
    """Which scenarios are to be judged, and of whom."""

    declaration: Declaration
    variants: Sequence[Variant]
    catalogue: Catalogue
    only: Sequence[str] = ()
    extensions: Sequence[Extension] = ()


def run_scenarios(
    selection: Selection,
    launch: Launch,
    listeners: Sequence[Listener],
    *,
    allure: Path | None = None,
) -> SuitePlugin:
    """Run the scenarios in their circuits; return the plugin that holds what came out.

    `allure` is the folder of results for Allure. Raises LaunchError when there is nothing to run
    or a circuit does not start, StandError when pytest itself fails.
    """
    arguments = ["--disable-plugin-autoload", "--import-mode=importlib"]
    arguments += ["-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "-p", "no:terminal", "-s"]
    arguments += ["-c", str(suite.root() / "features" / "pytest.ini")]
    for module in STEP_MODULES:
        arguments += ["-p", module]
    told = [*listeners]
    plugins: list[object] = []
    if allure is not None:
        from steps.allure_listener import AllureListener

        mirror = AllureListener(selection.catalogue)
        told.append(mirror)
        plugins.append(mirror)
        arguments += ["-p", "allure_pytest.plugin", "--alluredir", str(allure)]
    declared = selection.declaration
    plugin = SuitePlugin(
        selection.variants,
        launch,
        told,
        selection.only,
        _conditions(declared),
        selection.catalogue,
    )
    modules = dict.fromkeys(name for variant in selection.variants for name in FOLDERS[variant])
    if declared.oms:
        modules[OMS_FOLDER] = None
    arguments += [str(suite.root() / "features" / module) for module in modules]
    try:
        own = step_modules(selection.extensions)
    except ExtensionError as error:
        raise LaunchError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="dopusk-") as place:
        arguments += _bindings(selection.extensions, Path(place))
        code = pytest.main(arguments, plugins=[plugin, *plugins, *own])
    if plugin.launch_error is not None:
        raise plugin.launch_error
    if code is pytest.ExitCode.NO_TESTS_COLLECTED:
        raise LaunchError(f"таких сценариев нет: {', '.join(selection.only) or 'ни одного'}")
    if code is pytest.ExitCode.INTERRUPTED and not plugin.results:
        raise KeyboardInterrupt
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise StandError(f"pytest завершился с кодом {int(code)}, сценарии не выполнены")
    return plugin


def trust_of(declaration: Declaration) -> TrustStore:
    """Return what the run trusts: the declared anchors, else the test PKI; raises TrustError."""
    if declaration.trust_anchors:
        return TrustStore.load(declaration.trust_anchors)
    return TrustStore.test_pki()


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
