"""The main job on real servers: documents in MongoDB, the index in Elasticsearch, `hub serve` in between."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from tests.acceptance.hub_process import HubProcess
from tests.acceptance.project import Project, left, right

pytestmark = pytest.mark.services

# The server that the tests start has no module `analysis-common`, which the two documented analyzers need.
CONFIG = """
DATA_SRC_SERVER = DATA_TARGET_SERVER = {mongo!r}
DATA_SRC_DATABASE, DATA_TARGET_DATABASE = "src_{name}", "target_{name}"
HUB_DB_BACKEND = {{"module": "biothings.utils.mongo", "uri": {mongo!r}}}
DATA_HUB_DB_DATABASE = "hub_{name}"
INDEX_CONFIG["env"]["localhub"]["host"] = {elastic!r}
BUILDS = {{"{name}": {{**BUILDS["things"], "num_replicas": 0, "extra_index_settings": {{"analysis": {{"normalizer":
    {{"keyword_lowercase_normalizer": {{"type": "custom", "filter": ["lowercase"]}}}}}}}}}}}}
"""

SIZE = 600  #: documents of a source; half of them are in both


class Servers:
    """A project whose hub keeps everything on servers, under names of its own."""

    def __init__(self, folder: Path, mongo: str, elastic: str) -> None:
        self.name = f"t{uuid.uuid4().hex[:10]}"
        self.mongo, self.elastic = mongo, elastic
        self.project = Project(folder, CONFIG.format(mongo=mongo, elastic=elastic, name=self.name))
        self.project.add_source("left", left(SIZE))
        self.project.add_source("right", right(SIZE))

    def database(self, kind: str) -> dict[str, dict[str, Any]]:
        """Collection to its documents by ``_id``, as another tool reads them."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.mongo)
        try:
            found = client[f"{kind}_{self.name}"]
            return {name: {str(d["_id"]): d for d in found[name].find()} for name in found.list_collection_names()}
        finally:
            client.close()

    def aliases(self) -> list[str]:
        """Indices behind the alias that is served."""
        answer = requests.get(f"{self.elastic}/_alias/{self.name}", timeout=300)
        return list(answer.json()) if answer.status_code == 200 else []

    def clean(self) -> None:
        """Take away what the hub made."""
        for index in requests.get(f"{self.elastic}/_cat/indices/{self.name}*?format=json", timeout=300).json():
            requests.delete(f"{self.elastic}/{index['index']}", timeout=300)
        client: MongoClient[dict[str, Any]] = MongoClient(self.mongo)
        for kind in ("src", "target", "hub"):
            client.drop_database(f"{kind}_{self.name}")
        client.close()


@pytest.fixture(params=["HUB_TEST_ES8_URL", "HUB_TEST_ES9_URL"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Servers]:
    needed = [v for v in ("HUB_TEST_MONGO_URI", request.param) if not os.environ.get(v)]
    if needed:
        pytest.skip(f"{', '.join(needed)} not set")
    made = Servers(tmp_path / "project", os.environ["HUB_TEST_MONGO_URI"], os.environ[request.param])
    yield made
    made.clean()


def test_the_main_job_runs_on_mongodb_and_elasticsearch(servers: Servers) -> None:
    with HubProcess(servers.project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        merged = hub.get("/v1/thing/t00400")
        assert merged["left"] == {"name": "red thing 400", "number": 400}
        assert merged["right"] == {"even": True}
        assert hub.get("/v1/query?q=right.even:true&size=0")["total"] == 300
        facets = hub.get("/v1/query?q=__all__&facets=right.even&size=0")["facets"]
        assert facets["right.even"]["total"] == 600
        meta = hub.get("/v1/metadata")
        assert meta["stats"]["total"] == 900
        assert meta["src"]["left"]["stats"] == {"left": 600}
    source, target, records = (servers.database(kind) for kind in ("src", "target", "hub"))
    assert len(source["left"]) == len(source["right"]) == SIZE
    assert source["left"]["t00007"] == {"_id": "t00007", "left": {"name": "red thing 7", "number": 7}}
    assert not [name for name in source if "temp" in name]
    build = records["src_build"]
    (name,) = build
    assert len(target[name]) == 900
    assert build[name]["build_config"]["_id"] == servers.name
    assert records["src_dump"]["left"]["upload"]["jobs"]["left"]["status"] == "success"
    assert records["src_master"]["left"]["src_meta"]["license"] == "CC0"
    assert len(servers.aliases()) == 1


@pytest.mark.parametrize("servers", ["HUB_TEST_ES8_URL"], indirect=True)
@pytest.mark.parametrize("kind", ["upload", "index"])
def test_kill_9_leaves_the_old_data_and_the_next_start_completes(servers: Servers, kind: str) -> None:
    with HubProcess(servers.project.folder) as hub:
        hub.start()
        assert hub.wait_for("ready")["types"] == ["thing"], hub.tail()
    data = servers.project.write_data("left", left(SIZE, word="blue"))
    os.utime(data, (1_900_000_000, 1_900_000_000))
    with HubProcess(servers.project.folder) as hub:
        hub.start()
        hub.wait_for("job", kind=kind, state="running")
        assert hub.get("/v1/thing/t00007")["left"]["name"] == "red thing 7"
        hub.kill()
    with HubProcess(servers.project.folder) as hub:
        hub.start()
        assert hub.get("/v1/thing/t00007")["left"]["name"] in ("red thing 7", "blue thing 7")
        hub.wait_for("ready")
        assert hub.get("/v1/metadata")["stats"]["total"] == 900
        assert hub.get("/v1/query?q=left.name:blue&size=0")["total"] == SIZE
        assert hub.get("/v1/query?q=left.name:red&size=0")["total"] == 0
    source = servers.database("src")
    assert {d["left"]["name"].split()[0] for d in source["left"].values()} == {"blue"}
    assert not [name for name in source if "temp" in name]
    assert len(servers.aliases()) == 1
