"""One hub for the tests of the REST API, whose two sources are loaded; a listener without a hub for the live door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from hub.api import receivers, sessions, sockjs
from hub.api import sockets as live_sockets
from tests.api.listener import Listener
from tests.api.live import LiveHub, write_plugins


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    root = tmp_path_factory.mktemp("live")
    write_plugins(root)
    with LiveHub(root) as hub:
        yield hub


@pytest.fixture(scope="session")
def filled(live: LiveHub) -> LiveHub:
    """The same after a dump, an upload, a build and an index."""
    for name in ("apple", "pear"):
        assert live.run("PUT", f"/source/{name}/dump", json={})["failed"] is False
        assert live.run("PUT", f"/source/{name}/upload", json={})["failed"] is False
    body = {"name": "fruit", "doc_type": "fruit", "sources": ["apple", "pear_names"], "roots": [], "params": {}}
    live.result("POST", "/buildconf", json={**body, "builder_class": None, "archived": False})
    built = live.run("PUT", "/build/fruit/new", json={"target_name": "fruit_one", "force": False})
    assert built["results"] == ["fruit_one"], built
    indexed = live.run("PUT", "/index", json={"indexer_env": "localhub", "build_name": "fruit_one", "index_name": None})
    assert indexed["failed"] is False, indexed
    return live


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens because the machine is slow."""
    monkeypatch.setattr(sessions, "DISCONNECT_DELAY", 1000.0)
    monkeypatch.setattr(receivers, "HEARTBEAT_SECONDS", 1000.0)
    monkeypatch.setattr(sockjs.SockJSSocket, "patience", 1000.0)
    monkeypatch.setattr(live_sockets, "PING_SECONDS", 1000.0)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    yield made
    await made.close()
