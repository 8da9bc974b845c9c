"""Mappings are checked and flattened."""

from __future__ import annotations

from typing import Any

import pytest

from hub.search.errors import MappingError
from hub.search.mapping import flatten


def test_leaves_have_dotted_names_and_all_is_added() -> None:
    flat = flatten({"a": {"properties": {"b": {"type": "keyword", "fields": {"t": {"type": "text"}}}}}})
    assert list(flat.leaves) == ["all", "a.b", "a.b.t"]
    assert flat.leaves["a.b.t"].source == "a.b"
    assert flat.objects == {"a"}


def test_a_nested_field_is_an_object() -> None:
    assert "a.b" in flatten({"a": {"type": "nested", "properties": {"b": {"type": "long"}}}}).leaves


def test_a_closed_object_has_no_leaves() -> None:
    flat = flatten({"a": {"type": "object", "enabled": False, "properties": {"b": {"type": "long"}}}})
    assert list(flat.leaves) == ["all"]
    assert flat.closed == {"a"}


@pytest.mark.parametrize(
    ("properties", "path", "nearest"),
    [
        ({"a": {"type": "string"}}, "a", "keyword"),
        ({"a": {"type": "int"}}, "a", "integer"),
        ({"a": {"type": "keywrd"}}, "a", "keyword"),
        ({"a": {"properties": {"b": {"type": "bool"}}}}, "a.b", "boolean"),
        ({"a": {"type": "keyword", "normaliser": "x"}}, "a.normaliser", "normalizer"),
        ({"a": {"type": "keyword", "normalizer": "keyword_lowercase"}}, "a.normalizer", "keyword_lowercase_normalizer"),
        ({"a": {"type": "text", "analyzer": "whitespce"}}, "a.analyzer", "whitespace"),
        ({"a": "keyword"}, "a", None),
        ({"a": {"type": "keyword", "properties": {"b": {"type": "long"}}}}, "a", None),
        ({"a": {"type": "keyword", "copy_to": 5}}, "a.copy_to", '["all"]'),
        ({"a": {"type": "scaled_float"}}, "a.scaling_factor", None),
        ({"a": {"type": "keyword", "ignore_above": "x"}}, "a.ignore_above", None),
    ],
)
def test_what_is_wrong_is_named_with_its_path(properties: dict[str, Any], path: str, nearest: str | None) -> None:
    with pytest.raises(MappingError) as caught:
        flatten(properties)
    assert (caught.value.path, caught.value.nearest) == (path, nearest)
