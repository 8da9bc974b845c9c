"""Putting fetched code into the place of the old, so that a crash at any moment leaves the one or the other.

All happens inside the folder of the plugins, below ``.sources``, which no plugin is looked for in::

    .sources/<folder>.new/<folder>   code that is being fetched
    .sources/<folder>.old            code that has just been replaced or removed
    .sources/kept/<folder>-<time>    code of an unregistered plugin that had been changed by hand
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection
from pathlib import Path

WORK = ".sources"


class Place:
    """The folder of the plugins.

    Args:
        root: ``DATA_PLUGIN_FOLDER``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._work = root / WORK

    def folder(self, name: str) -> Path:
        """The folder of a plugin."""
        return self.root / name

    def staging(self, name: str) -> Path:
        """Where new code of a plugin is fetched to."""
        return self._work / f"{name}.new"

    def put(self, name: str, fetched: Path) -> None:
        """Replace the code of a plugin, or put it there."""
        old, target = self._work / f"{name}.old", self.folder(name)
        _remove(old)
        if os.path.lexists(target):
            target.rename(old)
        fetched.rename(target)
        _remove(old)
        self.discard(name)

    def take_away(self, name: str) -> Path:
        """Move the code of a plugin out of sight; call `forget` once nothing refers to it any more."""
        old = self._work / f"{name}.old"
        self._work.mkdir(parents=True, exist_ok=True)
        _remove(old)
        self.folder(name).rename(old)
        return old

    def forget(self, old: Path) -> None:
        """Delete what `take_away` has moved."""
        _remove(old)

    def keep(self, name: str, old: Path) -> Path:
        """Keep what `take_away` has moved, under a name with the time."""
        kept = self._work / "kept" / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        old.rename(kept)
        return kept

    def link(self, name: str, target: Path) -> None:
        """Use a folder elsewhere as a plugin."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.folder(name).symlink_to(target, target_is_directory=True)

    def discard(self, name: str) -> None:
        """Remove what was fetched and not used."""
        _remove(self.staging(name))

    def recover(self, registered: Collection[str]) -> list[str]:
        """Tidy up after a crash.

        Args:
            registered: folders that have a record.

        Returns:
            The folders whose former code was put back.
        """
        restored = []
        for left in sorted(self._work.glob("*")) if self._work.is_dir() else []:
            name = left.name.removesuffix(".old")
            if left.suffix == ".old" and name in registered and not os.path.lexists(self.folder(name)):
                left.rename(self.folder(name))
                restored.append(name)
            elif left.suffix in (".old", ".new"):
                _remove(left)
        return restored


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
