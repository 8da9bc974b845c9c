"""Errors of exporting a plugin."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hub.errors import BadArgument, Conflict


class NotAManifestPluginError(BadArgument):
    """The plugin is Python code already.

    Args:
        plugin: its name.
        folder: where its code is.
    """

    def __init__(self, plugin: str, folder: Path) -> None:
        self.plugin, self.folder = plugin, str(folder)
        super().__init__(f"`{plugin}` has no manifest: it is Python code already, in {folder}.")


class UnknownPartError(BadArgument):
    """Something that can not be exported.

    Args:
        part: what was asked for.
        known: what there is.
    """

    def __init__(self, part: str, known: Iterable[str]) -> None:
        self.part, self.known = part, list(known)
        super().__init__(f"`what` holds `{part}`; it is a list of {', '.join(f'`{name}`' for name in self.known)}.")


class ExportExistsError(Conflict):
    """The folder that would be written is there.

    Args:
        folder: the folder.
        hint: what to do.
    """

    def __init__(self, folder: Path, hint: str) -> None:
        self.folder = str(folder)
        super().__init__(f"{folder} is there already. {hint}")
