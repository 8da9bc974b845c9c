"""``sftp:`` on asyncssh: log-in by password or key, host keys by policy, resume by offset.

The path of a URL is that of the server, ``sftp://host/~/name`` is in the home folder of the user.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from hub.dataload.transport import listing, ssh_hosts
from hub.dataload.transport.errors import (
    AccessDeniedError,
    ChangedError,
    ConnectionLostError,
    RemoteAnswerError,
    RemoteNotFoundError,
    StalledError,
    TransportError,
)
from hub.dataload.transport.login import login_for, place_of
from hub.dataload.transport.names import check_url
from hub.dataload.transport.port import RemoteFile, TransportOptions
from hub.dataload.transport.ssh_errors import KeyFileError
from hub.dataload.transport.stream import Body, StreamTransport

if TYPE_CHECKING:
    import asyncssh

Result = TypeVar("Result")

#: Bytes asked for at once; asyncssh splits them into requests that travel together.
BLOCK = 1024 * 1024


class SftpTransport(StreamTransport):
    """Files of SSH servers. It runs an event loop of its own while it is called."""

    def __init__(self, options: TransportOptions | None = None) -> None:
        super().__init__(options)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._of = ""

    def stat(self, url: str) -> RemoteFile:
        """Size and change time of a regular file."""
        client = self._ready(url)
        return self._run(url, self._describe(client, url))

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """Names with their attributes; links are followed one by one."""
        client = self._ready(url)
        yield from self._run(url, self._entries(client, url), limit=None)

    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """Open for reading at ``offset``."""
        client = self._ready(url)
        remote = self._run(url, self._describe(client, url))
        if known is not None and not remote.same_bytes(known):
            raise ChangedError(url)
        file = self._run(url, client.open(_path(url), "rb"))
        return Body(remote, offset, self._chunks(url, file, offset), lambda: self._end(url, file), self._abort)

    def close(self) -> None:
        """End the connection and the loop."""
        self._forget()
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.close()

    # -- transfer ----------------------------------------------------------------------------------------------------

    def _chunks(self, url: str, file: asyncssh.SFTPClientFile, offset: int) -> Generator[bytes, None, None]:
        while True:
            chunk = self._run(url, file.read(BLOCK, offset))
            if not chunk:
                return
            offset += len(chunk)
            yield bytes(chunk) if not isinstance(chunk, str) else chunk.encode()

    def _end(self, url: str, file: asyncssh.SFTPClientFile) -> None:
        with contextlib.suppress(TransportError):
            if self._client is not None:
                self._run(url, file.close())

    def _abort(self) -> None:
        loop, connection = self._loop, self._connection
        if loop is not None and connection is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                loop.call_soon_threadsafe(connection.abort)

    # -- looking -----------------------------------------------------------------------------------------------------

    async def _describe(self, client: asyncssh.SFTPClient, url: str) -> RemoteFile:
        found = await client.stat(_path(url))
        if found.permissions is not None and stat.S_ISDIR(found.permissions):
            raise RemoteAnswerError(url, "it is a folder, not a file")
        return replace(RemoteFile(url, effective_url=url, ranges=True), **_facts(found))

    async def _entries(self, client: asyncssh.SFTPClient, url: str) -> list[RemoteFile]:
        entries: list[RemoteFile] = []
        names: AsyncIterator[asyncssh.SFTPName] = client.scandir(_path(listing.folder_url(url)))
        async for name in names:
            raw = name.filename.encode("utf-8", "surrogateescape") if isinstance(name.filename, str) else name.filename
            if not listing.is_self_or_parent(listing.decoded(raw)):
                entries += await self._entry(client, url, raw, name.attrs)
        return entries

    async def _entry(
        self, client: asyncssh.SFTPClient, folder: str, raw: bytes, attrs: asyncssh.SFTPAttrs
    ) -> list[RemoteFile]:
        import asyncssh

        is_link = stat.S_ISLNK(attrs.permissions or 0)
        if is_link:
            with contextlib.suppress(asyncssh.SFTPError):  # a broken one stays a file
                attrs = await client.stat(_path(listing.folder_url(folder)) + b"/" + raw)
        kind = stat.S_IFMT(attrs.permissions or stat.S_IFREG)
        if kind not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, 0):
            return []
        found = listing.found(folder, listing.decoded(raw), is_dir=kind == stat.S_IFDIR)
        facts = _facts(attrs) if kind != stat.S_IFLNK else {}
        return [replace(found, is_link=is_link, **{**facts, **({"size": None} if found.is_dir else {})})]

    # -- connection --------------------------------------------------------------------------------------------------

    def _ready(self, url: str) -> asyncssh.SFTPClient:
        self.options.check(url)
        check_url(url)
        if self._client is None or self._of != place_of(url) or self._connection is None or _is_dead(self._connection):
            self._forget()
            self._connection, self._client = self._run(url, self._connect(url), self.options.connect)
            self._of = place_of(url)
        return self._client

    async def _connect(self, url: str) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        import asyncssh

        parts, login = urlsplit(url), login_for(url, self.options)
        host, port = parts.hostname or "", parts.port or 22
        hosts = ssh_hosts.HostKeys.read(self.options.ssh_hosts_file, host, port)
        refused: list[TransportError] = []
        try:
            connection = await asyncssh.connect(
                host,
                port,
                config=None,
                username=login.user or _own_name(),
                password=login.password or None,
                client_keys=self._keys(url, login.password),
                agent_path=os.environ.get("SSH_AUTH_SOCK", "") or None if self.options.ssh_agent else None,
                known_hosts=([], hosts.authorities, hosts.revoked if hosts.authorities else []),
                server_host_key_algs=_preferred(hosts),
                client_factory=_watcher(url, hosts, self.options.ssh_new_host, refused),
                connect_timeout=self.options.connect,
                login_timeout=self.options.connect,
                keepalive_interval=0,
            )
        except (asyncssh.Error, OSError) as error:
            if refused:
                raise refused[0] from None
            if isinstance(error, asyncssh.HostKeyNotVerifiable) and "revoked" in str(error):
                raise _revoked(url, hosts) from None
            raise
        try:
            return connection, await connection.start_sftp_client(path_encoding=None)
        except BaseException:
            connection.abort()
            raise

    def _keys(self, url: str, passphrase: str) -> Any:
        """Keys to log in with; None for none, so that no key of the hub's own user is offered by chance."""
        import asyncssh

        path = self.options.ssh_key
        if not path:
            return () if self.options.ssh_agent else None
        place = Path(path).expanduser()
        try:
            return [asyncssh.read_private_key(place, passphrase or None)]
        except OSError as error:
            raise KeyFileError(url, str(place), error.strerror or str(error)) from None
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise KeyFileError(url, str(place), str(error)) from None

    def _forget(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        loop = self._loop
        if connection is not None and loop is not None:
            connection.abort()
            with contextlib.suppress(Exception):
                loop.run_until_complete(asyncio.wait_for(connection.wait_closed(), 5))

    def _run(self, url: str, work: Awaitable[Result], limit: float | None = 0) -> Result:
        """Run to its end; nothing may take longer than the allowed silence, or ``limit`` seconds."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        allowed = self.options.stall if limit == 0 else limit
        try:
            with _translated(url, allowed or self.options.stall):
                return self._loop.run_until_complete(asyncio.wait_for(work, allowed))
        except (StalledError, ConnectionLostError):
            self._forget()
            raise


def _watcher(
    url: str, hosts: ssh_hosts.HostKeys, new_host: str, refused: list[TransportError]
) -> Callable[[], asyncssh.SSHClient]:
    """Makes a client that asyncssh asks about the server's key; why it said no comes into ``refused``."""
    import asyncssh

    class Watcher(asyncssh.SSHClient):
        def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
            try:
                hosts.decide(url, key, new_host)
            except TransportError as error:
                refused.append(error)
            return not refused

    return Watcher


def _revoked(url: str, hosts: ssh_hosts.HostKeys) -> TransportError:
    from hub.dataload.transport.ssh_errors import RevokedHostKeyError

    line = next(line for line in hosts.lines if line.revoked)
    return RevokedHostKeyError(url, ssh_hosts.described(line.revoked[0]), str(hosts.path), line.number)


def _preferred(hosts: ssh_hosts.HostKeys) -> list[str] | tuple[()]:
    """Host key algorithms, those of the known keys first, so that the server shows a key that can be compared."""
    import asyncssh.public_key as keys

    usual = [name.decode() for name in keys.get_default_public_key_algs()]
    if hosts.authorities or not hosts.trusted:
        return ()
    known = [name.decode() for _, key in hosts.trusted for name in key.sig_algorithms]
    return list(dict.fromkeys([name for name in known if name in usual] + usual))


def _facts(attrs: asyncssh.SFTPAttrs) -> dict[str, Any]:
    seconds = attrs.mtime
    return {
        "size": attrs.size,
        "mtime": datetime.fromtimestamp(seconds, UTC) if seconds is not None else None,
        "permissions": stat.S_IMODE(attrs.permissions) if attrs.permissions is not None else None,
        "owner": str(attrs.owner or (attrs.uid if attrs.uid is not None else "")),
        "group": str(attrs.group or (attrs.gid if attrs.gid is not None else "")),
    }


def _path(url: str) -> bytes:
    path = unquote_to_bytes(urlsplit(url).path) or b"/"
    return path.removeprefix(b"/~/") or b"." if path.startswith(b"/~/") else path


def _own_name() -> str:
    import getpass

    return getpass.getuser()


def _is_dead(connection: asyncssh.SSHClientConnection) -> bool:
    return connection.is_closed()


@contextlib.contextmanager
def _translated(url: str, seconds: float) -> Iterator[None]:
    import asyncssh

    try:
        yield
    except TransportError:
        raise
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise RemoteNotFoundError(url, str(error) or "no such file") from error
    except (asyncssh.SFTPPermissionDenied, asyncssh.PermissionDenied) as error:
        raise AccessDeniedError(url, str(error) or "permission denied") from error
    except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.SFTPEOFError) as error:
        raise ConnectionLostError(url, str(error) or "it was cut") from error
    except asyncssh.SFTPError as error:
        raise RemoteAnswerError(url, str(error)) from error
    except TimeoutError as error:
        raise StalledError(url, seconds) from error
    except (asyncssh.Error, OSError, EOFError) as error:
        raise ConnectionLostError(url, getattr(error, "strerror", None) or str(error) or "it was cut") from error
