from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.datainspect.mapping import LONGEST_KEYWORD, MappingInference, is_iso_date
from hub.search.mapping import flatten


def infer(*values: Any) -> dict[str, Any] | None:
    inference = MappingInference()
    for number, value in enumerate(values):
        inference.add({"_id": str(number), "f": value})
    found: dict[str, Any] | None = inference.result().properties.get("f")
    if found:
        found.pop("copy_to", None)
    return found


WORD = {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], {"type": "long"}),
        ([1, 2**40], {"type": "long"}),
        ([1, 2**63], {"type": "double"}),
        ([1, 2.5], {"type": "double"}),
        ([True, False], {"type": "boolean"}),
        (["one", "two"], WORD),
        ([" padded "], WORD),
        (["one", "two words"], {"type": "text"}),
        (["tab\tbed"], {"type": "text"}),
        (["2026-01-15", "2026-01-15T10:00:00Z"], {"type": "date"}),
        ([datetime(2026, 1, 1, tzinfo=UTC), "2026-01-15"], {"type": "date"}),
        (["2026-01-15", "soon"], WORD),
        (["2026-13-45"], WORD),
        ([None, 3, None], {"type": "long"}),
        ([None], None),
        ([[]], None),
        ([{}], None),
        ([["a", "b"], "c"], WORD),
        ([[["a b"]]], {"type": "text"}),
        ([[1, None, 2.0]], {"type": "double"}),
        ([{"x": 1}, [{"y": "z"}]], {"properties": {"x": {"type": "long"}, "y": {**WORD, "copy_to": ["all"]}}}),
        (["x" * (LONGEST_KEYWORD + 1)], {"type": "text"}),
        ([b"bytes"], None),
        ([1, "one"], WORD),
        ([True, 2], WORD),
        ([1, "two words"], {"type": "text"}),
        ([{"x": 1}, "scalar"], None),
    ],
)
def test_types_follow_the_rules(values: list[Any], expected: dict[str, Any] | None) -> None:
    assert infer(*values) == expected


def test_one_value_with_two_words_late_in_the_data_makes_the_field_text() -> None:
    assert infer(*(f"w{n}" for n in range(3000)), "two words") == {"type": "text"}


def test_a_late_value_that_is_no_date_is_seen() -> None:
    assert infer(*("2026-01-15" for _ in range(3000)), "never") == WORD


def test_a_field_that_occurs_once_is_found() -> None:
    inference = MappingInference()
    for number in range(5000):
        inference.add({"_id": str(number), "x": 1})
    inference.add({"_id": "last", "rare": {"deep": "value"}})
    assert "deep" in inference.result().properties["rare"]["properties"]


def test_conflicts_come_with_examples() -> None:
    inference = MappingInference()
    inference.add({"_id": "1", "o": {"f": 1}})
    inference.add({"_id": "2", "o": {"f": "one"}})
    [conflict] = inference.result().conflicts
    assert conflict.field == "o.f"
    assert conflict.kinds == {"int": "1", "str": "one"}
    assert conflict.type == "keyword"
    assert "mapped as keyword" in str(conflict)


def test_short_texts_are_copied_to_the_default_search_and_long_ones_are_not() -> None:
    inference = MappingInference()
    inference.add({"_id": "1", "name": "A name", "abstract": "word " * 100, "n": 1})
    properties = inference.result().properties
    assert properties["name"] == {"type": "text", "copy_to": ["all"]}
    assert properties["abstract"] == {"type": "text"}
    assert "_id" not in properties


def test_fields_beyond_the_limit_are_counted_and_the_nearest_to_the_top_stay() -> None:
    inference = MappingInference(max_fields=10)
    inference.add({"_id": "1", "deep": {f"k{n}": n for n in range(20)}, **{f"top{n}": n for n in range(5)}})
    result = inference.result()
    assert result.fields == 10
    assert result.left_out == 15
    assert {f"top{n}" for n in range(5)} <= set(result.properties)


def test_an_object_whose_fields_say_nothing_is_left_out() -> None:
    assert infer({"a": None, "b": {"c": []}}) is None


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("2026-01-15", True),
        ("2026-01-15T10:00", True),
        ("2026-01-15T10:00:00.123456789Z", True),
        ("2026-01-15T10:00:00+01:00", True),
        ("2026-01-15 10:00", False),
        ("20260115", False),
        ("2026-W03-4", False),
        ("2026-02-30", False),
        ("2026-01-15Z", False),
        ("2026-01-15T10:00:00+0100", False),
    ],
)
def test_only_dates_that_search_engines_read_are_dates(text: str, is_date: bool) -> None:
    assert is_iso_date(text) is is_date


TEXTS = st.sampled_from(["", "x", "é", "two words", "2026-01-15"])
KEYS = st.sampled_from(["x", "é", ".", " ", "a.b", "type", "properties"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "all_of"]), JSON, max_size=3), max_size=5))
def test_whatever_the_documents_hold_the_mapping_is_one_that_engines_take(documents: list[dict[str, Any]]) -> None:
    inference = MappingInference()
    for number, document in enumerate(documents):
        inference.add({"_id": str(number), **document})
    flatten(inference.result().properties)
