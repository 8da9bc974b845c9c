"""What every document store promises, on the embedded one and, where `HUB_TEST_MONGO_URI` is set, on a real server."""

from __future__ import annotations

import itertools
import os
import pickle
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.store import DocumentStore, IdRange, Record, StoreSpec, open_store
from hub.store.errors import (
    BadCollectionNameError,
    BadFilterError,
    CollectionChangedError,
    CollectionExistsError,
    CollectionNotFoundError,
)

MONGO = os.environ.get("HUB_TEST_MONGO_URI", "")
ENGINES = ["sqlite", *([pytest.param("mongo", marks=pytest.mark.services)] if MONGO else [])]


@pytest.fixture(params=ENGINES)
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreSpec]:
    if request.param == "sqlite":
        yield StoreSpec("sqlite", "src", str(tmp_path))
        return
    from pymongo import MongoClient

    spec = StoreSpec("mongo", f"hub_test_{uuid.uuid4().hex[:12]}", MONGO)
    yield spec
    client: MongoClient[dict[str, Any]] = MongoClient(MONGO)
    client.drop_database(spec.database)
    client.close()


@pytest.fixture
def store(spec: StoreSpec) -> Iterator[DocumentStore]:
    store = open_store(spec)
    yield store
    store.close()


def fill(store: DocumentStore, name: str, *documents: dict[str, Any]) -> None:
    store.collection(name).insert([Record(d["_id"], store.codec.encode(d)) for d in documents])


def numbered(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"n{n:04d}", "n": n, **more} for n in range(count)]


def test_a_collection_that_does_not_exist_is_empty(store: DocumentStore) -> None:
    nothing = store.collection("nothing")

    assert nothing.count() == 0
    assert nothing.get("a") is None
    assert nothing.get_many(["a"]) == {}
    assert list(nothing.scan()) == list(nothing.ids()) == list(nothing.find()) == nothing.sample(3) == []
    assert nothing.split(4) == [IdRange(None, None)]
    assert nothing.delete(["a"]) == 0
    assert (store.stats("nothing").count, store.stats("nothing").bytes) == (0, 0)
    assert not store.exists("nothing")
    assert not store.drop("nothing")
    assert store.names() == []


def test_inserting_nothing_does_not_create_a_collection(store: DocumentStore) -> None:
    assert store.collection("new").insert([]) == []
    assert not store.exists("new")


def test_duplicates_are_reported_by_position_and_never_overwritten(store: DocumentStore) -> None:
    fill(store, "c", {"_id": "b", "v": "first"})
    batch = [{"_id": "a", "v": 1}, {"_id": "b", "v": 2}, {"_id": "c", "v": 3}, {"_id": "a", "v": 4}]

    refused = store.collection("c").insert([Record(d["_id"], store.codec.encode(d)) for d in batch])

    assert refused == [1, 3]
    assert [d["v"] for d in store.collection("c").find()] == [1, "first", 3]


def test_replace_inserts_and_overwrites_whole_documents(store: DocumentStore) -> None:
    fill(store, "c", {"_id": "a", "old": True})
    new = [{"_id": "a", "new": 1}, {"_id": "b", "new": 2}, {"_id": "b", "new": 3}]

    store.collection("c").replace([Record(d["_id"], store.codec.encode(d)) for d in new])

    assert list(store.collection("c").find()) == [{"_id": "a", "new": 1}, {"_id": "b", "new": 3}]


def test_delete_counts_what_was_there(store: DocumentStore) -> None:
    fill(store, "c", *numbered(3))

    assert store.collection("c").delete(["n0000", "n0002", "other"]) == 2
    assert list(store.collection("c").ids()) == ["n0001"]


def test_get_many_leaves_out_what_is_missing(store: DocumentStore) -> None:
    fill(store, "c", *numbered(3))

    found = store.collection("c").get_many(["n0002", "x", "n0000"])

    assert found == {"n0000": {"_id": "n0000", "n": 0}, "n0002": {"_id": "n0002", "n": 2}}
    bodies = store.collection("c").bodies(["n0002", "x", "n0000"])
    assert {id_: store.codec.decode(body) for id_, body in bodies.items()} == found
    assert store.collection("none").bodies(["a"]) == {}


def test_datetimes_bytes_and_nesting_survive(store: DocumentStore) -> None:
    document = {
        "_id": "a",
        "when": datetime(2024, 2, 29, 13, 5, 7, 123000, tzinfo=UTC),
        "raw": b"\x00\xff",
        "deep": [{"list": [1, 2.5, None, True, "é\u2028😀"]}, {}],
        "big": 2**62,
    }
    fill(store, "c", document)

    found = store.collection("c").get("a")

    assert found == document
    assert found["when"].utcoffset().total_seconds() == 0
    assert isinstance(found["deep"][0]["list"][3], bool)


def test_ids_are_ordered_by_code_point(store: DocumentStore) -> None:
    ids = ["Z", "a", "B", "é", "10", "9", "😀", "\uffff", "a b", "a\tb"]
    fill(store, "c", *({"_id": id_} for id_ in ids))

    assert list(store.collection("c").ids()) == sorted(ids)
    assert [record.id for record in store.collection("c").scan()] == sorted(ids)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (IdRange(None, None), range(25)),
        (IdRange("n0005", None), range(5, 25)),
        (IdRange(None, "n0005"), range(5)),
        (IdRange("n0003", "n0003"), range(0)),
        (IdRange("n0003x", "n0007"), range(4, 7)),
    ],
)
@pytest.mark.parametrize("batch_size", [1, 5, 1000])
def test_scan_reads_a_half_open_range(store: DocumentStore, bounds: IdRange, expected: range, batch_size: int) -> None:
    fill(store, "c", *numbered(25))

    records = list(store.collection("c").scan(bounds, batch_size=batch_size))

    assert [store.codec.decode(record.body)["n"] for record in records] == list(expected)
    assert [record.id for record in records] == [f"n{n:04d}" for n in expected]
    assert list(store.collection("c").ids(bounds)) == [record.id for record in records]


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 100])
def test_split_covers_everything_once_and_evenly(store: DocumentStore, parts: int) -> None:
    fill(store, "c", *numbered(40))

    ranges = store.collection("c").split(parts)
    sizes = [len(list(store.collection("c").ids(bounds))) for bounds in ranges]

    assert len(ranges) <= parts
    assert (ranges[0].start, ranges[-1].end) == (None, None)
    assert all(left.end == right.start for left, right in itertools.pairwise(ranges))
    assert sum(sizes) == 40
    assert max(sizes) <= 2 * (40 // parts + 1)


def test_sample_draws_different_existing_documents(store: DocumentStore) -> None:
    fill(store, "c", *numbered(20))

    drawn = store.collection("c").sample(5)

    assert 1 <= len(drawn) <= 5
    assert len({d["_id"] for d in drawn}) == len(drawn)
    assert all(d["_id"] == f"n{d['n']:04d}" for d in drawn)
    assert len(store.collection("c").sample(100)) <= 20


PEOPLE = [
    {"_id": "ada", "born": 1815, "tags": ["math", "code"], "at": {"city": "London"}, "ok": True},
    {"_id": "bob", "born": 1990, "tags": [], "at": {"city": "Paris"}, "kids": [{"n": 1}, {"n": 5}]},
    {"_id": "cyd", "born": 1922, "tags": ["dance"], "at": {"city": "Amarillo"}, "ok": 1, "x": None},
    {"_id": "dan", "tags": "math", "kids": [{"n": 9}]},
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (None, "ada bob cyd dan"),
        ({}, "ada bob cyd dan"),
        ({"_id": "bob"}, "bob"),
        ({"_id": {"$in": ["dan", "ada", "zoe"]}}, "ada dan"),
        ({"_id": {"$gte": "bob", "$lt": "dan"}}, "bob cyd"),
        ({"_id": {"$regex": "^(a|b)"}}, "ada bob"),
        ({"_id": {"$regex": "^ad?"}}, "ada"),
        ({"_id": {"$ne": "bob"}, "born": {"$gt": 1900}}, "cyd"),
        ({"at.city": "London"}, "ada"),
        ({"tags": "math"}, "ada dan"),
        ({"tags": {"$all": ["math", "code"]}}, "ada"),
        ({"tags": {"$size": 0}}, "bob"),
        ({"kids.n": {"$gt": 4}}, "bob dan"),
        ({"kids": {"$elemMatch": {"n": {"$lt": 2}}}}, "bob"),
        ({"kids.1.n": 5}, "bob"),
        ({"born": {"$exists": False}}, "dan"),
        ({"x": None}, "ada bob cyd dan"),
        ({"ok": True}, "ada"),
        ({"ok": 1}, "cyd"),
        ({"$or": [{"born": 1815}, {"at.city": {"$regex": "^par", "$options": "i"}}]}, "ada bob"),
        ({"$nor": [{"born": {"$exists": True}}]}, "dan"),
        ({"born": {"$not": {"$gt": 1900}}}, "ada dan"),
        ({"born": {"$nin": [1815, 1990]}}, "cyd dan"),
        ({"born": "1815"}, ""),
        ({"born": {"$gt": "a"}}, ""),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_filters_mean_what_they_mean_in_mongodb(
    store: DocumentStore, query: dict[str, Any] | None, expected: str, indexed: bool
) -> None:
    fill(store, "people", *PEOPLE)
    people = store.collection("people")
    if indexed:
        for field in ("tags", "at.city", "born", "_id"):
            people.create_index(field)
            people.create_index(field)

    assert " ".join(d["_id"] for d in people.find(query)) == expected
    assert people.count(query) == len(expected.split())


def test_an_index_follows_the_documents(store: DocumentStore) -> None:
    people = store.collection("people")
    people.create_index("tags")
    fill(store, "people", *PEOPLE)
    moved = {"_id": "ada", "tags": ["poetry"]}
    people.replace([Record("ada", store.codec.encode(moved))])
    people.delete(["dan"])

    assert [d["_id"] for d in people.find({"tags": "math"})] == []
    assert [d["_id"] for d in people.find({"tags": "poetry"})] == ["ada"]


@pytest.mark.parametrize(
    "query",
    [
        {"a": {"$near": 1}},
        {"$where": "1"},
        {"$or": []},
        {"a": {"$in": "text"}},
        {"a": {"$regex": "("}},
        {"$or": [{"a": {"$function": 1}}]},
        {"a": {"$not": {"$bad": 1}}},
        {"a": {"$options": "i"}},
    ],
)
def test_a_filter_nobody_understands_is_refused_even_on_an_empty_collection(
    store: DocumentStore, query: dict[str, Any]
) -> None:
    with pytest.raises(BadFilterError):
        list(store.collection("c").find(query))
    with pytest.raises(BadFilterError):
        store.collection("c").count(query)


def test_find_sorts_skips_and_limits(store: DocumentStore) -> None:
    fill(store, "people", *PEOPLE)
    people = store.collection("people")

    assert [d["_id"] for d in people.find(sort=[("born", 1)])] == ["dan", "ada", "cyd", "bob"]
    assert [d["_id"] for d in people.find(sort=[("born", -1)], limit=2)] == ["bob", "cyd"]
    assert [d["_id"] for d in people.find(sort=[("_id", -1)], skip=1, limit=2)] == ["cyd", "bob"]
    assert [d["_id"] for d in people.find({"born": {"$gt": 0}}, skip=1, limit=1)] == ["bob"]
    assert [d["_id"] for d in people.find(skip=3)] == ["dan"]


def test_find_reduces_documents_to_fields(store: DocumentStore) -> None:
    fill(store, "people", *PEOPLE)

    found = list(store.collection("people").find({"_id": "bob"}, fields=["at.city", "kids.n", "nothing"]))

    assert found == [{"_id": "bob", "at": {"city": "Paris"}, "kids": [{"n": 1}, {"n": 5}]}]


def test_renaming_replaces_the_collection_and_readers_follow(store: DocumentStore) -> None:
    fill(store, "go", {"_id": "old"})
    reader = store.collection("go")
    assert list(reader.ids()) == ["old"]
    fill(store, "go_temp", {"_id": "new"})

    store.rename("go_temp", "go")

    assert list(reader.ids()) == ["new"]
    assert store.names() == ["go"]


def test_renaming_keeps_what_stood_there_as_an_archive(store: DocumentStore) -> None:
    fill(store, "go", {"_id": "old"})
    fill(store, "go_temp", {"_id": "new"})

    store.rename("go_temp", "go", archive="go_archive_20240101_x")

    assert list(store.collection("go").ids()) == ["new"]
    assert list(store.collection("go_archive_20240101_x").ids()) == ["old"]
    assert store.names("go_") == ["go_archive_20240101_x"]


def test_renaming_to_a_free_name_needs_no_archive(store: DocumentStore) -> None:
    fill(store, "go_temp", {"_id": "new"})

    store.rename("go_temp", "go", archive="go_archive_1")

    assert store.names() == ["go"]


def test_renaming_refuses_what_it_cannot_do(store: DocumentStore) -> None:
    with pytest.raises(CollectionNotFoundError, match="no collection `missing`"):
        store.rename("missing", "go")
    fill(store, "go", {"_id": "old"})
    fill(store, "go_temp", {"_id": "new"})
    fill(store, "kept", {"_id": "kept"})
    with pytest.raises(CollectionExistsError):
        store.rename("go_temp", "go", archive="kept")
    with pytest.raises(BadCollectionNameError):
        store.rename("go", "go")
    assert store.names() == ["go", "go_temp", "kept"]


def test_a_scan_across_a_swap_sees_the_old_state_or_fails(store: DocumentStore) -> None:
    fill(store, "go", *numbered(50, state="old"))
    fill(store, "go_temp", *numbered(50, state="new"))
    scan = store.collection("go").scan(batch_size=10)
    seen = [next(scan)]

    store.rename("go_temp", "go")
    try:
        seen.extend(scan)
    except CollectionChangedError:
        pass
    else:
        assert len(seen) == 50

    assert {store.codec.decode(record.body)["state"] for record in seen} == {"old"}


def test_a_dropped_collection_is_gone_and_can_come_back(store: DocumentStore) -> None:
    fill(store, "c", *numbered(3))

    assert store.exists("c")
    assert store.drop("c")
    assert not store.exists("c")
    assert store.collection("c").count() == 0
    fill(store, "c", {"_id": "again"})
    assert list(store.collection("c").ids()) == ["again"]


def test_an_emptied_collection_still_exists(store: DocumentStore) -> None:
    fill(store, "c", {"_id": "a"})
    store.collection("c").delete(["a"])

    assert store.exists("c")
    assert store.names() == ["c"]


@pytest.mark.parametrize("name", ["with space", "UPPER", "upper", "ünï", "a-b.c_d", "x/y", "../up", "50%", "COM1"])
def test_any_reasonable_name_is_kept_as_it_is(store: DocumentStore, name: str) -> None:
    if name == "../up":
        with pytest.raises(BadCollectionNameError):
            store.collection(name)
        return
    fill(store, name, {"_id": name})

    assert store.names() == [name]
    assert store.collection(name).get(name) == {"_id": name}


@pytest.mark.parametrize("name", ["", "a$b", "a\0b", "system.users", "x" * 300])
def test_names_that_some_engine_cannot_take_are_refused(store: DocumentStore, name: str) -> None:
    with pytest.raises(BadCollectionNameError):
        store.collection(name)


def test_another_store_sees_what_was_written(store: DocumentStore, spec: StoreSpec) -> None:
    other = open_store(pickle.loads(pickle.dumps(spec)))
    try:
        fill(store, "c", *numbered(3))
        assert other.collection("c").count() == 3
        fill(other, "c", {"_id": "zz"})
        assert store.collection("c").get("zz") == {"_id": "zz"}
        store.collection("c").flush()
        other.rename("c", "d")
        assert store.collection("c").count() == 0
        assert store.collection("d").count() == 4
    finally:
        other.close()


@pytest.mark.parametrize("durable", [False, True])
def test_threads_may_write_and_read_at_the_same_time(store: DocumentStore, durable: bool) -> None:
    store.collection("c", durable=durable)
    failures: list[BaseException] = []

    def work(part: int) -> None:
        try:
            for start in range(0, 100, 25):
                fill(store, "c", *({"_id": f"{part}-{n:03d}"} for n in range(start, start + 25)))
                store.collection("c").get(f"{part}-000")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert store.collection("c").count() == 400


def test_stats_count_exactly(store: DocumentStore) -> None:
    fill(store, "c", *numbered(12))
    store.collection("c").flush()

    stats = store.stats("c")

    assert (stats.name, stats.count) == ("c", 12)
    assert stats.bytes > 0


# -- forks


def bodies(store: DocumentStore, name: str) -> list[dict[str, Any]]:
    return [store.codec.decode(record.body) for record in store.collection(name).scan(batch_size=3)]


def put(store: DocumentStore, name: str, *documents: dict[str, Any]) -> None:
    store.collection(name).replace([Record(d["_id"], store.codec.encode(d)) for d in documents])


def test_a_fork_holds_what_the_collection_held_and_each_goes_its_own_way(store: DocumentStore) -> None:
    fill(store, "old", *numbered(10))

    store.fork("old", "new")
    new = store.collection("new")
    put(store, "new", {"_id": "n0003", "n": "changed"}, {"_id": "n0003x", "n": "added"})
    assert new.delete(["n0000", "n0009", "n0009", "nobody"]) == 2
    put(store, "old", {"_id": "n0005", "n": "later"})
    store.collection("old").delete(["n0001"])

    expected = [d for d in numbered(10) if d["_id"] not in ("n0000", "n0009")]
    expected[2] = {"_id": "n0003", "n": "changed"}
    expected.insert(3, {"_id": "n0003x", "n": "added"})
    assert bodies(store, "new") == expected == list(new.find())
    assert list(new.ids()) == [d["_id"] for d in expected]
    assert new.count() == 9
    assert new.count({"n": {"$gt": 4}}) == 4
    assert new.get("n0000") is None
    assert new.get("n0003") == {"_id": "n0003", "n": "changed"}
    assert sorted(new.get_many(["n0000", "n0001", "n0003x"])) == ["n0001", "n0003x"]
    assert [r.id for r in new.scan(IdRange("n0003", "n0005"))] == ["n0003", "n0003x", "n0004"]
    assert store.collection("old").count() == 9
    assert store.collection("old").get("n0005") == {"_id": "n0005", "n": "later"}


def test_a_fork_outlives_what_it_was_made_of(store: DocumentStore) -> None:
    fill(store, "old", *numbered(5))
    store.fork("old", "new")
    put(store, "new", {"_id": "n0001", "n": "changed"})
    store.drop("old")
    fill(store, "old", {"_id": "other"})

    assert bodies(store, "new")[:2] == [{"_id": "n0000", "n": 0}, {"_id": "n0001", "n": "changed"}]
    assert store.stats("new").count == 5
    assert store.names() == ["new", "old"]


def test_a_fork_refuses_what_is_there_and_takes_back_what_was_deleted(store: DocumentStore) -> None:
    fill(store, "old", *numbered(3))
    store.fork("old", "new")
    new = store.collection("new")
    new.delete(["n0002"])
    batch = [{"_id": "n0001", "v": 1}, {"_id": "n0002", "v": 2}, {"_id": "z", "v": 3}]

    assert new.insert([Record(d["_id"], store.codec.encode(d)) for d in batch]) == [0]
    assert bodies(store, "new") == [{"_id": "n0000", "n": 0}, {"_id": "n0001", "n": 1}, *batch[1:]]


def test_forks_of_forks(store: DocumentStore) -> None:
    """Enough changes that the embedded store once copies instead."""
    fill(store, "f0", *numbered(40))
    expected = {d["_id"]: d for d in numbered(40)}
    for step in range(1, 9):
        store.fork(f"f{step - 1}", f"f{step}")
        changed = [{"_id": f"n{n:04d}", "step": step} for n in range(step, 40, 9)]
        put(store, f"f{step}", *changed)
        expected |= {d["_id"]: d for d in changed}
        gone = f"n{step * 4:04d}"
        store.collection(f"f{step}").delete([gone])
        expected.pop(gone, None)
        store.collection(f"f{step}").flush()
        assert {d["_id"]: d for d in bodies(store, f"f{step}")} == expected
        assert store.collection(f"f{step}").count() == len(expected)
    assert bodies(store, "f0") == numbered(40)


def test_a_fork_can_be_renamed_replaced_and_indexed(store: DocumentStore) -> None:
    fill(store, "old", *numbered(6, kind="x"))
    store.fork("old", "temp")
    put(store, "temp", {"_id": "n0001", "kind": "y"})
    store.collection("temp").create_index("kind")
    store.collection("temp").flush()
    store.rename("temp", "old", archive="kept")

    assert [d["_id"] for d in store.collection("old").find({"kind": "y"})] == ["n0001"]
    assert store.collection("old").count({"kind": "x"}) == 5
    assert bodies(store, "kept") == numbered(6, kind="x")
    store.fork("old", "temp")
    store.rename("temp", "old")
    assert store.collection("old").count() == 6
    assert store.drop("old")
    assert store.names() == ["kept"]


def test_forking_nothing_or_onto_something_is_refused(store: DocumentStore) -> None:
    fill(store, "there", *numbered(1))
    with pytest.raises(CollectionNotFoundError):
        store.fork("nothing", "new")
    fill(store, "new", *numbered(1))
    with pytest.raises(CollectionExistsError):
        store.fork("there", "new")
