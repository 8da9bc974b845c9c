"""Manifests: every documented form is read; what is wrong is told all at once, with the place and the nearest key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.dataload.errors import ManifestError, NotAPluginError
from hub.dataload.manifest import FunctionRef, parse_manifest, read_manifest
from hub.dataload.manifest_rules import cron_problem, mask_url, schema

FILE = Path("/plugins/demo/manifest.json")


def manifest(**changes):
    document = {
        "version": "0.2",
        "dumper": {"data_url": "https://example.org/a.tsv"},
        "uploader": {"parser": "parser:load_data"},
    }
    document.update(changes)
    return {key: value for key, value in document.items() if value is not ...}


def parsed(**changes):
    return parse_manifest(manifest(**changes), FILE, "demo")


def problems(**changes) -> dict[str, str]:
    with pytest.raises(ManifestError) as caught:
        parsed(**changes)
    assert str(FILE) in str(caught.value)
    for problem in caught.value.problems:
        assert str(problem) in str(caught.value)
    return {problem.path: str(problem) for problem in caught.value.problems}


def test_a_small_manifest_has_the_documented_defaults():
    found = parsed()
    (uploader,) = found.uploaders
    assert (found.name, found.version, found.multiple, found.requires) == ("demo", "0.2", False, ())
    assert found.dumper.data_url == ("https://example.org/a.tsv",)
    assert (found.dumper.uncompress, found.dumper.schedule, found.dumper.release) == (False, None, None)
    assert (uploader.name, uploader.on_duplicates, uploader.parser_kwargs) == ("demo", "error", {})
    assert uploader.parser == FunctionRef("parser", "load_data", "uploader.parser")
    assert found.warnings == ()


def test_every_key_is_read():
    found = parsed(
        version="1.0",
        name="other_name",
        display_name="Other",
        biothing_type="gene",
        author={"name": "A"},
        __metadata__={"url": "https://example.org", "licence": "CC0", "nested": {"a": [1]}},
        requires=["lib==1.3", "other"],
        dumper={
            "data_url": ["http://example.org/a", "https://example.org/b"],
            "uncompress": True,
            "schedule": "0 12 * * *",
            "release": " version : get_release ",
            "disabled": True,
            "class": "my.module.Dumper",
        },
        uploader=...,
        uploaders=[
            {
                "name": "one",
                "parser": "pkg.parser:load",
                "parser_kwargs": {"a": 1},
                "on_duplicates": "merge",
                "parallelizer": "p:split",
                "mapping": "m:mapping",
                "keylookup": {"input_types": [["a", "b.c"]]},
            },
            {"name": "two", "parser": "parser:load"},
        ],
    )
    assert (found.name, found.display_name, found.biothing_type) == ("other_name", "Other", "gene")
    assert found.metadata == {
        "url": "https://example.org",
        "licence": "CC0",
        "nested": {"a": [1]},
        "author": {"name": "A"},
    }
    assert found.requires == ("lib==1.3", "other")
    assert found.dumper.release == FunctionRef("version", "get_release", "dumper.release")
    assert (found.dumper.schedule, found.dumper.disabled) == ("0 12 * * *", True)
    assert found.dumper.class_path == "my.module.Dumper"
    one, two = found.uploaders
    assert found.multiple
    assert (one.name, one.key, one.on_duplicates, one.parser_kwargs) == ("one", "uploaders[0]", "merge", {"a": 1})
    assert str(one.parallelizer) == "p:split"
    assert str(one.mapping) == "m:mapping"
    assert one.keylookup == {"input_types": [["a", "b.c"]]}
    assert (two.name, two.on_duplicates) == ("two", "error")


def test_the_author_inside_metadata_stays():
    assert parsed(author={"name": "B"}, __metadata__={"author": {"name": "A"}}).metadata == {"author": {"name": "A"}}


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "1.0", "2024-01-05", "anything"])
def test_any_version_text_is_accepted(version):
    assert parsed(version=version).version == version


def test_a_number_as_version_is_accepted_with_a_warning():
    found = parsed(version=0.2)
    assert found.version == "0.2"
    assert "write it as text" in found.warnings[0]


@pytest.mark.parametrize(("requires", "expected"), [("a", ("a",)), ([], ()), (["a", "b"], ("a", "b"))])
def test_requires_is_a_text_or_a_list(requires, expected):
    assert parsed(requires=requires).requires == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"ignore_duplicates": False}, "error"),
        ({"ignore_duplicates": True}, "ignore"),
        ({"ignore_duplicates": True, "on_duplicates": "merge"}, "merge"),
        ({"on_duplicates": "ignore"}, "ignore"),
    ],
)
def test_the_old_spelling_of_on_duplicates_is_read(keys, expected):
    assert parsed(uploader={"parser": "p:f", **keys}).uploaders[0].on_duplicates == expected


def test_a_manifest_may_only_download():
    assert parsed(uploader=...).uploaders == ()


def test_nulls_count_as_absent_with_a_warning():
    found = parsed(
        display_name=None,
        __metadata__=None,
        requires=None,
        dumper={"data_url": "ftp://e.org/a", "schedule": None, "release": None},
    )
    assert (found.display_name, dict(found.metadata), found.requires, found.dumper.schedule) == (None, {}, (), None)
    assert [w.split("`")[1] for w in found.warnings] == [
        "display_name",
        "__metadata__",
        "requires",
        "dumper.schedule",
        "dumper.release",
    ]


def test_unknown_keys_are_ignored_with_the_nearest_key():
    found = parsed(
        build_config={},
        mapping="m:f",
        dumper={"data_url": "https://e.org/a", "uncompres": True},
        uploader={"parser": "p:f", "on_duplicate": "merge"},
    )
    assert found.warnings == (
        "unknown key `build_config` is ignored.",
        "unknown key `mapping` is ignored. It belongs inside `uploader`: `uploader.mapping`.",
        "unknown key `dumper.uncompres` is ignored. Did you mean `dumper.uncompress`?",
        "unknown key `uploader.on_duplicate` is ignored. Did you mean `uploader.on_duplicates`?",
    )


def test_free_keys_of_metadata_and_kwargs_do_not_warn():
    found = parsed(__metadata__={"anything": None}, uploader={"parser": "p:f", "parser_kwargs": {"x": None}})
    assert found.warnings == ()
    assert found.metadata == {"anything": None}
    assert found.uploaders[0].parser_kwargs == {"x": None}


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"version": ...}, "version", "is missing"),
        ({"dumper": ...}, "dumper", "is missing: a plugin has to say what to download"),
        ({"dumper": ..., "dumpr": {"data_url": "x"}}, "dumper", "There is `dumpr`"),
        ({"dumper": {}}, "dumper.data_url", "is missing"),
        ({"dumper": {"data_url": []}}, "dumper.data_url", "is empty"),
        ({"dumper": {"data_url": ""}}, "dumper.data_url", "is empty"),
        ({"dumper": {"data_url": 7}}, "dumper.data_url", "must be text or a list or an object, not `7`"),
        ({"dumper": {"data_url": ["https://e.org/a", 3]}}, "dumper.data_url[1]", "must be text or an object, not `3`"),
        ({"dumper": {"data_url": "www.e.org/a"}}, "dumper.data_url", "write e.g. `https://www.e.org/a`"),
        ({"dumper": {"data_url": "https://e.org/a", "uncompress": "yes"}}, "dumper.uncompress", "true or false"),
        ({"dumper": {"data_url": "https://e.org/a", "schedule": "0 25 * * *"}}, "dumper.schedule", "Bad hour"),
        ({"dumper": {"data_url": "https://e.org/a", "schedule": "daily"}}, "dumper.schedule", "1 fields"),
        ({"dumper": {"data_url": "https://e.org/a", "release": "v:set_release"}}, "dumper.release", "set_release"),
        ({"requires": [1]}, "requires[0]", "must be text, not `1`"),
        ({"uploader": {}}, "uploader.parser", "is missing"),
        ({"uploader": {"parser": "load_data"}}, "uploader.parser", "has no `:`"),
        ({"uploader": {"parser": "p.py:f"}}, "uploader.parser", "without `.py`"),
        ({"uploader": {"parser": "a:b:c"}}, "uploader.parser", "more than one `:`"),
        ({"uploader": {"parser": "mod:Class().method"}}, "uploader.parser", "is an expression"),
        ({"uploader": {"parser": "p:f", "parallelizer": "p:jobs"}}, "uploader.parallelizer", "`jobs`"),
        ({"uploader": {"parser": "p:f", "mapping": "p:get_mapping"}}, "uploader.mapping", "`get_mapping`"),
        ({"uploader": {"parser": "p:f", "on_duplicates": "merged"}}, "uploader.on_duplicates", "mean `merge`?"),
        ({"uploaders": [{"name": "a", "parser": "p:f"}]}, "uploaders", "stands beside `uploader`"),
        ({"uploader": ..., "uploaders": []}, "uploaders", "is empty"),
        ({"uploader": ..., "uploaders": [{"parser": "p:f"}]}, "uploaders[0].name", "needs a name"),
        ({"name": "a.b"}, "name", "can not be a source name"),
        ({"name": "a_temp_b"}, "name", "kept for the hub itself"),
        ({"__metadata__": []}, "__metadata__", "must be an object"),
    ],
)
def test_a_broken_rule_is_told_with_its_place(changes, path, says):
    found = problems(**changes)
    assert list(found) == [path]
    assert says in found[path]


def test_a_name_may_come_once_in_uploaders():
    sections = [{"name": "a", "parser": "p:f"}, {"name": "b", "parser": "p:f"}, {"name": "a", "parser": "p:f"}]
    found = problems(uploader=..., uploaders=sections)
    assert found == {"uploaders[2].name": "`uploaders[2].name`: `a` is already the name of `uploaders[0]`"}


def test_all_problems_are_told_at_once():
    found = problems(
        version=...,
        requires=7,
        dumper={"data_url": [], "schedule": "x", "uncompress": 1},
        uploader={"parser": "f", "on_duplicates": "x"},
    )
    assert set(found) == {
        "version",
        "requires",
        "dumper.data_url",
        "dumper.schedule",
        "dumper.uncompress",
        "uploader.parser",
        "uploader.on_duplicates",
    }


@pytest.mark.parametrize("document", [[], None, "text", 3])
def test_a_manifest_is_an_object(document):
    with pytest.raises(ManifestError, match="must be an object"):
        parse_manifest(document, FILE, "demo")


def test_a_password_in_a_url_is_never_shown():
    assert mask_url("ftp://me:secret@host/a") == "ftp://me:****@host/a"
    found = problems(dumper={"data_url": [{"url": "ftp://me:secret@host/a", "save_as": "../a"}, "http://host/b"]})
    assert "secret" not in str(found)


@pytest.mark.parametrize("text", ["* * * * *", "*/5 0 1 1 0", "0 0 * * MON", "* * * * * */10", "0 12 * * 1-5 30"])
def test_cron_texts_may_have_seconds_at_the_end(text):
    assert cron_problem(text) == ""


def test_json_wins_over_yaml(tmp_path):
    (tmp_path / "manifest.yaml").write_text("version: '0.3'\ndumper: {data_url: 'https://e.org/a'}\n")
    assert read_manifest(tmp_path).version == "0.3"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(version="0.2")))
    assert read_manifest(tmp_path).version == "0.2"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("manifest.json", '{"version": "0.2",}', "not valid JSON: .* at line 1, column 19"),
        ("manifest.yaml", "version: [\n", "not valid YAML: .* at line 2, column 1"),
        ("manifest.json", b"\xff\xfe", "can not be read as UTF-8"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_with_the_place(tmp_path, name, text, says):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ManifestError, match=says):
        read_manifest(tmp_path)


def test_a_folder_without_manifest_is_no_plugin(tmp_path):
    with pytest.raises(NotAPluginError, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_the_schema_describes_every_key():
    document = schema()
    sections = [document, document["properties"]["dumper"], document["$defs"]["uploader"]]
    for section in sections:
        assert all("description" in value for value in section["properties"].values())
