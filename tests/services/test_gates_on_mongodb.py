"""Gates, histories of mappings and aliases, id lists and key lookup with documents and records on a MongoDB server."""

from __future__ import annotations

import lzma
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from hub.databuild.idlists import export_ids
from hub.datatransform import IdGraph, KeyLookup, StoreEdge
from hub.gates.errors import GateWaitsError
from hub.gates.keeper import GateKeeper
from tests.databuild.workshop import Workshop

pytestmark = pytest.mark.services
MAPPING = {"name": {"type": "text"}, "x.dotted": {"type": "keyword"}}
RULES = {
    "documents": {"fewer": "10%"},
    "fields_gone": True,
    "mapping_conflicts": 0,
    "required_ids": ["g0"],
    "queries": [{"query": "name:gene", "ids": ["g0"]}],
}


def genes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n}", "name": f"gene {n}", "deep": {"other": f"o{n}"}, **more} for n in range(count)]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    uri = os.environ.get("HUB_TEST_MONGO_URI")
    if not uri:
        pytest.skip("HUB_TEST_MONGO_URI not set")
    name = f"t{uuid.uuid4().hex[:10]}"
    databases = {"DATA_SRC_DATABASE": f"src_{name}", "DATA_TARGET_DATABASE": f"target_{name}"}
    workshop = Workshop(
        tmp_path / "home",
        DATA_SRC_SERVER=uri,
        DATA_TARGET_SERVER=uri,
        HUB_DB_BACKEND={"module": "biothings.utils.mongo", "uri": uri},
        DATA_HUB_DB_DATABASE=f"hub_{name}",
        **databases,
    )
    await workshop.jobs.start()
    yield workshop
    await workshop.jobs.stop()
    workshop.close()
    client: MongoClient[dict[str, Any]] = MongoClient(uri)
    for kind in ("src", "target", "hub"):
        client.drop_database(f"{kind}_{name}")
    client.close()


async def test_a_release_history(shop: Workshop, tmp_path: Path) -> None:
    gates, names = GateKeeper(shop.builds, shop.indices), []
    for documents in (genes(20), genes(19), genes(10), [{**d, "name": "other"} for d in genes(20)]):
        shop.upload("one", documents, mapping=MAPPING)
        if not names:
            shop.configure(["one"], params={"gates": RULES})
        names.append(await shop.builds.merge("genes"))
        report = await gates.check(names[-1])
        if report["state"] == "passed" and len(names) < 4:
            await shop.indices.index_for_serving("genes", names[-1], before_alias=gates.before_alias)
    states = [gates.report(name)["state"] for name in names]
    assert states == ["passed", "passed", "waiting", "passed"]
    with pytest.raises(GateWaitsError, match="0 hits"):
        await shop.indices.index_for_serving("genes", names[3], before_alias=gates.before_alias)
    assert shop.indices.served_build("genes") == names[1]
    assert [r["build"] for r in gates.waiting()] == [names[3]]
    gates.approve(names[3], "eve", "ok")
    await shop.indices.index_for_serving("genes", names[3], before_alias=gates.before_alias)
    assert shop.indices.roll_back_alias("localhub", "genes")["index"] == names[1]
    assert shop.indices.was_withdrawn("genes", names[3])
    assert (await shop.indices.validate_index("localhub", "genes"))["said"] == []

    shop.builds.save_mapping(names[3], {"name": {"type": "keyword"}}, by="eve")
    shop.builds.restore_mapping(names[3], 1)
    assert shop.builds.info(names[3])["mapping"] == MAPPING
    assert [v["version"] for v in shop.builds.mapping_history(names[3])] == [3, 2, 1]

    listed = await export_ids(shop.builds.services, names[1], tmp_path)
    assert lzma.decompress(Path(listed["file"]).read_bytes()).decode().split() == sorted(f"g{n}" for n in range(19))  # noqa: ASYNC240
    graph = IdGraph().add("other", "gene", StoreEdge("one", "deep.other", "_id", store=shop.src.spec))
    assert [d["_id"] for d in KeyLookup(graph, "other", "gene")([{"_id": "o3"}, {"_id": "no"}])] == ["g3", "no"]
