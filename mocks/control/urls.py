"""Routes of the control API."""

from __future__ import annotations

from flask import Blueprint

from mocks.control.exceptions import ControlError
from mocks.control.models import Control
from mocks.control.responses import ControlResponses, refuse

PREFIX = "/control"


def blueprint(control: Control) -> Blueprint:
    """Return the routes of the control API."""
    views = ControlResponses(control)
    routes = Blueprint("control", __name__, url_prefix=PREFIX)
    routes.add_url_rule("/health", "health", views.health, methods=["GET"])
    routes.add_url_rule("/faults", "faults", views.faults, methods=["GET"])
    routes.add_url_rule("/faults", "plan", views.plan, methods=["POST"])
    routes.add_url_rule("/faults", "clear", views.clear, methods=["DELETE"])
    routes.add_url_rule("/demands", "demand", views.demand, methods=["POST"])
    routes.add_url_rule("/tfoms/outcomes", "order_mek", views.order_mek, methods=["POST"])
    routes.add_url_rule("/tfoms/outcomes", "forget_mek", views.forget_mek, methods=["DELETE"])
    routes.add_url_rule("/ferzl/persons", "know", views.know, methods=["POST"])
    routes.add_url_rule("/ferzl/failures", "fail", views.fail_insurance, methods=["POST"])
    routes.add_url_rule("/reset", "reset", views.reset, methods=["POST"])
    routes.register_error_handler(ControlError, refuse)
    return routes
