"""The REST application: one handler, one route for each command that has a path, the documented envelope.

Success is ``{"result": ..., "status": "ok"}``; an error is ``{"error": text, "status": "error", "code": int}`` with the
HTTP code of the error's type. Reading is open to everyone who reaches the port (loopback by default). Commands that
change anything need ``Authorization: Bearer <token>``; the token is made at the first start and kept, readable by the
owner only, in ``RUN_DIR/api_token``.
"""

from __future__ import annotations

import hmac
import logging
import re
import time
import traceback
from typing import Any, ClassVar

import orjson
import tornado.httputil
import tornado.web

from hub import __version__, errors
from hub.api.door import Door
from hub.commands import Command, Role, all_commands, load_builtin
from hub.commands.services import Services

log = logging.getLogger("hub.api")

METHODS = "PUT, DELETE, POST, GET, OPTIONS"
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1", "[::1]"}


class AuthorizationError(errors.Refused):
    """A changing command without the token."""

    status = 401

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"`{command}` changes the hub: send `Authorization: Bearer TOKEN` with the token in the file "
            "`api_token` of the hub's run folder, or use the `hub` command line, which does so by itself."
        )


class BaseHandler(tornado.web.RequestHandler):
    """Envelope, CORS, error shape."""

    services: ClassVar[Any] = None

    def set_default_headers(self) -> None:
        """Open to web pages of any origin, for reading; changing needs the token."""
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Allow-Methods", METHODS)
        self.set_header(
            "Access-Control-Allow-Headers", "Content-Type,Authorization,X-BioThings-API,X-Biothings-Access-Token"
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Server", f"entrepot/{__version__}")

    def prepare(self) -> None:
        """Refuse names that are not this machine's while bound to loopback (DNS rebinding)."""
        if not self.settings["loopback"]:
            return
        host = tornado.httputil.split_host_and_port(self.request.host.lower())[0]
        if host not in LOOPBACK_NAMES:
            raise tornado.web.HTTPError(403, reason="unknown Host")

    def options(self, *args: str) -> None:
        """Answer preflight requests."""
        self.set_status(200)

    def reply(self, result: Any) -> None:
        """Send a result in the envelope."""
        self.finish(dump_json({"result": result, "status": "ok"}))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error in the envelope, never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        body: dict[str, Any] = {"status": "error", "code": status_code}
        if isinstance(error, errors.HubError):
            self.set_status(error.status)
            body |= {"error": str(error), "code": error.status, "type": type(error).__name__}
        elif isinstance(error, tornado.web.HTTPError):
            body["error"] = error.log_message or error.reason or self._reason
        else:
            log.error("Unexpected error in %s:\n%s", self.request.path, "".join(traceback.format_exception(error)))
            body["error"] = "internal error; the log of the hub has the details"
        self.finish(dump_json(body))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Log our own faults only (done in `write_error`); mistakes of callers are not news."""


class NotFoundHandler(BaseHandler):
    """Any path that is no route."""

    def prepare(self) -> None:
        """Answer 404 in the envelope."""
        super().prepare()
        known = sorted({c.path for c in all_commands() if c.path})
        raise errors.NotFound("route", self.request.path, known)


class RootHandler(BaseHandler):
    """`GET /`: who this is and what it can do."""

    async def get(self) -> None:
        """Name, version and features; clients switch their pages on these."""
        services: Services = self.settings["services"]
        self.reply(
            {
                "name": services.settings["HUB_NAME"],
                "icon": services.settings["HUB_ICON"],
                "version": __version__,
                "features": self.settings["features"],
                "now": time.time(),
            }
        )


class CommandHandler(BaseHandler):
    """Runs the command registered for the path and method."""

    def initialize(self, commands: dict[str, Command]) -> None:
        """Commands of this path by HTTP method."""
        self.commands = commands

    async def get(self, **path: str) -> None:
        """Run a reading command."""
        arguments: dict[str, Any] = {k: v[-1].decode("utf-8", "replace") for k, v in self.request.arguments.items()}
        await self._run("GET", arguments, path)

    async def put(self, **path: str) -> None:
        """Run a changing command."""
        await self._run("PUT", self._body(), path)

    async def post(self, **path: str) -> None:
        """Run a changing command."""
        await self._run("POST", self._body(), path)

    async def delete(self, **path: str) -> None:
        """Run a changing command."""
        await self._run("DELETE", self._body(), path)

    def _body(self) -> dict[str, Any]:
        if not self.request.body:
            return {}
        try:
            body = orjson.loads(self.request.body)
        except orjson.JSONDecodeError as error:
            raise errors.BadArgument(f"the request body is not JSON: {error}") from None
        if not isinstance(body, dict):
            raise errors.BadArgument("the request body must be a JSON object")
        return body

    async def _run(self, method: str, arguments: dict[str, Any], path: dict[str, str]) -> None:
        command = self.commands.get(method)
        if command is None:
            raise tornado.web.HTTPError(405, f"Method {method} not allowed")
        if command.role > Role.VIEWER:
            self._authorize(command)
        values = command.bind(arguments | path)
        services: Services = self.settings["services"]
        call = command.fn(services, **values)
        if command.starts_job:
            self.reply(services.records(command, values, call))
        else:
            self.reply(await call)

    def _authorize(self, command: Command) -> None:
        if self.settings["readonly"]:
            raise tornado.web.HTTPError(405, f"Method {self.request.method} not allowed on the read-only port")
        given = self.request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self.settings["token"].encode()):
            raise AuthorizationError(command.name)


def dump_json(value: Any) -> bytes:
    """JSON bytes of an answer; datetimes as ISO 8601, anything else unknown as text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


_SEGMENT = re.compile(r"\{(\w+)\}")


def make_app(
    services: Services, *, token: str, readonly: bool = False, door: Door | None = None
) -> tornado.web.Application:
    """The application.

    Args:
        services: the running hub.
        token: needed for changing commands.
        readonly: serve reading commands only.
        door: live clients, shared with other listeners.
    """
    from hub.api import sockjs  # its handlers build on those of this module

    load_builtin()
    by_path: dict[str, dict[str, Command]] = {}
    for command in all_commands():
        if command.path and not (readonly and command.method != "GET"):
            by_path.setdefault(command.path, {})[command.method] = command
    routes: list[Any] = [(r"/", RootHandler)]
    for path, commands in by_path.items():
        pattern = _SEGMENT.sub(r"(?P<\1>[\\w.@:-]+)", path)
        routes.append((pattern, CommandHandler, {"commands": commands}))
    door = Door(services.bus, services.settings) if door is None else door
    routes += sockjs.routes(door, readonly=readonly)
    host = str(services.settings["HUB_HOST"])
    return tornado.web.Application(
        routes,
        default_handler_class=NotFoundHandler,
        services=services,
        token=token,
        readonly=readonly,
        features=["config", "job", "dump", "upload", "dataplugin", "source", "build", "index", "readonly", "ws"],
        loopback=host in LOOPBACK_NAMES or host.startswith("127."),
        compress_response=True,
        log_function=_log_request,
    )


def _log_request(handler: tornado.web.RequestHandler) -> None:
    level = logging.DEBUG if handler.get_status() < 500 else logging.ERROR
    request = handler.request
    log.log(level, "%s %s %s %.1fms", handler.get_status(), request.method, request.path, request.request_time() * 1e3)
