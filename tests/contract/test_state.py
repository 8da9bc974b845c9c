"""What every engine of the hub's own records promises; on a real MongoDB server where `HUB_TEST_MONGO_URI` is set."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.store.errors import BadFilterError, BadIdError, UpdateError
from hub.store.state_port import Change, StateStore
from hub.store.state_sqlite import SqliteState

MONGO = os.environ.get("HUB_TEST_MONGO_URI", "")
ENGINES = ["sqlite", *([pytest.param("mongo", marks=pytest.mark.services)] if MONGO else [])]
ENTITIES = {"src_dump": "source", "event": "event"}

Open = Callable[[], StateStore]


@pytest.fixture(params=ENGINES)
def open_one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[StateStore] = []
    database = f"hub_test_{uuid.uuid4().hex[:12]}"

    def open_it() -> StateStore:
        if request.param == "sqlite":
            opened.append(SqliteState(tmp_path / "state.hub", ENTITIES))
        else:
            from hub.store.state_mongo import MongoState

            opened.append(MongoState(MONGO, database, ENTITIES))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()
    if request.param == "mongo":
        from pymongo import MongoClient

        client: MongoClient[dict[str, Any]] = MongoClient(MONGO)
        client.drop_database(database)
        client.close()


@pytest.fixture
def state(open_one: Open) -> StateStore:
    return open_one()


def test_a_record_comes_back_as_it_was_put(state: StateStore) -> None:
    record = {
        "_id": "go",
        "at": datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=UTC),
        "mapping": {"a.b": {"type": "text"}, "$ref": "x"},
        "jobs": [{"n": 1}, None, True, 2.5],
    }
    state.put("src_dump", record)

    assert state.get("src_dump", "go") == record
    assert state.get("src_dump", "other") is None
    assert state.get("other", "go") is None


def test_put_replaces_the_whole_record(state: StateStore) -> None:
    state.put("c", {"_id": 1, "old": 1})
    state.put("c", {"_id": 1, "new": 1})

    assert state.find("c") == [{"_id": 1, "new": 1}]


@pytest.mark.parametrize("id_", ["text", 7, 1700000000.25])
def test_text_and_numbers_name_records(state: StateStore, id_: Any) -> None:
    state.put("c", {"_id": id_})

    found = state.get("c", id_)

    assert found == {"_id": id_}
    assert type(found["_id"]) in (type(id_), int)
    assert state.delete("c", id_)
    assert not state.delete("c", id_)


@pytest.mark.parametrize("id_", [None, "", True, ["a"]])
def test_other_names_are_refused(state: StateStore, id_: Any) -> None:
    with pytest.raises(BadIdError):
        state.put("c", {"_id": id_})


def test_dotted_paths_make_what_is_missing_on_the_way(state: StateStore) -> None:
    assert not state.update("c", "a", set={"x.y": 1})
    assert state.get("c", "a") is None

    assert state.update("c", "a", set={"x.y": 1}, upsert=True)
    assert state.update("c", "a", set={"x.z.w": [{"k": 1}]})
    assert state.update("c", "a", set={"x.z.w.0.k": 2}, unset=["x.y", "no.such"])

    assert state.get("c", "a") == {"_id": "a", "x": {"z": {"w": [{"k": 2}]}}}


def test_lists_take_and_lose_members(state: StateStore) -> None:
    state.update("c", "a", add_to_set={"pending": "upload"}, upsert=True)
    state.update("c", "a", add_to_set={"pending": "upload"}, push={"jobs": {"step": "x"}})
    state.update("c", "a", add_to_set={"pending": "diff"}, push={"jobs": {"step": "x"}})
    state.update("c", "a", pull={"pending": "upload", "nothing": 1})

    assert state.get("c", "a") == {"_id": "a", "pending": ["diff"], "jobs": [{"step": "x"}, {"step": "x"}]}


def test_an_empty_update_says_whether_the_record_is_there(state: StateStore) -> None:
    state.put("c", {"_id": "a"})

    assert state.update("c", "a")
    assert not state.update("c", "b")


@pytest.mark.parametrize(
    "change", [{"set": {"text.below": 1}}, {"push": {"text": 1}}, {"add_to_set": {"text": 1}}, {"pull": {"text": 1}}]
)
def test_a_path_that_does_not_fit_is_refused_and_changes_nothing(state: StateStore, change: dict[str, Any]) -> None:
    state.put("c", {"_id": "a", "text": "t"})

    with pytest.raises(UpdateError):
        state.update("c", "a", **change)

    assert state.get("c", "a") == {"_id": "a", "text": "t"}


def test_find_filters_sorts_and_limits(state: StateStore) -> None:
    for n, name in enumerate(["b", "c", "a"]):
        state.put("c", {"_id": name, "n": n, "conf": {"_id": "x" if n else "y"}})

    assert [r["_id"] for r in state.find("c")] == ["a", "b", "c"]
    assert [r["_id"] for r in state.find("c", {"conf._id": "x"})] == ["a", "c"]
    assert [r["_id"] for r in state.find("c", sort=[("n", -1)], limit=2)] == ["a", "c"]
    assert [r["_id"] for r in state.find("c", {"n": {"$in": [0, 1]}}, limit=1)] == ["b"]
    assert state.find("nothing") == []
    with pytest.raises(BadFilterError):
        state.find("c", {"n": {"$bad": 1}})


def test_next_id_is_above_all_and_never_given_twice(state: StateStore) -> None:
    assert [state.next_id("cmd"), state.next_id("cmd")] == [1, 2]
    state.put("cmd", {"_id": 40})
    state.put("cmd", {"_id": "text"})

    assert [state.next_id("cmd"), state.next_id("cmd")] == [41, 42]


def test_writers_do_not_lose_each_others_updates(open_one: Open) -> None:
    stores = [open_one(), open_one()]
    stores[0].put("c", {"_id": "a"})
    numbers: list[int] = []
    failures: list[BaseException] = []

    def work(part: int) -> None:
        try:
            for n in range(10):
                stores[part % 2].update("c", "a", push={"all": f"{part}-{n}"}, set={f"by.p{part}": n})
                numbers.append(stores[part % 2].next_id("cmd"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    record = stores[1].get("c", "a") or {}
    assert failures == []
    assert len(set(record["all"])) == 40
    assert record["by"] == {f"p{part}": 9 for part in range(4)}
    assert sorted(numbers) == list(range(1, 41))


def test_changes_are_announced_with_the_words_of_the_web_interface(state: StateStore) -> None:
    seen: list[Change] = []
    stop = state.subscribe(seen.append)

    state.put("src_dump", {"_id": "go"})
    state.update("src_dump", "go", set={"a": 1})
    state.update("src_dump", "nobody", set={"a": 1})
    state.delete("src_dump", "go")
    state.delete("src_dump", "go")
    state.put("event", {"_id": 1.5, "msg": "hello"})
    stop()
    state.put("src_dump", {"_id": "go"})

    assert seen == [
        Change("src_dump", "source", "go", "save"),
        Change("src_dump", "source", "go", "update_one"),
        Change("src_dump", "source", "go", "remove"),
        Change("event", "event", 1.5, "save", {"_id": 1.5, "msg": "hello"}),
    ]


def test_a_failing_subscriber_does_not_disturb_the_writer(state: StateStore, caplog: pytest.LogCaptureFixture) -> None:
    def fail(change: Change) -> None:
        raise ValueError("no")

    state.subscribe(fail)
    state.put("c", {"_id": "a"})

    assert state.get("c", "a") == {"_id": "a"}
    assert [record.action for record in caplog.records] == ["state_subscriber_failed"]  # type: ignore[attr-defined]


def test_collections_lists_what_holds_something(state: StateStore) -> None:
    state.put("b", {"_id": 1})
    state.put("a", {"_id": 1})
    state.next_id("counted")

    assert state.collections() == ["a", "b"]


def test_some_fields_of_records_and_their_number(state: StateStore) -> None:
    at = datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)
    state.put("c", {"_id": "a", "at": at, "n": {"x.y": [1, 2]}, "long": "x" * 100})
    state.put("c", {"_id": "b", "n": None, "other": 1})
    state.put("c", {"_id": "d", "n": 0, "text": 'quo"ted'})
    state.put("elsewhere", {"_id": "z"})

    assert state.find("c", fields=["at", "n", "text"]) == [
        {"_id": "a", "at": at, "n": {"x.y": [1, 2]}},
        {"_id": "b"},
        {"_id": "d", "n": 0, "text": 'quo"ted'},
    ]
    assert state.find("c", fields=["n"], sort=[("_id", -1)], limit=2) == [{"_id": "d", "n": 0}, {"_id": "b"}]
    assert state.find("c", {"other": 1}, fields=["n", "other"]) == [{"_id": "b", "other": 1}]
    assert state.find("c", fields=["other"], sort=[("at", -1)], limit=1) == [{"_id": "a"}]
    assert [state.count(name) for name in ("c", "elsewhere", "nothing")] == [3, 1, 0]


def test_the_newest_numbers_come_first_and_only_as_many_as_wanted(state: StateStore) -> None:
    for number in (2, 10, 9, 1):
        state.put("c", {"_id": number, "odd": number % 2})

    assert [r["_id"] for r in state.find("c", sort=[("_id", -1)], limit=3)] == [10, 9, 2]
    assert [r["_id"] for r in state.find("c", {"odd": 1}, sort=[("_id", -1)], limit=1)] == [9]


def test_records_without_their_long_fields(state: StateStore) -> None:
    at = datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)
    state.put("c", {"_id": "a", "at": at, "long": {"x": [1, 2]}})
    state.put("c", {"_id": "b", "n": {"long": 1}})

    assert state.find("c", without=["long", "other"]) == [{"_id": "a", "at": at}, {"_id": "b", "n": {"long": 1}}]
    assert state.find("c", {"n": {"$exists": False}}, without=["long"]) == [{"_id": "a", "at": at}]


def test_what_another_writes_is_noticed(open_one: Open) -> None:
    one, other = open_one(), open_one()
    before = one.version()
    one.put("c", {"_id": 1})
    assert one.version() == before
    other.put("c", {"_id": 2})
    assert before is None or one.version() != before
