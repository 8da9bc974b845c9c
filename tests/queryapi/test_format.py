import pytest

from hub.queryapi.errors import OptionError
from hub.queryapi.format import Shaper, flatten, license_paths
from hub.queryapi.options import Options


def shaped(document, licenses=None, **options):
    return Shaper(Options(**options), licenses or {}).shape(document)


SRC = {
    "clinvar": {"license_url": "https://long", "license_url_short": "https://short"},
    "cadd": {"license_url": "https://cadd"},
    "none": {"version": "1"},
}


def test_a_license_is_found_by_source_name_or_by_the_transform():
    assert license_paths(SRC, {}) == {"clinvar": "https://short", "cadd": "https://cadd"}
    assert license_paths(SRC, {"a.b": "cadd", "clinvar": "none"}) == {"a.b": "https://cadd", "cadd": "https://cadd"}


def test_the_license_stands_inside_every_object_of_its_source():
    document = {"clinvar": [{"x": 1}, {"x": 2}], "clinvarx": {"y": 1}, "other": {"clinvar": {}}}
    assert shaped(document, license_paths(SRC, {})) == {
        "clinvar": [{"x": 1, "_license": "https://short"}, {"x": 2, "_license": "https://short"}],
        "clinvarx": {"y": 1},
        "other": {"clinvar": {}},
    }


def test_allow_null_fills_in_every_element_of_a_list_and_only_where_the_parent_is():
    document = {"a": [{"b": 1}, {"c": 2}], "ab": {}}
    assert shaped(document, allow_null=["a.b", "x", "y.z"]) == {
        "a": [{"b": 1}, {"b": None, "c": 2}],
        "ab": {},
        "x": None,
    }


def test_always_list_wraps_values_and_empties_null():
    document = {"a": {"b": 1}, "n": None, "l": [1], "o": {"k": 1}}
    assert shaped(document, always_list=["a.b", "n", "l", "o", "missing"]) == {
        "a": {"b": [1]},
        "n": [],
        "l": [1],
        "o": [{"k": 1}],
    }


def test_allow_null_comes_before_always_list():
    assert shaped({}, allow_null=["a"], always_list=["a"]) == {"a": []}


def test_a_path_matches_whole_names_only():
    document = {"a": 1, "ab": 2, "a_b": {"a": 3}}
    assert shaped(document, always_list=["a"]) == {"a": [1], "ab": 2, "a_b": {"a": 3}}


def test_a_key_with_a_dot_is_reached_by_its_path():
    assert shaped({"a.b": {"c": 1}}, always_list=["a.b.c"]) == {"a.b": {"c": [1]}}


def test_dotfield_joins_values_of_one_path_sorted_and_keeps_falsy_ones():
    document = {"_id": "1", "a": [{"b": 2, "c": False}, {"b": 0}, {"b": ""}], "z": 0, "n": None, "e": []}
    assert shaped(document, dotfield=True) == {
        "_id": "1",
        "a.b": [0, 2, ""],
        "a.c": False,
        "e": [],
        "n": None,
        "z": 0,
    }


def test_dotfield_makes_a_list_of_one_bare_unless_it_is_always_a_list():
    document = {"a": [{"b": 1}], "c": [5], "ab": [6]}
    assert flatten(document) == {"a.b": 1, "ab": 6, "c": 5}
    assert shaped({"a": [{"b": 1}], "c": [5], "ab": [6]}, dotfield=True, always_list=["a.b", "c"]) == {
        "a.b": [1],
        "ab": 6,
        "c": [5],
    }


def test_dotfield_survives_values_of_different_types():
    assert flatten({"a": [{"b": "x"}, {"b": 1}, {"b": None}, {"b": {}}]}) == {"a.b": [None, 1, "x", {}]}


def test_keys_are_sorted_at_every_level_before_flattening():
    assert list(shaped({"b": 1, "a": {"d": 1, "c": 2}}, dotfield=True)) == ["a.c", "a.d", "b"]
    assert list(shaped({"b": 1, "a": {"d": 1, "c": 2}}, dotfield=True, sorted=False)) == ["b", "a.d", "a.c"]


def test_jmespath_replaces_the_target_in_every_parent():
    document = {"p": [{"t": [{"k": 1}, {"k": 2}]}, {"t": [{"k": 3}]}, {"u": 1}]}
    assert shaped(document, jmespath="p.t|[?k>`1`].k") == {"p": [{"t": [2]}, {"t": [3]}, {"u": 1}]}


@pytest.mark.parametrize("target", [".", ""])
def test_jmespath_on_the_document_keeps_what_belongs_to_the_hit(target):
    document = {"_id": "1", "_score": 2.0, "query": "q", "a": {"b": 1}}
    assert shaped(document, jmespath=f"{target}|{{b: a.b}}") == {"_id": "1", "_score": 2.0, "query": "q", "b": 1}


def test_an_absent_or_empty_target_is_left_alone():
    assert shaped({"a": []}, jmespath="a|length(@)", jmespath_exclude_empty=True) == {"a": []}
    assert shaped({"b": 1}, jmespath="a|length(@)", jmespath_exclude_empty=True) == {"b": 1}


def test_a_hit_whose_result_is_empty_is_left_out_only_on_demand():
    assert shaped({"a": [1]}, jmespath="a|[?@>`5`]") == {"a": []}
    assert shaped({"a": [1]}, jmespath="a|[?@>`5`]", jmespath_exclude_empty=True) is None
    assert shaped({"a": [0]}, jmespath="a|[0]", jmespath_exclude_empty=True) == {"a": 0}
    assert shaped({"a": [1]}, jmespath=".|missing", jmespath_exclude_empty=True) is None


def test_unique_and_unique_count_are_added_functions():
    assert shaped({"a": ["x", "y", "x", 1]}, jmespath="a|unique(@)") == {"a": ["x", "y", 1]}
    assert shaped({"a": ["x", "y", "y"]}, jmespath="a|unique_count(@)") == {
        "a": [{"count": 2, "value": "y"}, {"count": 1, "value": "x"}]
    }
    assert shaped({"a": [{"k": 1}, {"k": 1}]}, jmespath="a|unique(@)") == {"a": [{"k": 1}]}


@pytest.mark.parametrize("text", ["a", "a|", "a|[", "a|nothing(@)", "a|length(`1`)", ".|a"])
def test_an_expression_that_cannot_be_used_is_a_400(text):
    with pytest.raises(OptionError, match="jmespath"):
        shaped({"a": [1]}, jmespath=text)
