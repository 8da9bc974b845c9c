"""Checks before loading: what came is looked at before it takes the place of anything."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from hub.dataload import loader, manifest_rules
from hub.dataload.checks.documents import DocumentChecker, schema_of
from hub.dataload.checks.errors import CheckFailedError
from hub.dataload.checks.files import check_files, sniff
from hub.dataload.checks.rules import DocumentRules, FileRules
from hub.dataload.errors import ManifestError
from hub.store.port import encode_all
from tests.servers.http_server import HttpServer
from tests.servers.plugin_source import PluginSource

# -- files ---------------------------------------------------------------------------------------------------------

TABLE = b"id\tname\n1\ta\n2\tb\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "release"
    (found / "sub").mkdir(parents=True)
    (found / "genes.tsv").write_bytes(TABLE)
    (found / "genes.csv").write_bytes(b"id,name\n1,a")
    (found / "genes.tsv.gz").write_bytes(gzip.compress(TABLE))
    (found / "sub" / "x.json").write_bytes(b'\n {"a": 1}')
    return found


@pytest.mark.parametrize(
    "rules",
    [
        {
            "genes.tsv": {
                "content": "text",
                "min_bytes": 10,
                "max_bytes": 100,
                "min_lines": 3,
                "max_lines": 3,
                "columns": 2,
            }
        },
        {"genes.csv": {"columns": ["id", "name"], "min_lines": 2, "max_lines": 2}},
        {"genes.tsv.gz": {"content": "text", "min_lines": 3, "columns": ["id", "name"]}},
        {"*.gz": {"content": "gzip"}},
        {"sub/*.json": {"content": "json"}},
        {"sub/x.json": {"content": "text"}},
        {"*": {"min_bytes": 1}},
        {"genes.tsv": {"columns": 1, "separator": "::"}},
    ],
)
def test_rules_that_hold_say_nothing(folder: Path, rules: dict[str, Any]) -> None:
    check_files("demo", folder, rules)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"genes.tsv": {"min_bytes": 1000}}, "`genes.tsv`: expected at least 1,000 bytes, found 16"),
        ({"genes.tsv": {"max_bytes": 3}}, "at most 3 bytes"),
        ({"genes.tsv": {"min_lines": 4}}, "at least 4 lines, found 3"),
        ({"genes.tsv.gz": {"max_lines": 2}}, "at most 2 lines, found 3"),
        ({"genes.tsv": {"columns": 3}}, "expected 3 columns, found 2"),
        ({"genes.tsv": {"columns": ["id", "symbol"]}}, "['id', 'symbol']"),
        ({"genes.tsv": {"content": "json"}}, "expected json, found text"),
        ({"genes.tsv.gz": {"content": "xml"}}, "expected xml, found text"),
        ({"*.xml": {}}, "`*.xml`: expected a file of that name, found genes.csv, genes.tsv"),
    ],
)
def test_a_broken_rule_says_file_expected_and_found(folder: Path, rules: dict[str, Any], words: str) -> None:
    with pytest.raises(CheckFailedError) as caught:
        check_files("demo", folder, rules)
    assert words in str(caught.value)
    assert "What was there before stays" in str(caught.value)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"<!DOCTYPE html><html>", "html"),
        (b"\n<HTML>", "html"),
        (b"<?xml version='1.0'?><html xmlns='x'>", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "xml"),
        (b"[1]", "json"),
        (b"id\tname", "text"),
        (b"a\0b", "binary"),
        (gzip.compress(b"a", mtime=0), "gzip"),
        (bz2.compress(b"a"), "bzip2"),
        (lzma.compress(b"a"), "xz"),
    ],
)
def test_content_is_told_by_its_first_bytes(start: bytes, kind: str) -> None:
    assert sniff(start) == kind


def test_a_zip_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", "x")
    assert sniff((tmp_path / "a.zip").read_bytes()) == "zip"


def test_a_release_that_breaks_a_rule_never_becomes_current(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/genes.tsv", TABLE, etag='"1"')
    source = PluginSource(tmp_path, url, checks={"genes.tsv": {"columns": ["id", "name"]}}, release="parser:release")
    source.module("parser", "def load_data(folder):\n    yield {'_id': '1'}\n\n\ndef release(self):\n    return '1'\n")
    first = source.dump()
    http_server.put("/genes.tsv", b"error\tcode\n", etag='"2"')
    with pytest.raises(CheckFailedError, match=r"`genes\.tsv`.*\['error', 'code'\]"):
        source.dump()
    assert Path(first.data_folder, "genes.tsv").read_bytes() == TABLE
    assert [name for name in source.releases if not name.startswith(".")] == ["1"]


# -- documents -----------------------------------------------------------------------------------------------------


def checker(**rules: Any) -> DocumentChecker:
    return DocumentChecker("demo", rules, {"n": {"type": "integer"}, "o": {"properties": {"s": {"type": "keyword"}}}})


def test_required_fields_may_be_in_any_item_of_a_list() -> None:
    found = checker(required=["a.b", "c"])
    found.one({"_id": "x", "a": [{"z": 1}, {"b": 0}], "c": False}, 1)
    with pytest.raises(CheckFailedError, match=r"document 7 with _id 'x': expected a value at `a\.b`, found none"):
        found.one({"_id": "x", "a": {"b": None}, "c": 1}, 7)


def test_a_schema_names_the_place() -> None:
    schema = {"properties": {"n": {"type": "integer", "maximum": 5}}}
    checker(schema=schema).one({"_id": "x", "n": 5}, 1)
    with pytest.raises(CheckFailedError, match=r"what the schema says of `n`, found 6 is greater"):
        checker(schema=schema).one({"_id": "x", "n": 6}, 1)


@pytest.mark.parametrize(
    "document", [{"n": 1}, {"n": [1, 2]}, {"n": None}, {"o": [{"s": "a"}, {"s": ["b"]}]}, {"free": {}}]
)
def test_the_mapping_is_a_schema_of_one_or_many(document: dict[str, Any]) -> None:
    checker(schema="mapping").one({"_id": "x", **document}, 1)


@pytest.mark.parametrize("document", [{"n": "1"}, {"n": [1, "2"]}, {"o": "text"}, {"o": {"s": 1}}])
def test_a_value_of_another_type_than_the_mapping_is_told(document: dict[str, Any]) -> None:
    with pytest.raises(CheckFailedError, match="schema"):
        checker(schema="mapping").one({"_id": "x", **document}, 1)


def test_a_mapping_without_types_allows_everything() -> None:
    assert schema_of({"a": {"type": "geo_point"}}) == {"type": "object", "properties": {"a": {}}}


@pytest.mark.parametrize(
    ("rules", "count", "before", "words"),
    [
        ({"min": 10}, 9, None, "at least 10, found 9"),
        ({"max": 10}, 11, None, "at most 10, found 11"),
        ({"max_change": 0.2}, 79, 100, "100, as last time, give or take 20%, found 79"),
        ({"max_change": 0.2}, 121, 100, "found 121"),
    ],
)
def test_the_number_of_documents_is_checked(rules: dict[str, Any], count: int, before: int | None, words: str) -> None:
    with pytest.raises(CheckFailedError) as caught:
        checker(**rules).all(count, before)
    assert words in str(caught.value)


def test_the_first_upload_has_nothing_to_be_compared_with() -> None:
    checker(max_change=0.2).all(5, None)
    checker(max_change=0.2, min=80, max=120).all(120, 100)


@pytest.mark.parametrize("parallel", [False, True])
def test_an_upload_that_breaks_a_rule_leaves_nothing_and_the_old_data(make_plugin, uploads, parallel) -> None:
    uploader: dict[str, Any] = {"parser": "parser:load_data", "checks": {"max_change": 0.5, "required": ["n"]}}
    if parallel:
        uploader["parallelizer"] = "parser:split"
    manifest = {"version": "0.3", "dumper": {"data_url": "https://example.org/a"}, "uploader": uploader}
    parser = (
        "def load_data(where):\n    yield {'_id': 'a', 'n': 1}\n    yield {'_id': 'b'%s}\n\n\n"
        "def split(self):\n    return [('x',)]\n"
    )
    folder = make_plugin("demo", manifest, parser=parser % "")
    store = uploads.store
    store.collection("demo").insert(list(encode_all(store.codec, [{"_id": str(n), "n": n} for n in range(9)])))
    with pytest.raises(CheckFailedError, match=r"document 2 with _id 'b': expected a value at `n`"):
        uploads.run(loader.load_plugin(folder, {}))
    make_plugin("demo", manifest, parser=parser % ", 'n': 2")
    with pytest.raises(CheckFailedError, match="9, as last time, give or take 50%, found 2"):
        uploads.run(loader.load_plugin(folder, {}))
    parts = ["demo_temp_1_part_0000"] if parallel else []  # the manager drops parts when the upload has failed
    assert store.names() == ["demo", *parts]
    assert store.collection("demo").count() == 9


# -- rules that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dumper", "uploader", "words"),
    [
        ([], {}, "must be an object"),
        ({"a.tsv": {"min_line": 1}}, {}, "Did you mean `min_lines`?"),
        ({"a.tsv": {"min_lines": "many"}}, {}, "dumper.checks.a.tsv.min_lines`: must be a whole number"),
        ({"a.tsv": {"content": "jsn"}}, {}, "Did you mean `json`?"),
        ({"a.tsv": {"columns": [1]}}, {}, "a number of columns or a list"),
        ({"a.tsv": 5}, {}, "must be an object of rules"),
        ({}, {"max_change": "20%"}, "uploader.checks.max_change`: must be a share"),
        ({}, {"required": "a"}, "must be a list of fields"),
        ({}, {"schema": {"type": "objekt"}}, "no valid JSON schema"),
        ({}, {"schema": "file.json"}, 'or "mapping"'),
        ({}, {"minimum": 1}, "Did you mean `min`?"),
    ],
)
def test_a_rule_that_is_none_breaks_the_plugin(make_plugin, dumper: Any, uploader: Any, words: str) -> None:
    manifest = {
        "version": "0.3",
        "dumper": {"data_url": "https://example.org/a", "checks": dumper},
        "uploader": {"parser": "parser:load_data", "checks": uploader},
    }
    folder = make_plugin("demo", manifest, parser="def load_data(folder):\n    yield {'_id': '1'}\n")
    with pytest.raises(ManifestError) as caught:
        loader.load_plugin(folder, {})
    assert words in str(caught.value)


def test_rules_of_classes_are_checked_too(make_plugin) -> None:
    code = (
        "from hub.dataload.uploader import BaseSourceUploader\n\n\n"
        "class Words(BaseSourceUploader):\n    name = 'words'\n    CHECKS = {'minn': 1}\n"
    )
    folder = make_plugin("words", None, __init__=code)
    with pytest.raises(ManifestError, match=r"Words\.CHECKS\.minn`: is no rule Did you mean `min`"):
        loader.load_plugin(folder, {})


def test_the_example_of_the_documentation_is_valid() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert manifest_rules.check(json.loads(text), "demo") == ([], [])
    for kind in (FileRules, DocumentRules):
        for field in fields(kind):
            assert f"`{field.name}`" in page
