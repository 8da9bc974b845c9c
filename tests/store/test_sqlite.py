"""What only the embedded store does: files, crashes, full disks."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store import Record, StoreSpec, open_store
from hub.store.errors import CollectionChangedError, CollectionDamagedError, DiskFullError, StoreClosedError
from hub.store.sqlite import SqliteStore

# Writes two batches, flushes after the first, says so, and dies in the middle of a third transaction.
DYING = """
import os, signal, sys
from hub.store import Record, StoreSpec
from hub.store.sqlite import SqliteStore
folder, durable, flush = sys.argv[1], sys.argv[2] == "durable", sys.argv[3] == "flush"
store = SqliteStore(StoreSpec("sqlite", "src", folder))
c = store.collection("c", durable=durable)
record = lambda n: Record(f"{n:06d}", store.codec.encode({"_id": f"{n:06d}", "pad": "x" * 500}))
c.insert([record(n) for n in range(1000)])
if flush:
    c.flush()
if durable or flush:
    c.insert([record(n) for n in range(1000, 2000)])
with c._file.writing() as connection:
    connection.execute("PRAGMA cache_size=5")
    connection.executemany("INSERT OR REPLACE INTO docs VALUES (?, ?)", [record(n) for n in range(0, 3000, 2)])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(StoreSpec("sqlite", "src", str(tmp_path))) as store:
        yield store


def fill(store: SqliteStore, name: str, *ids: str) -> None:
    store.collection(name).insert([Record(i, store.codec.encode({"_id": i})) for i in ids])


def die(folder: Path, durable: str, flush: str) -> None:
    command = [sys.executable, "-c", DYING, str(folder), durable, flush]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize(("durable", "flush"), [("durable", "no"), ("bulk", "flush")])
def test_what_was_flushed_survives_a_kill_in_the_middle_of_a_write(
    store: SqliteStore, tmp_path: Path, durable: str, flush: str
) -> None:
    die(tmp_path, durable, flush)

    ids = list(store.collection("c").ids())

    assert ids == [f"{n:06d}" for n in range(2000)]
    store.rename("c", "published")
    assert store.collection("published").count() == 2000


def test_a_torn_temporary_collection_is_never_published(store: SqliteStore, tmp_path: Path) -> None:
    fill(store, "published", "good")
    die(tmp_path, "bulk", "no")

    with pytest.raises(CollectionDamagedError, match="damaged"):
        store.rename("c", "published")

    assert list(store.collection("published").ids()) == ["good"]
    assert store.drop("c")


def test_a_full_disk_is_named_and_loses_nothing(store: SqliteStore) -> None:
    fill(store, "c", "a")
    with store.collection("c")._file.writing() as connection:
        connection.execute("PRAGMA max_page_count=8")

    with pytest.raises(DiskFullError, match="Free space"):
        fill(store, "c", *(f"{n:0500d}" for n in range(2000)))

    assert list(store.collection("c").ids()) == ["a"]


def test_a_write_during_a_scan_ends_the_scan(store: SqliteStore) -> None:
    fill(store, "c", *(f"{n:03d}" for n in range(20)))
    scan = store.collection("c").scan(batch_size=5)
    next(scan)
    fill(store, "c", "later")

    with pytest.raises(CollectionChangedError):
        list(scan)


def test_files_that_are_no_database_are_reported_with_their_path(store: SqliteStore) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / "c.sqlite").write_bytes(b"not a database, but long enough to look like one" * 100)

    with pytest.raises(CollectionDamagedError) as caught:
        store.collection("c").count()

    assert caught.value.path == store.folder / "c.sqlite"
    assert store.drop("c")


def test_an_empty_file_of_a_crash_is_an_empty_collection(store: SqliteStore) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / "c.sqlite").touch()

    assert store.collection("c").count() == 0
    assert list(store.collection("c").scan()) == []


def test_a_crash_between_archive_and_swap_leaves_the_old_state_and_can_be_repeated(store: SqliteStore) -> None:
    fill(store, "go", "old")
    fill(store, "temp", "new")
    os.link(store.folder / "go.sqlite", store.folder / "go_archive_1.sqlite")

    assert list(store.collection("go").ids()) == ["old"]
    store.rename("temp", "go", archive="go_archive_2")

    assert list(store.collection("go").ids()) == ["new"]
    assert list(store.collection("go_archive_1").ids()) == list(store.collection("go_archive_2").ids()) == ["old"]


def test_a_journal_left_by_a_killed_writer_is_not_applied_to_the_next_file(store: SqliteStore, tmp_path: Path) -> None:
    die(tmp_path, "durable", "no")
    assert (store.folder / "c.sqlite-journal").exists()
    fill(store, "temp", "new")

    store.rename("temp", "c", archive="kept")

    assert list(store.collection("c").ids()) == ["new"]
    assert store.collection("kept").count() == 2000


def test_many_collections_do_not_keep_many_files_open(store: SqliteStore) -> None:
    for n in range(150):
        name = f"c{n}"
        fill(store, name, "a")
        store.collection(name).flush()

    held = sum(file._connection is not None for file in store._files.values())

    assert held <= 65
    assert all(store.collection(f"c{n}").count() == 1 for n in range(150))


def test_plain_documents_can_be_read_with_the_sqlite_shell(store: SqliteStore) -> None:
    fill(store, "c", "a")
    store.collection("c").flush()

    connection = sqlite3.connect(store.folder / "c.sqlite")
    try:
        sql = "SELECT json_extract(CAST(body AS TEXT), '$._id') FROM docs"
        assert connection.execute(sql).fetchall() == [("a",)]
    finally:
        connection.close()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SqliteStore(StoreSpec("sqlite", "src", str(tmp_path)))
    store.close()

    with pytest.raises(StoreClosedError):
        store.collection("c")


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["insert", "replace", "delete"]), st.lists(st.sampled_from("abcdef"))), max_size=8
    )
)
def test_the_count_that_is_kept_is_that_of_the_documents(steps: list[tuple[str, list[str]]]) -> None:
    there: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, closing(open_store(StoreSpec("sqlite", "src", folder))) as store:
        collection = store.collection("c")
        collection.insert([Record("z", b"{}")])
        for what, ids in steps:
            if what == "delete":
                collection.delete(ids)
                there -= set(ids)
            else:
                getattr(collection, what)([Record(id_, b"{}") for id_ in ids])
                there |= set(ids)
            assert collection.count() == len(there) + 1 == sum(1 for _ in collection.ids())
        store.collection("c").flush()
        store.fork("c", "fork")
        assert store.collection("fork").count() == len(there) + 1


def test_files_of_former_versions_count_their_documents(tmp_path: Path) -> None:
    spec = StoreSpec("sqlite", "src", str(tmp_path))
    with closing(open_store(spec)) as store:
        store.collection("c").insert([Record(id_, b"{}") for id_ in "abc"])
        store.collection("c").flush()
        [file] = (tmp_path / "src").glob("c*.sqlite")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE counted")
    with closing(open_store(spec)) as store:
        collection = store.collection("c")
        collection.insert([Record("d", b"{}")])
        collection.delete(["a"])
        assert collection.count() == 3
        store.fork("c", "fork")
        assert store.collection("fork").count() == 3
