"""The hub's REST API, routes generated from the command registry, and its live door: websocket and events."""

from hub.accounts.place import is_loopback
from hub.api.app import make_app
from hub.api.door import Door
from hub.api.studio import make_studio

__all__ = ["Door", "is_loopback", "make_app", "make_studio"]
