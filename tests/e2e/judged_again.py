"""Judges the ОМС scenarios of a recorded run again: `python judged_again.py OUT`.

Prints a JSON object: id of the scenario → verdict and codes of its findings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dopusk import suite
from dopusk.catalogue import Condition
from dopusk.cli.scenarios import OMS_FOLDER, STEP_MODULES
from dopusk.clock import Clock
from dopusk.declaration.model import Variant
from dopusk.drivers import ReplayDriver
from dopusk.journal import Journal
from dopusk.signature import TrustStore
from dopusk.wire.profile import default_profile
from fixtures.reference_mis import demo_declaration
from steps.plugin import SuitePlugin
from steps.trial import CurrentScenario, Run


class Silent:
    """Told what a scenario waits for: a recorded one waits for nothing."""

    def waiting(self, what: str, seconds_left: float) -> None:
        raise AssertionError(f"a recorded run waits for {what}")


def judged(out: Path) -> dict[str, tuple[str, list[str]]]:
    """Return verdict and codes of each ОМС scenario of a run of fed-3."""
    declared = demo_declaration(oms=True)
    with Journal.open(out / "journal.sqlite") as journal:

        @contextmanager
        def launch(variant: Variant) -> Iterator[Run]:
            current = CurrentScenario()
            yield Run(
                declaration=declared,
                variant=variant,
                journal=journal,
                clock=Clock.at(declared.as_of),
                driver=ReplayDriver(journal.entries(), lambda: current.id),
                watcher=Silent(),
                current=current,
                trust=TrustStore.test_pki(),
                entry_url="",
                addresses={},
                profile=default_profile(),
                circuit=None,
            )

        plugin = SuitePlugin([Variant.FED_3], launch, conditions={Condition.OMS})
        features = suite.root() / "features"
        arguments = ["--disable-plugin-autoload", "--import-mode=importlib", "-s"]
        arguments += ["-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "-p", "no:terminal"]
        for module in STEP_MODULES:
            arguments += ["-p", module]
        settings = ["-c", str(features / "pytest.ini"), str(features / OMS_FOLDER)]
        pytest.main([*arguments, *settings], plugins=[plugin])
        return {
            item.id: (item.verdict.value, [finding.code for finding in item.findings])
            for item in plugin.results
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(judged(Path(sys.argv[1]))))
