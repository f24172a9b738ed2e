"""Rules of the mock ГИС субъекта."""

from __future__ import annotations

from mocks.gis.exceptions import GisError
from mocks.relay.models import Relay


class Gis(Relay):
    """Passes documents of a МИС on to РЭМД; what Иная ИС brings stays here."""

    label = "ГИС субъекта"
    refusal = GisError
