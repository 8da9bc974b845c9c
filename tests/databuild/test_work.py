"""The jobs of a build on real stores: merging ranges, going on after a kill, staging, inference."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.databuild.errors import MergeDocumentError
from hub.databuild.mappers import IDBaseMapper
from hub.databuild.rules import MergeRule
from hub.databuild.stage import InferRequest, StageRequest, infer_mapping, stage_source
from hub.databuild.work import MergeRequest, PartSpec, RangeState, merge_range
from hub.jobs.port import NullContext
from hub.store import Record, StoreSpec
from hub.store.port import DocumentStore


class Recording(NullContext):
    """Keeps the checkpoints; can kill its own process at one of them."""

    def __init__(self, die_at: int = 0) -> None:
        super().__init__()
        self.ranges: list[RangeState] = []
        self.die_at = die_at

    def emit(self, event: str, **data: Any) -> None:
        self.ranges.append(RangeState.from_list(data["range"]))
        if len(self.ranges) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def put(store: DocumentStore, name: str, documents: list[dict[str, Any]]) -> None:
    store.drop(name)
    store.collection(name).insert([Record(d["_id"], store.codec.encode(d)) for d in documents])
    store.collection(name).flush()


def read(store: DocumentStore, name: str) -> dict[str, dict[str, Any]]:
    return {r.id: store.codec.decode(r.body) for r in store.collection(name).scan()}


def request(src: DocumentStore, target: DocumentStore, *names: str, **more: Any) -> MergeRequest:
    parts = [PartSpec(MergeRule(name), name) for name in names]
    more = {"ranges": [RangeState(0)], **more}
    return MergeRequest("b", src.spec, target.spec, "out", parts, **more)


def test_ranges_together_give_the_whole_and_count_each_document_once(src: DocumentStore, target: DocumentStore) -> None:
    put(src, "one", [{"_id": f"{n:04d}", "a": n} for n in range(0, 1000, 2)])
    put(src, "two", [{"_id": f"{n:04d}", "b": n} for n in range(0, 1000, 3)])
    ranges = [RangeState(n, r.start, r.end) for n, r in enumerate(src.collection("one").split(4))]
    states = merge_range(NullContext(), request(src, target, "one", "two", ranges=ranges))
    expected = {n for n in range(1000) if n % 2 == 0 or n % 3 == 0}
    assert set(read(target, "out")) == {f"{n:04d}" for n in expected}
    assert all(state.done for state in states)
    assert sum(state.written for state in states) == len(expected)
    assert sum(state.read["one"] for state in states) == 500


def test_only_the_given_ids_are_merged(src: DocumentStore, target: DocumentStore) -> None:
    put(src, "one", [{"_id": c, "a": 1} for c in "abcd"])
    put(src, "two", [{"_id": c, "b": 2} for c in "bcde"])
    merge_range(NullContext(), request(src, target, "one", "two", ids=["a", "c", "e", "none"]))
    assert read(target, "out") == {
        "a": {"_id": "a", "a": 1},
        "c": {"_id": "c", "a": 1, "b": 2},
        "e": {"_id": "e", "b": 2},
    }


def _merge_and_die(location: str, die_at: int, connection: Any) -> None:
    specs = [StoreSpec("sqlite", name, location) for name in ("src", "target")]

    class Telling(Recording):
        def emit(self, event: str, **data: Any) -> None:
            connection.send(data["range"])
            super().emit(event, **data)

    parts = [PartSpec(MergeRule(name), name) for name in ("one", "two")]
    ranges = [RangeState(0)]
    merge_range(Telling(die_at), MergeRequest("b", *specs, "out", parts, ranges, checkpoint=6000))


def test_a_killed_merge_goes_on_after_its_last_checkpoint_with_the_exact_result(
    tmp_path: Path, src: DocumentStore, target: DocumentStore
) -> None:
    put(src, "one", [{"_id": f"{n:06d}", "a": n} for n in range(30_000)])
    put(src, "two", [{"_id": f"{n:06d}", "b": n} for n in range(15_000, 45_000)])
    near, far = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_merge_and_die, args=(str(tmp_path), 2, far))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    states = []
    while near.poll():
        states.append(RangeState.from_list(near.recv()))
    last = states[-1]
    assert last.position is not None
    assert not last.done

    # A crash between two checkpoints leaves documents beyond the last one; they are written again.
    extra = f"{int(last.position) + 5:06d}"
    target.collection("out").replace([Record(extra, target.codec.encode({"_id": extra, "half": "written"}))])

    context = Recording()
    [final] = merge_range(context, request(src, target, "one", "two", ranges=[last]))
    expected = {
        f"{n:06d}": {"_id": f"{n:06d}", **({"a": n} if n < 30_000 else {}), **({"b": n} if n >= 15_000 else {})}
        for n in range(45_000)
    }
    assert read(target, "out") == expected
    assert final.written == 45_000
    assert final.read == {"one": 30_000, "two": 30_000}
    assert context.ranges[0].written > last.written


def test_documents_with_one_new_id_are_combined_and_the_later_wins(src: DocumentStore, target: DocumentStore) -> None:
    put(src, "one", [{"_id": "a", "x": 1, "only": "a"}, {"_id": "b", "x": 2}, {"_id": "c", "x": 3}])
    mapper = IDBaseMapper("m", map={"a": "new", "b": ["new", "other"]})
    stage = StageRequest("b", "one", src.spec, "one", target.spec, "staged", mapper=mapper)
    report = stage_source(NullContext(), stage)
    assert read(target, "staged") == {
        "c": {"_id": "c", "x": 3},
        "new": {"_id": "new", "x": 2, "only": "a"},
        "other": {"_id": "other", "x": 2},
    }
    assert (report.read, report.stored) == (3, 3)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    documents=st.dictionaries(
        st.sampled_from("abcdef"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 9), max_size=3), max_size=6
    ),
    table=st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("cdmn"), max_size=3), max_size=6),
)
def test_staging_equals_a_dictionary_updated_in_order(
    src: DocumentStore, target: DocumentStore, documents: dict[str, Any], table: dict[str, Any]
) -> None:
    put(src, "one", [{"_id": i, **fields} for i, fields in documents.items()])
    expected: dict[str, dict[str, Any]] = {}
    for id_ in sorted(documents):
        for new in table.get(id_, [id_]):
            expected.setdefault(new, {}).update({**documents[id_], "_id": new})
    mapper = IDBaseMapper("m", map=table)
    stage_source(NullContext(), StageRequest("b", "one", src.spec, "one", target.spec, "staged", mapper=mapper))
    assert read(target, "staged") == expected


def clean(document: dict[str, Any]) -> dict[str, Any] | None:
    if document["x"] == "bad":
        raise ValueError("bad value")
    return None if document["x"] == 0 else {**document, "clean": True}


def test_a_query_and_a_cleaner_select_and_change_documents(src: DocumentStore, target: DocumentStore) -> None:
    put(src, "one", [{"_id": str(n), "x": n} for n in range(5)])
    query = {"x": {"$lt": 3}}
    stage = StageRequest("b", "one", src.spec, "one", target.spec, "staged", query=query, cleaner=clean)
    assert stage_source(NullContext(), stage).read == 3
    assert read(target, "staged") == {str(n): {"_id": str(n), "x": n, "clean": True} for n in (1, 2)}


def test_an_error_of_a_cleaner_names_the_document(src: DocumentStore, target: DocumentStore) -> None:
    put(src, "one", [{"_id": "good", "x": 1}, {"_id": "spoilt", "x": "bad"}])
    with pytest.raises(MergeDocumentError, match="bad value") as caught:
        stage_source(NullContext(), StageRequest("b", "one", src.spec, "one", target.spec, "s", cleaner=clean))
    assert (caught.value.source, caught.value.id) == ("one", "spoilt")


def test_the_mapping_of_all_documents_of_split_collections_is_inferred(src: DocumentStore) -> None:
    put(src, "part1", [{"_id": "a", "n": 1}])
    put(src, "part2", [{"_id": "b", "n": 2.5, "rare": "word"}])
    result = infer_mapping(NullContext(), InferRequest("part", src.spec, ["part1", "part2"]))
    assert result.documents == 2
    assert result.properties["n"] == {"type": "double"}
    assert result.properties["rare"]["type"] == "keyword"
