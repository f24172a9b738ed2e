"""Transport of the mock ГИС субъекта."""

from __future__ import annotations

from mocks.relay.responses import RelayResponses


class GisResponses(RelayResponses):
    """Views of the mock ГИС субъекта: those of every relay."""
