"""Every scenario is seen to fail on a defect of the reference МИС."""

from __future__ import annotations

import pytest
from commands import QUICK, Command

from dopusk.catalogue import discover
from fixtures.reference_mis.defects.witnesses import witnesses


@pytest.mark.parametrize("scenario", witnesses())
def test_every_scenario_fails_on_its_defect(dopusk: Command, scenario: str) -> None:
    name = witnesses()[scenario]
    variant = next(item.variants[0] for item in discover() if item.id == scenario)
    slug = scenario.rsplit("/", 1)[-1]
    options = ("--variant", variant, "--scenario", slug, "--defect", name, *QUICK)
    done = dopusk("demo", *options)
    verdicts = {item["id"]: item["verdict"] for item in done.report["scenarios"]}
    assert verdicts[f"{variant}/{scenario}"] == "не соответствует", done.text
    assert done.code == 1
