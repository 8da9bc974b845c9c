"""What all transports that read a stream of bytes share: going on from a partial file, limits, the length check."""

from __future__ import annotations

import abc
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hub.dataload.transport.errors import ChangedError, IncompleteError, TotalTimeError
from hub.dataload.transport.partial import PartialFile
from hub.dataload.transport.port import RemoteFile, TransportOptions, Watch

CHUNK = 256 * 1024


@dataclass
class Body:
    """An open answer.

    Attributes:
        remote: what the server told with this answer; ``size`` is the length of the whole file, None if unknown.
        offset: place in the file of the first byte that ``chunks`` gives.
        chunks: the bytes; raises a `TransportError` when they end too early.
        close: gives the connection back, or cuts it when bytes are left.
        abort: wakes a blocked read from another thread.
    """

    remote: RemoteFile
    offset: int
    chunks: Generator[bytes, None, None]
    close: Callable[[], None]
    abort: Callable[[], None]


class StreamTransport(abc.ABC):
    """A transport that opens a stream at an offset; fetching, resuming and checking are done here, once for all."""

    def __init__(self, options: TransportOptions | None = None) -> None:
        self.options = options or TransportOptions()

    @abc.abstractmethod
    def stat(self, url: str) -> RemoteFile:
        """See `Transport.stat`."""

    @abc.abstractmethod
    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """See `Transport.listdir`."""

    @abc.abstractmethod
    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """Open ``url`` at ``offset`` if the file still is ``known``, else at its beginning.

        Args:
            url: where.
            known: what the bytes that are there already are part of; None when there are none.
            offset: how many bytes are there already.

        Returns:
            A body whose ``offset`` is either ``offset`` or 0.
        """

    @abc.abstractmethod
    def close(self) -> None:
        """See `Transport.close`."""

    def fetch(self, url: str, sink: Path, watch: Watch) -> RemoteFile:
        """See `Transport.fetch`."""
        watch.seconds(str(sink))
        with PartialFile(sink) as part:
            known = part.known(url)
            try:
                body = self.open(url, known, part.size if known else 0)
            except ChangedError:
                part.discard()
                body = self.open(url, None, 0)
            forget = watch.on_stop(body.abort)
            try:
                self._copy(url, body, part, watch)
            finally:
                forget()
                body.chunks.close()
                body.close()
            if body.remote.size is not None and part.size != body.remote.size:
                if part.size > body.remote.size:
                    part.discard()
                raise IncompleteError(url, body.remote.size, watch.held(str(sink)))
            return replace(body.remote, size=part.size, sha256=part.finish(body.remote))

    def _copy(self, url: str, body: Body, part: PartialFile, watch: Watch) -> None:
        key = str(part.sink)
        limit = self.options.total
        part.begin(body.remote, body.offset)
        watch.at(key, part.size)
        for chunk in body.chunks:
            watch.check(url)
            part.write(chunk)
            watch.at(key, part.size)
            self.options.traffic.pace(url, len(chunk), watch)
            if limit and watch.seconds(key) > limit:
                raise TotalTimeError(url, limit)
        watch.check(url)
