"""What the mock Иная ИС answers instead of a result."""

from __future__ import annotations

from mocks.relay.exceptions import RelayError


class OtherIsError(RelayError):
    """Иная ИС refuses by itself, before anybody behind it has seen the document."""
