"""An upload becomes visible whole or not at all, whenever the hub dies; nothing of anybody else's is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.config import load
from hub.dataload.publish import Publisher, temp_name
from hub.dataload.quarantine.files import QuarantineFolder
from hub.store import StoreSpec, open_store
from hub.store.port import DocumentStore, Record
from hub.store.state import State, open_state


@pytest.fixture
def state(home: Path, work_folder: Path) -> Iterator[State]:
    opened = open_state(load(home))
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    opened = open_store(StoreSpec("sqlite", "src", str(tmp_path / "store")))
    yield opened
    opened.close()


@pytest.fixture
def publisher(state: State, store: DocumentStore, tmp_path: Path) -> Publisher:
    return Publisher(state, store, "src_dump", QuarantineFolder(tmp_path / "quarantine"))


def fill(store: DocumentStore, name: str, *ids: str) -> str:
    store.collection(name).insert([Record(i, store.codec.encode({"_id": i, "of": name})) for i in ids])
    return name


def result(temp: str, count: int) -> dict[str, Any]:
    return {
        "temp_collection": temp,
        "count": count,
        "release": "2",
        "data_folder": "/data/2",
        "seconds": 1.0,
        "mapping": {},
        "metadata": {"src_meta": {"license": "CC0"}},
        "keep_archive": 2,
    }


def ids(store: DocumentStore, name: str) -> list[str]:
    return list(store.collection(name).ids())


def test_the_new_collection_takes_the_place_of_the_old_one_which_is_archived(publisher, state, store):
    fill(store, "hpo", "old")
    publisher.publish("hpo", "hpo", result(fill(store, temp_name("hpo"), "a", "b"), 2), keep_archive=2)
    assert ids(store, "hpo") == ["a", "b"]
    (archive,) = [name for name in store.names() if name != "hpo"]
    assert ids(store, archive) == ["old"]
    record = state.sources.get("hpo")
    assert record["upload"]["jobs"]["hpo"]["status"] == "success"
    assert record["upload"]["jobs"]["hpo"]["count"] == 2
    assert not record.get("publishing")
    assert state.masters.get("hpo")["src_meta"] == {"license": "CC0"}


@pytest.mark.parametrize("moved", [False, True])
def test_a_publication_that_a_crash_cut_is_finished_at_the_next_start(publisher, state, store, moved):
    fill(store, "hpo", "old")
    temp = fill(store, temp_name("hpo"), "a", "b")
    intent = {**result(temp, 2), "archive": "hpo_archive_20260101000000_0123abcd"}
    state.store.update("src_dump", "hpo", set={"publishing.hpo": intent}, upsert=True)
    if moved:
        store.rename(temp, "hpo", archive=intent["archive"])
    assert publisher.recover() == [("hpo", "hpo")]
    assert publisher.drop_leftovers() == []
    assert ids(store, "hpo") == ["a", "b"]
    assert ids(store, intent["archive"]) == ["old"]
    assert state.sources.get("hpo")["upload"]["jobs"]["hpo"]["release"] == "2"
    assert publisher.recover() == []


def test_only_the_newest_archives_are_kept_and_nobody_elses_are_dropped(publisher, store):
    for number in range(4):
        temp = fill(store, temp_name("hpo"), f"d{number}")
        publisher.publish("hpo", "hpo", result(temp, 1), keep_archive=2)
    mine = fill(store, "hpo_archive_of_my_grandfather", "x")
    publisher.clean("hpo", 1)
    archives = [name for name in store.names("hpo_archive_") if name != mine]
    assert len(archives) == 1
    assert ids(store, archives[0]) == ["d2"]
    assert ids(store, mine) == ["x"]


def test_only_what_a_record_names_is_dropped_as_left_over(publisher, state, store):
    temp = fill(store, temp_name("hpo"), "half")
    part = fill(store, f"{temp}_part_0001", "half")
    kept = [fill(store, "sea_temp_daily", "x"), fill(store, "hpo_temp_20240101", "x"), fill(store, "hpo", "x")]
    state.sources.upload_started(
        "hpo", "hpo", temp_collection=temp, release="2", data_folder="/d", logfile="", pid=None
    )
    state.sources.upload_started(
        "odd", "odd", temp_collection="hpo_temp_20240101", release="2", data_folder="/d", logfile="", pid=None
    )
    assert sorted(publisher.drop_leftovers()) == sorted([temp, part])
    assert sorted(store.names()) == sorted(kept)


def test_what_a_failed_upload_had_no_time_to_drop_is_dropped_at_the_next_start(publisher, state, store):
    temp = fill(store, temp_name("hpo"), "half")
    state.sources.upload_started(
        "hpo", "hpo", temp_collection=temp, release="2", data_folder="/d", logfile="", pid=None
    )
    state.sources.upload_failed("hpo", "hpo", RuntimeError("parser"))
    assert publisher.drop_leftovers() == [temp]
    assert publisher.drop_leftovers() == []
