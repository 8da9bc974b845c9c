"""Filling a collection of the embedded store in any order: exactly what inserting one by one would have left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.store import DocumentStore, Record, StoreSpec, open_store
from hub.store.port import Repeated
from hub.store.sqlite_load import SUFFIX, SqliteLoad


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    with open_store(StoreSpec("sqlite", "src", str(tmp_path))) as opened:  # type: ignore[attr-defined]
        yield opened


def load_of(store: DocumentStore, name: str = "c") -> SqliteLoad:
    load = store.collection(name).load()
    assert isinstance(load, SqliteLoad)
    return load


def records(store: DocumentStore, ids: str, start: int) -> list[Record]:
    return [Record(id_, store.codec.encode({"_id": id_, "n": start + n})) for n, id_ in enumerate(ids)]


def numbers(store: DocumentStore) -> dict[str, int]:
    return {document["_id"]: document["n"] for document in store.collection("c").find()}


def beside(tmp_path: Path) -> list[str]:
    return [path.name for path in tmp_path.rglob(f"*{SUFFIX}")]


def test_documents_in_any_order_are_read_in_order(store: DocumentStore, tmp_path: Path) -> None:
    load = load_of(store)
    for start, ids in ((1, "qez"), (4, "abm")):
        load.add(range(start, start + 3), records(store, ids, start))
    assert store.collection("c").count() == 0
    assert len(beside(tmp_path)) == 1
    assert load.settle() == 6
    assert list(load.repeated()) == []
    load.close()
    assert [r.id for r in store.collection("c").scan()] == ["a", "b", "e", "m", "q", "z"]
    assert beside(tmp_path) == []


def test_of_repeated_ids_the_first_or_the_last_stays_and_all_are_told(store: DocumentStore) -> None:
    load = load_of(store)
    load.add([1, 2, 5, 6, 9], records(store, "babba", 1))
    assert load.settle() == 2
    assert numbers(store) == {"b": 1, "a": 2}
    told = [(again.id, again.ordinal, again.first) for again in load.repeated()]
    assert told == [("a", 9, 2), ("b", 5, 1), ("b", 6, 1)]
    assert [store.codec.decode(again.body)["n"] for again in load.repeated()] == [5, 3, 4]
    load.close()
    assert list(load.repeated()) == []
    store.drop("c")
    load = load_of(store)
    load.add(range(1, 6), records(store, "babba", 1))
    assert load.settle(last=True) == store.collection("c").count() == 2
    assert numbers(store) == {"b": 4, "a": 5}
    load.close()


def test_a_collection_with_documents_has_no_load(store: DocumentStore) -> None:
    store.collection("c").insert(records(store, "a", 1))
    assert store.collection("c").load() is None


def test_a_load_of_nothing_makes_no_collection(store: DocumentStore, tmp_path: Path) -> None:
    load = load_of(store)
    assert load.settle() == 0
    load.close()
    assert not store.exists("c")
    assert beside(tmp_path) == []


def test_what_a_crash_leaves_goes_with_the_collection(store: DocumentStore, tmp_path: Path) -> None:
    load_of(store).add([1], records(store, "a", 1))  # and nobody settles it
    assert store.names() == ["c"]
    assert len(beside(tmp_path)) == 1
    assert store.drop("c")
    assert beside(tmp_path) == []
    again = load_of(store)
    again.add([1], records(store, "b", 1))
    assert again.settle() == 1
    assert numbers(store) == {"b": 1}
    again.close()


def test_what_a_former_load_left_does_not_come_in(store: DocumentStore) -> None:
    load_of(store).add([1, 2], records(store, "xy", 1))
    load = load_of(store)
    load.add([1], records(store, "b", 1))
    assert load.settle() == 1
    assert numbers(store) == {"b": 1}
    load.close()


@settings(max_examples=60, deadline=None)
@given(batches=st.lists(st.text(alphabet="abcdefg", max_size=6), max_size=6))
def test_a_load_leaves_what_inserting_would(tmp_path_factory: pytest.TempPathFactory, batches: list[str]) -> None:
    with open_store(StoreSpec("sqlite", "s", str(tmp_path_factory.mktemp("load")))) as store:  # type: ignore[attr-defined]
        load, plain, start, refused = store.collection("c").load(), store.collection("plain"), 1, []
        for ids in batches:
            batch = records(store, ids, start)
            refused += [start + position for position in plain.insert(batch)]
            if batch:
                load.add(range(start, start + len(batch)), batch)
            start += len(batch)
        assert load.settle() == plain.count() == store.collection("c").count()
        assert list(store.collection("c").scan()) == list(plain.scan())
        again: list[Repeated] = list(load.repeated())
        assert sorted(r.ordinal for r in again) == refused
        load.close()
