from __future__ import annotations

from typing import Any

from hub.databuild.mapping import SourceMapping, merge_mappings

KEYWORD: dict[str, Any] = {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"}


def test_fields_of_all_sources_are_joined() -> None:
    one = SourceMapping("one", {"a": {"type": "text"}, "o": {"properties": {"x": {"type": "long"}}}})
    two = SourceMapping("two", {"b": {"type": "long"}, "o": {"properties": {"y": {"type": "long"}}}})
    merged = merge_mappings([one, two])
    assert merged.properties == {
        "a": {"type": "text"},
        "b": {"type": "long"},
        "o": {"properties": {"x": {"type": "long"}, "y": {"type": "long"}}},
    }
    assert not merged.conflicts
    assert not merged.notes


def test_a_conflict_names_field_sources_and_types() -> None:
    one = SourceMapping("one", {"o": {"properties": {"x": {"type": "keyword"}}}})
    two = SourceMapping("two", {"o": {"properties": {"x": {"type": "text"}}}})
    [conflict] = merge_mappings([one, two]).conflicts
    assert str(conflict) == "`o.x` is keyword in one, text in two"


def test_an_object_against_a_value_is_a_conflict() -> None:
    merged = merge_mappings(
        [SourceMapping("one", {"x": {"properties": {"y": {"type": "long"}}}}), SourceMapping("two", {"x": KEYWORD})]
    )
    assert merged.conflicts[0].types == {"one": "object", "two": "keyword"}


def test_declared_types_win_over_inferred_ones_whatever_the_order() -> None:
    guessed = SourceMapping("guessed", {"x": {"type": "text"}}, inferred=True)
    declared = SourceMapping("declared", {"x": {"type": "keyword"}})
    merged = merge_mappings([guessed, declared])
    assert merged.properties == {"x": {"type": "keyword"}}
    assert not merged.conflicts
    assert "guessed" in merged.notes[0]


def test_two_inferred_types_take_the_wider_one() -> None:
    one = {"n": {"type": "long"}, "t": {**KEYWORD, "copy_to": ["all"]}, "m": {"type": "boolean"}}
    two = {"n": {"type": "double"}, "t": {"type": "text"}, "m": {"type": "long"}}
    merged = merge_mappings([SourceMapping("one", one, inferred=True), SourceMapping("two", two, inferred=True)])
    assert merged.properties == {"n": {"type": "double"}, "t": {"type": "text", "copy_to": ["all"]}, "m": KEYWORD}


def test_inferred_object_and_value_leave_the_field_out() -> None:
    one = SourceMapping("one", {"x": {"properties": {"y": {"type": "long"}}}}, inferred=True)
    two = SourceMapping("two", {"x": KEYWORD, "z": KEYWORD}, inferred=True)
    merged = merge_mappings([one, two])
    assert merged.properties == {"z": KEYWORD}
    assert "can not be searched" in merged.notes[0]


def test_other_parameters_of_one_type_are_joined_and_told() -> None:
    one = SourceMapping("one", {"x": {"type": "text", "analyzer": "simple"}})
    two = SourceMapping("two", {"x": {"type": "text", "analyzer": "whitespace", "copy_to": ["all"]}})
    merged = merge_mappings([one, two])
    assert merged.properties == {"x": {"type": "text", "analyzer": "simple", "copy_to": ["all"]}}
    assert "analyzer" in merged.notes[0]


def test_the_mappings_of_sources_are_not_changed() -> None:
    properties: dict[str, Any] = {"o": {"properties": {"x": {"type": "long"}}}}
    merge_mappings([SourceMapping("one", properties), SourceMapping("two", {"o": {"properties": {"y": KEYWORD}}})])
    assert properties == {"o": {"properties": {"x": {"type": "long"}}}}
