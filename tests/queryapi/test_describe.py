from hub.queryapi.catalog import searchable_fields
from hub.queryapi.metadata import combine, describe_fields, select_fields
from hub.queryapi.settings import QuerySettings

PROPERTIES = {
    "all": {"type": "text"},
    "symbol": {"type": "keyword", "normalizer": "keyword_lowercase_normalizer", "copy_to": ["all"]},
    "gene": {"dynamic": False, "properties": {"id": {"type": "long"}, "note": {"type": "text", "index": False}}},
    "name": {"type": "text", "analyzer": "whitespace_lowercase", "fields": {"raw": {"type": "keyword"}}},
    "blob": {"type": "object", "enabled": False},
}


def test_fields_are_flat_with_objects_before_their_children():
    described = describe_fields(PROPERTIES, QuerySettings(fields_notes={"symbol": "official"}))
    assert described == {
        "symbol": {"type": "keyword", "index": True, "searched_by_default": True, "notes": "official"},
        "gene": {"type": "object", "index": False},
        "gene.id": {"type": "long", "index": True},
        "gene.note": {"type": "text", "index": False},
        "name": {
            "type": "text",
            "index": True,
            "analyzer": "whitespace_lowercase",
            "fields": {"raw": {"type": "keyword"}},
        },
        "blob": {"type": "object", "index": False},
    }


def test_fields_are_selected_by_a_part_or_by_the_beginning_of_their_name():
    described = describe_fields(PROPERTIES, QuerySettings())
    assert list(select_fields(described, "NOTE", None)) == ["gene.note"]
    assert list(select_fields(described, None, "gene")) == ["gene", "gene.id", "gene.note"]
    assert list(select_fields(described, "id", "gene")) == ["gene.id"]


def test_only_indexed_leaves_can_be_scopes():
    assert set(searchable_fields(PROPERTIES)) == {"all", "symbol", "gene.id", "name", "name.raw"}


def test_several_metadata_objects_become_one():
    first = {"biothing_type": "gene", "build_date": "2025-01-02", "build_version": "1", "src": {"a": {"version": "1"}}}
    second = {"biothing_type": "drug", "build_date": "2025-02-01", "build_version": "2", "src": {"b": {"version": "9"}}}
    assert combine([first | {"stats": {"total": 2}}, second | {"stats": {"total": 3}}]) == {
        "biothing_type": "__multiple__",
        "build_date": "2025-02-01",
        "build_version": ["1", "2"],
        "src": {"a": {"version": "1"}, "b": {"version": "9"}},
        "stats": {"total": 5},
    }
    assert combine([first]) == first
