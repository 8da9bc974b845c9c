"""Commands on lists of identifiers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.databuild import idlists


@command(area="builds", role=Role.OPERATOR, rest="POST /export_ids", starts_job=True)
async def export_ids(hub: Services, collection: str) -> dict[str, Any]:
    """Write every ``_id`` of a build, or of an uploaded collection, to a file: sorted, one a line, packed with xz.

    The file is ``ids/COLLECTION_ids.xz`` below ``DATA_EXPORT_FOLDER``.
    """
    folder = Path(hub.settings["DATA_EXPORT_FOLDER"]) / "ids"
    return await idlists.export_ids(hub.builds.services, collection, folder, owner="command")
