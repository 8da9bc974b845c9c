"""The hub's collections with the names of pymongo that applications use; mappers by their names."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pymongo
import pytest

from hub.compat import stores
from hub.dataload import aliases
from hub.store import Record, open_store
from hub.store.opening import specs
from hub.store.state import open_state
from tests.compat import names

MAPPER = "biothings.hub.databuild.mapper"


@pytest.fixture
def target(tmp_path: Path) -> Iterator[stores.TargetCollection]:
    """A collection of five documents in the database of builds."""
    names.prepare(tmp_path)
    with closing(open_store(specs(aliases.current_settings())[1])) as store:
        records = [Record(f"d{n}", store.codec.encode({"_id": f"d{n}", "n": n, "in": {"it": n % 2}})) for n in range(5)]
        store.collection("merged").insert(records)
    return importlib.import_module("biothings.utils.mongo").get_target_db()["merged"]


def ids(documents: Any) -> list[str]:
    return [document["_id"] for document in documents]


def test_documents_are_fed_one_by_one_or_in_batches(target) -> None:
    assert ids(stores.doc_feeder(target)) == ["d0", "d1", "d2", "d3", "d4"]
    assert [len(batch) for batch in stores.doc_feeder(target, step=2, inbatch=True)] == [2, 2, 1]
    assert ids(stores.doc_feeder(target, step=2, s=1, e=4)) == ["d1", "d2", "d3"]
    assert ids(stores.doc_feeder(target, step=1, query={"in.it": 1})) == ["d1", "d3"]
    assert list(stores.doc_feeder(target, fields=["n"], e=1)) == [{"_id": "d0", "n": 0}]
    seen: list[int] = []
    list(stores.doc_feeder(target, step=3, batch_callback=lambda done, _: seen.append(done)))
    assert seen == [3, 5]
    assert list(stores.id_feeder(target, 3)) == [["d0", "d1", "d2"], ["d3", "d4"]]


def test_a_collection_may_be_changed_while_it_is_read(target) -> None:
    for document in stores.doc_feeder(target, step=2):
        target.replace_one({"_id": document["_id"]}, {**document, "n": document["n"] + 10})
    assert [document["n"] for document in target.find(sort=[("_id", 1)])] == [10, 11, 12, 13, 14]


def test_documents_are_changed_as_with_pymongo(target) -> None:
    target.insert_one({"_id": "new", "n": 9})
    target.update_one({"_id": "d0"}, {"$set": {"in.side": "x", "far.away": 1}, "$unset": {"n": ""}})
    target.update_one({"_id": "none"}, {"$set": {"n": 1}})
    target.update_one({"_id": "made"}, {"$set": {"n": 1}}, upsert=True)
    target.update_many({"in.it": 1}, {"$set": {"odd": True}})
    target.replace_one({"_id": "absent"}, {"n": 3})
    assert target.find_one("d0") == {"_id": "d0", "in": {"it": 0, "side": "x"}, "far": {"away": 1}}
    assert target.find_one("made") == {"_id": "made", "n": 1}
    assert ids(target.find({"odd": True}, sort=[("_id", 1)])) == ["d1", "d3"]
    assert target.find_one("none") is target.find_one("absent") is None
    target.delete_one({"_id": "new"})
    target.delete_many({"odd": True})
    assert target.count() == target.count_documents({}) == 4
    with pytest.raises(ValueError, match=r"\$push"):
        target.update_one({"_id": "d0"}, {"$push": {"a": 1}})


def test_operations_are_carried_out_in_order(target) -> None:
    target.bulk_write(
        [
            pymongo.InsertOne({"_id": "a", "n": 1}),
            pymongo.ReplaceOne({"_id": "a"}, {"_id": "a", "m": 2}, upsert=True),
            pymongo.UpdateOne({"_id": "a"}, {"$set": {"k": 3}}),
            pymongo.DeleteOne({"_id": "d0"}),
        ]
    )
    assert target.find_one("a") == {"_id": "a", "m": 2, "k": 3}
    assert target.find_one("d0") is None
    with pytest.raises(TypeError, match="DeleteMany"):
        target.bulk_write([pymongo.DeleteMany({})])


def test_a_collection_takes_the_place_of_another(target) -> None:
    database = stores.get_target_db()
    database["other"].insert_many([{"_id": "only"}])
    target.drop()
    database["other"].rename("merged")
    assert ids(stores.get_target_db()["merged"].find()) == ["only"]


def test_records_of_the_hub_are_read(tmp_path) -> None:
    names.prepare(tmp_path)
    with closing(open_state(aliases.current_settings())) as state:
        for source, sub in (("one", "one"), ("two", "part")):
            state.sources.dump_started(source, logfile="", pid=None)
            state.sources.dump_succeeded(source, release="1", data_folder="d", seconds=0.1)
            started = {"temp_collection": "t", "release": "1", "data_folder": "d", "logfile": "", "pid": None}
            state.sources.upload_started(source, sub, **started)
        state.build_configs.put({"_id": "b", "sources": ["one"]})
        state.plugins.put({"_id": "p", "plugin": {}})
    mongo = importlib.import_module("biothings.utils.mongo")
    assert mongo.get_src_dump().find_one("two")["download"]["release"] == "1"
    assert mongo.get_src_build_config().find_one({"_id": "b"})["sources"] == ["one"]
    assert mongo.get_data_plugin().find_one("p") == {"_id": "p", "plugin": {}}
    assert [mongo.get_source_fullname(name) for name in ("one", "part", "none")] == ["one", "two.part", None]


def test_mappers_translate_as_their_users_expect(tmp_path) -> None:
    names.prepare(tmp_path)
    module = importlib.import_module(MAPPER)

    class Table(module.IDBaseMapper):  # type: ignore[misc,name-defined]
        def load(self) -> None:
            self.map = {"a": "b", "1": ["x", "y"], 5: "five", "z": 7}

    table = Table("table")
    assert table.need_load()
    docs = [{"_id": "a", "v": 1}, {"_id": "1"}, {"_id": "q"}, {"_id": "z"}]
    assert list(table.process(docs)) == [{"_id": "b", "v": 1}, {"_id": "x"}, {"_id": "y"}, {"_id": "q"}, {"_id": "7"}]
    assert ids(table.process(docs, transparent=False)) == ["b", "x", "y", "7"]
    assert list(table.process([{"_id": "k", "g": "a"}], key_to_convert="g")) == [{"_id": "k", "g": "b"}]
    assert (table.translate("1"), table.translate("q"), table.translate("q", transparent=True)) == (
        ["x", "y"],
        None,
        "q",
    )
    assert "a" in table and "q" not in table and len(table) == 4
    number = Table("number", convert_func=int)
    assert ids(number.process([{"_id": "5"}, {"_id": "77"}])) == ["five", "77"]
    assert list(module.TransparentMapper().process(docs)) == docs
    with pytest.raises(NotImplementedError, match="define `process`"):
        module.BaseMapper("n").process(docs)
    importlib.import_module("biothings.utils.version").set_versions(None, ".")
