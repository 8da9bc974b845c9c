"""Commands on lists of identifiers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.databuild import idlists
from hub.datarelease import idlists as stored


@command(area="builds", role=Role.OPERATOR, rest="POST /export_ids", starts_job=True)
async def export_ids(hub: Services, collection: str) -> dict[str, Any]:
    """Write every ``_id`` of a build, or of an uploaded collection, to a file: sorted, one a line, packed with xz.

    The file is ``ids/COLLECTION_ids.xz`` below ``DATA_EXPORT_FOLDER``.
    """
    folder = Path(hub.settings["DATA_EXPORT_FOLDER"]) / "ids"
    return await idlists.export_ids(hub.builds.services, collection, folder, owner="command")


@command(area="builds", role=Role.OPERATOR, rest="POST /upload_ids", starts_job=True)
async def upload_ids(hub: Services, file: str, publisher_env: str, redirect_from: str | None = None) -> dict[str, Any]:
    """Store a list that ``export_ids`` wrote where releases are published, in the folder ``ids``.

    ``file`` is its name, or that of the build or collection. ``redirect_from`` is the name of a file there that leads
    to this list from now on, so that one address always gives the newest. Answers ``{"url", "redirect"}``.
    """
    return await stored.upload_ids(hub.builds.services, file, publisher_env, redirect_from, owner="command")
