"""The hub's REST API: routes generated from the command registry."""

from hub.api.app import make_app

__all__ = ["make_app"]
