"""Routes of the mock ФЕРЗЛ."""

from __future__ import annotations

from flask import Blueprint

from mocks.ferzl.models import Ferzl
from mocks.ferzl.responses import FerzlResponses

PREFIX = "/ferzl"
SERVICE = "/ferzl/mpiPersonInfoServiceWs"
"""Where a МИС asks about policies."""


def blueprint(ferzl: Ferzl) -> Blueprint:
    """Return the routes of the mock ФЕРЗЛ."""
    views = FerzlResponses(ferzl)
    routes = Blueprint("ferzl", __name__)
    routes.add_url_rule(SERVICE, "service", views.service, methods=["POST"])
    routes.add_url_rule(SERVICE, "wsdl", views.wsdl, methods=["GET"])
    return routes
