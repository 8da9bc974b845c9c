"""Sub-commands generated from the command registry.

A reading command looks into the home directly. A changing one goes to the hub that runs on the home, through its REST
door, or, when none runs, starts a hub without listeners in this process for as long as the command takes.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import requests
import typer

from hub import commands, errors
from hub.cli import output
from hub.commands import Command

POLL_SECONDS = 0.3
PLAIN_NAMES = {"command_info": "command", "source_info": "source", "reload_plugins": "reload"}


class HubAnswerError(errors.HubError, errors.Permanent):
    """The running hub answered with an error."""

    def __init__(self, text: str, code: int) -> None:
        self.code = code
        self.exit_code = 2 if code in (400, 404) else 3 if code in (401, 403) else 1
        super().__init__(text)


class HubUnreachableError(errors.HubError, errors.Passing):
    """A hub holds the home, but its REST port does not answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            f"a hub runs on this home, but {url} does not answer. Is its port another one? Give HUB_API_PORT."
        )


def add_commands(app: typer.Typer) -> None:
    """Add one sub-command for each registered command."""
    commands.load_builtin()
    for command in commands.all_commands():
        name = PLAIN_NAMES.get(command.name, command.name).replace("_", "-")
        app.command(name, help=command.doc)(_as_function(command))


def _as_function(command: Command) -> Callable[..., None]:
    parameters = [
        inspect.Parameter(p.name, inspect.Parameter.KEYWORD_ONLY, default=..., annotation=_argument(p.type))
        if p.required
        else inspect.Parameter(p.name, inspect.Parameter.KEYWORD_ONLY, default=p.default, annotation=_option(p))
        for p in command.parameters()
    ]
    parameters = [p.replace(default=inspect.Parameter.empty) if p.default is ... else p for p in parameters]
    home = Annotated[Path | None, typer.Option("--home", help="The hub's home.")]
    as_json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
    own = {p.name for p in parameters}

    def call(**arguments: Any) -> None:
        where, in_json = arguments.pop("home"), arguments.pop("json")
        given = {k: v for k, v in arguments.items() if k in own and v not in (None, [])}
        result = asyncio.run(_call(command, given, where))
        _render(command, result, in_json)

    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            *parameters,
            inspect.Parameter("home", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=home),
            inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=as_json),
        ]
    )
    call.__annotations__ = {p.name: p.annotation for p in parameters} | {"home": home, "json": as_json}
    call.__name__ = command.name
    return call


def _plain(hint: Any) -> Any:
    return hint if hint in (bool, int, float, str) or getattr(hint, "__origin__", None) is list else str


def _argument(hint: Any) -> Any:
    return Annotated[_plain(hint), typer.Argument()]


def _option(parameter: Any) -> Any:
    plain = _plain(parameter.type)
    if plain is bool:
        return Annotated[bool, typer.Option(f"--{parameter.name.replace('_', '-')}")]
    return Annotated[plain | None, typer.Option()]


async def _call(command: Command, arguments: Mapping[str, Any], home: Path | None) -> Any:
    from hub.cli.app import load_settings
    from hub.commands import Role
    from hub.server import Hub, is_running, looking

    settings = load_settings(home, {})
    values = command.bind(arguments)
    running = is_running(settings)
    if running and (command.role > Role.VIEWER or command.area == "jobs"):
        return await asyncio.to_thread(_remote, settings, command, values)
    if command.role > Role.VIEWER:
        from hub.cli.terminal import watch

        async with Hub(settings) as hub:
            with watch(hub.services.bus, hub.services.jobs):
                return await command.fn(hub.services, **values)
    with looking(settings) as services:
        return await command.fn(services, **values)


def _remote(settings: Any, command: Command, values: dict[str, Any]) -> Any:
    from hub.server import api_token, written_address

    base = written_address(settings)
    path = command.path
    rest = dict(values)
    for name in list(rest):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", quote(str(rest.pop(name)), safe=""))
    headers = {"Authorization": f"Bearer {api_token(settings)}"}
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(headers)
        sent: dict[str, Any] = {"params": rest} if command.method == "GET" else {"json": rest}
        answer = _ask(session, command.method, base + path, **sent)
        if not command.starts_job:
            return answer
        while not answer["is_done"]:
            time.sleep(POLL_SECONDS)
            answer = _ask(session, "GET", f"{base}/command/{answer['id']}")
    if answer["failed"]:
        raise HubAnswerError(str(answer["results"][0]), 500)
    return answer["results"][0]


def _ask(session: requests.Session, method: str, url: str, **sent: Any) -> Any:
    try:
        answer = session.request(method, url, timeout=60, **sent)
    except requests.ConnectionError:
        raise HubUnreachableError(url) from None
    body = answer.json()
    if body["status"] != "ok":
        raise HubAnswerError(body["error"], body.get("code", answer.status_code))
    return body["result"]


def _render(command: Command, result: Any, in_json: bool) -> None:
    from hub.cli.tables import TABLES

    rows = TABLES.get(command.name)
    output.show(result if in_json or rows is None else rows(result), in_json)
