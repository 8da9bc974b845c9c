"""Commands that show files: those of a release with their checksums, and those of a plugin with their text."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services

MOST_FILES = 200  #: of a plugin that are shown
MOST_TEXT = 512 * 1024  #: bytes of a file whose text is shown
_LEFT_OUT = ("__pycache__", "node_modules")


@command(area="releases", role=Role.VIEWER, rest="GET /source/{name}/files")
async def release_files(hub: Services, name: str, release: str | None = None) -> list[dict[str, Any]]:
    """Files of a release on disk: size, checksum, address and time of each download, and what was made of them.

    ``release`` is its name or folder; the newest one unless it is given.
    """
    rows = hub.sources.releases.of(name, release)
    if not rows:
        raise errors.NotFound("release of the source", name)
    folder = hub.sources.releases.folder(name)
    return await asyncio.to_thread(_files, folder, str(rows[-1]["folder"]))


@command(area="plugins", role=Role.OPERATOR, rest="GET /source/{name}/code")
async def plugin_code(hub: Services, name: str) -> dict[str, Any]:
    """Folder of a plugin and its files with their text; the text is null when it is none, or over 512 kB.

    Hidden files are left out, and so are links.
    """
    plugin = hub.sources.plugins.get(name)
    broken = next((b for b in hub.sources.broken if b.name == name), None)
    if plugin is None and broken is None:
        raise errors.NotFound("plugin", name, [*hub.sources.plugins, *(b.name for b in hub.sources.broken)])
    folder = plugin.folder if plugin else broken.folder if broken else Path()
    return {"folder": str(folder), "files": await asyncio.to_thread(_code, folder)}


def _files(folder: Any, release: str) -> list[dict[str, Any]]:
    record = folder.record(release)
    if record is None:
        return []
    known = {f.name: f for f in record.files}
    names = sorted({*record.tree, *known, *record.made})
    shown = []
    for name in names:
        told = known.get(name)
        shown.append(
            {
                "name": name,
                "size": record.tree.get(name, record.made.get(name, told.size if told else None)),
                "sha256": told.sha256 if told else "",
                "url": told.url if told else "",
                "fetched_at": told.fetched_at if told else None,
                "made": told is None,
            }
        )
    return shown


def _code(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _LEFT_OUT)
        for name in sorted(names):
            file = Path(path) / name
            if name.startswith(".") or file.is_symlink() or not file.is_file():
                continue
            if len(found) == MOST_FILES:
                return found
            size = file.stat().st_size
            text = _text(file) if size <= MOST_TEXT else None
            found.append({"name": str(file.relative_to(folder)), "size": size, "text": text})
    return found


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
