"""What a transport is: a small class that looks at, and fetches, files of one kind of URL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hub.dataload.transport.errors import StoppedError
from hub.dataload.transport.request import Proxy, Request
from hub.dataload.transport.traffic import Traffic

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from hub.dataload.transport.index_rules import IndexRules


@dataclass(frozen=True)
class RemoteFile:
    """What a server tells of one file.

    Attributes:
        url: URL as the source names it.
        size: bytes, None when the server does not tell.
        mtime: time of the last change, UTC, whole seconds or finer; None when not told.
        etag: HTTP entity tag exactly as sent, quotes included; empty without one.
        name: file name given by the server (``Content-Disposition``), cleaned; None without one.
        effective_url: URL really asked, after DATA_URL_REWRITES.
        sha256: of the bytes that were fetched, hexadecimal; empty when not known.
        ranges: whether the server says that it can send a part of the file; None when it does not say.
        is_dir: it is a folder, or a link to one; its URL ends with a slash. Only in listings.
        is_link: it is a symbolic link, where the server tells; ``is_dir`` is about its target.
        permissions: POSIX permission bits; None when not told.
        owner, group: names or numbers as the server writes them.
        exact: False when ``size`` or ``mtime`` come from a listing that rounds them; `Transport.stat` tells more.

    In a listing ``name`` is the plain name in that folder, decoded; bytes that are no UTF-8 are surrogates.
    """

    url: str
    size: int | None = None
    mtime: datetime | None = None
    etag: str = ""
    name: str | None = None
    effective_url: str = ""
    ranges: bool | None = None
    is_dir: bool = False
    is_link: bool = False
    permissions: int | None = None
    owner: str = ""
    group: str = ""
    exact: bool = True
    sha256: str = ""

    @property
    def strong_etag(self) -> str:
        """The entity tag if equal tags mean equal bytes, else empty."""
        return "" if self.etag.startswith("W/") else self.etag

    def same_bytes(self, other: RemoteFile) -> bool:
        """Whether both surely name the same bytes: equal entity tags, or equal change time and size.

        False when neither can be told: without any validator nothing is the same.
        """
        if self.size is not None and other.size is not None and self.size != other.size:
            return False
        if self.etag or other.etag:
            return self.etag == other.etag
        return self.mtime is not None and self.mtime == other.mtime and self.size == other.size


@dataclass(frozen=True)
class TransportOptions:
    """Limits and rules of all transports of one dump.

    Attributes:
        connect: seconds to reach a server.
        stall: seconds without one byte after which a transfer is given up.
        total: seconds for one file, all tries together; 0 for no limit while bytes flow.
        attempts: tries in all for passing errors, counted anew after each byte of progress.
        first_wait: seconds before the second try; doubled at each further one, with jitter.
        max_wait: seconds at most between two tries; also the longest ``Retry-After`` that is waited for is
            ``max(max_wait, 600)``.
        verify: check certificates of TLS servers.
        rewrites: DATA_URL_REWRITES, URL prefix to URL prefix.
        check: raises when the allow-list forbids a URL; called for each URL and each redirect.
        last_modified_header, etag_header: names of the HTTP headers that carry the validators.
        link_files: ``file:`` URLs are hard-linked instead of copied.
        stop: when to give up, a tenacity stop condition; None for ``attempts``.
        wait: how long to wait between tries, a tenacity wait policy; None for ``first_wait`` and ``max_wait``.
        retry_permanent: also errors that look permanent are tried again.
        traffic: slots, rates and the circuit breakers of hosts.
        ssh_hosts_file: known host keys of SFTP servers; empty for ``~/.ssh/known_hosts``.
        ssh_new_host: SFTP servers that are not in it: ``reject``, ``accept``, ``add``.
        ssh_key: file of the private key to log in with; the password then opens that file. Empty for none.
        ssh_agent: whether the keys of a running agent may be used.
        verify_host: check the host name against the certificate, where certificates are checked.
        server_cert: PEM file of certificates to trust instead of the system's; empty for those.
        tcp_keepalive: seconds between probes of an idle connection; 0 for none.
        ftp_method: how folders are reached over FTP: ``default`` or ``multicwd``, ``singlecwd``, ``nocwd``.
        allow_redirections: follow HTTP redirects.
        request: what is sent besides the URL.
        proxy: proxy for HTTP.
        index_rules: how index pages of web servers are read; None for those in a known style.
        store_endpoint: URL of the service of object stores; empty for Amazon's.
        store_region: its region; empty for the usual one.
        store_environment: log in at object stores as the hub's own environment says, if nothing else is given.
    """

    connect: float = 30.0
    stall: float = 300.0
    total: float = 3600.0
    attempts: int = 5
    first_wait: float = 1.0
    max_wait: float = 60.0
    verify: bool = True
    rewrites: dict[str, str] = field(default_factory=dict)
    check: Callable[[str], None] = lambda url: None
    last_modified_header: str = "Last-Modified"
    etag_header: str = "ETag"
    link_files: bool = False
    stop: Callable[[RetryCallState], bool] | None = None
    wait: Callable[[RetryCallState], float] | None = None
    retry_permanent: bool = False
    traffic: Traffic = field(default_factory=Traffic)
    ssh_hosts_file: str = ""
    ssh_new_host: str = "reject"
    ssh_key: str = ""
    ssh_agent: bool = False
    verify_host: bool = True
    server_cert: str = ""
    tcp_keepalive: int = 0
    ftp_method: str = "default"
    allow_redirections: bool = True
    request: Request = field(default_factory=Request)
    proxy: Proxy = field(default_factory=Proxy)
    index_rules: IndexRules | None = None
    store_endpoint: str = ""
    store_region: str = ""
    store_environment: bool = False


@dataclass(frozen=True)
class FileRules:
    """What one file needs that others of its dump do not.

    Attributes:
        options: limits and rules for it.
        mirrors: other URLs of it, asked in turn when the first one is given up.
    """

    options: TransportOptions
    mirrors: tuple[str, ...] = ()


class Watch:
    """Shared by the transfers of one dump: counts bytes, and stops all transfers at once.

    Transfers run in threads. Only the thread that made the watch speaks to the job's context; the others count here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._bytes: dict[str, int] = {}
        self._since: dict[str, float] = {}
        self._closers: dict[int, Callable[[], Any]] = {}

    def at(self, key: str, done: int) -> None:
        """Say that transfer ``key`` holds ``done`` bytes now."""
        with self._lock:
            self._bytes[key] = done

    def held(self, key: str) -> int:
        """Bytes that transfer ``key`` holds."""
        with self._lock:
            return self._bytes.get(key, 0)

    def seconds(self, key: str) -> float:
        """Seconds since this was first asked for transfer ``key``: its age, over all its tries."""
        with self._lock:
            return time.monotonic() - self._since.setdefault(key, time.monotonic())

    @property
    def done(self) -> int:
        """Bytes held by all transfers."""
        with self._lock:
            return sum(self._bytes.values())

    @property
    def cancelled(self) -> threading.Event:
        """The event that `stop` sets."""
        return self._stop

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End all transfers now: blocked reads are woken."""
        self._stop.set()
        with self._lock:
            closers = list(self._closers.values())
        for close in closers:
            close()

    def check(self, url: str) -> None:
        """A good place to stop.

        Raises:
            StoppedError: `stop` was called.
        """
        if self._stop.is_set():
            raise StoppedError(url)

    def pause(self, seconds: float) -> None:
        """Sleep, or return early when stopped."""
        self._stop.wait(seconds)

    def on_stop(self, close: Callable[[], Any]) -> Callable[[], None]:
        """Have ``close`` called by `stop`; returns a function that forgets it."""
        key = id(close)
        with self._lock:
            self._closers[key] = close
        if self.stopped:
            close()

        def forget() -> None:
            with self._lock:
                self._closers.pop(key, None)

        return forget


class Transport(Protocol):
    """Looks at and fetches files of one kind of URL. Used by one thread at a time."""

    def stat(self, url: str) -> RemoteFile:
        """What the server tells of the file, without fetching it.

        Raises:
            TransportError: see `hub.dataload.transport.errors`; one try, no retries.
        """
        ...

    def listdir(self, url: str) -> Iterator[RemoteFile]:
        """The files and folders of one folder, in no order, ``.`` and ``..`` left out; one try, no retries.

        Each has a ``name`` without any slash and the URL to stat, fetch or list it with. Links are followed as far as
        to know whether they lead to a folder; a broken one is a file without size. Devices, pipes and the like are left
        out.

        Raises:
            TransportError: see `hub.dataload.transport.errors`; also while iterating.
        """
        ...

    def fetch(self, url: str, sink: Path, watch: Watch) -> RemoteFile:
        """Fetch the file to ``sink``, going on from ``<sink>.part`` when that is safe; one try, no retries.

        ``sink`` appears only when it is complete and on disk. After an error the partial file stays for the next try.

        Returns:
            What was fetched; ``size`` is the number of bytes on disk.

        Raises:
            TransportError: see `hub.dataload.transport.errors`.
        """
        ...

    def close(self) -> None:
        """Close connections; the transport may be used again and opens new ones."""
        ...
