"""The embedded document store: one SQLite file a collection, in one folder a database.

Swapping a collection is moving a file over another, dropping one is deleting its file, and collections never wait for
each other's writer. See `hub.store.sqlite_file` for what survives a crash.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from hub.store import sqlite_layer, sqlite_load
from hub.store.codec import JsonCodec
from hub.store.errors import BadCollectionNameError, CollectionExistsError, CollectionNotFoundError, StoreClosedError
from hub.store.names import SUFFIX, collection_name, file_name, is_internal
from hub.store.port import Codec, CollectionStats, StoreSpec
from hub.store.sqlite_collection import SqliteCollection
from hub.store.sqlite_file import CollectionFile, sync_folder

_MAX_OPEN = 64
_COPY = 5000  # documents a write, when a collection is copied
_HEAVY = 4  # a fork that differs in more than one of so many documents is copied, not forked again
_STALE_SECONDS = 3600.0  # age from which a base that no collection names is garbage


class SqliteStore:
    """One database of the embedded store. See `hub.store.port.DocumentStore`.

    Args:
        spec: ``location`` is a folder, ``database`` the name of a folder in it; both are made at the first insert.
    """

    def __init__(self, spec: StoreSpec) -> None:
        self.spec = spec
        self.codec: Codec = JsonCodec()
        self.folder = Path(spec.location).expanduser().absolute() / file_name(spec.database).removesuffix(SUFFIX)
        self._files: OrderedDict[str, CollectionFile] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False

    def collection(self, name: str, *, durable: bool = False) -> SqliteCollection:
        """The collection of that name, existing or not.

        Args:
            name: its name.
            durable: when the first insert creates it, make every batch survive a crash, not only what was flushed.
        """
        return SqliteCollection(name, self._file(name, durable=durable), self.codec)

    def names(self, prefix: str = "") -> list[str]:
        """Sorted names of the existing collections that start with ``prefix``."""
        try:
            found = (collection_name(entry.name) for entry in self.folder.iterdir())
            return sorted(n for n in found if n is not None and n.startswith(prefix) and not is_internal(n))
        except FileNotFoundError:
            return []

    def exists(self, name: str) -> bool:
        """Whether the collection exists."""
        return self._file(name).exists()

    def rename(self, old: str, new: str, *, archive: str | None = None) -> None:
        """Put ``old`` in the place of ``new`` in one step; what stood there is dropped or kept as ``archive``."""
        if old == new or archive in (old, new):
            raise BadCollectionNameError(new, "a collection cannot take its own name or that of its archive")
        source, target = self._file(old), self._file(new)
        if not source.exists():
            raise CollectionNotFoundError(old, self.names())
        with contextlib.ExitStack() as stack:
            for file in sorted((source, target), key=lambda f: f.name):
                stack.enter_context(file.lock)
            source.seal()
            base = target.base()
            stack.enter_context(source.locked_out())
            stack.enter_context(target.locked_out())
            if archive is not None and target.exists():
                _link(target.path, self._file(archive).path, archive)
                sync_folder(self.folder)
            source.path.replace(target.path)
            # After a crash between link and replace both names are one file, and replacing does nothing.
            source.path.unlink(missing_ok=True)
            sync_folder(self.folder)
        if archive is None and base is not None:
            base.unlink(missing_ok=True)

    def fork(self, old: str, new: str) -> None:
        """Let ``new`` hold what ``old`` holds now; only what differs afterwards takes room and time."""
        source, target = self._file(old), self._file(new)
        if not source.exists():
            raise CollectionNotFoundError(old, self.names())
        if target.exists():
            raise CollectionExistsError(new)
        self._sweep_bases()
        source.seal()
        with contextlib.closing(source.reader() or _missing(old, self.names())) as connection:
            name = sqlite_layer.base_of(connection)
            if name is None:
                base, documents, rows = self._base_of_plain(source)
            elif _is_heavy(connection):
                self._copy(old, new)
                return
            else:
                rows, documents = sqlite_layer.own_rows(connection)
                base = sqlite_layer.new_base(self.folder / name)
        try:
            target.fork(base, documents, rows)
        except BaseException:
            base.unlink(missing_ok=True)
            raise

    def _base_of_plain(self, source: CollectionFile) -> tuple[Path, int, list[sqlite_layer.Row]]:
        with source.locked_out():
            base = sqlite_layer.new_base(source.path)
        return base, sqlite_layer.count_base(base), []

    def _copy(self, old: str, new: str) -> None:
        """A whole copy, for a fork that has come to differ much from its base."""
        records, target = self.collection(old).scan(batch_size=_COPY), self.collection(new)
        while batch := list(itertools.islice(records, _COPY)):
            target.insert(batch)

    def _sweep_bases(self) -> None:
        """Remove the bases of forks that a crash has kept from appearing or disappearing."""
        bases = {path.name: path for path in self.folder.glob(f"{sqlite_layer.PREFIX}*")}
        old = {name for name, path in bases.items() if time.time() - path.stat().st_ctime > _STALE_SECONDS}
        if not old:
            return
        used = {base.name for name in self.names() if (base := self._file(name).base()) is not None}
        for name in old - used:
            bases[name].unlink(missing_ok=True)

    def drop(self, name: str) -> bool:
        """Remove a collection; False when there was none."""
        file = self._file(name)
        with file.lock:
            base = file.base()
            file.close()
            file.path.with_name(file.path.name + sqlite_load.SUFFIX).unlink(missing_ok=True)
            try:
                file.path.unlink()
            except FileNotFoundError:
                return False
            # After the file, never before: a file without its journal, or its base, would be torn.
            file.path.with_name(file.path.name + "-journal").unlink(missing_ok=True)
            if base is not None:
                base.unlink(missing_ok=True)
            return True

    def stats(self, name: str) -> CollectionStats:
        """Count and bytes on disk, of a fork with those of its base; zeros for a collection that does not exist."""
        file = self._file(name)
        try:
            base = file.base()
            size = file.path.stat().st_size + (base.stat().st_size if base is not None else 0)
        except FileNotFoundError:
            return CollectionStats(name, 0, 0)
        return CollectionStats(name, self.collection(name).count(), size)

    def close(self) -> None:
        """Make what was written durable and release all files."""
        with self._lock:
            self._closed = True
            files, self._files = list(self._files.values()), OrderedDict()
        for file in files:
            with file.lock:
                if file.bulk:
                    file.seal()
                file.close()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _file(self, name: str, *, durable: bool = False) -> CollectionFile:
        with self._lock:
            if self._closed:
                raise StoreClosedError(self.spec.database)
            file = self._files.get(name)
            if file is None:
                file = self._files[name] = CollectionFile(name, self.folder / file_name(name))
            if durable:
                file.durable = True
            self._files.move_to_end(name)
            if len(self._files) > _MAX_OPEN:
                self._close_idle()
            return file

    def _close_idle(self) -> None:
        """Close the connection that was not used for the longest time; the file object stays usable."""
        for file in list(self._files.values())[: -_MAX_OPEN // 2]:
            if not file.bulk and file.lock.acquire(blocking=False):
                try:
                    file.close()
                finally:
                    file.lock.release()


def _is_heavy(connection: sqlite3.Connection) -> bool:
    own, documents = sqlite_layer.own_size(connection)
    return own * _HEAVY > documents


def _missing(name: str, known: list[str]) -> NoReturn:
    raise CollectionNotFoundError(name, known)


def _link(source: Path, target: Path, name: str) -> None:
    """A second name for a file; a plain move where the file system has no hard links."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise CollectionExistsError(name) from None
    except OSError:
        source.rename(target)
