"""A web server on loopback whose pages misbehave on request, and which remembers what it was asked and what it sent."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import tornado.httpserver
import tornado.httputil
import tornado.netutil
import tornado.web

MODIFIED = datetime(2026, 1, 10, 8, 30, tzinfo=UTC)


@dataclass
class Fault:
    """One request goes wrong. Without a status the page is sent, but not whole."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None  #: bytes of the body after which the connection is cut
    hold_after: int | None = None  #: bytes of the body after which nothing comes until `HttpServer.release`
    method: str = "GET"


@dataclass
class Page:
    """What a path serves. ``faults`` are used up one by one, by requests of their method."""

    body: bytes = b""
    modified: datetime | None = MODIFIED
    etag: str | None = "auto"
    headers: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    ranges: bool = True
    head: bool = True  #: False: HEAD is answered 405
    chunked: bool = False
    redirect: str | None = None
    login: str | None = None  #: the ``Authorization`` header without which the answer is 401

    @property
    def tag(self) -> str | None:
        return f'"{hashlib.md5(self.body).hexdigest()}"' if self.etag == "auto" else self.etag


@dataclass
class Asked:
    """One request and how many bytes of body went out."""

    method: str
    path: str
    headers: tornado.httputil.HTTPHeaders
    status: int = 0
    sent: int = 0


class _Handler(tornado.web.RequestHandler):
    SUPPORTED_METHODS = ("GET", "HEAD", "POST")

    def initialize(self, server: HttpServer) -> None:
        self.server = server

    def set_default_headers(self) -> None:
        self.clear_header("Content-Type")

    def compute_etag(self) -> None:
        return None

    async def head(self) -> None:
        await self.get()

    async def post(self) -> None:
        self.server.bodies.append(self.request.body)
        await self.get()

    async def get(self) -> None:
        asked = Asked(self.request.method or "", self.request.uri or "", self.request.headers)
        self.server.log.append(asked)
        page = self.server.pages.get(asked.path)
        if page is None:
            self.set_status(404)
        elif page.redirect is not None:
            self.redirect(page.redirect)
        elif page.login is not None and self.request.headers.get("Authorization") != page.login:
            self.set_status(401)
        elif asked.method == "HEAD" and not page.head:
            self.set_status(405)
        else:
            await self._page(page, asked)
        asked.status = self.get_status()

    async def _page(self, page: Page, asked: Asked) -> None:
        fault = next((f for f in page.faults if f.method == asked.method), None)
        if fault is not None:
            page.faults.remove(fault)
            if fault.status:
                self.set_status(fault.status)
                for name, value in fault.headers.items():
                    self.set_header(name, value)
                self.write(fault.body)
                return
        self._describe(page)
        body = self._part(page, page.body)
        if not page.chunked:
            self.set_header("Content-Length", str(len(body)))
        if asked.method == "HEAD":
            return
        await self._send(body, asked, fault)

    def _describe(self, page: Page) -> None:
        if page.modified:
            self.set_header("Last-Modified", format_datetime(page.modified, usegmt=True))
        if page.tag:
            self.set_header("ETag", page.tag)
        if page.ranges:
            self.set_header("Accept-Ranges", "bytes")
        for name, value in page.headers.items():
            self.set_header(name, value)

    def _part(self, page: Page, body: bytes) -> bytes:
        wanted, condition = self.request.headers.get("Range"), self.request.headers.get("If-Range")
        validators = {page.tag, format_datetime(page.modified, usegmt=True) if page.modified else None}
        if not wanted or not page.ranges or (condition and condition not in validators):
            return body
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(body) - 1), len(body) - 1)
        if start >= len(body):
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{len(body)}")
            return b""
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
        return body[start : end + 1]

    async def _send(self, body: bytes, asked: Asked, fault: Fault | None) -> None:
        stop = len(body)
        if fault is not None:
            stop = min(len(body), fault.cut_after if fault.cut_after is not None else fault.hold_after or 0)
        for at in range(0, stop, 65536):
            chunk = body[at : min(at + 65536, stop)]
            asked.sent += len(chunk)  # before it can arrive, so that a client that has it finds it counted
            self.write(chunk)
            await self.flush()
        if fault is None:
            return
        await self.flush()
        if fault.hold_after is not None:
            self.server.holding.set()
            await self.server.released.wait()
        assert self.request.connection is not None
        self.request.connection.stream.close()  # type: ignore[attr-defined]


class HttpServer:
    """The running server. ``pages`` may be changed at any time."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.log: list[Asked] = []
        self.bodies: list[bytes] = []
        self.holding = threading.Event()
        self.url = ""
        self.released: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._stopped: asyncio.Event

    def put(self, path: str, body: bytes, **more: object) -> str:
        """Serve ``body`` at ``path``; gives its URL."""
        self.pages[path] = Page(body, **more)  # type: ignore[arg-type]
        return self.url + path

    def asked(self, path: str, method: str = "GET") -> list[Asked]:
        """Requests for a path so far."""
        return [a for a in self.log if a.path == path and a.method == method]

    def sent(self, path: str) -> int:
        """Bytes of body sent for a path, all requests together."""
        return sum(a.sent for a in self.asked(path))

    def release(self) -> None:
        """Let go of the requests that are held."""
        self._loop.call_soon_threadsafe(self.released.set)

    async def _serve(self, ready: threading.Event, tls: ssl.SSLContext | None) -> None:
        self._loop, self.released, self._stopped = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        app = tornado.web.Application([(r".*", _Handler, {"server": self})], log_function=lambda handler: None)
        server = tornado.httpserver.HTTPServer(app, ssl_options=tls)
        sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{sockets[0].getsockname()[1]}"
        ready.set()
        await self._stopped.wait()
        self.released.set()
        server.stop()
        await server.close_all_connections()


@contextmanager
def running_http_server(tls: ssl.SSLContext | None = None) -> Iterator[HttpServer]:
    """A server in a thread, until the end of the block."""
    server, ready = HttpServer(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(server._serve(ready, tls)), daemon=True)
    thread.start()
    assert ready.wait(300)
    try:
        yield server
    finally:
        server._loop.call_soon_threadsafe(server._stopped.set)
        thread.join(10)
