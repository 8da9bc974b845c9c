"""What stands for the documents of a source: tokens, and the logs that lead from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.dataload import content
from hub.dataload.publish import archive_name, is_internal
from hub.jobs.port import NullContext
from hub.store import Record, StoreSpec, open_store
from hub.store.changes import ADDED, CHANGED, DELETED, read_log
from hub.store.port import DocumentStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    opened = open_store(StoreSpec("sqlite", "src", str(tmp_path)))
    yield opened
    opened.close()


class Source:
    """A source that is uploaded again and again."""

    def __init__(self, store: DocumentStore) -> None:
        self.store = store
        self.master: dict[str, Any] = {}
        self.uploads = 0

    def compare(self, documents: dict[str, int], before: str | None = None) -> tuple[str, dict[str, Any]]:
        self.uploads += 1
        temp = f"s_temp_{self.uploads:08x}"
        encode = self.store.codec.encode
        self.store.collection(temp).insert([Record(i, encode({"_id": i, "v": v})) for i, v in documents.items()])
        token = content.token(self.master) if before is None else before
        return temp, content.compare(NullContext(), self.store, "s", temp, token)

    def publish(self, temp: str, entry: dict[str, Any]) -> str:
        archive = archive_name("s")
        if self.store.exists(temp):
            self.store.rename(temp, "s", archive=archive)
        assert self.store.exists("s")
        known = self.master.get("content") or {}
        release = str(self.uploads)
        there = archive if self.store.exists(archive) else None
        self.master["content"] = content.published(self.store, "s", known, entry, release=release, archive=there)
        return content.token(self.master)

    def upload(self, documents: dict[str, int]) -> str:
        return self.publish(*self.compare(documents))

    def between(self, before: str, now: str) -> list[list[tuple[str, str]]] | None:
        logs = content.logs_between(self.master, before, now)
        if logs is None:
            return None
        return [[tuple(c) for c in read_log(self.store.collection(log), self.store.codec)] for log in logs]


@pytest.fixture
def source(store: DocumentStore) -> Source:
    return Source(store)


def many(**more: int) -> dict[str, int]:
    return {f"x{n}": n for n in range(10)} | more


def test_logs_lead_from_one_upload_to_the_next(source: Source) -> None:
    first = source.upload(many(a=1, b=1))
    second = source.upload(many(a=2, c=1))
    third = source.upload(many(a=2, c=1))
    fourth = source.upload(many(c=1))

    assert source.between(first, first) is None  # only the present state can be the end of the way
    assert source.between(fourth, fourth) == []
    assert source.between(third, fourth) == [[("a", DELETED)]]
    assert source.between(first, fourth) == [[("a", CHANGED), ("b", DELETED), ("c", ADDED)], [("a", DELETED)]]
    assert source.between(second, fourth) == [[("a", DELETED)]]


def test_documents_of_an_older_upload_are_found_in_its_archive(source: Source) -> None:
    first = source.upload(many(a=1))
    second = source.upload(many(a=2))
    archive = content.collection_of(source.master, "s", first)
    assert archive is not None
    assert (source.store.collection(archive).get("a") or {})["v"] == 1
    assert content.collection_of(source.master, "s", second) == "s"
    assert content.collection_of(source.master, "s", "other") is None


def test_there_is_no_way_after_documents_changed_otherwise(source: Source) -> None:
    first = source.upload(many(a=1))
    source.master["content"] = {}
    second = source.upload(many(a=2))
    third = source.upload(many(a=3))
    assert source.between(first, third) is None
    assert source.between(second, third) == [[("a", CHANGED)]]


def test_an_upload_that_compared_with_another_state_starts_anew(source: Source) -> None:
    """Two uploads were asked for at once: the second knew the state before the first only."""
    first = source.upload(many(a=1))
    temp, late = source.compare(many(a=2), before=first)
    second = source.upload(many(a=3))
    third = source.publish(temp, late)
    assert source.between(second, third) is None
    assert source.between(first, third) is None


def test_when_most_documents_changed_there_is_no_log(source: Source) -> None:
    first = source.upload({f"x{n}": 1 for n in range(10)})
    second = source.upload({f"x{n}": 2 for n in range(10)})
    assert source.between(first, second) is None
    assert source.master["content"]["history"][-1]["counts"] == {CHANGED: 10}


def test_publishing_twice_is_publishing_once(source: Source) -> None:
    first = source.upload(many(a=1))
    temp, entry = source.compare(many(a=2))
    second = source.publish(temp, entry)
    known = dict(source.master["content"])
    assert source.publish(temp, entry) == second
    assert source.master["content"] == known
    assert source.between(first, second) == [[("a", CHANGED)]]


def test_old_logs_go_and_all_names_are_internal(source: Source) -> None:
    first = source.upload(many())
    for n in range(content.KEPT + 3):
        last = source.upload(many(a=n))
    logs = source.store.names("s_changes_")
    assert len(logs) == content.KEPT + 1
    assert all(is_internal(name) for name in logs)
    assert is_internal(content.log_of("s_temp_0011aaff"))
    assert source.between(first, last) is None
