"""Rules of the mock Иная ИС."""

from __future__ import annotations

from mocks.other_is.exceptions import OtherIsError
from mocks.relay.models import Relay

FEDERAL = "federal"
"""Mark of the results of РЭМД (schemas/other_is/README.md)."""


class OtherIs(Relay):
    """Passes each document on to РЭМД and to ГИС субъекта and brings both results."""

    label = "Иная ИС"
    refusal = OtherIsError
