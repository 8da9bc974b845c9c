"""Backup and restore of the hub's own records, on every engine of them."""

from __future__ import annotations

import gzip
import json
import os
import stat
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.maintenance.backup import read_backup, restore_backup, write_backup
from hub.maintenance.errors import BackupExistsError, BackupFileError, NotEmptyError
from hub.store.state_port import StateStore
from hub.store.state_sqlite import SqliteState

MONGO = os.environ.get("HUB_TEST_MONGO_URI", "")
ENGINES = ["sqlite", *([pytest.param("mongo", marks=pytest.mark.services)] if MONGO else [])]
TIME = datetime(2026, 5, 6, 7, 8, 9, 123000, UTC)
RECORDS: dict[str, list[dict[str, Any]]] = {
    "src_dump": [{"_id": "hpo", "download": {"release": "2026-01", "started_at": TIME}, "n": 2**40, "x": 0.5}],
    "src_build": [
        {
            "_id": "b1",
            "text": "ünï\n\u2028",
            "none": None,
            "list": [1, [2.0, True]],
            "$ref": {"$date": 1},
            "raw": b"\0x",
        },
        {"_id": "b2"},
    ],
    "cmd": [{"_id": 1, "cmd": "dump('hpo')"}],
}


@pytest.fixture(params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], StateStore]]:
    stores: list[StateStore] = []

    def new() -> StateStore:
        if request.param == "sqlite":
            stores.append(SqliteState(tmp_path / f"state{len(stores)}.hub", {}))
        else:
            from hub.store.state_mongo import MongoState

            stores.append(MongoState(MONGO, f"hub_test_{uuid.uuid4().hex[:12]}", {}))
        return stores[-1]

    yield new
    for store in stores:
        for name in store.collections():
            for record in store.find(name):
                store.delete(name, record["_id"])
        store.close()


@pytest.fixture
def full(opened: Callable[[], StateStore]) -> StateStore:
    store = opened()
    fill(store, RECORDS)
    return store


def fill(store: StateStore, records: dict[str, list[dict[str, Any]]]) -> None:
    for name, found in records.items():
        for record in found:
            store.put(name, record)


def content(store: StateStore) -> dict[str, list[dict[str, Any]]]:
    return {name: store.find(name) for name in store.collections()}


def restore(store: StateStore, path: Path, *, drop: bool = False) -> dict[str, Any]:
    return restore_backup(store, path, drop=drop, keep=path.parent / "kept", ignored={"cmd"})


def test_everything_comes_back_as_it_was(full: StateStore, opened: Callable[[], StateStore], tmp_path: Path) -> None:
    path = tmp_path / "here" / "a.ndjson.gz"
    assert write_backup(full, path) == {"src_dump": 1, "src_build": 2, "cmd": 1}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    other = opened()
    other.put("cmd", {"_id": 7, "cmd": "restore"})  # the history of commands is never in the way
    done = restore(other, path)
    assert done["restored"] == {"src_dump": 1, "src_build": 2, "cmd": 1}
    assert content(other) == {**content(full), "cmd": [*RECORDS["cmd"], {"_id": 7, "cmd": "restore"}]}


def test_a_backup_never_overwrites_a_file(full: StateStore, tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_text("mine")
    with pytest.raises(BackupExistsError, match="never overwrites"):
        write_backup(full, path)
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith("state")] == ["a.ndjson.gz"]
    assert path.read_text() == "mine"


def test_records_that_are_there_are_kept_or_saved_first(full: StateStore, tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    write_backup(full, path)
    full.put("src_dump", {"_id": "new"})
    before = content(full)
    with pytest.raises(NotEmptyError, match="`src_build`, `src_dump`"):
        restore(full, path)
    assert content(full) == before
    done = restore(full, path, drop=True)
    assert content(full) == RECORDS | {"src_dump": full.find("src_dump")}
    assert read_backup(Path(done["saved"])) == before


def test_when_a_restore_fails_what_was_there_is_there_again(
    full: StateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ndjson.gz"
    write_backup(full, path)
    full.delete("src_build", "b1")
    before, put, calls = content(full), full.put, []

    def failing(name: str, record: Any) -> None:
        calls.append(name)
        if len(calls) == 3:
            raise OSError("no room")
        put(name, record)

    monkeypatch.setattr(full, "put", failing)
    with pytest.raises(OSError, match="no room"):
        restore(full, path, drop=True)
    assert content(full) == before


def damaged(lines: list[bytes], how: str) -> list[bytes]:
    if how == "changed":
        return [line.replace(b"hpo", b"xxx") for line in lines]
    if how == "cut":
        return lines[:-1]
    if how == "longer":
        return [*lines, b"{}\n"]
    if how == "no record":
        return [lines[0], b"[1]\n", *lines[2:]]
    if how == "no json":
        return [lines[0], b"\xff{\n", *lines[2:]]
    if how == "newer":
        return [json.dumps(json.loads(lines[0]) | {"version": 2}).encode() + b"\n", *lines[1:]]
    assert how == "other"
    return [b'{"format": "something"}\n', *lines[1:]]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("changed", "checksum is wrong"),
        ("cut", "not whole"),
        ("longer", "after its end"),
        ("no record", "line 2: this is no record"),
        ("no json", "line 2: this is no record"),
        ("newer", "has version 2"),
        ("other", "no backup of a hub"),
    ],
)
def test_a_damaged_file_changes_nothing(full: StateStore, tmp_path: Path, how: str, said: str) -> None:
    path, bad = tmp_path / "a.ndjson.gz", tmp_path / "bad.ndjson.gz"
    write_backup(full, path)
    with gzip.open(path) as file:
        lines = file.readlines()
    with gzip.open(bad, "wb") as file:
        file.writelines(damaged(lines, how))
    before = content(full)
    with pytest.raises(BackupFileError, match=said):
        restore(full, bad, drop=True)
    assert content(full) == before
    assert not (tmp_path / "kept").exists()


def test_what_is_no_file_of_ours_is_told(full: StateStore, tmp_path: Path) -> None:
    with pytest.raises(BackupFileError, match="no such file"):
        restore(full, tmp_path / "none")
    (tmp_path / "pickle").write_bytes(b"\x80\x04\x95")
    with pytest.raises(BackupFileError, match="cannot be read"):
        restore(full, tmp_path / "pickle")
    whole = tmp_path / "a.ndjson.gz"
    write_backup(full, whole)
    (tmp_path / "half").write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(BackupFileError, match=r"cannot be read|not whole"):
        restore(full, tmp_path / "half")
