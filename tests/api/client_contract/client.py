"""The web client of the reference studio, as far as a hub can tell it from its requests and its socket."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import requests
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.api.live import LiveHub

LIMIT = 60.0  #: seconds until a message or an answer is given up
PAGE = "http://localhost:8080"  #: where the client was loaded from; not the hub's own address
JSON = {"Content-Type": "application/json;charset=UTF-8"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
METHODS = {"GET", "POST", "PUT", "DELETE", "OPTIONS"}
HEADERS = {"content-type", "x-biothings-api", "x-biothings-access-token"}
NOTHING: Any = object()  #: no body and no type of one


class CallError(AssertionError):
    """A call that was answered with something else than success."""

    def __init__(self, answer: requests.Response) -> None:
        self.status, self.text = answer.status_code, answer.text
        super().__init__(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:500]}")


class Client:
    """Sends what the client sends, and insists on what it insists on.

    Attributes:
        messages: all that the socket has told, oldest first.
    """

    def __init__(self, hub: LiveHub, base: str = "") -> None:
        self.hub, self.base = hub, base or hub.base
        self.messages: list[Any] = []
        self.heard = threading.Condition()
        self._socket: WebSocketClientConnection | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._asked: set[str] = set()

    # -- calls

    def send(self, method: str, path: str, body: Any = NOTHING, **headers: str) -> requests.Response:
        """One request of the page: asked for first where a browser asks, with the body exactly as told."""
        if method != "GET" and (method != "POST" or body is not NOTHING):
            self.preflight(path)
        data = None if body is NOTHING else body if isinstance(body, str) else json.dumps(body)
        kind = {} if body is NOTHING else FORM if body == "" else JSON
        sent = {"Origin": PAGE, **kind, **headers}
        return self._session.request(method, self.base + path, data=data, headers=sent, timeout=LIMIT)

    def preflight(self, path: str) -> None:
        """What a browser asks before it sends anything but a plain request."""
        if path in self._asked:
            return
        asked = {"Origin": PAGE, "Access-Control-Request-Headers": "content-type,x-biothings-access-token"}
        answer = self._session.options(self.base + path, headers=asked, timeout=LIMIT)
        assert 200 <= answer.status_code < 300, (path, answer.status_code)
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", PAGE)
        assert listed(answer, "Methods") >= {m.lower() for m in METHODS}, (path, answer.headers)
        assert listed(answer, "Headers") >= HEADERS, (path, answer.headers)
        self._asked.add(path)

    def call(self, method: str, path: str, body: Any = NOTHING) -> Any:
        """The ``result`` of a call.

        Raises:
            CallError: it was no success.
        """
        answer = self.send(method, path, body)
        if answer.status_code != 200:
            raise CallError(answer)
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", PAGE)
        envelope = answer.json()
        assert envelope["status"] == "ok"
        return envelope["result"]

    def refused(self, method: str, path: str, body: Any = NOTHING) -> str:
        """The ``error`` of a call that has to fail."""
        answer = self.send(method, path, body)
        assert answer.status_code >= 400, answer.text
        envelope = answer.json()
        assert (envelope["status"], envelope["code"]) == ("error", answer.status_code)
        return str(envelope["error"])

    def command(self, method: str, path: str, body: Any = NOTHING) -> dict[str, Any]:
        """Start a command, wait for its event, and follow it to its end."""
        handle = self.call(method, path, body)
        assert type(handle["id"]) is int, handle
        assert handle["is_done"] is False
        assert isinstance(handle["cmd"], str)
        assert isinstance(handle["started_at"], float)
        return self.follow(handle["id"])

    def follow(self, number: int) -> dict[str, Any]:
        """Ask for a command each time that its event comes, until it has ended."""
        seen = 0
        while True:
            record = self.call("GET", f"/command/{number}")
            if record["is_done"]:
                return dict(record)
            seen = self.wait_for(lambda m: m.get("obj") == "command" and m["_id"] == number, after=seen)

    def done(self, method: str, path: str, body: Any = NOTHING) -> list[Any]:
        """The results of a command that has to end well."""
        record = self.command(method, path, body)
        assert record["failed"] is False, record
        assert isinstance(record["results"], list)
        return list(record["results"])

    # -- the live channel

    def connect(self, token: str = "") -> Client:
        """Ask for the socket as the client and its library do, and listen."""
        plain = self.send("GET", "/ws/info")
        assert plain.status_code == 200
        info = self.send("GET", f"/ws/info?token={token}&t={int(time.time() * 1000)}")
        assert info.json()["websocket"] is True
        assert info.headers["Access-Control-Allow-Origin"] == PAGE
        assert info.headers["Access-Control-Allow-Credentials"] == "true"
        url = self.base.replace("http", "ws", 1) + f"/ws/123/{id(self) % 10**8:08d}/websocket?token={token}"
        self._in_loop(self._open(url))
        return self

    async def _open(self, url: str) -> None:
        self._socket = await websocket_connect(HTTPRequest(url, headers={"Origin": PAGE}))
        assert await self._socket.read_message() == "o"
        self._reader = asyncio.create_task(self._read(self._socket))

    async def _read(self, socket: WebSocketClientConnection) -> None:
        while (frame := await socket.read_message()) is not None:
            assert isinstance(frame, str)
            found = json.loads(frame[1:]) if frame[0] == "a" else []
            with self.heard:
                self.messages += found
                self.heard.notify_all()

    def say(self, message: dict[str, Any]) -> None:
        """Send a message as the library frames it."""
        assert self._socket is not None
        socket = self._socket

        async def write() -> None:
            await socket.write_message(json.dumps([json.dumps(message)]))

        self._in_loop(write())

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool], *, after: int = 0) -> int:
        """Wait for a message; the number of messages up to it."""
        with self.heard:
            end = time.monotonic() + LIMIT
            at = after
            while True:
                while at < len(self.messages):
                    message, at = self.messages[at], at + 1
                    if isinstance(message, dict) and wanted(message):
                        return at
                assert self.heard.wait(end - time.monotonic()), "no such message"

    def message(self, wanted: Callable[[dict[str, Any]], bool], *, after: int = 0) -> dict[str, Any]:
        """The first message of that kind."""
        return dict(self.messages[self.wait_for(wanted, after=after) - 1])

    def notifications(self) -> list[dict[str, Any]]:
        """All notifications until now."""
        before = len(self.messages)
        self.say({"op": "ping"})
        end = self.wait_for(lambda m: m.get("op") == "pong", after=before)
        found = [m for m in self.messages[:end] if isinstance(m, dict)]
        return [m["data"] for m in found if m.get("obj") == "event"]

    def close(self) -> None:
        """Leave the page."""
        self._session.close()
        if self._socket is not None:
            self._in_loop(self._leave(self._socket))

    async def _leave(self, socket: WebSocketClientConnection) -> None:
        socket.close()
        await asyncio.wait_for(self._reader, LIMIT)

    def _in_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.hub.loop).result(LIMIT)


def listed(answer: requests.Response, what: str) -> set[str]:
    """The entries of a header of the permissions of a page."""
    return {entry.strip().lower() for entry in answer.headers[f"Access-Control-Allow-{what}"].split(",")}
