"""What the mock ГИС субъекта answers instead of a result."""

from __future__ import annotations

from mocks.relay.exceptions import RelayError


class GisError(RelayError):
    """ГИС субъекта refuses by itself, before anybody behind it has seen the document."""
