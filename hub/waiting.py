"""What a starting hub answers while it waits for its stores: that it lives, is not ready, and what for.

It listens where the REST API will be, from the first store that does not answer until the hub has all it needs.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import orjson
import tornado.web
from tornado.httpserver import HTTPServer

from hub.config import Settings
from hub.server import LISTENERS, bind
from hub.store.errors import StoreUnavailableError

SETTINGS = ("HUB_API_PORT", "READONLY_HUB_API_PORT")
RETRY_SECONDS = 5  #: that clients are told to let pass


class WhileWaiting:
    """Listens from the first `told` on; an async context manager.

    Args:
        settings: of the home.

    Attributes:
        error: the newest reason to wait.
        addresses: where it listens, by what will be there.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._servers: list[HTTPServer] = []
        self.error: StoreUnavailableError | None = None
        self.addresses: dict[str, str] = {}

    async def __aenter__(self) -> WhileWaiting:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def told(self, error: StoreUnavailableError) -> None:
        """A store did not answer.

        Raises:
            hub.server.PortTakenError: a port of the REST API is in use.
        """
        self.error = error
        if self.addresses:
            return
        host = str(self._settings["HUB_HOST"])
        for setting in SETTINGS:
            if (port := self._settings[setting]) is not None:
                sock = bind(LISTENERS[setting], host, int(port), setting)
                server = HTTPServer(tornado.web.Application([(r".*", _Handler, {"waiting": self})]))
                server.add_sockets([sock])
                self._servers.append(server)
                shown = f"[{host}]" if ":" in host else host
                self.addresses[LISTENERS[setting]] = f"http://{shown}:{sock.getsockname()[1]}"

    async def close(self) -> None:
        """Make room for the hub."""
        for server in self._servers:
            server.stop()
            await server.close_all_connections()
        self._servers.clear()


class _Handler(tornado.web.RequestHandler):
    def initialize(self, waiting: WhileWaiting) -> None:
        self._why = str(waiting.error)

    def prepare(self) -> None:
        """Answer whatever is asked."""
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        if self.request.path == "/health/live":
            self._send({"status": "ok"})
            return
        self.set_status(503)
        self.set_header("Retry-After", str(RETRY_SECONDS))
        if self.request.path == "/health/ready":
            self._send({"status": "failing", "parts": {"stores": self._why}})
            return
        error = f"the hub is starting and waits for a store. {self._why}"
        self._send({"status": "error", "code": 503, "error": error, "type": StoreUnavailableError.__name__})

    def _send(self, body: dict[str, Any]) -> None:
        self.finish(orjson.dumps(body))

    def compute_etag(self) -> None:
        """None of it may be kept."""
        return
