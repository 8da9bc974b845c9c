"""A listener with a real bus and real sockets, without the rest of a hub."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.websocket import WebSocketClientConnection, websocket_connect

from hub.api import Door, make_app
from hub.jobs.events import EventBus
from hub.maintenance.news import CodeNews

SETTINGS: dict[str, Any] = {
    "HUB_HOST": "127.0.0.1",
    "HUB_NAME": "Test",
    "HUB_ICON": None,
    "HUB_BANNER": None,
    "HUB_CORS_ORIGINS": ["https://studio.example.org"],
    "HUB_MAX_CLIENTS": 100,
    "HUB_TERMINAL": True,
}
PATIENCE = 300.0


class Listener:
    """Two listeners of one hub, and the ways to talk to them."""

    def __init__(self, **settings: Any) -> None:
        self.bus = EventBus()
        self.bus.bind(asyncio.get_running_loop())
        self.settings = {**SETTINGS, **settings}
        self.door = Door(self.bus, self.settings)
        services: Any = SimpleNamespace(bus=self.bus, settings=self.settings, code_news=CodeNews({}))
        self.servers = []
        self.ports = []
        for readonly in (False, True):
            server = HTTPServer(make_app(services, token="t", readonly=readonly, door=self.door))
            sock, port = bind_unused_port()
            server.add_sockets([sock])
            self.servers.append(server)
            self.ports.append(port)
        self.sockets: list[WebSocketClientConnection] = []
        self.streams: list[Any] = []

    async def fetch(self, path: str, *, readonly: bool = False, **more: Any) -> HTTPResponse:
        url = f"http://127.0.0.1:{self.ports[readonly]}{path}"
        if more.get("method") == "POST":
            more.setdefault("body", "")
        return await AsyncHTTPClient().fetch(url, raise_error=False, request_timeout=PATIENCE, **more)

    async def connect(self, path: str, *, readonly: bool = False, **headers: str) -> WebSocketClientConnection:
        request = HTTPRequest(f"ws://127.0.0.1:{self.ports[readonly]}{path}", headers=headers)
        socket = await websocket_connect(request)
        self.sockets.append(socket)
        self.streams.append(socket.protocol.stream)
        return socket

    async def refused(self, path: str, **headers: str) -> bool:
        """Whether a websocket is not opened."""
        asked = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        return (await self.fetch(path, headers={**asked, **headers})).code == 403

    async def stock(self, *, readonly: bool = False) -> WebSocketClientConnection:
        """A client as the stock one connects, after the greeting."""
        socket = await self.connect(f"/ws/123/abcdefg{len(self.sockets)}/websocket?token=", readonly=readonly)
        assert await read(socket) == "o"
        return socket

    async def close(self) -> None:
        for socket in self.sockets:
            socket.close()
        await self.door.close()
        await until(lambda: all(stream.closed() for stream in self.streams))
        for server in self.servers:
            server.stop()
            await server.close_all_connections()


async def soon(awaitable: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(awaitable, PATIENCE)


async def read(socket: WebSocketClientConnection) -> Any:
    """The next message; None when the connection has ended."""
    return await soon(socket.read_message())


async def items(socket: WebSocketClientConnection) -> list[Any]:
    """The messages of the next frame of a SockJS connection."""
    frame = await read(socket)
    assert frame is not None
    assert frame.startswith("a["), frame
    messages: list[Any] = json.loads(frame[1:])
    return messages


async def until(condition: Callable[[], Any]) -> None:
    """Let the loop go on until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)
