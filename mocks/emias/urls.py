"""Routes of the mock ГИС ЕМИАС МО."""

from __future__ import annotations

from flask import Blueprint

from mocks.emias.models import Emias
from mocks.emias.responses import EmiasResponses
from mocks.relay.urls import routes

PREFIX = "/emias"
EMDR = "/emias/emdr"
"""Where a МИС sends documents."""
CALLBACK = "/emias/emdr/callback"
"""Where the systems behind it ask for files and send results."""


def blueprint(service: Emias) -> Blueprint:
    """Return the routes of one mock ГИС ЕМИАС МО."""
    return routes("emias", EmiasResponses(service))
