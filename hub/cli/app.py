"""The Typer application and how its errors end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hub import __version__, errors
from hub.cli import output

SENTENCE = 200  #: characters that a sub-command's line in the help may have


class Group(TyperGroup):
    """Sub-commands by the name of their command too: `hub start_api` is `hub start-api`."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The sub-command of a name."""
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, cmd_name.replace("_", "-"))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The sub-commands in groups, each with its first sentence in full."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                area = getattr(command, "rich_help_panel", None)
                title = _title(area) if isinstance(area, str) else "Commands"
                groups.setdefault(title, []).append((name, command.get_short_help_str(limit=SENTENCE)))
        for title, rows in groups.items():
            with formatter.section(title):
                formatter.write_dl(rows)


def _title(area: str) -> str:
    return "APIs" if area == "apis" else area.capitalize()


app = typer.Typer(
    name="hub",
    cls=Group,
    help="Entrepot: keep data sets up to date, merge them, serve them as search APIs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 110},
)
plugin_app = typer.Typer(help="Write, check and try plugins; needs no running hub.", no_args_is_help=True)
app.add_typer(plugin_app, name="plugin")
unit_app = typer.Typer(help="Files for service managers.", no_args_is_help=True)
app.add_typer(unit_app, name="unit")

Home = Annotated[Path | None, typer.Option("--home", help="Folder for everything the hub writes (setting HUB_HOME).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
UNIT_MARGIN = 30  #: seconds that a service manager waits beyond those that the hub gives its jobs
Port = typer.Option(min=0, max=65535)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"entrepot {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Options before the sub-command."""


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (setting HUB_HOST).")] = None,
    api_port: Annotated[int | None, Port] = None,
    readonly_port: Annotated[int | None, Port] = None,
    studio_port: Annotated[int | None, Port] = None,
    ssh_port: Annotated[int | None, Port] = None,
    query_port: Annotated[int | None, Port] = None,
    json: Json = False,
) -> None:
    """Run the hub: REST API, data API, schedules and the automatic flow, until Ctrl-C."""
    from hub.cli.serving import serve_forever

    flags = {
        "HUB_HOST": host,
        "HUB_API_PORT": api_port,
        "READONLY_HUB_API_PORT": readonly_port,
        "STUDIO_PORT": studio_port,
        "HUB_SSH_PORT": ssh_port,
        "QUERY_API_PORT": query_port,
    }
    serve_forever(load_settings(home, {k: v for k, v in flags.items() if v is not None}), json=json)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    json: Json = False,
) -> None:
    """Make a folder with config.py, plugins/ and hooks/, ready for `hub serve`."""
    from hub.cli.scaffold import init_folder

    made = init_folder(folder)
    output.show({"folder": str(folder), "made": made}, json, text=f"Made {folder}. Next: cd {folder} && hub serve")


@unit_app.command("systemd")
def unit_systemd(home: Home = None) -> None:
    """Print a systemd unit for the hub of this folder."""
    from hub.cli.unit import systemd

    settings = load_settings(home, {})
    seconds = round(settings["STOP_GRACE"] + settings["JOB_CANCEL_GRACE"] + UNIT_MARGIN)
    typer.echo(systemd(Path.cwd(), home, seconds), nl=False)


@plugin_app.command("new")
def plugin_new(
    name: Annotated[str, typer.Argument(help="Name of the plugin, also of its folder.")],
    folder: Annotated[Path, typer.Option("--into", help="Folder that holds plugins.")] = Path("plugins"),
    template: Annotated[str, typer.Option(help="single, ready, uploaders, parallel or advanced.")] = "single",
    json: Json = False,
) -> None:
    """Make a small working plugin to start from."""
    from hub.cli.scaffold import new_plugin

    made = new_plugin(name, folder, template)
    output.show(
        {"plugin": str(folder / name), "made": made},
        json,
        text=f"Made {folder / name}. Next: hub plugin run {folder / name}",
    )


@plugin_app.command("check")
def plugin_check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Plugins, or folders of plugins; default: all.")] = None,
    json: Json = False,
) -> None:
    """Say everything that is wrong with plugins, without running them and without a server."""
    from hub.cli.plugins import check

    raise typer.Exit(check(paths or [], load_settings(None, {}), json=json))


@plugin_app.command("test")
def plugin_test(
    path: Annotated[Path, typer.Argument(help="Folder of the plugin.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Read at most this many documents.")] = None,
    json: Json = False,
) -> None:
    """Try a plugin against the rules that every plugin has to keep: ids, mapping, the same documents again, ..."""
    from hub.cli.plugins import test

    raise typer.Exit(test(path, load_settings, limit=limit, json=json))


@plugin_app.command("inspect")
def plugin_inspect(
    path: Annotated[Path, typer.Argument(help="Folder of the plugin.")],
    mode: Annotated[
        str, typer.Option(help="Some of type, stats, deepstats, mapping, jsonschema, identifiers, joined by commas.")
    ] = "stats,mapping",
    sub: Annotated[str | None, typer.Option(help="Only this sub-source.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Look at so many documents only.")] = None,
    out: Annotated[Path | None, typer.Option(help="File for the mapping, as JSON.")] = None,
    json: Json = False,
) -> None:
    """Dump and upload in a scratch home, then tell fields, types, statistics and the mapping they ask for."""
    from hub.cli.inspecting import inspect_plugin

    inspect_plugin(path, load_settings, mode=mode, sub=sub, limit=limit, out=out, json=json)


@plugin_app.command("run")
def plugin_run(
    path: Annotated[Path, typer.Argument(help="Folder of the plugin.")],
    out: Annotated[Path | None, typer.Option(help="File, or folder for one <sub-source>.ndjson each.")] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="The parser's own stream instead of the stored documents.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many documents.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary on standard error as JSON.")] = False,
) -> None:
    """Dump and upload in a scratch home, then print the stored documents as NDJSON sorted by `_id`."""
    from hub.cli.plugins import run_plugin

    run_plugin(path, load_settings, out=out, raw=raw, limit=limit, json=json)


@plugin_app.command("export")
def plugin_export(
    path: Annotated[Path, typer.Argument(help="Folder of the plugin.")],
    out: Annotated[Path, typer.Option(help="Folder that gets the folder with the code.")],
    what: Annotated[list[str] | None, typer.Option(help="Part to write: dumper, uploader, mapping.")] = None,
    purge: Annotated[bool, typer.Option("--purge", help="Replace an earlier export.")] = False,
    json: Json = False,
) -> None:
    """Write a manifest plugin as Python code that does the same."""
    from hub.cli.plugins import export

    export(path, load_settings(None, {}), out, what, purge=purge, json=json)


def load_settings(home: Path | None, flags: dict[str, Any]) -> Any:
    """Settings of this invocation."""
    from hub.config import load

    return load(home, flags=flags)


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    from hub.cli.registered import add_commands

    add_commands(app)
    command = typer.main.get_command(app)
    as_json = "--json" in arguments
    try:
        result = command.main(list(arguments), prog_name="hub", standalone_mode=False)
        return int(result) if isinstance(result, int) else 0
    except errors.HubError as error:
        output.fail(error, as_json)
        return error.exit_code
    except typer.Abort:
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if refused := errors.of_machine(error):
            output.fail(refused, as_json)
            return refused.exit_code
        return _click_exit(error)


def _click_exit(error: Exception) -> int:
    show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
    if callable(show) and isinstance(code, int):
        show()
        return code
    if isinstance(code, int):
        return code
    if os.environ.get("HUB_DEBUG"):
        raise error
    where = traceback.extract_tb(error.__traceback__)[-1]
    sys.stderr.write(
        f"hub: internal error ({type(error).__name__}: {error}) in {Path(where.filename).name}:{where.lineno}. "
        "Please report it; HUB_DEBUG=1 shows the details.\n"
    )
    return 1
