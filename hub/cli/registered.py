"""Sub-commands generated from the command registry.

A reading command looks into the home directly. A changing one goes to the hub that runs on the home, through its REST
door, or, when none runs, starts a hub without listeners in this process for as long as the command takes. What a
command needs is imported when it is called: `hub --help` should not wait for an HTTP client.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from hub import commands
from hub.cli import output
from hub.commands import Command

PLAIN_NAMES = {"command_info": "command", "source_info": "source", "reload_plugins": "reload"}


def add_commands(app: typer.Typer) -> None:
    """Add one sub-command for each registered command."""
    commands.load_builtin()
    for command in commands.all_commands():
        name = PLAIN_NAMES.get(command.name, command.name).replace("_", "-")
        app.command(name, help=command.doc, rich_help_panel=command.area.replace("_", " "))(_as_function(command))


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
        import asyncio

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
        flag = parameter.name.replace("_", "-")
        # Where the default is yes, or nothing said is a third answer, no has to be sayable too.
        both = parameter.default is None or parameter.default
        return Annotated[bool | None, typer.Option(f"--{flag}/--no-{flag}" if both else f"--{flag}")]
    return Annotated[plain | None, typer.Option()]


async def _call(command: Command, arguments: Mapping[str, Any], home: Path | None) -> Any:
    import asyncio
    import getpass

    from hub.accounts import CALLER, Caller
    from hub.cli.app import load_settings
    from hub.commands import Role, calling
    from hub.server import Hub, is_running, looking

    settings = load_settings(home, {})
    values = command.bind(arguments)
    running, looks = is_running(settings), command.looks or command.role <= Role.VIEWER or command.method == "GET"
    if running and (not looks or command.login or command.area == "jobs"):
        from hub.cli.remote import ConsoleOnlyError, run_remotely

        if not command.path:
            raise ConsoleOnlyError(command.name, settings.home)
        return await asyncio.to_thread(run_remotely, settings, command, values)
    CALLER.set(Caller(getpass.getuser(), Role.ADMIN, "cli"))
    if not looks:
        from hub.cli.terminal import watch

        async with Hub(settings) as hub:
            with watch(hub.services.bus, hub.services.jobs):
                return await calling.run(hub.services, command, values)
    with looking(settings, plugins=command.area not in ("jobs", "accounts")) as services:
        return await calling.run(services, command, values)


def _render(command: Command, result: Any, in_json: bool) -> None:
    from hub.commands.tables import LINES, TABLES

    if command.name in LINES and not in_json:
        output.lines(result)
        return
    rows = TABLES.get(command.name)
    output.show(result if in_json or rows is None else rows(result), in_json)
    if not in_json:
        output.more(result)
