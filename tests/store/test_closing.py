"""What became of the work on a record is written, even when the store is away at that moment: files that are locked."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.errors import NotFound
from hub.store.errors import StoreBusyError
from hub.store.records.builds import merge_status
from hub.store.state import State, open_state
from hub.store.state_sqlite import SqliteState
from tests.store.test_records import NAMES

ERROR = NotFound("file", "x.tsv")
LIMIT = 300.0  #: seconds until a test gives up on an event


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state({**NAMES, "STORE_FOLDER": str(tmp_path)})  # type: ignore[arg-type]
    assert isinstance(state.store, SqliteState)
    assert state.store._connection is not None
    state.store._connection.execute("PRAGMA busy_timeout=0")  # refused at once, not after a while
    state.builds.create({"_id": "b"})
    yield state
    state.close()


@contextmanager
def away(state: State) -> Iterator[None]:
    """Another process holds the file: nothing can be written."""
    assert isinstance(state.store, SqliteState)
    with closing(sqlite3.connect(state.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def written(state: State, collection: str, work: Callable[[], None]) -> None:
    """Do something, then wait until a record of the collection is written."""
    told = threading.Event()
    leave = state.subscribe(lambda change: told.set() if change.collection == collection else None)
    work()
    assert told.wait(LIMIT)
    leave()


def jobs(state: State) -> list[tuple[str, str, str | None]]:
    found = (state.builds.get("b") or {})["jobs"]
    return [(job["step"], job["status"], job.get("err")) for job in found]


def test_a_step_that_failed_while_the_store_was_away_is_noted_when_it_is_back(state: State) -> None:
    state.builds.job_started("b", "sync-content", status="syncing", pid=5)

    def fails() -> None:
        with away(state):
            state.builds.job_ended("b", "sync-content", status="failed", seconds=1.0, err="no server")
            assert jobs(state) == [("sync-content", "syncing", None)]

    written(state, "src_build", fails)
    assert jobs(state) == [("sync-content", "failed", "no server")]
    assert "pid" not in (state.builds.get("b") or {})["jobs"][0]


def test_a_step_that_ended_well_and_could_not_be_noted_has_failed(state: State) -> None:
    state.builds.job_started("b", "merge-root")

    def ends() -> None:
        with away(state), pytest.raises(StoreBusyError):
            state.builds.job_ended("b", "merge-root", status="success", seconds=1.0)

    written(state, "src_build", ends)
    assert merge_status(state.builds.get("b") or {}) == "failed"
    assert "locked" in str(jobs(state)[0][2])


def test_work_that_begins_again_finds_the_former_ended(state: State) -> None:
    """It would else be taken for the one that has failed."""
    state.builds.job_started("b", "sync-content", status="syncing")
    with away(state):
        state.builds.job_ended("b", "sync-content", status="canceled", seconds=1.0, err="gone")
        with pytest.raises(StoreBusyError):
            state.builds.job_started("b", "sync-content", status="syncing")
    state.builds.job_started("b", "sync-content", status="syncing")
    assert jobs(state) == [("sync-content", "canceled", "gone"), ("sync-content", "syncing", None)]


@pytest.mark.parametrize(
    ("begin", "fail", "path"),
    [
        (
            lambda s: s.dump_started("go", logfile="/l", pid=1),
            lambda s: s.dump_failed("go", ERROR),
            ["download"],
        ),
        (
            lambda s: s.upload_started(
                "go", "t", temp_collection="x", release="1", data_folder="/d", logfile="/l", pid=1
            ),
            lambda s: s.upload_failed("go", "t", ERROR),
            ["upload", "jobs", "t"],
        ),
        (
            lambda s: s.inspect_started("go", "t", logfile="/l", pid=1),
            lambda s: s.inspect_failed("go", "t", ERROR),
            ["inspect", "jobs", "t"],
        ),
        (
            lambda s: s.validate_started("go", "t", "m", logfile="/l", pid=1),
            lambda s: s.validate_failed("go", "t", ERROR),
            ["validate", "jobs", "t"],
        ),
    ],
)
def test_work_on_a_source_that_failed_while_the_store_was_away(
    state: State, begin: Callable[[Any], None], fail: Callable[[Any], None], path: list[str]
) -> None:
    begin(state.sources)

    def fails() -> None:
        with away(state):
            fail(state.sources)

    written(state, "src_dump", fails)
    found: Any = state.sources.get("go")
    for part in path:
        found = found[part]
    assert (found["status"], found["err"]) == ("failed", str(ERROR))
    assert "pid" not in found


def test_a_run_that_ended_while_the_store_was_away(state: State) -> None:
    record = {"_id": 1, "source": "go", "state": "running"}
    state.runs.put(record)

    def fails() -> None:
        with away(state):
            assert state.runs.ended(record | {"state": "failed"}) is False

    written(state, "src_run", fails)
    assert (state.runs.get(1) or {})["state"] == "failed"
