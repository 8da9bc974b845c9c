"""The k-way join gives what a naive dictionary gives that follows the documented rules step by step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.databuild import join
from hub.databuild.errors import MergeDocumentError
from hub.databuild.join import Join, Part
from hub.databuild.rules import MergeRule
from hub.dataload.merge import merge_struct
from hub.store.codec import JsonCodec
from hub.store.port import Record

CODEC = JsonCodec()
IDS = st.sampled_from(["a", "b", "c", "aa", "é", "z", "🜁", "10", "9", "A"])
SCALARS = st.one_of(st.integers(-3, 3), st.sampled_from(["x", "y", "two words"]), st.booleans(), st.none())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("pqr"), inner, max_size=3),
    max_leaves=5,
)
DOCUMENTS = st.dictionaries(st.sampled_from("kmn"), VALUES, max_size=3)
KWARGS = st.sampled_from([{}, {"include": ["k"]}, {"exclude": ["m"]}, {"aslistofdict": "k"}])
SOURCES = st.lists(
    st.tuples(st.dictionaries(IDS, DOCUMENTS, max_size=8), st.sampled_from(["upsert", "merge_struct"]), KWARGS),
    min_size=1,
    max_size=5,
)


def naive(sources: list[tuple[MergeRule, dict[str, dict[str, Any]]]]) -> dict[str, dict[str, Any]]:
    """The documented rules, one source after the other, as a store that is updated would do it."""
    store: dict[str, dict[str, Any]] = {}
    for rule, documents in sources:
        for id_, fields in documents.items():
            new = {"_id": id_, **fields}
            if id_ not in store:
                if rule.creates:
                    store[id_] = new
            elif rule.mode == "upsert":
                store[id_] = {**store[id_], **new}
            elif rule.kwargs:
                store[id_] = merge_struct(new, store[id_], **rule.kwargs)
            else:
                store[id_] = merge_struct(store[id_], new)
    return store


def parts_of(sources: list[tuple[MergeRule, dict[str, dict[str, Any]]]]) -> list[Part]:
    parts = []
    for rule, documents in sources:
        records = [Record(i, CODEC.encode({"_id": i, **documents[i]})) for i in sorted(documents)]
        parts.append(Part(rule, iter(records)))
    return parts


@settings(max_examples=100)
@given(sources=SOURCES, roots=st.integers(0, 5), window=st.integers(1, 7))
def test_the_join_equals_merging_one_source_after_the_other(sources: Any, roots: int, window: int) -> None:
    rules = [
        (MergeRule(f"s{n}", roots in (0, 5) or n < roots, mode, kwargs if mode == "merge_struct" else {}), documents)
        for n, (documents, mode, kwargs) in enumerate(sources)
    ]
    kept, join.WINDOW = join.WINDOW, window
    try:
        joined = Join("b", parts_of(rules), CODEC)
        records = [record for batch in joined for record in batch]
    finally:
        join.WINDOW = kept

    assert [r.id for r in records] == sorted({r.id for r in records}), "sorted, each id once"
    assert {r.id: CODEC.decode(r.body) for r in records} == naive(rules)
    assert joined.read == {f"s{n}": len(d) for n, (d, _, _) in enumerate(sources) if d}


def test_a_document_of_one_source_is_copied_without_being_decoded() -> None:
    body = b'{"_id":"a",  "spaces" : "kept"}'
    joined = Join("b", [Part(MergeRule("one"), iter([Record("a", body)])), Part(MergeRule("two"), iter([]))], CODEC)
    assert [record.body for batch in joined for record in batch] == [body]


def test_documents_without_a_root_are_left_out_and_counted() -> None:
    rules = [
        (MergeRule("root"), {"a": {"x": 1}}),
        (MergeRule("other", creates=False), {"a": {"y": 2}, "b": {"y": 3}, "c": {}}),
    ]
    joined = Join("b", parts_of(rules), CODEC)
    assert [r.id for batch in joined for r in batch] == ["a"]
    assert joined.unmatched == {"other": 2}
    assert joined.position == "c"


def test_later_sources_win_by_root_key_and_lacking_keys_stay() -> None:
    rules = [
        (MergeRule("one"), {"a": {"x": {"deep": 1}, "kept": True}}),
        (MergeRule("two"), {"a": {"x": {"other": 2}}}),
    ]
    [record] = [r for batch in Join("b", parts_of(rules), CODEC) for r in batch]
    assert CODEC.decode(record.body) == {"_id": "a", "x": {"other": 2}, "kept": True}


def test_merger_arguments_swap_the_operands() -> None:
    one = (MergeRule("one"), {"a": {"x": [1]}})
    plain = (MergeRule("two", True, "merge_struct"), {"a": {"x": [2]}})
    swapped = (MergeRule("two", True, "merge_struct", {"include": ["x"]}), {"a": {"x": [2]}})
    [record] = [r for batch in Join("b", parts_of([one, plain]), CODEC) for r in batch]
    assert CODEC.decode(record.body)["x"] == [1, 2]
    [record] = [r for batch in Join("b", parts_of([one, swapped]), CODEC) for r in batch]
    assert CODEC.decode(record.body)["x"] == [2, 1]


def test_a_document_that_cannot_be_read_is_named() -> None:
    parts = [Part(MergeRule(n), iter([Record("bad", body)])) for n, body in (("one", b"{"), ("two", b"{}"))]
    with pytest.raises(MergeDocumentError) as caught:
        list(Join("genes_1", parts, CODEC))
    assert caught.value.id == "bad"
    assert "one, two" in str(caught.value)
    assert "genes_1" in str(caught.value)
