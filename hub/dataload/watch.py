"""Noticing that files of plugins were added, changed or removed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

SETTLE = 0.2  #: seconds between the two looks at a folder that is changing
THRIFT = 200  #: looking takes one such part of a processor at most

Signature = frozenset[tuple[str, int, int]]


class PluginWatcher:
    """Compares the plugin folders with how they were at the last look.

    A folder counts as changed when it has been the same for two looks after a change, so that a plugin which is being
    copied is not read half way.

    Args:
        root: the folder of plugin folders; it need not exist.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._cost = 0.0
        self._told = self._last = self._look()

    def pause(self, seconds: float) -> float:
        """Seconds to wait before the next look.

        Args:
            seconds: what is wished; less while a change has to settle, more where looking costs much.
        """
        return min(seconds, SETTLE) if self._last != self._told else max(seconds, self._cost * THRIFT)

    def changed(self) -> set[str]:
        """Names of the folders that have changed since they were last told, and have settled."""
        started = time.thread_time()
        now = self._look()
        self._cost = time.thread_time() - started
        names = {
            name
            for name in now.keys() | self._told.keys()
            if now.get(name) != self._told.get(name) and now.get(name) == self._last.get(name)
        }
        for name in names:
            if name in now:
                self._told[name] = now[name]
            else:
                self._told.pop(name)
        self._last = now
        return names

    def _look(self) -> dict[str, Signature]:
        try:
            folders = [entry for entry in os.scandir(self._root) if entry.is_dir() and not entry.name.startswith(".")]
        except OSError:
            return {}
        return {entry.name: frozenset(_files(entry.path)) for entry in folders if not entry.name.startswith("__")}


def _files(folder: str, inside: str = "") -> Iterator[tuple[str, int, int]]:
    """Path, change time and size of every file of a plugin, without what Python and editors leave."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        try:
            if entry.is_dir():
                if not name.startswith("__pycache__") and not entry.is_symlink():
                    yield from _files(entry.path, f"{inside}{name}{os.sep}")
            elif not name.endswith((".pyc", "~", ".swp")) and not _is_model(folder, name):
                found = entry.stat()
                yield inside + name, found.st_mtime_ns, found.st_size
        except OSError:
            continue


def _is_model(folder: str, name: str) -> bool:
    """Whether it is a validation model, which is read when it is used, and by nothing else."""
    return folder.endswith(f"{os.sep}validation") and name.endswith(("_model.py", "_model.partial"))
