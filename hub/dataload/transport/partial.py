"""A file that is being downloaded: ``<name>.part``, and ``<name>.part.json`` that says what it is part of."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from hub.dataload.transport.digest import RunningDigest
from hub.dataload.transport.errors import DiskFullError
from hub.dataload.transport.names import masked
from hub.dataload.transport.port import RemoteFile

#: Codes of the operating system for no room.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class PartialFile:
    """The bytes of a file that have come so far, and what the server told of it when they came."""

    def __init__(self, sink: Path) -> None:
        self.sink = sink
        self.path = sink.with_name(sink.name + ".part")
        self.sidecar = sink.with_name(sink.name + ".part.json")
        self._out: BinaryIO | None = None
        self._digest: RunningDigest | None = None
        self.size = 0

    def known(self, url: str) -> RemoteFile | None:
        """What the partial file is part of; None when there is nothing that a transfer of ``url`` may go on from.

        A partial file without a validator (strong entity tag or change time) is never gone on from.
        """
        try:
            noted = json.loads(self.sidecar.read_text("utf-8"))
            size = self.path.stat().st_size
            mtime = datetime.fromisoformat(noted["mtime"]) if noted["mtime"] else None
            remote = RemoteFile(url, noted["size"], mtime, noted["etag"], noted["name"], noted["effective_url"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        usable = size > 0 and noted["url"] == masked(url) and (remote.strong_etag or mtime)
        if not usable or (remote.size is not None and size > remote.size):
            return None
        # A part that seems complete is asked for its last byte again: the answer proves that it is still the same file.
        self.size = size - 1 if size == remote.size else size
        return remote if self.size > 0 else None

    def begin(self, remote: RemoteFile, offset: int) -> None:
        """Open for writing at ``offset`` (bytes after it are cut off) and note what the bytes are part of."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        note = {
            "url": masked(remote.url),
            "effective_url": masked(remote.effective_url),
            "etag": remote.etag,
            "mtime": remote.mtime.isoformat() if remote.mtime else None,
            "size": remote.size,
            "name": remote.name,
        }
        self._digest = None if offset else RunningDigest()
        self._out = self.path.open("r+b" if offset else "wb", buffering=0)
        self._out.truncate(offset)
        self._out.seek(offset)
        self.size = offset
        with _disk(self.path):
            self.sidecar.write_text(json.dumps(note), "utf-8")

    def write(self, chunk: bytes) -> None:
        """Append.

        Raises:
            DiskFullError: no room.
        """
        assert self._out is not None, "begin() comes first"
        with _disk(self.path):
            _write_all(self._out, chunk)
        self.size += len(chunk)
        if self._digest is not None:
            self._digest.update(chunk)

    def finish(self, remote: RemoteFile) -> str:
        """All bytes came: give them the final name and the server's change time.

        Nothing is forced to disk here: a release is, as a whole, before it becomes visible, and what an interrupted
        dump had finished is taken by its checksum only.

        Returns:
            Their SHA-256; empty when only a part of them came now.
        """
        assert self._out is not None, "begin() comes first"
        with _disk(self.path):
            self._out.close()
        if remote.mtime is not None:
            stamp = remote.mtime.timestamp()
            os.utime(self.path, (stamp, stamp))
        self.path.replace(self.sink)
        self.sidecar.unlink(missing_ok=True)
        return self._digest.hexdigest() if self._digest is not None else ""

    def discard(self) -> None:
        """Forget what came so far."""
        self.close()
        self.path.unlink(missing_ok=True)
        self.sidecar.unlink(missing_ok=True)
        self.size = 0

    def close(self) -> None:
        """Keep what came so far for the next try."""
        out, self._out = self._out, None
        if self._digest is not None:
            self._digest.close()
        if out is not None and not out.closed:
            with contextlib.suppress(OSError):  # a full disk was told by write() already
                out.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _write_all(out: BinaryIO, chunk: bytes) -> None:
    """Write without a buffer of Python's between; a full disk may take a part of a chunk first."""
    done = out.write(chunk)
    while done < len(chunk):
        done += out.write(memoryview(chunk)[done:])


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFullError(str(path), error.strerror or str(error)) from None
        raise
