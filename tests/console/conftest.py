"""A hub with its listeners in a thread of this process, and SSH clients for it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest

from hub import config
from hub.server import Hub, Server

T = TypeVar("T")

LIMIT = 90.0  # seconds until a test gives up on an event

PARSER = """
import json
from pathlib import Path


def load(data_folder):
    for line in (Path(data_folder) / "data.ndjson").read_text().splitlines():
        yield json.loads(line)
"""


class RunningHub:
    """A hub with one source, ``demo``, and one whose upload fails, ``failing``."""

    def __init__(self, folder: Path, **flags: Any) -> None:
        self.folder, self.hooks = folder, folder / "hooks"
        self.home = folder / "home"
        for name in ("demo", "failing"):
            self._plugin(name)
        self.hooks.mkdir(exist_ok=True)
        ports = dict.fromkeys(("HUB_API_PORT", "READONLY_HUB_API_PORT", "QUERY_API_PORT", "HUB_SSH_PORT"), 0)
        ports["STUDIO_PORT"] = 0
        self._flags = {
            **ports,
            "DATA_PLUGIN_FOLDER": str(folder / "plugins"),
            "HOOKS_FOLDER": str(self.hooks),
            "AUTO_SOURCES": [],
            "BUILDS": {"things": {"doc_type": "thing", "sources": ["demo"], "root": []}},
            "PLUGIN_WATCH_SECONDS": 0.5,
            "HUB_MAX_WORKERS": 1,
            **flags,
        }
        self.ready = threading.Event()
        self._client: asyncssh.SSHClientConnection | None = None
        self.failure: BaseException | None = None

    def _plugin(self, name: str) -> None:
        data = self.folder / "upstream" / name / "data.ndjson"
        data.parent.mkdir(parents=True, exist_ok=True)
        data.write_text('{"_id": "a"}\n' if name == "demo" else "no JSON\n")
        plugin = self.folder / "plugins" / name
        plugin.mkdir(parents=True, exist_ok=True)
        (plugin / "parser.py").write_text(PARSER)
        manifest = {"version": "1", "dumper": {"data_url": f"file://{data}"}, "uploader": {"parser": "parser:load"}}
        (plugin / "manifest.json").write_text(json.dumps(manifest))

    async def _main(self) -> None:
        self.loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        settings = config.load(self.home, environ={}, flags=self._flags)
        async with Hub(settings) as hub:
            self.services, self.server = hub.services, Server(hub)
            await self.server.start()
            try:
                await self.server.console.listening()
                self.console = self.server.console
                self.password = self.server.first_password
                self.addresses = {a.what: a.url for a in self.server.addresses}
                self.ready.set()
                await self._stop.wait()
            finally:
                if self._client is not None:
                    self._client.abort()
                await self.server.close()

    def __enter__(self) -> RunningHub:
        def run() -> None:
            try:
                asyncio.run(self._main())
            except BaseException as error:
                self.failure = error
            self.ready.set()

        self._thread = threading.Thread(target=run)
        self._thread.start()
        assert self.ready.wait(LIMIT)
        if self.failure:
            raise self.failure
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()
        if self.failure:
            raise self.failure

    @property
    def port(self) -> int:
        return int(self.addresses["SSH console"].rpartition(":")[2])

    def do(self, work: Awaitable[T]) -> T:
        """Run a coroutine in the hub's loop and wait for it."""

        async def limited() -> T:
            return await asyncio.wait_for(work, LIMIT)

        return asyncio.run_coroutine_threadsafe(limited(), self.loop).result()

    async def connect(self, user: str = "admin", **options: Any) -> asyncssh.SSHClientConnection:
        """Log in."""
        given = {"password": self.password, "client_keys": None, "agent_path": None, "known_hosts": None, **options}
        return await asyncssh.connect("127.0.0.1", self.port, username=user, config=None, **given)

    async def client(self) -> asyncssh.SSHClientConnection:
        """A connection that all tests share: log-in is slow on purpose."""
        if self._client is None:
            self._client = await self.connect()
        return self._client

    def run(self, command: str | None = None, **options: Any) -> Any:
        """What a command or a script (``input``) gives."""

        async def run() -> Any:
            return await (await self.client()).run(command, **options)

        return self.do(run())

    def hear(self, pattern: str) -> Callable[[], Any]:
        """Listen for an event; the function waits for it."""
        found, heard = threading.Event(), []

        def note(event: Any) -> None:
            heard.append(event)
            found.set()

        end = self.services.bus.subscribe(pattern, note)

        def wait() -> Any:
            assert found.wait(LIMIT), f"no event {pattern}"
            end()
            return heard[0]

        return wait


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with RunningHub(tmp_path_factory.mktemp("console")) as running:
        yield running
