"""Releases of one source on disk: complete folders, what is known of each, and the lock that keeps writers apart.

Below the folder of a source::

    2026-01-10/            a complete release; never changed once it is there
    2026-01-10.2/          the same release name with other content
    current                link to the release in use, see `hub.dataload.lifecycle.disk`
    .releases/<name>.json  what is known of each release: files, sizes, checksums (`ReleaseRecord`)
    .partial/              what is being downloaded, see `hub.dataload.drafts`
    .lock                  held by the one dump that writes here
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import functools
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from hub.dataload.release_errors import ReleaseNameError, SourceBusyError
from hub.dataload.transport import RemoteFile

PARTIAL, RECORDS, LATEST, CURRENT = ".partial", ".releases", "latest", "current"
_REPLACED = "replaced-"
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]")
_MAX_NAME_BYTES = 200


@dataclass(frozen=True)
class FileRecord:
    """One downloaded file.

    Attributes:
        url: URL as the source names it, password masked.
        name: path inside the release folder.
        size: bytes on disk; of a file not fetched yet, what the server told, or None.
        sha256: checksum of its bytes, hexadecimal; empty when not fetched yet.
        fetched_at: when it was fetched from the server, UTC; None when not fetched yet.
        effective_url: URL really asked, password masked.
        etag: HTTP entity tag as sent.
        last_modified: the server's change time, UTC.
    """

    url: str
    name: str
    size: int | None = None
    sha256: str = ""
    fetched_at: datetime | None = None
    effective_url: str = ""
    etag: str = ""
    last_modified: datetime | None = None

    def remote(self) -> RemoteFile:
        """What the server told when the file was fetched."""
        return RemoteFile(self.url, self.size, self.last_modified, self.etag, None, self.effective_url)

    def to_json(self) -> dict[str, Any]:
        """As JSON-like data."""
        data = dict(vars(self))  # asdict() would copy each text on its own, and there may be ten thousand records
        for key in ("fetched_at", "last_modified"):
            data[key] = data[key].isoformat() if data[key] else None
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From `to_json`."""
        times = {k: datetime.fromisoformat(data[k]) if data[k] else None for k in ("fetched_at", "last_modified")}
        return cls(**{**data, **times})


@dataclass(frozen=True)
class ReleaseRecord:
    """What is known of one complete release.

    Attributes:
        release: release string as it is stored and shown, with its suffix.
        base: release string as the source gave it, without our suffix.
        folder: name of its folder.
        files: the downloaded files.
        tree: every file of the folder, extracted ones included: path to size in bytes.
        created_at: when the folder became complete, UTC.
        depends: releases of other sources it was made from, by source.
        ready: whether the steps that follow the download have been run.
        run: id of the run that made it; empty when there was none.
        formats: what its steps say of their files, see `hub.dataload.lifecycle.metadata`.
        made: files that its steps have made: path to size in bytes.
    """

    release: str
    base: str
    folder: str
    files: tuple[FileRecord, ...] = ()
    tree: Mapping[str, int] = field(default_factory=dict)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    depends: Mapping[str, str] = field(default_factory=dict)
    ready: bool = True
    run: str = ""
    formats: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, int] = field(default_factory=dict)

    def of_url(self, url: str) -> FileRecord | None:
        """The file that came from ``url`` (masked)."""
        return self._by_url.get(url)

    def of_name(self, name: str) -> FileRecord | None:
        """The file of that path in the release folder."""
        return self._by_name.get(name)

    @functools.cached_property
    def _by_url(self) -> dict[str, FileRecord]:
        return {f.url: f for f in reversed(self.files)}

    @functools.cached_property
    def _by_name(self) -> dict[str, FileRecord]:
        return {f.name: f for f in self.files}

    def same_content(self, files: Iterable[FileRecord]) -> bool:
        """Whether ``files`` are these files: same names, same bytes."""
        return {(f.name, f.sha256) for f in self.files} == {(f.name, f.sha256) for f in files}

    def to_json(self) -> dict[str, Any]:
        """As JSON-like data."""
        return {
            "release": self.release,
            "base": self.base,
            "folder": self.folder,
            "created_at": self.created_at.isoformat(),
            "files": [f.to_json() for f in self.files],
            "tree": dict(self.tree),
            "depends": dict(self.depends),
            "ready": self.ready,
            "run": self.run,
            "formats": dict(self.formats),
            "made": dict(self.made),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From `to_json`."""
        return cls(
            data["release"],
            data["base"],
            data["folder"],
            tuple(FileRecord.from_json(f) for f in data["files"]),
            data["tree"],
            datetime.fromisoformat(data["created_at"]),
            data.get("depends", {}),
            data.get("ready", True),
            data.get("run", ""),
            data.get("formats", {}),
            data.get("made", {}),
        )


def folder_name(release: str) -> str:
    """The name of a release's folder: the release string without what could lead elsewhere or hide it.

    Raises:
        ReleaseNameError: nothing usable is left.
    """
    name = _UNSAFE.sub("_", str(release)).strip()
    if name.startswith("."):
        name = "_" + name.lstrip(".")
    name = name.encode("utf-8", "replace")[:_MAX_NAME_BYTES].decode("utf-8", "ignore").rstrip()
    if name == CURRENT:
        name = f"_{name}"
    if not name.strip("_"):
        raise ReleaseNameError(str(release))
    return name


class SourceFolder:
    """The folder of one source.

    Args:
        root: ``DATA_ARCHIVE_ROOT/<source>``; made when first written to.
        source: name, for messages.
    """

    def __init__(self, root: Path, source: str = "") -> None:
        self.root, self.source = Path(root), source or Path(root).name

    @property
    def partial(self) -> Path:
        """Where downloads in progress live."""
        return self.root / PARTIAL

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only writer, until the end of the block or of this process.

        Raises:
            SourceBusyError: another process is.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SourceBusyError(self.source, str(self.root)) from None
            self._finish_swaps()
            yield

    def record(self, folder: str) -> ReleaseRecord | None:
        """What is known of the complete release in ``folder`` (a name); None without a record or without the folder."""
        if not (self.root / folder).is_dir():
            return None
        try:
            return ReleaseRecord.from_json(json.loads(self._record_file(folder).read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def record_of(self, data_folder: str | os.PathLike[str] | None) -> ReleaseRecord | None:
        """The record of a release by its path; None for folders that do not lie directly in this one."""
        path = Path(data_folder) if data_folder else None
        return self.record(path.name) if path is not None and path.parent == self.root else None

    def records(self) -> list[ReleaseRecord]:
        """All complete releases with a record, oldest first."""
        names = [p.stem for p in (self.root / RECORDS).glob("*.json")]
        found = [r for r in (self.record(name) for name in names) if r is not None]
        return sorted(found, key=lambda r: r.created_at)

    def save(self, record: ReleaseRecord) -> None:
        """Write a record, at once or not at all."""
        file = self._record_file(record.folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(file.name + ".new")
        with fresh.open("w", encoding="utf-8") as out:
            json.dump(record.to_json(), out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
        sync_folder(file.parent)

    def free_suffix(self, base: str) -> str:
        """The suffix that makes the folder of release ``base`` new: empty, ``.2``, ``.3``, ..."""
        name, number = folder_name(base), 1
        while (self.root / (name if number == 1 else f"{name}.{number}")).exists():
            number += 1
        return "" if number == 1 else f".{number}"

    def publish(self, draft: Path, record: ReleaseRecord) -> Path:
        """Make a finished draft a complete release, in one rename.

        Args:
            draft: the folder, on this disk, with everything in it.
            record: what to note; its ``folder`` must be free, or ``latest``, which is replaced.

        Returns:
            The path of the release.
        """
        target = self.root / record.folder
        sync_tree(draft)
        if target.exists():
            replaced = self.partial / (_REPLACED + record.folder)
            target.rename(replaced)
            draft.rename(target)
            sync_folder(self.root)
            self.save(record)
            shutil.rmtree(replaced, ignore_errors=True)
        else:
            self.save(record)
            draft.rename(target)
            sync_folder(self.root)
        return target

    def clear_partial(self) -> None:
        """Forget everything that was being downloaded."""
        shutil.rmtree(self.partial, ignore_errors=True)

    def _record_file(self, folder: str) -> Path:
        return self.root / RECORDS / f"{folder}.json"

    def _finish_swaps(self) -> None:
        """Put back the folder of a replacement that was cut off half way."""
        for old in self.partial.glob(_REPLACED + "*"):
            target = self.root / old.name.removeprefix(_REPLACED)
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(target)


def tree_of(folder: Path) -> dict[str, int]:
    """Every regular file below ``folder``: relative path to size in bytes, sorted."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    return {str(p.relative_to(folder)): p.stat().st_size for p in files}


def sync_folder(folder: Path) -> None:
    """Put the entries of a folder on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Put everything below a folder on disk."""
    if sync_disk(folder):
        return
    for path in [*folder.rglob("*"), folder]:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            continue
        sync_folder(path)


def sync_disk(folder: Path) -> bool:
    """Put all that was written to the disk of ``folder`` on it, in one call; False where the system has none.

    For many files that is much faster than asking for each.
    """
    try:
        call = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        if call(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(handle)
    return True
