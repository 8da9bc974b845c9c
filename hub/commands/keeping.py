"""Commands that look after the hub itself: backup, restore, upgrade, and its own reference page."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.jobs.port import JobState
from hub.maintenance import backup as backups
from hub.maintenance.codebase import code_bases
from hub.maintenance.errors import HubBusyError


@command(area="hub", role=Role.ADMIN, looks=True)
async def backup(hub: Services, folder: str = ".", archive: str | None = None) -> str:
    """Save the hub's own records (sources, builds, configurations, jobs, accounts) to one file; answers its path.

    ``folder`` is relative to the setting ``DATA_EXPORT_FOLDER``, or absolute; ``archive`` is the name of the file. The
    documents of sources, builds and indices are not in it. The file holds secrets and is readable by its owner only.
    """
    name = archive or backups.file_name(hub.settings["HUB_NAME"])
    path = _in_exports(hub, folder, name)
    await asyncio.to_thread(backups.write_backup, hub.state.store, path)
    return str(path)


@command(area="hub", role=Role.ADMIN)
async def restore(hub: Services, archive: str, drop: bool = False) -> dict[str, Any]:
    """Put the records of a backup back. Restart the hub afterwards.

    ``archive`` is relative to the setting ``DATA_EXPORT_FOLDER``, or absolute. Refused when there are records, unless
    ``drop`` replaces them: they are saved to a backup of their own first. Nothing is changed by a file that is damaged.
    """
    running = hub.jobs.list(states=[JobState.RUNNING, JobState.QUEUED], limit=1000)
    if running:
        raise HubBusyError(len(running), "restore")
    ignored = {hub.settings[name] for name in backups.TRANSIENT}
    path, keep = _in_exports(hub, archive), _in_exports(hub)
    return await asyncio.to_thread(backups.restore_backup, hub.state.store, path, drop=drop, keep=keep, ignored=ignored)


@command(area="hub", role=Role.ADMIN, rest="PUT /code/upgrade/{code_base}", starts_job=True)
async def upgrade(hub: Services, code_base: str) -> dict[str, Any]:
    """Bring code up to its git branch: ``application`` (that of the plugins) or ``biothings_sdk`` (that of the hub).

    Refused when files were changed there, or when the code is in no repository. Restart the hub afterwards.
    """
    bases = code_bases(Path(hub.settings["DATA_PLUGIN_FOLDER"]))
    if code_base not in bases:
        raise errors.NotFound("code base", code_base, bases)
    done = await asyncio.to_thread(bases[code_base].upgrade)
    hub.code_news.forget(code_base)
    return done


@command(area="hub", role=Role.CONSOLE, looks=True)
async def export_command_documents(hub: Services, filepath: str) -> str:
    """Write the reference page of all commands, in Markdown; answers its path.

    ``filepath`` is relative to the setting ``DATA_EXPORT_FOLDER``, or absolute.
    """
    from hub.commands.docs import page

    path = _in_exports(hub, filepath)
    await asyncio.to_thread(_write, path, page())
    return str(path)


def _in_exports(hub: Services, *parts: str) -> Path:
    return Path(os.path.abspath(os.path.join(hub.settings["DATA_EXPORT_FOLDER"], *parts)))  # noqa: PTH100, PTH118


def _write(path: Path, text: str) -> None:
    if path.is_dir():
        raise errors.BadArgument(f"{path} is a folder. Give the name of a file, for example `commands.md`.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
