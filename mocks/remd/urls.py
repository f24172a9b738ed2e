"""Routes of the mock РЭМД."""

from __future__ import annotations

from flask import Blueprint

from mocks.remd.models import Remd
from mocks.remd.responses import RemdResponses

PREFIX = "/remd"
EMDR = "/remd/emdr"


def blueprint(remd: Remd) -> Blueprint:
    """Return the routes of one mock РЭМД."""
    views = RemdResponses(remd)
    routes = Blueprint("remd", __name__)
    routes.add_url_rule(EMDR, "emdr", views.emdr, methods=["POST"])
    routes.add_url_rule(EMDR, "wsdl", views.wsdl, methods=["GET"])
    return routes
