"""Routes that every relay has."""

from __future__ import annotations

from flask import Blueprint

from mocks.relay.responses import RelayResponses


def routes(name: str, views: RelayResponses) -> Blueprint:
    """Return the routes of the relay `name`: /<name>/emdr and /<name>/emdr/callback."""
    blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
    blueprint.add_url_rule("/emdr", "emdr", views.emdr, methods=["POST"])
    blueprint.add_url_rule("/emdr", "wsdl", views.wsdl, methods=["GET"])
    blueprint.add_url_rule("/emdr/callback", "callback", views.callback, methods=["POST"])
    return blueprint
