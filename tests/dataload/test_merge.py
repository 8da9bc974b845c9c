"""merge_struct loses nothing and changes neither argument."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.dataload.merge import merge_root_keys, merge_struct

DAY = datetime(2024, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("v1", "v2", "merged"),
    [
        ([1, 1, 2], [2, 3, 3], [1, 1, 2, 3, 3]),
        ([1, 1], [2, 2], [1, 1, 2, 2]),
        ([1], 2, [1, 2]),
        ([1], 1, [1]),
        ([1], {"a": 1}, [1, {"a": 1}]),
        ([{"a": 1}], {"a": 1}, [{"a": 1}]),
        (3, [1, 2], [1, 2, 3]),
        (1, [1, 2], [1, 2]),
        (1, 1, 1),
        (1, True, 1),
        (1, 1.0, 1),
        (1, 2, [1, 2]),
        (None, 5, [None, 5]),
        (None, None, None),
        ("a", "b", ["a", "b"]),
        ({"a": {"x": 1}}, {"a": {"x": 2}}, {"a": {"x": [1, 2]}}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"x": 1}, [{"y": 2}], [{"y": 2}, {"x": 1}]),
        ({"x": 1}, [{"x": 1}], [{"x": 1}]),
        ({"x": 1}, 5, [{"x": 1}, 5]),
        (5, {"x": 1}, [5, {"x": 1}]),
        (DAY, DAY, DAY),
        (DAY, "2024", [DAY, "2024"]),
        (DAY, DAY.replace(tzinfo=None), [DAY, DAY.replace(tzinfo=None)]),
        (b"a", b"b", [b"a", b"b"]),
    ],
)
def test_the_table_of_merge_rules(v1, v2, merged):
    assert merge_struct(v1, v2) == merged


def test_a_key_can_become_a_list_of_objects():
    assert merge_struct({"a": {"x": 1}}, {"a": {"x": 2}}, "a") == {"a": [{"x": 1}, {"x": 2}]}
    assert merge_struct({"a": {"x": 1}}, {"a": {"x": 1}}, "a") == {"a": {"x": 1}}
    assert merge_struct({"a": [{"x": 1}]}, {"a": {"x": 2}}, "a") == {"a": [{"x": 1}, {"x": 2}]}
    assert merge_struct({"o": {"a": {"x": 1}}}, {"o": {"a": {"x": 2}}}, "a") == {"o": {"a": {"x": [1, 2]}}}


def test_include_and_exclude_keep_values_of_the_first():
    v1, v2 = {"a": 1, "b": 1}, {"a": 2, "b": 2, "c": 2}
    assert merge_struct(v1, v2, include=["a"]) == {"a": [1, 2], "b": 1, "c": 2}
    assert merge_struct(v1, v2, exclude=["a"]) == {"a": 1, "b": [1, 2], "c": 2}
    assert merge_struct(v1, v2, include=["missing"]) == {"a": 1, "b": 1, "c": 2}


@pytest.mark.parametrize(
    ("v1", "v2", "merged"),
    [
        ({"a": "a"}, {"a": "A", "c": 1}, {"a": ["a", "A"], "c": 1}),
        ({"_id": "x", "a": 1}, {"_id": "x", "a": 1}, {"_id": "x", "a": [1, 1]}),
        ({"a": [1]}, {"a": [2, 3]}, {"a": [1, 2, 3]}),
        ({"a": {"x": 1}}, {"a": {"x": 2}}, {"a": [{"x": 1}, {"x": 2}]}),
    ],
)
def test_root_keys_are_joined_without_padding(v1, v2, merged):
    assert merge_root_keys(v1, v2) == merged


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3), st.binary(max_size=2)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=12,
)


def leaves(value, path=()):
    """(path of keys, scalar) pairs; positions in lists do not count."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


@given(JSON, JSON)
def test_no_leaf_of_either_side_is_lost_and_none_is_invented(v1, v2):
    merged = list(leaves(merge_struct(v1, v2)))
    given_leaves = [*leaves(v1), *leaves(v2)]
    assert all(leaf in merged for leaf in given_leaves)
    assert all(leaf in given_leaves for leaf in merged)


@given(JSON)
def test_merging_equal_values_changes_nothing(value):
    assert merge_struct(value, copy.deepcopy(value)) == value


@given(JSON, JSON)
def test_the_arguments_are_not_changed(v1, v2):
    before = copy.deepcopy((v1, v2))
    merge_struct(v1, v2)
    merge_struct(v1, v2, aslistofdict="a")
    assert (v1, v2) == before


@given(JSON, JSON)
def test_merging_the_same_again_adds_nothing_to_a_document(v1, v2):
    first = merge_struct({"k": v1}, {"k": v2})
    again = merge_struct(first, {"k": v2})
    assert set(map(repr, leaves(again))) == set(map(repr, leaves(first)))
