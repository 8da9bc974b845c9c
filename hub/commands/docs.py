"""`docs/commands.md`, generated from the registry: ``python -m hub.commands.docs docs/commands.md``."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from hub.commands import Command, all_commands, load_builtin

HEAD = """# Commands

Generated from the command registry by `make docs`; do not edit. Each command is one function behind three doors: the
command line (`hub NAME`), the REST API, and the console. Every one takes `--home DIR` and `--json` on the command line.
Over REST, while the hub listens on a loopback address only, commands that change something need no log-in, but are
refused to web pages of other sites (settings `HUB_TRUST_LOOPBACK`, `HUB_CORS_ORIGINS`). Otherwise they need
`Authorization: Bearer TOKEN` or `X-Biothings-Access-Token: TOKEN`, with a token of `POST /login` or an API key
([accounts](accounts.md)); that of the hub's owner is in `api_token` in the run folder. A command is refused to
those who have not its role.
Not in this list, since they are no commands: `GET /` (name, version and features of the hub), `GET /openapi.json`
(all this for programs), `GET /health/live` and `GET /health/ready` (503 while a store or the search engine does not
answer), `GET /logs/FOLDER?json` and `GET /log/FILE` (`lines=N` for the last lines, `start=S&lines=N` for some in the
middle), `POST /dataupload/SOURCE` (one file as `multipart/form-data` into `DATA_UPLOAD_FOLDER/SOURCE`),
`/dataupload/SOURCE/resumable` (the same in the [tus](https://tus.io) protocol: goes on after a break), and
`PUT /shell` (`{"cmd": "dump('hpo')"}`: one [console](console.md) command as text, its output on the
[websocket](websocket.md); off with `HUB_TERMINAL`), and `POST /login`, `POST /logout` and `POST /ticket`
([accounts](accounts.md#over-rest)).
"""


def page() -> str:
    """The text of the page."""
    load_builtin()
    parts = [HEAD]
    for area, members in groupby(all_commands(), key=lambda c: c.area):
        parts.append(f"\n## {area.capitalize()}\n")
        parts.extend(_section(c) for c in members)
    return "".join(parts)


def _section(command: Command) -> str:
    arguments = ", ".join(p.name if p.required else f"{p.name}={p.default!r}" for p in command.parameters())
    route = f"REST: `{command.method} {command.path}`" if command.path else "REST: none"
    kind = "; starts a job, the answer is a command record to follow" if command.starts_job else ""
    login = ", with log-in or key" if command.login else ""
    return (
        f"\n### {command.name}\n\n`{command.name}({arguments})`\n\n{command.doc}\n\n"
        f"Role: {command.role.label}{login}. {route}{kind}.\n"
    )


def main() -> None:
    """Write the page to the path given on the command line."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
