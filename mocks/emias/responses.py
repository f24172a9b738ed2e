"""Transport of the mock ГИС ЕМИАС МО."""

from __future__ import annotations

from mocks.relay.responses import RelayResponses


class EmiasResponses(RelayResponses):
    """Views of the mock ГИС ЕМИАС МО: those of every relay."""
