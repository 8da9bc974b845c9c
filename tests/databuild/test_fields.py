"""Merge rules of single fields, and the account of where each value comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.databuild.errors import BuildConfigError, MergeDocumentError
from hub.databuild.fields import FieldRules
from hub.databuild.join import Join, Part
from hub.databuild.rules import MergeRule, merge_parts
from hub.databuild.trace import leaves, trace
from hub.store.codec import JsonCodec
from hub.store.content_hash import canonical
from hub.store.port import Record

CODEC = JsonCodec()
T1, T2 = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def merged(rules: dict[str, Any], *documents: dict[str, Any], mode: str = "upsert") -> Any:
    parts = [
        Part(MergeRule(f"s{n}", True, mode), iter([Record("x", CODEC.encode({"_id": "x", **d}))]))
        for n, d in enumerate(documents)
    ]
    [record] = [r for batch in Join("b", parts, CODEC, FieldRules.read("c", rules)) for r in batch]
    found = CODEC.decode(record.body)
    del found["_id"]
    return found


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("first", [1, 2, 3], 1),
        ("first", [None, 2, 3], 2),
        ("last", [1, 2, 3], 3),
        ("last", [1, 2, None], 2),
        ("list", [1, [1, 2], "x"], [1, 1, 2, "x"]),
        ("list", [[1], [1]], [1, 1]),
        ("list", [5], 5),
        ("set", [1, [1, 2], 2, "1"], [1, 2, "1"]),
        ("set", [1, True, 1.0], [1, True, 1.0]),
        ("set", [{"a": 1, "b": 2}, [{"b": 2, "a": 1}, {"a": 3}]], [{"a": 1, "b": 2}, {"a": 3}]),
        ("max", [1, 7.5, [3, 9]], 9),
        ("min", [4, [2, 3]], 2),
        ("max", ["a", "c", "b"], "c"),
        ("min", [T2, T1], T1),
        ("max", [None, 3], 3),
        ("max", [[None, 2], 1], 2),
        ("fail", [1, 1, 1], 1),
        ("fail", [{"a": 1, "b": 2}, {"b": 2, "a": 1}], {"a": 1, "b": 2}),
        ("struct", [{"a": 1}, {"a": 2, "b": 3}], {"a": [1, 2], "b": 3}),
        ({"rule": "struct", "exclude": ["a"]}, [{"a": 1}, {"a": 2, "b": 3}], {"a": 1, "b": 3}),
    ],
)
def test_a_rule_says_what_a_field_is(rule: Any, values: list[Any], expected: Any) -> None:
    found = merged({"k": rule}, *({"k": value} for value in values))
    assert canonical(found) == canonical({"k": expected})


def test_an_inner_field_has_its_own_rule_and_the_rest_keeps_the_source_s() -> None:
    one = {"o": {"id": "first", "n": 1}, "other": 1}
    two = {"o": {"id": "second", "m": 2}, "other": 2}
    assert merged({"o.id": "first"}, one, two) == {"o": {"id": "first", "m": 2}, "other": 2}
    assert merged({"o.n": "max"}, one, two) == {"o": {"id": "second", "m": 2, "n": 1}, "other": 2}
    assert merged({"o.new.deep": "list"}, {"o": {"new": {"deep": 1}}}, {"o": {}}) == {"o": {"new": {"deep": 1}}}
    assert merged({"o": "struct", "o.id": "last"}, one, two)["o"] == {"id": "second", "n": 1, "m": 2}


def test_a_path_does_not_lead_through_what_is_no_object() -> None:
    assert merged({"o.id": "first"}, {"o": {"id": 1}}, {"o": "text"}) == {"o": "text"}
    assert merged({"o.id": "first"}, {"o": [{"id": 1}]}, {"o": {"id": 2}}) == {"o": {"id": 2}}


def test_parts_are_not_changed_by_one_another() -> None:
    rules = {"o.a": "list", "o.b": "list", "o": "struct"}
    assert merged(rules, {"o": {"a": 1, "b": 2}}, {"o": {"a": 3, "b": 4}}) == {"o": {"a": [1, 3], "b": [2, 4]}}


def test_sources_that_disagree_stop_the_build_with_their_names() -> None:
    with pytest.raises(MergeDocumentError, match=r"(?s)s0, s1.*`taxid`, rule `fail`.*9606 \(s0\), 10090 \(s1\)"):
        merged({"taxid": "fail"}, {"taxid": 9606}, {"taxid": 10090})
    with pytest.raises(MergeDocumentError, match="can be compared"):
        merged({"n": "max"}, {"n": 1}, {"n": "two"})


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (["symbol"], "must be an object"),
        ({"symbol": "frist"}, "first"),
        ({"symbol": None}, "has the rule None"),
        ({"": "first"}, "no dotted path"),
        ({"a..b": "first"}, "no dotted path"),
        ({"_id": "first"}, "_id"),
        ({"a": {"rule": "first", "include": ["x"]}}, "no arguments"),
        ({"a": {"rule": "struct", "inclde": ["x"]}}, "inclde"),
    ],
)
def test_what_is_wrong_is_refused_with_the_configuration(written: Any, why: str) -> None:
    with pytest.raises(BuildConfigError, match=why):
        FieldRules.read("genes", written)


_values = st.recursive(
    st.integers(0, 2) | st.none() | st.text("x", max_size=1),
    lambda v: st.lists(v, max_size=2) | st.dictionaries(st.sampled_from("ab"), v, max_size=2),
    max_leaves=4,
)
_documents = st.dictionaries(st.sampled_from("pq"), _values, max_size=2)
_modes = st.sampled_from(["upsert", "merge_struct"])
_parts = st.lists(st.tuples(st.booleans(), _modes, _documents), min_size=1, max_size=4)
_rules = st.dictionaries(
    st.sampled_from(["p", "q", "p.a", "q.b", "p.a.b"]), st.sampled_from(["first", "last", "list", "set", "struct"])
)


@given(parts=_parts, written=_rules)
def test_a_trace_gives_the_merged_document_and_a_source_for_each_value(parts: Any, written: dict[str, str]) -> None:
    given = [(MergeRule(f"s{n}", creates, mode), {"_id": "x", **d}) for n, (creates, mode, d) in enumerate(parts)]
    fields = FieldRules.read("c", written)
    traced = trace(given, fields)
    first = next((n for n, (rule, _) in enumerate(given) if rule.creates), None)
    if first is None:
        assert traced.document is None
        assert traced.left_out == [rule.source for rule, _ in given]
        return
    expected = merge_parts([(rule, dict(document)) for rule, document in given])
    assert expected is not None
    joined = [(rule.source, document) for rule, document in given[first:]]
    expected = fields.apply(expected, joined)
    assert canonical(traced.document) == canonical(expected)
    offers = {source: dict(leaves(document)) for source, document in joined}
    for path, value in leaves(expected):
        assert traced.origin[path], path
        for source in traced.origin[path]:
            related = [p for p in offers[source] if p == path or p.startswith(f"{path}.") or path.startswith(f"{p}.")]
            assert related, (path, source)
        if not isinstance(value, list | dict):
            assert all(offers[s].get(path, value) == value for s in traced.origin[path])
