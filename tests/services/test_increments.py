"""Incremental builds on MongoDB, and incremental indices on Elasticsearch: the same as full ones."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from hub.databuild.mappers import IDBaseMapper
from hub.search.port import Everything, SearchRequest
from tests.databuild.test_increment import MAPPING, SOURCES, TABLE, configure, many, step_of
from tests.databuild.workshop import Workshop

pytestmark = pytest.mark.services

MONGO = os.environ.get("HUB_TEST_MONGO_URI", "")
ENV = "localhub"
# The server that the tests start has no module `analysis-common`, which the two documented analyzers need.
ANALYSIS = {"analysis": {"normalizer": {"keyword_lowercase_normalizer": {"type": "custom", "filter": ["lowercase"]}}}}


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    if not MONGO:
        pytest.skip("HUB_TEST_MONGO_URI not set")
    name = uuid.uuid4().hex[:10]
    names = {"DATA_SRC_DATABASE": f"src_{name}", "DATA_TARGET_DATABASE": f"target_{name}"}
    workshop = Workshop(tmp_path / "home", DATA_SRC_SERVER=MONGO, DATA_TARGET_SERVER=MONGO, **names)
    await workshop.jobs.start()
    yield workshop
    await workshop.jobs.stop()
    workshop.close()
    client: MongoClient[dict[str, Any]] = MongoClient(MONGO)
    for database in names.values():
        client.drop_database(database)
    client.close()


def changed(chance: random.Random) -> dict[str, dict[str, Any]]:
    ids = chance.sample("abcdefgh", 5)
    return {i: {k: chance.choice([1, 2, [1, 2], None]) for k in chance.sample("pqr", 2)} for i in ids}


async def test_a_history_on_mongodb_gives_what_full_merges_give(shop) -> None:
    chance = random.Random(3)
    assert shop.target.spec.engine == "mongo"
    shop.builds.register_mapper(IDBaseMapper("ids", map=TABLE))
    mergers = dict(zip(SOURCES, ("upsert", "merge_struct", "upsert"), strict=True))
    for name in SOURCES:
        more = {"mapper": "ids"} if name == "zed" else {}
        shop.release(name, many({}), mapping=MAPPING, merger=mergers[name], **more)
    configure(shop, list(SOURCES), roots=["one", "two"], params={"merge_rules": {"r": "set"}})
    await shop.builds.merge("genes")
    made = []
    for _ in range(4):
        for name in chance.sample(SOURCES, 2):
            shop.release(name, many(changed(chance)), mapping=MAPPING)
        made.append(await step_of(shop))
    assert made == ["incremental"] * 4


@pytest.mark.parametrize("server", ["HUB_TEST_ES8_URL", "HUB_TEST_ES9_URL"])
async def test_an_index_on_elasticsearch_is_a_clone_with_the_changes(tmp_path: Path, server: str) -> None:
    url = os.environ.get(server, "")
    if not url:
        pytest.skip(f"{server} not set")
    conf = f"t{uuid.uuid4().hex[:10]}"
    shop = Workshop(tmp_path / "home", INDEX_CONFIG={"indexer_select": {}, "env": {ENV: {"host": url}}})
    await shop.jobs.start()
    engine = shop.indices.engine(ENV)
    assert engine.spec.engine == "elastic"
    try:
        rows = {f"g{n:03d}": {"name": f"gene {n}", "n": n} for n in range(100)}
        mapping = {"name": {"type": "text"}, "n": {"type": "long"}}
        shop.release("one", [{"_id": i, **d} for i, d in rows.items()], mapping=mapping)
        shop.configure(["one"], name=conf, params={"extra_index_settings": ANALYSIS, "num_replicas": 0})
        first = await shop.builds.merge(conf)
        await shop.indices.index(ENV, first, alias=conf)
        del rows["g007"]
        rows |= {"g008": {"name": "changed", "n": -8}, "x": {"name": "new", "n": 1}}
        shop.release("one", [{"_id": i, **d} for i, d in sorted(rows.items())])
        second = await shop.builds.merge(conf)
        report = await shop.indices.index(ENV, second, alias=conf)
        assert (report.made_of, report.indexed, report.count, report.replaced) == (first, 2, 100, first)
        found = engine.search(conf, SearchRequest(Everything(), size=200)).hits
        assert {hit.id: hit.source for hit in found} == rows
        assert engine.get(first, "g007") is not None
        assert engine.meta(second)["build_date"] == shop.builds.info(second)["_meta"]["build_date"]
    finally:
        for name in engine.names(f"{conf}*"):
            engine.delete(name)
        await shop.jobs.stop()
        shop.close()
