"""Object stores through fsspec: ``s3:`` with s3fs.

The host of a URL is the bucket, its path the key, percent-encoded as in any other URL: ``s3://bucket/a%20key.tsv``.
A log-in is the pair of access key and secret; without one nothing is signed, so that no key of the hub's own user is
offered by chance, unless the option ``store_environment`` says so.
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

from hub.dataload.transport import listing
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
from hub.dataload.transport.login import Login, login_for
from hub.dataload.transport.names import check_url
from hub.dataload.transport.port import RemoteFile, TransportOptions, Watch
from hub.dataload.transport.ssh_errors import MissingPackageError
from hub.dataload.transport.stream import Body, StreamTransport

#: Bytes of one request.
BLOCK = 8 * 1024 * 1024


class ObjectTransport(StreamTransport):
    """Objects of a store. Folders are what the keys between slashes make them look like."""

    def __init__(self, options: TransportOptions | None = None) -> None:
        super().__init__(options)
        self._stores: dict[Login, Any] = {}
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
        login = login_for(url, self.options)
        if login not in self._stores:
            self._stores[login] = _s3(url, login, self.options)
        return self._stores[login], f"{parts.netloc.rpartition('@')[2]}/{key}"

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


def _s3(url: str, login: Login, options: TransportOptions) -> Any:
    try:
        from s3fs import S3FileSystem
    except ImportError:
        raise MissingPackageError(url, "s3fs", "s3") from None
    client: dict[str, Any] = {"verify": (options.server_cert or True) if options.verify else False}
    if options.store_region:
        client["region_name"] = options.store_region
    store = S3FileSystem(
        anon=not login.user and not options.store_environment,
        key=login.user or None,
        secret=login.password or None,
        endpoint_url=options.store_endpoint or None,
        client_kwargs=client,
        config_kwargs={
            "connect_timeout": options.connect,
            "read_timeout": options.stall,
            "retries": {"max_attempts": 0},
            **_proxies(options),
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    store.retries = 1  # the tries are counted by the hub
    return store


def _proxies(options: TransportOptions) -> dict[str, Any]:
    found = options.proxy.of(options.store_endpoint or "https://s3.amazonaws.com")
    return {"proxies": {k: v for k, v in found.items() if v and k in ("http", "https")}} if found else {}


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    changed = facts.get("LastModified")
    return {
        "size": facts.get("size"),
        "mtime": changed.astimezone(UTC) if isinstance(changed, datetime) else None,
        "etag": str(facts.get("ETag") or ""),
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
    if "Credential" in name:
        return AccessDeniedError(url, _told(error))
    if name in ("ParamValidationError", "InvalidRegionError", "ValueError"):
        return BadUrlError(url, _told(error).rstrip("."))
    if "Connect" in name or "Timeout" in name or "HTTPClient" in name or "SSL" in name or "ResponseStream" in name:
        return ConnectionLostError(url, _told(error))
    return RemoteAnswerError(url, f"{name}: {_told(error)}")


def _told(error: BaseException) -> str:
    return str(error).partition("\n")[0][:300] or type(error).__name__
