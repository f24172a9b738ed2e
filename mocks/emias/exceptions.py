"""What the mock ГИС ЕМИАС МО answers instead of a result."""

from __future__ import annotations

from mocks.relay.exceptions import RelayError


class EmiasError(RelayError):
    """ГИС ЕМИАС МО refuses by itself, before anybody behind it has seen the document."""
