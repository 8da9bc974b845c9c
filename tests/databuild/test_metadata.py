from __future__ import annotations

from datetime import UTC, datetime

from hub.databuild.metadata import SourceFacts, build_metadata, merge_metadata, source_metadata

DAY = datetime(2026, 1, 15, 8, tzinfo=UTC)


def test_one_sub_source_gives_its_metadata_as_it_is() -> None:
    fact = SourceFacts("names", "orchid", "2026-01", 12, {"url": "http://x", "license": "CC0"}, DAY, DAY)
    assert source_metadata([fact]) == {
        "orchid": {
            "url": "http://x",
            "license": "CC0",
            "version": "2026-01",
            "stats": {"names": 12},
            "download_date": "2026-01-15T08:00:00+00:00",
            "upload_date": "2026-01-15T08:00:00+00:00",
        }
    }


def test_equal_keys_of_sub_sources_appear_once_and_others_by_sub_source() -> None:
    one = SourceFacts("a", "main", "1", 3, {"url": "u", "code": {"file": "a"}})
    two = SourceFacts("b", "main", "1", 4, {"url": "u", "code": {"file": "b"}, "only_b": 1})
    entry = source_metadata([two, one])["main"]
    assert entry["url"] == "u"
    assert entry["code"] == {"a": {"file": "a"}, "b": {"file": "b"}}
    assert entry["only_b"] == {"b": 1}
    assert entry["stats"] == {"a": 3, "b": 4}
    assert "download_date" not in entry


def test_configured_keys_replace_custom_ones_and_those_replace_ours() -> None:
    meta = build_metadata(
        doc_type="gene",
        build_version="20260115",
        started_at=DAY,
        src={"m": {}},
        stats={"total": 5},
        custom={"stats": {"total": 5, "genes": 2}, "x": 1},
        configured={"x": 2},
    )
    assert meta == {
        "biothing_type": "gene",
        "src": {"m": {}},
        "stats": {"total": 5, "genes": 2},
        "build_version": "20260115",
        "build_date": "2026-01-15T08:00:00+00:00",
        "x": 2,
    }


def test_metadata_of_added_sources_join_those_of_the_build() -> None:
    old = {"src": {"a": {"version": "1", "stats": {"a": 1}}}, "stats": {"total": 1}}
    new = {"src": {"b": {"version": "2"}}, "stats": {"total": 3}}
    merged = merge_metadata(old, new)
    assert merged == {"src": {"a": {"version": "1", "stats": {"a": 1}}, "b": {"version": "2"}}, "stats": {"total": 3}}
