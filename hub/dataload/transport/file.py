"""``file:`` URLs: sources on a mounted disk, mirrors of air-gapped sites, tests."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from hub.config.rewrites import file_path
from hub.dataload.transport import listing
from hub.dataload.transport.errors import ChangedError, LocalFileError
from hub.dataload.transport.port import RemoteFile, Watch
from hub.dataload.transport.stream import CHUNK, Body, StreamTransport


class FileTransport(StreamTransport):
    """Files of this machine: copied, or hard-linked when ``options.link_files`` is set and the disk is the same.

    A copy is the default because a file that is changed in place would change every release that is linked to it.
    """

    def stat(self, url: str) -> RemoteFile:
        """Size and change time of a regular file."""
        self.options.check(url)
        path = self._path(url)
        try:
            info = path.stat()
        except FileNotFoundError:
            raise LocalFileError(url, str(path), "does not exist") from None
        except OSError as error:
            raise LocalFileError(url, str(path), f"cannot be read: {error.strerror}") from None
        if stat.S_ISDIR(info.st_mode):
            raise LocalFileError(url, str(path), "is a folder; name its files one by one")
        if not stat.S_ISREG(info.st_mode):
            raise LocalFileError(url, str(path), "is no regular file")
        mtime = datetime.fromtimestamp(info.st_mtime_ns // 1000 / 1_000_000, UTC)
        return RemoteFile(url, info.st_size, mtime, effective_url=url, ranges=True)

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """Names and change times as the disk has them."""
        self.options.check(url)
        path = self._path(url)
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    yield from _described(entry, url)
        except FileNotFoundError:
            raise LocalFileError(url, str(path), "does not exist") from None
        except NotADirectoryError:
            raise LocalFileError(url, str(path), "is no folder") from None
        except OSError as error:
            raise LocalFileError(url, str(path), f"cannot be listed: {error.strerror}") from None

    def fetch(self, url: str, sink: Path, watch: Watch) -> RemoteFile:
        """Link or copy."""
        if not self.options.link_files:
            return super().fetch(url, sink, watch)
        remote, path = self.stat(url), self._path(url)
        try:
            sink.unlink(missing_ok=True)
            os.link(path, sink)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP):
                raise LocalFileError(url, str(path), f"cannot be linked: {error.strerror}") from None
            return super().fetch(url, sink, watch)
        watch.at(str(sink), remote.size or 0)
        return remote

    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """Open the file at ``offset``."""
        remote, path = self.stat(url), self._path(url)
        if known is not None and not remote.same_bytes(known):
            raise ChangedError(url)
        try:
            source = path.open("rb")
        except OSError as error:
            raise LocalFileError(url, str(path), f"cannot be read: {error.strerror}") from None
        source.seek(offset)
        return Body(remote, offset, _chunks(source), source.close, lambda: None)

    def close(self) -> None:
        """Nothing is kept open."""

    def _path(self, url: str) -> Path:
        machine = urlsplit(url).netloc
        if machine not in ("", "localhost"):
            raise LocalFileError(url, machine, "is another machine; write file:///folder/name")
        return file_path(url)  # the one that the allow-list looked at


def _described(entry: os.DirEntry[str], folder: str) -> Iterator[RemoteFile]:
    try:
        info = entry.stat()
    except OSError:  # a broken link, or removed since
        info = None
    if info is not None and not stat.S_ISDIR(info.st_mode) and not stat.S_ISREG(info.st_mode):
        return
    found = listing.found(folder, entry.name, is_dir=info is not None and stat.S_ISDIR(info.st_mode))
    yield replace(found, is_link=entry.is_symlink(), **_facts(info) if info else {})


def _facts(info: os.stat_result) -> dict[str, Any]:
    return {
        "size": None if stat.S_ISDIR(info.st_mode) else info.st_size,
        "mtime": datetime.fromtimestamp(info.st_mtime_ns // 1000 / 1_000_000, UTC),
        "permissions": stat.S_IMODE(info.st_mode),
        "owner": str(info.st_uid),
        "group": str(info.st_gid),
    }


def _chunks(source: BinaryIO) -> Generator[bytes, None, None]:
    while chunk := source.read(CHUNK):
        yield chunk
