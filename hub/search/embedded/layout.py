"""Folders of the embedded engine.

``<location>/indices/<name>/`` is an index: ``index.json`` (properties, meta, when created) and ``segments/`` (tantivy).
``<location>/aliases.json`` holds all aliases. Every file is replaced whole (written aside, synced, renamed), an index
appears by one rename and disappears by one, so another process never sees half of anything. Files that are open while
an index is deleted stay readable until they are closed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from hub.search.errors import DamagedIndexError, IndexExistsError

_TRIES = 5
DESCRIPTION = "index.json"
SEGMENTS = "segments"


def signature(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced: inode, time and size. None when it does not exist."""
    try:
        status = os.stat(path)  # noqa: PTH116 - the hot path of every call
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, durably."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync_folder(path.parent)


def _second_name(path: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, target)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Layout:
    """The folder tree below one location."""

    def __init__(self, location: Path) -> None:
        self.root = location
        self.indices = location / "indices"
        self.alias_file = location / "aliases.json"
        self._aliases: dict[str, str] = {}
        self._alias_signature: tuple[int, int, int] | None = None
        self.indices.mkdir(parents=True, exist_ok=True)

    def folder(self, name: str) -> Path:
        """Where an index is, or would be."""
        return self.indices / name

    def names(self) -> list[str]:
        """Sorted names of the indices."""
        return sorted(
            p.name for p in self.indices.iterdir() if not p.name.startswith(".") and (p / DESCRIPTION).exists()
        )

    def describe(self, name: str) -> dict[str, Any]:
        """The description of an index.

        Raises:
            FileNotFoundError: there is no such index.
            DamagedIndexError: the description cannot be read.
        """
        path = self.folder(name) / DESCRIPTION
        try:
            description: dict[str, Any] = orjson.loads(path.read_bytes())
        except ValueError as error:
            raise DamagedIndexError(name, str(path.parent), str(error)) from error
        return description

    def write_description(self, name: str, description: dict[str, Any]) -> None:
        """Replace the description of an index."""
        write_whole(self.folder(name) / DESCRIPTION, orjson.dumps(description, option=orjson.OPT_INDENT_2))

    def prepare(self) -> Path:
        """A new hidden folder in which an index is set up."""
        folder = self.indices / f".new-{uuid.uuid4().hex}"
        (folder / SEGMENTS).mkdir(parents=True)
        return folder

    def share_segments(self, name: str, folder: Path) -> None:
        """Give a prepared folder the segments of an index as of its last commit: second names of the same files.

        What tantivy replaces as a whole (its own lists of files) is copied, locks are left out. Should another process
        commit meanwhile, so that a file goes away between listing and linking, all is listed again.
        """
        source, target = self.folder(name) / SEGMENTS, folder / SEGMENTS
        for attempt in range(_TRIES):
            try:
                for path in sorted(source.iterdir(), key=lambda p: p.suffix != ".json"):
                    if path.suffix == ".lock":
                        continue
                    if path.suffix == ".json":
                        shutil.copyfile(path, target / path.name)
                    elif not (target / path.name).exists():
                        _second_name(path, target / path.name)
                break
            except FileNotFoundError:
                if attempt == _TRIES - 1:
                    raise
        _sync_folder(target)

    def appear(self, folder: Path, name: str) -> None:
        """Give a prepared folder its name.

        Raises:
            IndexExistsError: another process was faster.
        """
        with self.locked():
            if self.folder(name).exists():
                shutil.rmtree(folder, ignore_errors=True)
                raise IndexExistsError(name)
            folder.rename(self.folder(name))
            _sync_folder(self.indices)

    def swap(self, other: str, name: str) -> None:
        """Give one index the name of another, and the other way round."""
        with self.locked():
            between = self.indices / f".swap-{uuid.uuid4().hex}"
            self.folder(name).rename(between)
            self.folder(other).rename(self.folder(name))
            between.rename(self.folder(other))
            _sync_folder(self.indices)

    def remove(self, name: str) -> bool:
        """Delete an index and the aliases that point at it."""
        gone = self.indices / f".gone-{uuid.uuid4().hex}"
        try:
            self.folder(name).rename(gone)
        except FileNotFoundError:
            return False
        with self.locked():
            kept = {alias: index for alias, index in self.aliases().items() if index != name}
            if kept != self._aliases:
                self._write_aliases(kept)
        shutil.rmtree(gone, ignore_errors=True)
        return True

    def aliases(self) -> dict[str, str]:
        """Alias to index, as another process may just have written it."""
        current = signature(self.alias_file)
        if current != self._alias_signature:
            self._aliases = dict(orjson.loads(self.alias_file.read_bytes())) if current else {}
            self._alias_signature = current
        return self._aliases

    def change_alias(self, alias: str, name: str | None) -> str | None:
        """Point an alias at an index, or remove it; returns where it pointed."""
        with self.locked():
            aliases = dict(self.aliases())
            before = aliases.pop(alias, None)
            if name is not None:
                aliases[alias] = name
            self._write_aliases(aliases)
        return before

    def _write_aliases(self, aliases: dict[str, str]) -> None:
        write_whole(self.alias_file, orjson.dumps(aliases, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        self._alias_signature = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time changes names."""
        with (self.root / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
