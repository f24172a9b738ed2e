"""Routes of the mock Иная ИС."""

from __future__ import annotations

from flask import Blueprint

from mocks.other_is.models import OtherIs
from mocks.other_is.responses import OtherIsResponses
from mocks.relay.urls import routes

PREFIX = "/other_is"
EMDR = "/other_is/emdr"
"""Where a МИС sends documents."""
CALLBACK = "/other_is/emdr/callback"
"""Where the systems behind it ask for files and send results."""


def blueprint(service: OtherIs) -> Blueprint:
    """Return the routes of one mock Иная ИС."""
    return routes("other_is", OtherIsResponses(service))
