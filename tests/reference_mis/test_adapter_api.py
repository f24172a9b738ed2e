"""The adapter API of the running reference МИС against its OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from dopusk import suite
from dopusk.cases import Address, Coded, ControlCase, Employer, Exam, Facility, Person, Signer
from fixtures.reference_mis import ReferenceMis, demo_declaration

DESCRIPTION = suite.schemas() / "openapi" / "mis-adapter.yaml"


@pytest.fixture(scope="module")
def mis() -> Iterator[ReferenceMis]:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        yield mis


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_path(DESCRIPTION)
    found = [result.ok() for result in schema.get_all_operations()]
    # A made-up address would be called for real; probe has tests of its own.
    return [operation for operation in found if operation.path != "/probe"]


def test_the_description_is_valid() -> None:
    validate(yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8")))


def modes() -> list[Any]:
    """Return every operation with good data and, where it takes any, with bad data."""
    return [
        pytest.param(operation, mode, id=f"{operation.label}-{mode.value}")
        for operation in operations()
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or operation.body or operation.path_parameters
    ]


@pytest.mark.parametrize(("operation", "mode"), modes())
def test_the_reference_mis_keeps_to_the_description(
    mis: ReferenceMis, operation: Any, mode: GenerationMode
) -> None:
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=mis.url)

    check()


def test_the_example_is_a_control_example() -> None:
    described = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    example = described["components"]["examples"]["Submit"]["value"]["case"]
    assert ControlCase.from_json(example).to_json() == example
    assert set(example) == set(described["components"]["schemas"]["ControlCase"]["properties"])


def test_every_field_of_a_case_is_described() -> None:
    described = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))["components"]["schemas"]
    for kind in (ControlCase, Person, Signer, Employer, Exam, Facility, Address, Coded):
        assert {item.name for item in fields(kind)} == set(described[kind.__name__]["properties"])
