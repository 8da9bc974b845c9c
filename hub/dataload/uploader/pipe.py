"""Parsing and writing at the same time: batches go through a pipe to a second process that writes them.

Threads would not do: a write through `sqlite3` takes the interpreter lock once a row, and a busy parser gives it back
only every few milliseconds. The pipe holds one batch at a time, so a fast parser waits for a slow disk and memory stays
bounded. Small uploads never start the second process.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any, Protocol

from hub.dataload.errors import WriterLostError
from hub.dataload.quarantine.files import RejectSpec
from hub.dataload.uploader.documents import Batch
from hub.dataload.uploader.writing import WRITERS, Writer
from hub.store.port import Record, StoreSpec

_START = "import sys; sys.path[:] = {path!r}; from hub.dataload.uploader.pipe import main; main({fd})"
#: Batches that wait for a further one before the second process is started, which takes as long as writing them.
HELD = 4
log = logging.getLogger("hub.upload")


class Sink(Protocol):
    """Where batches go."""

    count: int
    duplicates: int
    rejected: Counter[str]

    def write(self, batch: Batch) -> None:
        """Take one batch."""
        ...

    def finish(self) -> None:
        """Return when all is stored."""
        ...


@dataclass(frozen=True)
class WriterSpec:
    """How to make a writer in another process.

    Attributes:
        store: the store.
        collection: its collection.
        source: full source name.
        part: which part of a parallel upload, for messages.
        kind: key of `WRITERS`.
        rejects: where documents go that can not be written; None lets the first one fail the upload.
    """

    store: StoreSpec
    collection: str
    source: str
    part: str
    kind: str
    rejects: RejectSpec | None = None

    def open(self) -> Writer:
        """Open the store and make the writer."""
        from hub.store import open_store

        writer = WRITERS[self.kind](open_store(self.store), self.collection, self.source, self.part)
        writer.rejects = self.rejects.open() if self.rejects else None
        writer.write_sorted()
        return writer


class PipedWriter:
    """Writes up to `HELD` batches itself when there are no more, else all of them in a second process.

    Args:
        spec: what to write to.

    Attributes:
        count: documents stored; known after `finish`.
        duplicates: documents whose ``_id`` was there already; known after `finish`.
        rejected: documents that went to quarantine, by reason; known after `finish`.
    """

    def __init__(self, spec: WriterSpec) -> None:
        self._spec = spec
        self._held: list[Batch] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection[Any, Any] | None = None
        self.count = 0
        self.duplicates = 0
        self.rejected: Counter[str] = Counter()

    def write(self, batch: Batch) -> None:
        """Hand a batch over; waits while the one before is being written.

        Raises:
            hub.errors.HubError: an earlier batch could not be written.
        """
        if self._pipe is None:
            if len(self._held) < HELD:
                self._held.append(batch)
                return
            self._start()
            held, self._held = self._held, []
            for earlier in held:
                self._send(earlier)
        self._send(batch)

    def finish(self) -> None:
        """Return when everything is stored and safe.

        Raises:
            hub.errors.HubError: it could not be written.
        """
        if self._pipe is None:
            self._finish_here()
            return
        self._send(None)
        self.count, self.duplicates, self.rejected = self._answer()
        assert self._process is not None
        self._process.wait()

    def close(self) -> None:
        """End the second process, whatever it does. Safe to call at any time."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()

    def _finish_here(self) -> None:
        if not self._held:
            return
        writer = self._spec.open()
        try:
            for batch in self._held:
                writer.write(batch)
            writer.finish()
        finally:
            writer.close()
            writer.store.close()
        self.count, self.duplicates, self.rejected = writer.count, writer.duplicates, writer.rejected

    def _start(self) -> None:
        ours, theirs = Pipe(duplex=True)
        code = _START.format(path=sys.path, fd=theirs.fileno())
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._pipe = ours
        ours.send_bytes(pickle.dumps(self._spec))

    def _send(self, batch: Batch | None) -> None:
        assert self._pipe is not None
        try:
            if self._pipe.poll(0):
                self._answer()
            self._pipe.send_bytes(_pack(batch))
        except (BrokenPipeError, ConnectionResetError):
            self._answer()

    def _answer(self) -> tuple[int, int, Counter[str]]:
        assert self._pipe is not None
        assert self._process is not None
        try:
            answer = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, OSError):
            code = self._process.wait()
            reason = f"signal {-code}" if code < 0 else f"exit status {code}"
            raise WriterLostError(self._spec.source, reason) from None
        if isinstance(answer, BaseException):
            raise answer
        count, duplicates, rejected = answer
        return count, duplicates, rejected


class DirectWriter:
    """Writes in this process: for storages whose code another process can not have.

    Args:
        writer: the writer.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.write: Callable[[Batch], None] = writer.write
        self.count = 0
        self.duplicates = 0
        self.rejected: Counter[str] = Counter()

    def finish(self) -> None:
        """Return when everything is stored and safe."""
        self._writer.finish()
        self.count, self.duplicates, self.rejected = (
            self._writer.count,
            self._writer.duplicates,
            self._writer.rejected,
        )

    def close(self) -> None:
        """Nothing to do: the store belongs to the run."""


def _pack(batch: Batch | None) -> bytes:
    if batch is None:
        return b""
    ids, bodies = zip(*batch.records, strict=True)  # plain text and bytes travel much faster than records
    return pickle.dumps((ids, bodies, batch.start, batch.dropped, batch.lists), pickle.HIGHEST_PROTOCOL)


def _unpack(message: bytes) -> Batch:
    ids, bodies, start, dropped, lists = pickle.loads(message)
    return Batch(list(map(Record, ids, bodies)), start, dropped, lists)


def main(fd: int) -> None:
    """Body of the second process: write what comes through the pipe until an empty message.

    Args:
        fd: file descriptor of the pipe.
    """
    pipe: Connection[Any, Any] = Connection(fd)
    try:
        spec: WriterSpec = pickle.loads(pipe.recv_bytes())
        # SQLite sorts in files: on the disk that has room for the documents, not in a small /tmp.
        os.environ.setdefault("SQLITE_TMPDIR", spec.store.location)
        writer = spec.open()
        while message := pipe.recv_bytes():
            writer.write(_unpack(message))
        writer.finish()
        writer.store.close()
        answer: Any = (writer.count, writer.duplicates, writer.rejected)
    except EOFError:  # the parser is gone: so is its upload
        os._exit(3)
    except KeyboardInterrupt:
        os._exit(130)
    except BaseException as error:
        answer = error
    try:
        pipe.send_bytes(_picklable(answer))
    except OSError:
        os._exit(3)


def _picklable(answer: Any) -> bytes:
    try:
        data = pickle.dumps(answer)
        pickle.loads(data)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(answer).__name__}: {answer}"))
    return data
