"""``irods:`` on python-irodsclient: data objects of a zone, with resume by offset.

The path of a URL is that of the zone: ``irods://user:password@host:1247/zone/home/user/file``; without a user the
log-in is that of ``anonymous``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.dataload.transport import listing
from hub.dataload.transport.errors import (
    AccessDeniedError,
    BadUrlError,
    ChangedError,
    ConnectionLostError,
    RemoteAnswerError,
    RemoteNotFoundError,
    StoppedError,
    TransportError,
)
from hub.dataload.transport.login import login_for, place_of
from hub.dataload.transport.names import check_url
from hub.dataload.transport.port import RemoteFile, TransportOptions
from hub.dataload.transport.ssh_errors import MissingPackageError
from hub.dataload.transport.stream import Body, StreamTransport

PORT = 1247
#: Bytes of one request.
BLOCK = 4 * 1024 * 1024

_GONE = ("DoesNotExist", "NoResultFound", "CAT_NO_ROWS_FOUND", "OBJ_PATH_DOES_NOT_EXIST", "CAT_UNKNOWN")
_DENIED = ("CAT_INVALID", "CAT_NO_ACCESS", "PAM_AUTH", "AUTHENTICATION", "Authentication", "SYS_USER_NOT_ALLOWED")
_LOST = ("NetworkException", "SYS_HEADER", "SYS_READ_MSG", "SYS_SOCK", "SYS_EXCEED_CONNECT")


def _session(**options: Any) -> Any:
    from irods.session import iRODSSession

    return iRODSSession(**options)


class IrodsTransport(StreamTransport):
    """Data objects of iRODS servers.

    Args:
        options: limits and rules.
        session: makes a session of the client library; for tests.
    """

    def __init__(self, options: TransportOptions | None = None, session: Callable[..., Any] = _session) -> None:
        super().__init__(options)
        self._make, self._of = session, ""
        self._current: Any = None

    def stat(self, url: str) -> RemoteFile:
        """Size, change time and checksum of a data object."""
        session, path = self._ready(url)
        with _translated(url):
            try:
                found = session.data_objects.get(path)
            except Exception as error:
                if _is(error, _GONE) and session.collections.exists(path):
                    raise RemoteAnswerError(url, "it is a collection, not a data object") from None
                raise
            return replace(RemoteFile(url, effective_url=url, ranges=True), **_facts(found))

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """Collections and data objects of a collection."""
        session, path = self._ready(listing.folder_url(url))
        with _translated(url):
            collection = session.collections.get(path.rstrip("/") or "/")
            folders, objects = list(collection.subcollections), list(collection.data_objects)
        for folder in folders:
            yield listing.found(url, folder.name, is_dir=True)
        for found in objects:
            yield replace(listing.found(url, found.name, is_dir=False), **_facts(found))

    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """Open for reading at ``offset``."""
        remote = self.stat(url)
        if known is not None and not remote.same_bytes(known):
            raise ChangedError(url)
        session, path = self._ready(url)
        with _translated(url):
            file = session.data_objects.open(path, "r", allow_redirect=False)
            file.seek(offset)
        return Body(remote, offset, self._chunks(url, file), lambda: _end(file), self.close)

    def close(self) -> None:
        """End the connections; also wakes a read that waits."""
        session, self._current, self._of = self._current, None, ""
        if session is not None:
            with contextlib.suppress(Exception):  # those of a server that is gone
                session.cleanup()

    def _chunks(self, url: str, file: Any) -> Generator[bytes, None, None]:
        while True:
            with _translated(url):
                try:
                    chunk = file.read(BLOCK)
                except Exception:
                    if self._current is None:  # `close` was called meanwhile
                        raise StoppedError(url) from None
                    raise
            if not chunk:
                return
            yield bytes(chunk)

    def _ready(self, url: str) -> tuple[Any, str]:
        """The session for a URL, and the path in it."""
        self.options.check(url)
        check_url(url)
        parts = urlsplit(url)
        path = unquote(parts.path)
        zone = path.strip("/").partition("/")[0]
        if not zone or parts.query or parts.fragment:
            raise BadUrlError(url, "write irods://USER@HOST/ZONE/PATH, `?` of a name as %3F and `#` as %23")
        if self._current is None or self._of != place_of(url):
            self.close()
            self._current, self._of = self._connect(url, parts.hostname or "", parts.port or PORT, zone), place_of(url)
        return self._current, path

    def _connect(self, url: str, host: str, port: int, zone: str) -> Any:
        login = login_for(url, self.options)
        try:
            session = self._make(
                host=host, port=port, user=login.user or "anonymous", password=login.password, zone=zone
            )
        except ImportError:
            raise MissingPackageError(url, "python-irodsclient", "irods") from None
        session.connection_timeout = self.options.stall
        return session


def _facts(found: Any) -> dict[str, Any]:
    changed = found.modify_time
    if isinstance(changed, datetime) and changed.tzinfo is None:
        changed = changed.replace(tzinfo=UTC)
    return {"size": found.size, "mtime": changed, "etag": getattr(found, "checksum", None) or ""}


def _end(file: Any) -> None:
    with contextlib.suppress(Exception):  # those of a connection that is gone
        file.close()


@contextlib.contextmanager
def _translated(url: str) -> Iterator[None]:
    """What the client library raises, in the words of this room; its errors are told by their names."""
    try:
        yield
    except TransportError:
        raise
    except Exception as error:
        text = str(error).partition("\n")[0][:300] or type(error).__name__
        if _is(error, _GONE):
            raise RemoteNotFoundError(url, text) from error
        if _is(error, _DENIED):
            raise AccessDeniedError(url, text) from error
        if _is(error, _LOST) or isinstance(error, OSError):
            raise ConnectionLostError(url, text) from error
        raise RemoteAnswerError(url, f"{type(error).__name__}: {text}") from error


def _is(error: Exception, names: tuple[str, ...]) -> bool:
    return any(part in base.__name__ for base in type(error).__mro__ for part in names)
