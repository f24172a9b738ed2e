"""The REST exchange of the running mock against its OpenAPI description."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from remd_bench import Bench
from schemathesis import GenerationMode
from tfoms_client import Client, declared

from dopusk import suite
from dopusk.tfoms.exchange import State

DESCRIPTION = suite.schemas() / "openapi" / "tfoms.yaml"


def described() -> Any:
    return yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_path(DESCRIPTION)
    found = [result.ok() for result in schema.get_all_operations()]
    return [pytest.param(operation, id=operation.label) for operation in found]


def test_the_description_is_valid() -> None:
    validate(described())


def test_states_are_those_of_the_exchange() -> None:
    assert described()["components"]["schemas"]["State"]["enum"] == [*State]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", operations())
def test_the_mock_keeps_to_the_description(
    start: Any, operation: Any, mode: GenerationMode
) -> None:
    if mode is GenerationMode.NEGATIVE and operation.label == "POST /registers":
        pytest.skip("исказить нечего: пакетом могут быть любые байты, о них говорит протокол ФЛК")
    bench: Bench = start(declared_as=declared())
    client = Client(bench)
    client.login()

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        headers = {"Authorization": f"Bearer {client.token}"}
        case.call_and_validate(base_url=client.url, headers=headers)

    check()
    client.session.close()
    assert bench.journal.entries(operation="stand-error") == []
