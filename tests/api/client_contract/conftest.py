"""One hub in which everything was done that the client can ask for, and the client that did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hub.store.port import encode_all
from tests.api.client_contract import world
from tests.api.client_contract.client import Client
from tests.api.live import LiveHub
from tests.servers.git_server import GitServer

MODES = ["mapping", "type", "stats"]
DIFF = "jsondiff-selfcontained"


@dataclass
class Stage:
    """What the tests share.

    Attributes:
        records: the records of commands that made what is there, by a name of ours.
    """

    root: Path
    hub: LiveHub
    client: Client
    git: GitServer
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def done(self, name: str, method: str, path: str, body: Any) -> None:
        """Do something that has to go well, and keep its record."""
        record = self.client.command(method, path, body)
        assert record["failed"] is False, record
        self.records[name] = record


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    root = tmp_path_factory.mktemp("served")
    with GitServer(root).running() as server:
        yield server


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, git: GitServer) -> Iterator[Stage]:
    root = tmp_path_factory.mktemp("stage")
    world.write_plugins(root)
    world.make_repository(git.root, root)
    with LiveHub(root) as hub:
        client = Client(hub).connect()
        try:
            made = Stage(root, hub, client, git)
            load_sources(made)
            make_builds(made)
            release_builds(made)
            client.notifications()  # all that was done has been told
            yield made
        finally:
            client.close()


@pytest.fixture
def client(stage: Stage) -> Client:
    return stage.client


@pytest.fixture
def page(stage: Stage) -> Iterator[Client]:
    """Another page of the browser, whose socket has told nothing yet."""
    made = Client(stage.hub).connect()
    yield made
    made.close()


def load_sources(stage: Stage) -> None:
    """Sources with all that their pages show."""
    stage.done("register", "POST", "/dataplugin/register_url", {"url": stage.git.url("fern")})
    for name in ("orchid", "lily"):
        stage.done(f"dump {name}", "PUT", f"/source/{name}/dump", {})
    stage.done("upload orchid", "PUT", "/source/orchid/upload", {})
    for sub in ("lily_data", "lily_names", "lily_old"):
        stage.done(f"upload {sub}", "PUT", f"/source/lily.{sub}/upload", {})
    world.drop_sub_source(stage.root)
    stage.client.call("PUT", "/plugins/reload")
    store = stage.hub.hub.services.src_store
    store.collection("rock").insert(list(encode_all(store.codec, [{"_id": "r1", "hardness": 3}])))
    stage.done("upload rock", "PUT", "/source/rock.rock/upload", {"release": "2026-01"})
    inspected = {"data_provider": ["src", "orchid"], "mode": MODES}
    stage.done("inspect orchid", "PUT", "/inspect", inspected)
    stage.client.call("PUT", "/source/orchid.orchid/create_validation")
    mapping = {"orchid": {"properties": {"n": {"type": "long"}, "label": {"type": "text", "copy_to": ["all"]}}}}
    stage.client.call("PUT", "/source/orchid/mapping", {"mapping": mapping, "dest": "master"})
    stage.client.call("PUT", "/source/orchid.orchid/create_validation")
    stage.done("validate orchid", "POST", "/source/orchid.orchid/validate", {})


def configuration(version: str, **more: Any) -> dict[str, Any]:
    """What the form of a build configuration sends."""
    return {
        "name": "flora",
        "doc_type": "plant",
        "sources": ["orchid", "lily_names"],
        "roots": [],
        "builder_class": None,
        "params": {"num_shards": "1", "extra_index_settings": "{}", "build_version": version},
        "archived": False,
        **more,
    }


def make_builds(stage: Stage) -> None:
    """Two builds of one configuration, with news of a source between them."""
    stage.client.call("POST", "/buildconf", configuration("1"))
    stage.done("build one", "PUT", "/build/flora/new", {"target_name": "flora_one", "force": False})
    world.write_data(stage.root, "orchid", 8)
    stage.done("dump again", "PUT", "/source/orchid/dump", {"force": True})
    stage.done("upload again", "PUT", "/source/orchid/upload", {})
    stage.client.call("PUT", "/buildconf", configuration("2"))
    stage.done("build two", "PUT", "/build/flora/new", {"target_name": "flora_two", "force": False})
    stage.done("inspect build", "PUT", "/inspect", {"data_provider": "flora_two", "mode": MODES})


def release_builds(stage: Stage) -> None:
    """Indices with names of their own, a diff, snapshots, notes, releases of both kinds, an API."""
    for which in ("one", "two"):
        body = {"indexer_env": "localhub", "build_name": f"flora_{which}", "index_name": f"my-index_{which}"}
        stage.done(f"index {which}", "PUT", "/index", body)
        asked = {"snapshot_env": "localhub", "index": f"my-index_{which}", "snapshot": None, "recreate_repo": False}
        stage.done(f"snapshot {which}", "PUT", "/snapshot", asked)
    stage.done("diff", "PUT", "/diff", {"diff_type": DIFF, "old": "flora_one", "new": "flora_two"})
    stage.done("note one", "PUT", "/release_note/create", {"old": "none", "new": "my-index_one", "note": "first"})
    stage.done("note two", "PUT", "/release_note/create", {"old": "flora_one", "new": "flora_two", "note": ""})
    release = {"publisher_env": "localrelease"}
    full = {"build_name": "flora_one", "previous_build": "none", "snapshot": "my-index_one"}
    stage.done("publish full", "POST", "/publish/full", {**release, **full})
    diff = {"build_name": "flora_two", "previous_build": "flora_one"}
    stage.done("publish diff", "POST", "/publish/incremental", {**release, **diff})
    target = ["localhub", "my-index_one", "plant"]
    names = {"old_db_col_names": "flora_one", "new_db_col_names": "flora_two"}
    stage.done("sync", "POST", "/sync", {"backend_type": "es", **names, "target_backend": target})
    api = {"es_host": "embedded", "index": "my-index_two", "doc_type": "plant", "port": 0, "description": "plants"}
    stage.client.call("POST", "/api", {"api_id": "flora.api", **api})
