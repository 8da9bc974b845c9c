"""A hub with its listeners in a thread of the test process, and calls to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests
from tornado.httpserver import HTTPServer
from tornado.websocket import WebSocketClientConnection, websocket_connect

from hub import config
from hub.api import make_app
from hub.api.access import Access
from hub.autoflow import AutoFlow
from hub.server import Hub, Server, api_token

LIMIT = 300.0  # seconds until a test gives up
PARSER = """
import json
from pathlib import Path


def load_data(data_folder):
    for line in (Path(data_folder) / "data.ndjson").read_text().splitlines():
        yield json.loads(line)


def load_names(data_folder):
    for document in load_data(data_folder):
        yield {"_id": document["_id"], "name": "n" + document["_id"]}


def mapping(cls):
    return {"name": {"type": "keyword"}}
"""


def write_plugin(root: Path, name: str, uploader: dict[str, Any]) -> None:
    folder = root / "plugins" / name
    folder.mkdir(parents=True)
    data = root / "upstream" / name / "data.ndjson"
    data.parent.mkdir(parents=True)
    data.write_text("".join(json.dumps({"_id": f"i{n}", name: {"n": n}}) + "\n" for n in range(5)))
    manifest = {
        "version": "1.0",
        "dumper": {"data_url": data.as_uri(), "schedule": "0 9 * * *"},
        "__metadata__": {"url": f"https://example.org/{name}", "license": "CC0"},
        **uploader,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "parser.py").write_text(PARSER)


def write_plugins(root: Path) -> None:
    """`apple` with one collection, `pear` with two, and a broken one."""
    write_plugin(root, "apple", {"uploader": {"parser": "parser:load_data"}})
    subs = [
        {"name": "pear_data", "parser": "parser:load_data"},
        {"name": "pear_names", "parser": "parser:load_names", "mapping": "parser:mapping"},
    ]
    write_plugin(root, "pear", {"uploaders": subs})
    (root / "plugins" / "broken").mkdir()
    (root / "plugins" / "broken" / "manifest.json").write_text('{"version": "1.0", "dumper": {')


class LiveHub:
    """A hub that runs in a thread; `call` speaks to it."""

    def __init__(self, root: Path, **flags: Any) -> None:
        self.root = root
        self.settings = config.load(
            root / "home",
            environ={},
            flags={
                "DATA_PLUGIN_FOLDER": str(root / "plugins"),
                "BUILDS": {},
                "HUB_API_PORT": 0,
                "READONLY_HUB_API_PORT": 0,
                "STUDIO_PORT": 0,
                "QUERY_API_PORT": 0,
                "HUB_SSH_PORT": 0,
                "CONFIG_READONLY": False,
                "HUB_MAX_WORKERS": 1,
                "HUB_CORS_ORIGINS": ["https://studio.example.org/"],
                **flags,
            },
        )
        self.addresses: dict[str, str] = {}
        self.token = ""
        self._listeners: list[HTTPServer] = []
        self._ready, self._failed = threading.Event(), None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> LiveHub:
        self._thread.start()
        assert self._ready.wait(LIMIT)
        if self._failed is not None:
            raise self._failed
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.server.stop)
        self.ended()

    def ended(self) -> None:
        """Wait until the hub has come to its end."""
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failed = error
            self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        async with Hub(self.settings) as self.hub:
            self.server = Server(self.hub)
            await self.server.start()
            self.addresses = {a.what: a.url for a in self.server.addresses}
            self.token = api_token(self.settings)
            self.flow = AutoFlow(self.hub.services)
            self._ready.set()
            await self.server.run()
            for listener in self._listeners:
                listener.stop()
                await listener.close_all_connections()
            await self.server.close()

    def listen(self, access: Access) -> str:
        """Another address of the same hub, with other rules of access."""

        async def start() -> str:
            app = make_app(self.hub.services, token=self.token, door=self.server._door)
            app.settings["access"] = access
            server = HTTPServer(app)
            server.listen(0, "127.0.0.1")
            self._listeners.append(server)
            (sock,) = server._sockets.values()
            return f"http://127.0.0.1:{sock.getsockname()[1]}"

        return asyncio.run_coroutine_threadsafe(start(), self.loop).result(LIMIT)

    def call_in_loop(self, fn: Callable[[], Any]) -> Any:
        """What a function gives in the hub's loop."""

        async def go() -> Any:
            return fn()

        return asyncio.run_coroutine_threadsafe(go(), self.loop).result(LIMIT)

    @property
    def base(self) -> str:
        return self.addresses["REST API"]

    @property
    def readonly(self) -> str:
        return self.addresses["read-only REST API"]

    def ask(self, method: str, path: str, *, base: str = "", **sent: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, (base or self.base) + path, timeout=LIMIT, **sent)

    def get(self, path: str, **sent: Any) -> Any:
        return self.result("GET", path, **sent)

    def result(self, method: str, path: str, **sent: Any) -> Any:
        answer = self.ask(method, path, **sent)
        body = answer.json()
        assert (answer.status_code, body["status"]) == (200, "ok"), body
        return body["result"]

    def error(self, method: str, path: str, status: int, **sent: Any) -> str:
        answer = self.ask(method, path, **sent)
        body = answer.json()
        assert answer.status_code == status, body
        assert (body["status"], body["code"]) == ("error", status)
        assert "Traceback" not in body["error"]
        assert len(body["error"]) < 1500
        return str(body["error"])

    def run(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """Start a long command and follow it to its end."""
        record = self.result(method, path, **sent)
        assert set(record) == {"id", "cmd", "started_at", "is_done"}
        assert record["is_done"] is False
        return self.follow(record["id"])

    def events(self, pattern: str) -> Callable[[], Any]:
        """Listen for an event; the function waits for it."""
        found, heard = threading.Event(), []

        def note(event: Any) -> None:
            heard.append(event)
            found.set()

        end = self.hub.services.bus.subscribe(pattern, note)

        def wait() -> Any:
            assert found.wait(LIMIT), f"no event {pattern}"
            end()
            return heard[0]

        return wait

    @contextlib.contextmanager
    def messages(self) -> Iterator[Callable[[Callable[[dict[str, Any]], bool]], dict[str, Any]]]:
        """Listen on the websocket; the function waits for the next message that is wanted."""

        async def connect() -> WebSocketClientConnection:
            url = self.base.replace("http", "ws", 1) + "/ws/1/shelltest/websocket"
            return await websocket_connect(url)

        socket = asyncio.run_coroutine_threadsafe(connect(), self.loop).result(LIMIT)

        async def first(wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
            while frame := await socket.read_message():
                for message in json.loads(frame[1:]) if frame[:1] == "a" else ():
                    if isinstance(message, dict) and wanted(message):
                        return message
            raise AssertionError("the websocket has ended")

        async def close() -> None:
            socket.close()
            while await socket.read_message() is not None:
                pass

        yield lambda wanted: asyncio.run_coroutine_threadsafe(first(wanted), self.loop).result(LIMIT)
        asyncio.run_coroutine_threadsafe(close(), self.loop).result(LIMIT)

    def follow(self, number: int) -> dict[str, Any]:
        changed = threading.Event()
        end = self.hub.services.bus.subscribe("state.changed", lambda event: changed.set())
        try:
            while not (record := self.get(f"/command/{number}"))["is_done"]:
                assert changed.wait(LIMIT), f"command {number} did not end"
                changed.clear()
            return dict(record)
        finally:
            end()
