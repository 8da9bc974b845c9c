"""The REST application: one route for each command that has a path, and those of files, health and live clients.

Who asks is found out in `hub.api.access`, and whether they may in `hub.commands.calling`; the owner's token is made at
the first start and kept, readable by the owner only, in ``RUN_DIR/api_token``.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

import tornado.httputil
import tornado.web

from hub import __version__, errors
from hub.accounts.errors import CredentialError, NotKnownError, RoleError
from hub.api import health, login, openapi, sockjs
from hub.api.access import Access
from hub.api.answers import KeptAnswers, dump_json
from hub.api.door import Door
from hub.api.handler import BoundedHandler, changes
from hub.api.logfiles import LogFileHandler, LogFolderHandler
from hub.api.resumable import TusCreationHandler, TusUploadHandler
from hub.api.shell import ShellHandler
from hub.api.uploads import DataUploadHandler
from hub.commands import Command, all_commands, calling, load_builtin
from hub.commands.services import Services
from hub.config import Settings
from hub.maintenance.codebase import APPLICATION, HUB

log = logging.getLogger("hub.api")

#: Refusals that are nobody else's business: whoever may do nothing must not be heard by everybody.
STRANGERS = (CredentialError, NotKnownError, RoleError)
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
