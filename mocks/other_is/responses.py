"""Transport of the mock Иная ИС."""

from __future__ import annotations

from mocks.relay.responses import RelayResponses


class OtherIsResponses(RelayResponses):
    """Views of the mock Иная ИС: those of every relay."""
