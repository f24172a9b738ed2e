"""Routes of the mocks ТФОМС of a stand."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from dopusk.clock import Clock
from mocks.tfoms.exceptions import TfomsError
from mocks.tfoms.models import Tfoms
from mocks.tfoms.responses import RestResponses, SoapResponses, refuse

PREFIX = "/tfoms"


def blueprint(services: Mapping[str, Tfoms], clock: Clock) -> Blueprint:
    """Return the routes of the ТФОМС of all declared territories, by ОКАТО."""
    rest, soap = RestResponses(services, clock), SoapResponses(services, clock)
    routes = Blueprint("tfoms", __name__, url_prefix=f"{PREFIX}/<okato>")
    routes.add_url_rule("/token", "token", rest.token, methods=["POST"])
    routes.add_url_rule("/registers", "send", rest.send, methods=["POST"])
    routes.add_url_rule("/registers/<ref>", "status", rest.status, methods=["GET"])
    routes.add_url_rule("/registers/<ref>/flk", "flk", rest.flk, methods=["GET"])
    routes.add_url_rule("/registers/<ref>/mek", "mek", rest.mek, methods=["GET"])
    routes.add_url_rule("/registers/<ref>/rak", "rak", rest.rak, methods=["GET"])
    service = "/<any(AuthService, ProtService):name>"
    routes.add_url_rule(service, "soap", soap.call, methods=["POST"])
    routes.add_url_rule(service, "wsdl", soap.wsdl, methods=["GET"])
    routes.register_error_handler(TfomsError, refuse)
    return routes
