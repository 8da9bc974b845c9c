"""Index management on real Elasticsearch: modes, dry runs, checks, aliases, clean-up, indices deleted by hand."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hub.dataindex.errors import DryRunError, IndexGoneError, IndexReplacedError, IndexThereError
from hub.dataindex.indexer import IndexRequest, load_index
from hub.gates.errors import GateWaitsError
from hub.gates.keeper import GateKeeper
from hub.jobs.port import NullContext
from tests.databuild.workshop import Workshop

pytestmark = pytest.mark.services
ENV = "es"
# The server that the tests start has no module `analysis-common`, which two of the documented analyzers need.
SETTINGS = {
    "analysis": {"normalizer": {"keyword_lowercase_normalizer": {"type": "custom", "filter": ["lowercase"]}}},
}
PROPERTIES = {"name": {"type": "text", "copy_to": ["all"]}, "n": {"type": "long"}}


def genes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n:05d}", "name": f"gene number {n}", "n": n, **more} for n in range(count)]


class Elastic:
    """A workshop whose indices are on a server, under names of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url, self.conf = url, f"t{uuid.uuid4().hex[:10]}"
        config = {"env": {ENV: {"host": url, "indexer": {"concurrency": 2, "bulk": {"chunk_size": 200}}}}}
        self.shop = Workshop(folder / "home", INDEX_CONFIG=config)
        self.indices = self.shop.indices

    async def build(self, documents: list[dict[str, Any]], **params: Any) -> str:
        self.shop.upload("one", documents, mapping=PROPERTIES)
        if self.shop.state.build_configs.get(self.conf) is None:
            settings = {"extra_index_settings": SETTINGS, **params}
            self.shop.configure(["one"], name=self.conf, params=settings)
        return await self.shop.builds.merge(self.conf)

    def delete_by_hand(self, index: str) -> None:
        assert requests.delete(f"{self.url}/{index}", timeout=300).status_code == 200

    def write_by_hand(self, index: str, id_: str) -> None:
        url = f"{self.url}/{index}/_doc/{id_}?refresh=true"
        requests.put(url, json={"n": 1}, timeout=300).raise_for_status()

    def clean(self) -> None:
        for index in requests.get(f"{self.url}/_cat/indices/{self.conf}*?format=json", timeout=300).json():
            requests.delete(f"{self.url}/{index['index']}", timeout=300)


@pytest.fixture(params=["HUB_TEST_ES8_URL", "HUB_TEST_ES9_URL"])
async def elastic(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Elastic]:
    url = os.environ.get(request.param)
    if not url:
        pytest.skip(f"{request.param} not set")
    made = Elastic(tmp_path, url)
    await made.shop.jobs.start()
    yield made
    await made.shop.jobs.stop()
    made.shop.close()
    made.clean()


async def test_an_index_is_tried_made_checked_and_resumed(elastic: Elastic) -> None:
    name = await elastic.build(genes(700))
    tried = await elastic.indices.dry_run(ENV, name, 50)
    assert (tried["ok"], tried["documents"], tried["indexed"], tried["unmapped"]) == (True, 50, 50, [])
    report = await elastic.indices.index(ENV, name, sample_first=20, alias=elastic.conf)
    assert report.count == 700
    assert (await elastic.indices.validate_index(ENV, elastic.conf))["said"] == []
    with pytest.raises(IndexThereError):
        await elastic.indices.index(ENV, name)
    engine = elastic.indices.engine(ENV)
    engine._client.delete(index=name, id="g00007", refresh=True)  # type: ignore[attr-defined]
    engine._client.index(index=name, id="stranger", document={"n": 1}, refresh=True)  # type: ignore[attr-defined]
    checked = await elastic.indices.validate_index(ENV, name)
    assert (checked["ids"]["missing"], checked["ids"]["extra"]) == (["g00007"], ["stranger"])
    engine._client.delete(index=name, id="stranger", refresh=True)  # type: ignore[attr-defined]
    resumed = await elastic.indices.index(ENV, name, mode="resume")
    assert (resumed.indexed, resumed.count) == (1, 700)
    elastic.indices.update_metadata(ENV, name, _meta={"build_version": "mine"})
    assert not (await elastic.indices.validate_index(ENV, name))["version"]["ok"]
    elastic.indices.update_metadata(ENV, name, name)
    assert (await elastic.indices.validate_index(ENV, name))["ok"]
    assert [n for n in engine.names() if n.startswith("hub_tmp")] == []


async def test_a_dry_run_finds_what_elasticsearch_refuses(elastic: Elastic) -> None:
    name = await elastic.build([*genes(10), {"_id": "spoilt", "n": "no number", "odd": 1}])
    with pytest.raises(DryRunError, match="spoilt"):
        await elastic.indices.index(ENV, name, sample_first=50)
    tried = await elastic.indices.dry_run(ENV, name)
    assert (tried["rejected_count"], tried["unmapped"]) == (1, ["odd"])
    elastic.shop.builds.save_mapping(name, {"n": {"type": "longg"}})
    assert "longg" in (await elastic.indices.dry_run(ENV, name))["mapping_error"]


async def test_an_index_that_was_deleted_by_hand_is_made_anew(elastic: Elastic) -> None:
    name = await elastic.build(genes(20))
    await elastic.indices.index(ENV, name, alias=elastic.conf)
    elastic.delete_by_hand(name)
    with pytest.raises(IndexGoneError, match="deleted outside the hub"):
        await elastic.indices.validate_index(ENV, name)
    with pytest.raises(IndexGoneError):
        await elastic.indices.index(ENV, name, mode="resume")
    report = await elastic.indices.index(ENV, name, alias=elastic.conf)
    assert (report.count, report.replaced) == (20, None)


async def test_an_index_that_elasticsearch_made_by_itself_is_noticed(elastic: Elastic) -> None:
    name = await elastic.build(genes(20))
    await elastic.indices.index(ENV, name, steps=["pre"])
    elastic.delete_by_hand(name)
    elastic.write_by_hand(name, "g00001")
    store, spec = elastic.shop.target.spec, elastic.indices.catalogue.spec(ENV)
    with pytest.raises(IndexReplacedError, match="purge"):
        load_index(NullContext(), IndexRequest(store, name, spec, name))
    report = await elastic.indices.index(ENV, name, mode="purge")
    assert report.count == 20
    assert set(elastic.indices.engine(ENV).properties(name)) == {"all", "name", "n"}


async def test_aliases_go_forth_and_back_and_old_indices_go(elastic: Elastic) -> None:
    names = []
    for count in (3, 4, 5):
        names.append(await elastic.build(genes(count)))
        await elastic.indices.index(ENV, names[-1])
        elastic.indices.move_alias(ENV, elastic.conf, names[-1])
    engine = elastic.indices.engine(ENV)
    assert engine.count(elastic.conf) == 5
    assert elastic.indices.roll_back_alias(ENV, elastic.conf)["index"] == names[1]
    assert engine.count(elastic.conf) == 4
    planned = elastic.indices.index_cleanup(ENV, keep=1, build_config=elastic.conf)
    assert [entry["index_name"] for entry in planned] == [names[0]], "not the newest, not the one that is searched"
    elastic.indices.index_cleanup(ENV, keep=1, dryrun=False, build_config=elastic.conf)
    assert engine.names(f"{elastic.conf}*") == sorted(names[1:])


async def test_gates_look_at_the_index_before_it_is_searched(elastic: Elastic) -> None:
    gates = GateKeeper(elastic.shop.builds, elastic.indices)
    rules = {"gates": {"queries": [{"query": "gene AND n:[0 TO 1]", "min": 2, "ids": ["g00001"]}]}}
    first = await elastic.build(genes(5), **rules)
    await gates.check(first)
    await elastic.indices.index(ENV, first, alias=elastic.conf, before_alias=gates.before_alias)
    second = await elastic.build(genes(1))
    await gates.check(second)
    with pytest.raises(GateWaitsError, match="1 hits"):
        await elastic.indices.index(ENV, second, alias=elastic.conf, before_alias=gates.before_alias)
    assert elastic.indices.engine(ENV).aliases()[elastic.conf] == first
    gates.approve(second, "eve")
    report = await elastic.indices.index(
        ENV, second, mode="resume", alias=elastic.conf, before_alias=gates.before_alias
    )
    assert report.alias == elastic.conf
    assert elastic.indices.engine(ENV).aliases()[elastic.conf] == second


async def test_a_hot_build_on_a_cold_one(elastic: Elastic) -> None:
    cold = await elastic.build(genes(50))
    elastic.shop.upload(
        "two", [{"_id": "g00002", "hot": "yes"}, {"_id": "new", "hot": "no"}], mapping={"hot": {"type": "keyword"}}
    )
    params = {"cold_collection": cold, "extra_index_settings": SETTINGS}
    elastic.shop.configure(["two"], name=f"{elastic.conf}hot", params=params)
    hot = await elastic.shop.builds.merge(f"{elastic.conf}hot")
    report = await elastic.indices.index(ENV, hot)
    assert report.count == 51
    hit = elastic.indices.engine(ENV).get(hot, "g00002")
    assert hit is not None
    assert hit.source == {"name": "gene number 2", "n": 2, "hot": "yes"}
    assert (await elastic.indices.validate_index(ENV, hot))["said"] == []
