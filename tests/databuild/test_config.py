from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.databuild.config import BuildConfig, read_ids
from hub.databuild.errors import BuildConfigError

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def config(**more: Any) -> BuildConfig:
    return BuildConfig.from_document({"_id": "genes", "doc_type": "gene", "sources": ["one", "two", "three"], **more})


def test_free_parameters_survive_the_round_trip() -> None:
    document = {
        "_id": "genes",
        "name": "genes",
        "doc_type": "gene",
        "sources": ["one"],
        "root": [],
        "num_shards": 3,
        "anything": {"x": [1]},
        "builder_class": "a.B",
        "archived": True,
    }
    assert BuildConfig.from_document(document).to_document() == document


def test_no_root_means_that_every_source_creates() -> None:
    assert config().roots() == frozenset()


def test_negated_roots_are_all_sources_but_those() -> None:
    assert config(root=["!two"]).roots() == {"one", "three"}


@pytest.mark.parametrize(
    ("change", "key", "told"),
    [
        ({"root": ["one", "!two"]}, "root", "not both"),
        ({"root": ["oen"]}, "root", "Did you mean `one`"),
        ({"root": ["!one", "!two", "!three"]}, "root", "no document could be created"),
        ({"build_version": "%Y.%m"}, "build_version", "a dot is reserved"),
        ({"build_version": 7}, "build_version", "strftime"),
        ({"sources": []}, "sources", "at least one"),
        ({"sources": ["one", "one"]}, "sources", "twice"),
        ({"_id": "a.b"}, "name", "letters"),
        ({"mapping_conflicts": "ignore"}, "mapping_conflicts", "error, first"),
    ],
)
def test_what_is_wrong_is_refused_with_its_key(change: dict[str, Any], key: str, told: str) -> None:
    with pytest.raises(BuildConfigError) as caught:
        config(**change).check(NOW)
    assert caught.value.key == key
    assert told in str(caught.value)


def test_a_missing_document_type_is_refused() -> None:
    with pytest.raises(BuildConfigError, match="doc_type"):
        BuildConfig.from_document({"_id": "x", "sources": ["a"]})


def test_the_version_is_the_day_unless_a_format_is_given() -> None:
    assert config().build_version(NOW) == "20260115"
    assert config(build_version="%Y-w%W").build_version(NOW) == "2026-w02"


def test_ids_come_from_a_list_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt.gz"
    with gzip.open(path, "wt") as handle:
        handle.write("# some\nb\n\n a \nb\n")
    assert read_ids("genes", str(path)) == ["a", "b"]
    assert read_ids("genes", ["y", "x", "y"]) == ["x", "y"]
    assert read_ids("genes", None) is None


def test_ids_that_are_no_text_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildConfigError, match="not text"):
        read_ids("genes", [1])
    with pytest.raises(BuildConfigError, match="cannot read"):
        read_ids("genes", str(tmp_path / "none"))
