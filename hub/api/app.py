"""The REST application: one handler, one route for each command that has a path, the documented envelope.

Success is ``{"result": ..., "status": "ok"}``; an error is ``{"error": text, "status": "error", "code": int}`` with the
HTTP code of the error's type. Who asks is found out in `hub.api.access`, and whether they may in
`hub.commands.calling`; the owner's token is made at the first start and kept, readable by the owner only, in
``RUN_DIR/api_token``.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import secrets
import traceback
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import orjson
import tornado.httputil
import tornado.web

from hub import __version__, errors, loglines
from hub.accounts import Caller
from hub.accounts.errors import CredentialError, NotKnownError, RoleError
from hub.accounts.place import is_loopback
from hub.api import openapi
from hub.api.access import TOKEN_HEADER, Access
from hub.api.answers import Answer, KeptAnswers, dump_json, enveloped
from hub.api.door import Door
from hub.commands import Command, Role, all_commands, calling, load_builtin
from hub.commands.services import Services
from hub.config import Settings
from hub.maintenance.codebase import APPLICATION, HUB

MAX_DEPTH = 200  #: of the data in a body: whoever looks through it may do so by calling itself
log = logging.getLogger("hub.api")

METHODS = "PUT, DELETE, POST, GET, OPTIONS"
HEADERS = f"Content-Type,Authorization,X-BioThings-API,{TOKEN_HEADER}"
MAX_JSON_BYTES = 16 * 1024**2  #: largest body of a command
MAX_IGNORED_BYTES = 1024**3  #: of a body that is refused; so much is read so that the client sees the answer

#: Refusals that are nobody else's business: whoever may do nothing must not be heard by everybody.
STRANGERS = (CredentialError, NotKnownError, RoleError)
SLOWEST = 60.0  #: seconds within which more of a body has to come

REQUEST_HEADER = "X-Request-ID"  #: of requests, where it is a short word, and of answers

_REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_SEGMENT = re.compile(r"\{(\w+)\}")

#: What this hub has, in the words that clients switch their pages on.
FEATURES = (
    "config",
    "job",
    "dump",
    "upload",
    "dataplugin",
    "source",
    "build",
    "auto_archive",
    "index",
    "diff",
    "sync",
    "snapshot",
    "auto_snapshot_cleaner",
    "release",
    "autohub",
    "inspect",
    "dataupload",
    "api",
    "ws",
    "upgrade",
    "hooks",
)


class BodyTooLargeError(errors.BadArgument):
    """A request that is longer than what it is for."""

    status = 413

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the request body is too large: at most {limit:,} bytes are taken here")


class BaseHandler(tornado.web.RequestHandler):
    """Envelope, CORS, error shape."""

    services: ClassVar[Any] = None

    request_id = ""
    _etag: str | None = None

    def set_default_headers(self) -> None:
        """Open to programs, and to web pages that `hub.api.origins` allows; a browser keeps answers from others."""
        origin, host = self.request.headers.get("Origin"), self.request.headers.get("Host", "")
        rule = cast(Access, self.settings["access"]).origins
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Vary", "Origin")
        if origin is None or rule.may_read(origin, host):
            changing = origin is None or rule.may_change(origin, host)
            self.set_header("Access-Control-Allow-Origin", origin or "*")
            self.set_header("Access-Control-Allow-Methods", METHODS if changing else "GET, OPTIONS")
            self.set_header("Access-Control-Allow-Headers", HEADERS)
            self.set_header("Access-Control-Expose-Headers", REQUEST_HEADER)
            if origin and changing:  # the page of anybody else is never answered with what a cookie opens
                self.set_header("Access-Control-Allow-Credentials", "true")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Server", f"entrepot/{__version__}")

    def prepare(self) -> None:
        """Give the request its id; refuse names that are not this machine's while bound to loopback (DNS rebinding)."""
        given = self.request.headers.get(REQUEST_HEADER, "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(6)
        loglines.REQUEST.set(self.request_id)  # in the task that answers this request only
        self.set_header(REQUEST_HEADER, self.request_id)
        host = tornado.httputil.split_host_and_port(self.request.host.lower())[0]
        if self.settings["access"].loopback and not is_loopback(host):
            raise tornado.web.HTTPError(403, reason="unknown Host")

    def options(self, *args: str, **path: str) -> None:
        """Answer preflight requests."""
        self.set_status(200)

    def reply(self, result: Any) -> None:
        """Send a result in the envelope, with ``page`` when it is a part of a list."""
        self.finish(enveloped(result))

    def reply_kept(self, answer: Answer) -> None:
        """Send an answer that is bytes already."""
        self._etag = answer.etag
        squeezed = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if squeezed:
            self.set_header("Content-Encoding", "gzip")
        self.finish(answer.squeezed if squeezed else answer.body)

    def compute_etag(self) -> str | None:
        """The mark that is known already, or that of what was written."""
        return self._etag or super().compute_etag()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error in the envelope, never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if error is not None and (refused := errors.of_machine(error)):
            error = refused
        body: dict[str, Any] = {"status": "error", "code": status_code}
        if self.request_id:
            self.set_header(REQUEST_HEADER, self.request_id)
            body["request"] = self.request_id
        if isinstance(error, errors.HubError):
            self.set_status(error.status)
            if isinstance(error, BodyTooLargeError):  # the rest of it is not waited for
                self.set_header("Connection", "close")
            self._ask_for_login(error)
            body |= {"error": str(error), "code": error.status, "type": type(error).__name__}
        elif isinstance(error, tornado.web.HTTPError) and status_code == 405:
            body["error"] = f"Method {self.request.method} not allowed"
        elif isinstance(error, tornado.web.HTTPError):
            told = error.log_message % error.args if error.log_message else error.reason
            body["error"] = told or self._reason
        else:
            told = "".join(traceback.format_exception(error))
            extra = {"action": "internal_error", "request": self.request_id}
            log.error("Unexpected error in %s:\n%s", self.request.path, told, extra=extra)
            body["error"] = "internal error; the log of the hub has the details under the id of this request"
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(dump_json(body))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Log our own faults only (done in `write_error`); mistakes of callers are not news."""

    @functools.cached_property
    def caller(self) -> Caller:
        """Who asks.

        Raises:
            hub.accounts.errors.CredentialError: what was sent to show it is no good.
        """
        return cast(Access, self.settings["access"]).caller(self.request.headers, str(self.request.remote_ip or ""))

    def authorize(self, name: str, role: Role, **values: Any) -> Command:
        """Let something pass that is no command, or say why not; gives it as a command, for the audit.

        Args:
            name: what it is called.
            role: that it needs.
            **values: names of sources and builds in it.
        """
        command = Command(name, _nothing, "", role, str(self.request.method), self.request.path, starts_job=False)
        calling.check(self.settings["services"], command, values, self.caller, self.settings["access"].refusal)
        return command

    def _ask_for_login(self, error: errors.HubError) -> None:
        if error.status == 401:
            self.set_header("WWW-Authenticate", "Bearer")
        if isinstance(error, CredentialError) and error.what == "cookie":
            self.clear_cookie(self.settings["access"].cookie)


async def _nothing() -> None:
    """What is no command has no function."""


@tornado.web.stream_request_body
class BoundedHandler(BaseHandler):
    """A handler that bounds the body of requests, and reads to its end what it refuses."""

    max_body: int = MAX_JSON_BYTES
    _slow: asyncio.TimerHandle | None = None

    def prepare(self) -> None:
        """Refuse what is too long before it comes, where its length is told."""
        self.received = bytearray()
        self.wait_for_more()
        cast(Any, self.request.connection).set_max_body_size(max(self.max_body, MAX_IGNORED_BYTES))
        super().prepare()
        length = self.request.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > self.max_body:
            raise BodyTooLargeError(self.max_body)

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body; what is beyond the bound is forgotten, and refused later."""
        self.wait_for_more()
        if len(self.received) <= self.max_body:
            self.received += chunk

    def wait_for_more(self) -> None:
        """Close the connection when nothing more of the body comes for a while; until `all_came`."""
        self.all_came()
        headers = self.request.headers
        if headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers:
            connection = cast(Any, self.request.connection)
            self._slow = asyncio.get_running_loop().call_later(SLOWEST, connection.close)

    def all_came(self) -> None:
        """The body is complete."""
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def on_finish(self) -> None:
        """The answer is sent."""
        self.all_came()

    def on_connection_close(self) -> None:
        """The other end is gone."""
        self.all_came()

    def json_body(self) -> dict[str, Any]:
        """The body, an object; empty when there is none.

        Raises:
            hub.errors.BadArgument: it is no JSON object, or too long.
        """
        self.all_came()
        if len(self.received) > self.max_body:
            raise BodyTooLargeError(self.max_body)
        if not self.received.strip():
            return {}
        try:
            body = orjson.loads(self.received)
        except orjson.JSONDecodeError as error:
            raise errors.BadArgument(f"the request body is not JSON: {error}") from None
        if not isinstance(body, dict):
            raise errors.BadArgument("the request body must be a JSON object")
        if _is_deep(body, MAX_DEPTH):
            raise errors.BadArgument(f"the request body is nested more than {MAX_DEPTH} levels deep")
        return body


class NotFoundHandler(BoundedHandler):
    """Any path that is no route.

    It is refused when the request has been read: what is refused earlier costs the client its connection.
    """

    def _refuse(self, *args: str, **path: str) -> None:
        """Answer 404 in the envelope."""
        known = sorted({c.path for c in all_commands() if c.path})
        raise errors.NotFound("route", self.request.path, known)

    get = head = post = put = patch = delete = _refuse


class RootHandler(BoundedHandler):
    """`GET /`: who this is and what it can do."""

    async def get(self) -> None:
        """Name, version and features; clients switch their pages on these."""
        services: Services = self.settings["services"]
        name = services.settings["HUB_NAME"]
        self.reply(
            {
                "name": f"{name} (read-only)" if self.settings["readonly"] else name,
                "icon": services.settings["HUB_ICON"],
                "banner": services.settings["HUB_BANNER"],
                "version": __version__,
                "biothings_version": services.code_news.version(HUB) or f"entrepot {__version__}",
                "app_version": services.code_news.version(APPLICATION),
                "features": self.settings["features"],
                "login_required": not self.settings["readonly"] and self.settings["access"].asks_for_login,
                "now": datetime.now(UTC).isoformat(),
            }
        )


class DescriptionHandler(BoundedHandler):
    """`GET /openapi.json`: what this API takes and gives; no envelope, so that tools can read it."""

    async def get(self) -> None:
        """The OpenAPI document."""
        services: Services = self.settings["services"]
        served = [c for c in all_commands() if c.path and not (self.settings["readonly"] and c.method != "GET")]
        key = (services.settings["HUB_NAME"], tuple(served))
        if self.application.settings.get("described", (None, b""))[0] != key:  # it takes many milliseconds to write
            self.application.settings["described"] = (key, dump_json(openapi.describe(served, key[0])))
        self.finish(self.application.settings["described"][1])


class CommandHandler(BoundedHandler):
    """Runs the command registered for the path and method."""

    def initialize(self, commands: dict[str, Command]) -> None:
        """Commands of this path by HTTP method."""
        self.commands = commands

    async def get(self, *segments: str) -> None:
        """Run a reading command."""
        await self._run("GET", segments)

    async def put(self, *segments: str) -> None:
        """Run a changing command."""
        await self._run("PUT", segments)

    async def post(self, *segments: str) -> None:
        """Run a changing command."""
        await self._run("POST", segments)

    async def delete(self, *segments: str) -> None:
        """Run a changing command."""
        await self._run("DELETE", segments)

    async def _run(self, method: str, segments: tuple[str, ...]) -> None:
        self.all_came()
        command = self.commands.get(method)
        if command is None:
            self.set_header("Allow", ", ".join([*self.commands, "OPTIONS"]))
            raise tornado.web.HTTPError(405)
        services: Services = self.settings["services"]
        refusal = self.settings["access"].refusal
        calling.admit(services, command, self.caller, refusal)
        arguments = self._query(command) if method == "GET" else self.json_body()
        path = dict(zip(_SEGMENT.findall(command.path), segments, strict=True))
        begun = False
        try:
            values = command.bind({**path, **arguments, **path})
            with calling.calling(services, command, values, self.caller, refusal):
                if command.revision is not None:
                    self.reply_kept(await self.settings["kept"].answer(services, command, values))
                    return
                call, begun = command.fn(services, **values), command.starts_job
                answer = await (services.records.start(command, values, call) if command.starts_job else call)
        except Exception as error:
            if command.method != "GET" and not begun and not isinstance(error, STRANGERS):
                services.records.tell(command, error)
            raise
        self.reply(answer)

    def _query(self, command: Command) -> dict[str, str]:
        """The query; the last of repeated keys counts, and a key without a value is as if it were not there."""
        flags_and_unknown = {p.name: p.type is bool for p in command.parameters()}
        found = {name: _text(name, values[-1]) for name, values in self.request.query_arguments.items()}
        return {name: value for name, value in found.items() if value or flags_and_unknown.get(name, True)}


def _is_deep(value: Any, left: int) -> bool:
    """Whether JSON data is nested deeper than ``left`` levels."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(left <= 0 or _is_deep(item, left - 1) for item in items if isinstance(item, dict | list))


def _text(name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise errors.BadArgument(f"the value of `{name[:100]}` in the query is not UTF-8") from None


def route_pattern(path: str) -> str:
    """The regular expression of a command's path; one group for each ``{name}``, in their order."""
    return _SEGMENT.sub(r"([\\w.@:-]*)", path)


def make_app(
    services: Services, *, token: str, readonly: bool = False, door: Door | None = None
) -> tornado.web.Application:
    """The application.

    Args:
        services: the running hub.
        token: of the hub's owner.
        readonly: serve reading commands only.
        door: live clients, shared with other listeners.
    """
    from hub.api import health, login, sockjs  # their handlers build on those of this module

    load_builtin()
    by_path: dict[str, dict[str, Command]] = {}
    for command in all_commands():
        if command.path and not (readonly and command.method != "GET"):
            by_path.setdefault(route_pattern(command.path), {})[command.method] = command
    routes: list[Any] = [
        (r"/", RootHandler),
        (r"/openapi\.json", DescriptionHandler),
        (r"/health/live", health.LivenessHandler),
        (r"/health/ready", health.ReadinessHandler),
    ]
    for pattern, commands in by_path.items():
        routes.append((pattern, CommandHandler, {"commands": commands}))
    if not readonly:
        routes += [*login.routes(), *_file_routes()]
    door = Door(services.bus, services.settings, getattr(services, "accounts", None)) if door is None else door
    routes += sockjs.routes(door, readonly=readonly)
    return tornado.web.Application(
        routes,
        default_handler_class=NotFoundHandler,
        services=services,
        access=Access.of(services.settings, token, getattr(services, "accounts", None)),
        readonly=readonly,
        kept=KeptAnswers(),
        features=_features(services.settings, readonly=readonly),
        compress_response=True,
        log_function=_log_request,
    )


def _features(settings: Settings, *, readonly: bool) -> list[str]:
    found = [*FEATURES, *(["reloader"] if settings.get("USE_RELOADER") else [])]
    if readonly:
        return [*found, "readonly"]
    return [*found, "terminal"] if settings["HUB_TERMINAL"] else found


def _file_routes() -> list[Any]:
    from hub.api.logfiles import LogFileHandler, LogFolderHandler
    from hub.api.resumable import TusCreationHandler, TusUploadHandler
    from hub.api.shell import ShellHandler
    from hub.api.uploads import DataUploadHandler

    return [
        (r"/shell", ShellHandler),
        (r"/logs(?:/(.*))?", LogFolderHandler),
        (r"/log/(.+)", LogFileHandler),
        (r"/dataupload/(?P<src>[\w.@:-]*)", DataUploadHandler),
        (r"/dataupload/(?P<src>[\w.@:-]+)/resumable", TusCreationHandler),
        (r"/dataupload/(?P<src>[\w.@:-]+)/resumable/(?P<number>[^/]*)", TusUploadHandler),
    ]


def _log_request(handler: tornado.web.RequestHandler) -> None:
    request, status = handler.request, handler.get_status()
    level = logging.ERROR if status >= 500 and status != 503 else logging.INFO if changes(request) else logging.DEBUG
    extra = {"action": "request", "request": getattr(handler, "request_id", ""), "peer": request.remote_ip}
    took = request.request_time() * 1e3
    log.log(level, "%s %s %s %.1fms", status, request.method, request.path[:200], took, extra=extra)


def changes(request: tornado.httputil.HTTPServerRequest) -> bool:
    """Whether a request wants to change something; polls of the live door are many, and change nothing."""
    return request.method in ("PUT", "POST", "DELETE", "PATCH") and not request.path.startswith("/ws/")
