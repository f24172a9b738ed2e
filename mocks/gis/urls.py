"""Routes of the mock ГИС субъекта."""

from __future__ import annotations

from flask import Blueprint

from mocks.gis.models import Gis
from mocks.gis.responses import GisResponses
from mocks.relay.urls import routes

PREFIX = "/gis"
EMDR = "/gis/emdr"
"""Where a МИС sends documents."""
CALLBACK = "/gis/emdr/callback"
"""Where the systems behind it ask for files and send results."""


def blueprint(service: Gis) -> Blueprint:
    """Return the routes of one mock ГИС субъекта."""
    return routes("gis", GisResponses(service))
