"""``ftp:``, ``ftps:`` and ``ftpes:`` on ftplib: log-in and port from the URL, MDTM and SIZE, resume with REST."""

from __future__ import annotations

import contextlib
import ftplib
import socket
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote_to_bytes, urlsplit

from hub.dataload.transport import ftp_listing, ftp_tls, listing
from hub.dataload.transport.errors import (
    AccessDeniedError,
    ChangedError,
    ConnectionLostError,
    RemoteAnswerError,
    RemoteBusyError,
    RemoteNotFoundError,
    StalledError,
)
from hub.dataload.transport.keepalive import keepalive_options
from hub.dataload.transport.login import login_for, place_of
from hub.dataload.transport.names import check_url
from hub.dataload.transport.port import RemoteFile, TransportOptions
from hub.dataload.transport.stream import CHUNK, Body, StreamTransport


class FtpTransport(StreamTransport):
    """Files of FTP servers.

    Args:
        options: limits and rules.
        connect: gives a logged-in client instead of one made from the URL (a dumper's own).
        name_of: the path that such a client is asked for; None for URLs that are none of its own.
    """

    def __init__(
        self,
        options: TransportOptions | None = None,
        connect: Callable[[], ftplib.FTP] | None = None,
        name_of: Callable[[str], str | None] = lambda url: None,
    ) -> None:
        super().__init__(options)
        self._connect, self._name_of = connect, name_of
        self._client: ftplib.FTP | None = None
        self._home = ""  # folder to go back to after one of `ftp_method`
        self._without_mlsd = False
        self._of = ""  # server and user that the client is logged in at

    def stat(self, url: str) -> RemoteFile:
        """``MDTM`` and ``SIZE``."""
        with self._session(url) as client:
            return self._describe(client, url, self._reached(client, url))

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """``MLSD``, or ``LIST`` where the server has no such command; where links lead is asked."""
        with self._session(url) as client:
            entries = self._entries(client, url)
            client.voidcmd("TYPE I")  # listings are text, sizes are not
            for number, entry in enumerate(entries):
                if entry.is_link:
                    entries[number] = self._resolved(client, entry)
        yield from entries

    def _entries(self, client: ftplib.FTP, url: str) -> list[RemoteFile]:
        """One folder as the server lists it."""
        path, lines = self._path(listing.folder_url(url), client), list[str]()
        path = path.rstrip("/") or path[:1]
        if not self._without_mlsd:
            try:
                client.retrlines(f"MLSD {path}".rstrip(), lambda line: lines.append(_raw(line, client)))
                return list(ftp_listing.of_mlsd(url, lines))
            except ftplib.error_perm as error:
                if not str(error).startswith(("500", "501", "502", "504")):
                    raise
                self._without_mlsd = not str(error).startswith("501")  # 501 may be about this folder only
        home = client.pwd()
        if path:
            client.cwd(path)  # LIST with a path means other things to other servers
        client.retrlines("LIST", lambda line: lines.append(_raw(line, client)))
        client.cwd(home)
        return list(ftp_listing.of_list(url, lines))

    def _resolved(self, client: ftplib.FTP, link: RemoteFile) -> RemoteFile:
        """What a link leads to: a folder if the server enters it, else a file."""
        path, home = self._path(link.url, client), client.pwd()
        try:
            client.cwd(path)
        except ftplib.error_perm:
            with contextlib.suppress(ftplib.error_perm):
                return replace(link, size=_size(client, path), mtime=modified(client, path), exact=True)
            return link
        client.cwd(home)
        url = link.url.rstrip("/") + "/"
        return replace(link, is_dir=True, url=url, effective_url=url)

    def open(self, url: str, known: RemoteFile | None, offset: int) -> Body:
        """``RETR``, after ``REST`` when there is something to go on from."""
        with self._session(url) as client:
            name = self._reached(client, url)
            remote = self._describe(client, url, name)
            if known is not None and not remote.same_bytes(known):
                raise ChangedError(url)
            try:
                data, _ = client.ntransfercmd(f"RETR {name}", rest=offset or None)
            except ftplib.error_perm as error:
                if offset and not str(error).startswith("550"):
                    raise ChangedError(url) from None  # no REST here: from the beginning
                raise
            data.settimeout(self.options.stall)
            return Body(remote, offset, self._chunks(url, client, data), data.close, lambda: _abort(data))

    def close(self) -> None:
        """Leave the server politely, and in any case."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, EOFError, ftplib.Error):
                client.quit()
            client.close()

    def _chunks(self, url: str, client: ftplib.FTP, data: socket.socket) -> Generator[bytes, None, None]:
        whole = False
        try:
            with _translated(url, self.options.stall):
                while chunk := data.recv(CHUNK):
                    yield chunk
                ftp_tls.end_of_data(data)
                data.close()
                client.voidresp()
                whole = True
        finally:
            if not whole:  # the control connection is in the middle of a transfer
                self._forget()

    @contextlib.contextmanager
    def _session(self, url: str) -> Iterator[ftplib.FTP]:
        self.options.check(url)
        check_url(url)
        try:
            with _translated(url, self.options.stall):
                yield self._ready(url)
        except (RemoteNotFoundError, ChangedError):
            raise
        except BaseException:
            self._forget()
            raise

    def _ready(self, url: str) -> ftplib.FTP:
        """A client that is logged in at the server of ``url`` and answers; a dead one is replaced."""
        place = place_of(url)
        if self._client is not None and self._of == place:
            with contextlib.suppress(OSError, EOFError, ftplib.Error):
                self._client.voidcmd("TYPE I")
                if self._home:  # a file in another folder was asked for before
                    self._client.cwd(self._home)
                return self._client
        self._forget()
        own = self._connect is not None and self._name_of(url) is not None
        self._client = self._connect() if own and self._connect else login(url, self.options)
        self._of, self._without_mlsd = place, False
        self._home = ""
        self._client.voidcmd("TYPE I")
        return self._client

    def _forget(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _path(self, url: str, client: ftplib.FTP) -> str:
        """The path as this client sends it: in its encoding, so that exactly the bytes of the URL go out."""
        own = self._name_of(url) if self._connect else None
        path = own if own is not None else url.partition("://")[2].partition("/")[2]
        return unquote_to_bytes(path).decode(client.encoding, "surrogateescape")

    def _reached(self, client: ftplib.FTP, url: str) -> str:
        """What to ask for a file by, after going to its folder if ``ftp_method`` wants that."""
        path = self._path(url, client)
        folder, slash, name = path.rpartition("/")
        if self.options.ftp_method not in ("multicwd", "singlecwd") or not slash:
            return path
        home = client.pwd()
        steps = [folder or "/"] if self.options.ftp_method == "singlecwd" else [p for p in folder.split("/") if p]
        try:
            for step in steps if self.options.ftp_method == "singlecwd" or not path.startswith("/") else ["/", *steps]:
                client.cwd(step)
        except ftplib.error_perm:
            client.cwd(home)
            raise
        self._home = home
        return name

    def _describe(self, client: ftplib.FTP, url: str, path: str) -> RemoteFile:
        return RemoteFile(url, _size(client, path), modified(client, path), effective_url=url, ranges=True)


def login(url: str, options: TransportOptions) -> ftplib.FTP:
    """A client logged in at the server of a URL, as the user of that URL or anonymously.

    Replies and paths are bytes to FTP; Latin-1 carries them through unchanged.
    """
    parts, who = urlsplit(url), login_for(url, options)
    client = ftp_tls.new_client(parts.scheme.lower(), options)
    port = 990 if isinstance(client, ftp_tls.ImplicitTLS) else ftplib.FTP_PORT
    try:
        with ftp_tls.certificates_told(url):
            client.connect(parts.hostname or "", parts.port or port)
            client.timeout = options.stall
            if client.sock is not None:
                client.sock.settimeout(options.stall)
                for option in keepalive_options(options.tcp_keepalive) if options.tcp_keepalive else ():
                    client.sock.setsockopt(*option)
            client.login(who.user, who.password)
            if isinstance(client, ftplib.FTP_TLS):
                client.prot_p()
    except BaseException:
        client.close()
        raise
    return client


def modified(client: ftplib.FTP, path: str) -> datetime | None:
    """Change time by ``MDTM``, which is in UTC; None when the server does not tell."""
    try:
        answer = client.sendcmd(f"MDTM {path}")
    except ftplib.error_perm as error:
        if _is_missing(error):
            raise
        return None
    return ftp_listing.timestamp(answer.removeprefix("213 "))


def _size(client: ftplib.FTP, path: str) -> int | None:
    try:
        return client.size(path)
    except ftplib.error_perm as error:
        if _is_missing(error):
            raise
        return None


def _is_missing(error: ftplib.error_perm) -> bool:
    """A 550 can also mean that the command is not allowed on this file."""
    text = str(error).lower()
    return text.startswith("550") and not any(word in text for word in ("not allowed", "ascii", "permitted", "support"))


def _raw(line: str, client: ftplib.FTP) -> str:
    """A line as Latin-1 text of its bytes, whatever the client takes them for."""
    return line.encode(client.encoding, "surrogateescape").decode("latin-1")


@contextlib.contextmanager
def _translated(url: str, stall: float) -> Iterator[None]:
    try:
        yield
    except ftplib.error_perm as error:
        answer = str(error)
        if answer.startswith("550"):
            raise RemoteNotFoundError(url, answer) from error
        if answer.startswith(("530", "532")):
            raise AccessDeniedError(url, answer) from error
        raise RemoteAnswerError(url, answer) from error
    except (ftplib.error_temp, ftplib.error_reply, ftplib.error_proto) as error:
        raise RemoteBusyError(url, str(error)) from error
    except TimeoutError as error:
        raise StalledError(url, stall) from error
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or str(error) or "it was cut"
        raise ConnectionLostError(url, why) from error


def _abort(data: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(data, socket.SHUT_RDWR)  # that of a TLS socket breaks the thread that reads
