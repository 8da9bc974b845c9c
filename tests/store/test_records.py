"""The shapes of the hub's records, as existing tools read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.errors import NotFound
from hub.store.errors import DiskFullError
from hub.store.records.base import duration
from hub.store.state import State, open_state
from hub.store.state_sqlite import SqliteState

NAMES: dict[str, Any] = {
    "DATA_HUB_DB_DATABASE": "biothings_hubdb",
    "DATA_SRC_DUMP_COLLECTION": "src_dump",
    "DATA_SRC_MASTER_COLLECTION": "src_master",
    "DATA_SRC_BUILD_COLLECTION": "src_build",
    "DATA_PLUGIN_COLLECTION": "data_plugin",
    "API_COLLECTION": "api",
    "CMD_COLLECTION": "cmd",
    "EVENT_COLLECTION": "event",
    "HUB_CONFIG_COLLECTION": "hub_config",
    "JOB_COLLECTION": "job",
    "LANE_COLLECTION": "job_lane",
    "SCHEDULE_COLLECTION": "schedule",
    "DATA_SRC_RELEASE_COLLECTION": "src_release",
    "DATA_SRC_RUN_COLLECTION": "src_run",
}
ERROR = NotFound("file", "x.tsv")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state({**NAMES, "STORE_FOLDER": str(tmp_path)})  # type: ignore[arg-type]
    yield state
    state.close()


def test_what_became_of_the_work_can_be_written_when_the_disk_is_full(tmp_path: Path) -> None:
    """The file may not grow any more, as on a disk without room: what was reserved takes the records."""
    store = SqliteState(tmp_path / "state.hub", {})
    store.put("job", {"_id": "1", "state": "running"})
    connection = store._connection
    assert connection is not None
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    for number in range(100):
        store.put("job", {"_id": str(number), "state": "failed", "error": "x" * 5000})
    with pytest.raises(DiskFullError):
        store.put("job", {"_id": "big", "error": "x" * 2_000_000})
    assert store.get("job", "1") == {"_id": "1", "state": "failed", "error": "x" * 5000}
    store.close()


def upload(state: State, release: str, *, count: int | None) -> None:
    folder = f"/data/{release}"
    state.sources.upload_started(
        "go", "terms", temp_collection="t", release=release, data_folder=folder, logfile="/l", pid=1
    )
    if count is None:
        state.sources.upload_failed("go", "terms", ERROR)
    else:
        state.sources.upload_succeeded("go", "terms", count=count, release=release, data_folder=folder, seconds=1.5)


def test_a_download_that_runs_and_ends_well(state: State) -> None:
    state.sources.dump_started("go", logfile="/log", pid=7)
    running = state.sources.get("go")["download"]  # type: ignore[index]
    assert {k: running[k] for k in ("status", "logfile", "pid")} == {
        "status": "downloading",
        "logfile": "/log",
        "pid": 7,
    }

    state.sources.dump_succeeded("go", release="1", data_folder="/data/1", seconds=183.42)

    ended = state.sources.get("go")["download"]  # type: ignore[index]
    assert isinstance(ended["started_at"], datetime)
    assert ended == {
        "status": "success",
        "release": "1",
        "data_folder": "/data/1",
        "logfile": "/log",
        "started_at": running["started_at"],
        "last_success": running["started_at"],
        "time": "3m3.4s",
    }


def test_a_failed_download_keeps_the_former_release(state: State) -> None:
    state.sources.dump_started("go", logfile="/log", pid=7)
    state.sources.dump_succeeded("go", release="1", data_folder="/data/1", seconds=1)
    state.sources.dump_started("go", logfile="/log", pid=7)
    state.sources.dump_failed("go", ERROR)

    found = state.sources.get("go")["download"]  # type: ignore[index]
    assert (found["status"], found["release"], found["data_folder"]) == ("failed", "1", "/data/1")
    assert "no file `x.tsv`" in found["err"]
    assert "pid" not in found


def test_a_failed_upload_keeps_count_release_and_folder_of_the_last_good_one_together(state: State) -> None:
    upload(state, "1", count=10)
    good = state.sources.get("go")["upload"]["jobs"]["terms"]  # type: ignore[index]
    upload(state, "2", count=None)

    found = state.sources.get("go")["upload"]["jobs"]["terms"]  # type: ignore[index]

    kept = ("count", "release", "data_folder", "last_success", "step")
    assert {k: found[k] for k in kept} == {k: good[k] for k in kept}
    assert found["status"] == "failed"
    assert (good["count"], good["release"], good["step"], good["time_in_s"]) == (10, "1", "terms", 1.5)
    assert not {"pid", "uploading_release"} & set(found)
    temp = found["temp_collection"]
    state.sources.upload_discarded("go", "terms", "another")
    assert state.sources.get("go")["upload"]["jobs"]["terms"]["temp_collection"] == temp  # type: ignore[index]
    state.sources.upload_discarded("go", "terms", temp)
    assert "temp_collection" not in state.sources.get("go")["upload"]["jobs"]["terms"]  # type: ignore[index]

    upload(state, "3", count=12)
    again = state.sources.get("go")["upload"]["jobs"]["terms"]  # type: ignore[index]
    assert (again["count"], again["release"]) == (12, "3")
    assert not {"err", "tb"} & set(again)


def test_flags_are_set_once(state: State) -> None:
    state.sources.add_pending("go", "upload")
    state.sources.add_pending("go", "upload")
    assert state.sources.get("go") == {"_id": "go", "pending": ["upload"]}
    state.sources.remove_pending("go", "upload")
    assert state.sources.get("go") == {"_id": "go", "pending": []}


def test_what_a_dead_hub_left_running_is_canceled(state: State) -> None:
    state.sources.dump_started("go", logfile="/log", pid=7)
    state.sources.upload_started("go", "t", temp_collection="x", release="1", data_folder="/d", logfile="/l", pid=1)
    state.builds.create({"_id": "b"})
    state.builds.job_started("b", "merge-root", pid=5)
    state.builds.job_started("b", "index", status="in progress")

    assert len(state.sources.mark_interrupted()) == 2
    assert len(state.builds.mark_interrupted()) == 2

    source = state.sources.get("go") or {}
    assert source["download"]["status"] == source["upload"]["jobs"]["t"]["status"] == "canceled"
    assert "pid" not in source["download"]
    assert [job["status"] for job in (state.builds.get("b") or {})["jobs"]] == ["canceled", "canceled"]
    assert state.sources.mark_interrupted() == state.builds.mark_interrupted() == []


def test_parallel_steps_of_a_build_keep_their_own_status(state: State) -> None:
    state.builds.create({"_id": "b", "build_config": {"_id": "conf"}})
    state.builds.job_started("b", "index", status="in progress", pid=5)
    state.builds.job_started("b", "diff-content", status="diffing")
    state.builds.job_ended("b", "index", status="failed", seconds=0.5, err="no")

    index, diff = (state.builds.get("b") or {})["jobs"]
    assert (index["status"], index["err"], index["time"]) == ("failed", "no", "0.5s")
    assert "pid" not in index
    assert diff["status"] == "diffing"
    assert [b["_id"] for b in state.builds.all("conf")] == ["b"]


def test_masters_keep_what_is_not_given(state: State) -> None:
    state.masters.save("terms", mapping={"a": {"type": "text"}}, metadata={"src_meta": {"url": "u"}})
    state.masters.save("terms", metadata={"src_meta": {"url": "v"}})

    found = state.masters.get("terms") or {}
    assert (found["name"], found["mapping"], found["src_meta"]) == ("terms", {"a": {"type": "text"}}, {"url": "v"})


def test_a_few_fields_of_all_jobs(state: State) -> None:
    for n, now in enumerate(["done", "running"]):
        state.jobs.put({"_id": str(n), "state": now, "result": ["long"] * 10})

    assert state.jobs.rows(["state"]) == [{"_id": "0", "state": "done"}, {"_id": "1", "state": "running"}]


@pytest.mark.parametrize(("seconds", "text"), [(0.31, "0.31s"), (124.5, "2m4.5s"), (3780.2, "1h3m0.2s")])
def test_durations_are_written_as_existing_clients_show_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_lists_of_builds_follow_every_change(state: State, tmp_path: Path) -> None:
    config = {"_id": "conf"}
    for name in ("b", "a"):
        state.builds.create(
            {"_id": name, "build_config": config, "mapping": {"x": {}}, "started_at": datetime.now(UTC)}
        )
    assert [(b["_id"], "mapping" in b) for b in state.builds.all("conf")] == [("a", False), ("b", False)]
    state.builds.job_started("a", "metadata", status="success")
    state.builds.update("a", {"archived": True})
    state.builds.put({"_id": "c", "build_config": config})
    state.builds.delete("b")
    assert [(b["_id"], b.get("archived")) for b in state.builds.all()] == [("a", True), ("c", None)]
    assert state.builds.count() == 2
    state.builds.all()[0]["archived"] = False
    assert state.builds.all()[0]["archived"] is True
    latest = state.builds.latest("conf")
    assert latest is not None
    assert latest["mapping"] == {"x": {}}
