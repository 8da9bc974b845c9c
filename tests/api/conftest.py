"""One hub for all tests of the REST API: two sources are loaded, nothing has run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
