"""Folders of the embedded engine.

``<location>/indices/<name>/`` is an index: ``index.json`` (properties, meta, when created) and ``segments/`` (tantivy).
``<location>/aliases.json`` holds all aliases. Every file is replaced whole (written aside, synced, renamed), an index
appears by one rename and disappears by one, so another process never sees half of anything. Files that are open while
an index is deleted stay readable until they are closed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from hub.search.errors import DamagedIndexError, IndexExistsError

_TRIES = 5
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  #: of renameat2(2)
_ASIDE = re.compile(r"(.+)\.[0-9a-f]{8}")  #: an index that takes the place of another one
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
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _second_name(path: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, target)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    try:
        call = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


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
        self._swapping = location / "swapping.json"
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

    @contextmanager
    def new(self, name: str) -> Iterator[Path]:
        """A hidden folder in which an index is set up; at the end it appears under its name, or goes.

        Raises:
            IndexExistsError: another process was faster.
        """
        folder = self.indices / f".new-{uuid.uuid4().hex}"
        try:
            (folder / SEGMENTS).mkdir(parents=True)
            yield folder
            self._appear(folder, name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

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

    def _appear(self, folder: Path, name: str) -> None:
        with self.locked():
            if self.folder(name).exists():
                raise IndexExistsError(name)
            folder.rename(self.folder(name))
            _sync_folder(self.indices)

    def swap(self, other: str, name: str) -> None:
        """Give one index the name of another, and the other way round."""
        with self.locked():
            if not _exchange(self.folder(name), self.folder(other)):
                between = f".swap-{uuid.uuid4().hex}"
                write_whole(self._swapping, orjson.dumps({"between": between, "name": name, "other": other}))
                self.folder(name).rename(self.indices / between)
                self._end_swap()
            _sync_folder(self.indices)

    def _end_swap(self) -> None:
        """Bring three renames to their end, of which the first is done; without it the names are as they were."""
        if not self._swapping.exists():
            return
        plan = orjson.loads(self._swapping.read_bytes())
        between, name, other = self.indices / plan["between"], self.folder(plan["name"]), self.folder(plan["other"])
        if between.exists():
            if not name.exists():
                other.rename(name)
            between.rename(other)
        self._swapping.unlink()

    def tidy(self) -> list[str]:
        """Finish what a process that was killed had begun, and remove what it left; while nobody writes.

        Returns:
            Names of what was removed.
        """
        with self.locked():
            self._end_swap()
            left = [p for p in self.indices.iterdir() if p.name.startswith((".new-", ".gone-"))]
            left += [p for p in self.root.glob(".aliases.json.*") if p.is_file()]
            left += self.indices.glob(f"*/.{DESCRIPTION}.*")
            targets = set(self.aliases().values())
            for name in self.names():
                match = _ASIDE.fullmatch(name)
                if match and name not in targets and any(n.startswith(match[1]) for n in self.names() if n != name):
                    left.append(self.folder(name))
        for path in left:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        return sorted(path.name for path in left)

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
