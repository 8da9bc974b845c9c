"""Object stores through fsspec; which store a URL means is the matter of `object_stores`.

The path of a URL is the key, percent-encoded as in any other URL: ``s3://bucket/a%20key.tsv``.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Coroutine, Generator, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.dataload.transport import listing, object_stores
from hub.dataload.transport.errors import (
    AccessDeniedError,
    BadUrlError,
    ChangedError,
    ConnectionLostError,
    RemoteAnswerError,
    RemoteBusyError,
    RemoteNotFoundError,
    StalledError,
    StoppedError,
    TransportError,
)
from hub.dataload.transport.login import place_of
from hub.dataload.transport.names import check_url
from hub.dataload.transport.port import RemoteFile, TransportOptions, Watch
from hub.dataload.transport.stream import Body, StreamTransport

#: Bytes of one request.
BLOCK = 8 * 1024 * 1024

_LOST = ("Connect", "Timeout", "HTTPClient", "SSL", "ServiceRe", "ResponseStream")


class ObjectTransport(StreamTransport):
    """Objects of a store. Folders are what the keys between slashes make them look like."""

    def __init__(self, options: TransportOptions | None = None) -> None:
        super().__init__(options)
        self._stores: dict[str, tuple[Any, str]] = {}
        self._waiting: Future[Any] | None = None
        self._stopped = False

    def stat(self, url: str) -> RemoteFile:
        """Size, change time and entity tag of an object."""
        store, key = self._ready(url)
        facts = self._run(url, store._info(key, refresh=True))
        if facts.get("type") == "directory":
            raise RemoteAnswerError(url, "it is a folder, not a file")
        return replace(RemoteFile(url, effective_url=url, ranges=True), **_facts(facts))

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """Objects and common prefixes below the key."""
        store, key = self._ready(listing.folder_url(url), folder=True)
        for facts in self._run(url, store._ls(key.rstrip("/"), detail=True, refresh=True)):
            path = str(facts["name"])
            if path.rstrip("/") == key.rstrip("/"):  # an object that only marks the folder
                continue
            is_dir = facts.get("type") == "directory"
            found = listing.found(url, path.rstrip("/").removeprefix(key), is_dir=is_dir)
            yield found if is_dir else replace(found, **_facts(facts))

    def fetch(self, url: str, sink: Path, watch: Watch) -> RemoteFile:
        """As the others; a stop also ends the questions before the first byte."""
        self._stopped = False
        forget = watch.on_stop(self._abort)
        try:
            return super().fetch(url, sink, watch)
        finally:
            forget()

    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """Read on at ``offset`` if the object is the same."""
        remote = self.stat(url)
        if known is not None and not remote.same_bytes(known):
            raise ChangedError(url)
        return Body(remote, offset, self._chunks(url, remote, offset), lambda: None, self._abort)

    def close(self) -> None:
        """Forget the stores; fsspec closes their connections."""
        self._stores.clear()

    # -- transfer ------------------------------------------------------------------------------------------------------

    def _chunks(self, url: str, remote: RemoteFile, offset: int) -> Generator[bytes, None, None]:
        store, key = self._ready(url)
        size = remote.size or 0
        while offset < size:
            end = min(offset + BLOCK, size)
            chunk: bytes = self._run(url, store._cat_file(key, start=offset, end=end))
            if not chunk:
                break
            offset += len(chunk)
            yield chunk
        if not self.stat(url).same_bytes(remote):
            raise ChangedError(url)

    def _abort(self) -> None:
        self._stopped = True
        waiting = self._waiting
        if waiting is not None:
            waiting.cancel()

    # -- stores --------------------------------------------------------------------------------------------------------

    def _ready(self, url: str, *, folder: bool = False) -> tuple[Any, str]:
        """The store that a URL lies in, and ``bucket/key``."""
        self.options.check(url)
        if self.options.store_endpoint:
            self.options.check(self.options.store_endpoint)
        check_url(url)
        parts = urlsplit(url)
        if parts.query or parts.fragment:
            raise BadUrlError(url, "write `?` of a key as %3F and `#` as %23")
        key = unquote(parts.path).removeprefix("/")
        if not key and not folder:
            raise BadUrlError(url, "it names a bucket, not a file in it")
        place = place_of(url)
        if place not in self._stores:
            self._stores[place] = object_stores.open_store(url, self.options)
        store, bucket = self._stores[place]
        return store, f"{bucket}/{key}"

    def _run(self, url: str, work: Coroutine[Any, Any, Any]) -> Any:
        """Run in fsspec's loop; `_abort` ends it from another thread."""
        from fsspec.asyn import get_loop

        waiting: Future[Any] = asyncio.run_coroutine_threadsafe(work, get_loop())
        self._waiting = waiting
        if self._stopped:
            waiting.cancel()
        try:
            with _translated(url, self.options.stall):
                return waiting.result(self.options.stall)
        finally:
            self._waiting = None
            waiting.cancel()


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Size, change time and entity tag; each library has names of its own for them."""
    changed = next((facts[name] for name in ("LastModified", "mtime", "last_modified") if facts.get(name)), None)
    etag = next((facts[name] for name in ("ETag", "etag") if facts.get(name)), "")
    return {
        "size": facts.get("size"),
        "mtime": changed.astimezone(UTC) if isinstance(changed, datetime) else None,
        "etag": str(etag),
    }


@contextlib.contextmanager
def _translated(url: str, seconds: float) -> Iterator[None]:
    """What fsspec and the libraries below it raise, in the words of this room."""
    try:
        yield
    except TransportError:
        raise
    except CancelledError:
        raise StoppedError(url) from None
    except FileNotFoundError as error:
        raise RemoteNotFoundError(url, _told(error)) from error
    except PermissionError as error:
        raise AccessDeniedError(url, _told(error)) from error
    except IsADirectoryError as error:
        raise RemoteAnswerError(url, "it is a folder, not a file") from error
    except TimeoutError as error:
        raise StalledError(url, seconds) from error
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise RemoteBusyError(url, _told(error)) from error
        raise ConnectionLostError(url, _told(error)) from error
    except Exception as error:  # the errors of each library have a tree of their own
        raise _by_name(url, error) from error


def _by_name(url: str, error: Exception) -> TransportError:
    name = type(error).__name__
    code = getattr(error, "status_code", None) or getattr(error, "code", None)
    if "Credential" in name or "Authentication" in name or code in (401, 403):
        return AccessDeniedError(url, _told(error))
    if "NotFound" in name or code == 404:
        return RemoteNotFoundError(url, _told(error))
    if code in (429, 500, 502, 503, 504):
        return RemoteBusyError(url, _told(error))
    if name in ("ParamValidationError", "InvalidRegionError", "ValueError"):
        return BadUrlError(url, _told(error).rstrip("."))
    if any(part in name for part in _LOST):
        return ConnectionLostError(url, _told(error))
    return RemoteAnswerError(url, f"{name}: {_told(error)}")


def _told(error: BaseException) -> str:
    return str(error).partition("\n")[0][:300] or type(error).__name__
