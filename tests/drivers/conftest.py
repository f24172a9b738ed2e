from __future__ import annotations

import pytest

from dopusk.cases import ControlCase
from dopusk.clock import Clock
from fixtures.cases import for_declaration
from fixtures.reference_mis import demo_declaration


@pytest.fixture(scope="session")
def case() -> ControlCase:
    declared = demo_declaration()
    return for_declaration("fit", declared, now=Clock.at(declared.as_of).now(), serial="1")
