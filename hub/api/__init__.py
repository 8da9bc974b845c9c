"""The hub's REST API, routes generated from the command registry, and its live door: websocket and events."""

from hub.api.app import make_app
from hub.api.door import Door

__all__ = ["Door", "make_app"]
