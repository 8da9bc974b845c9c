"""The plugin kit: every template keeps every rule as made, and every broken rule is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.cli.plugins import run_plugin
from hub.cli.scaffold import TEMPLATES, new_plugin
from hub.config import load
from hub.errors import NotFound
from hub.kit import checking, contract


def settings(home, flags):
    return load(home, flags=flags)


def made(folder, **files):
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text if isinstance(text, str) else json.dumps(text))
    return folder


def manifest(url, **uploader):
    return {"version": "1.0", "dumper": {"data_url": url}, "uploader": {"parser": "parser:load", **uploader}}


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    root = tmp_path_factory.mktemp("templates") / "plugins"
    for template in TEMPLATES:
        new_plugin(f"my-{template}", root, template)
    return root


def test_every_template_loads(templates):
    results = list(checking.check(checking.folders_of([templates])))
    assert {r.plugin: (r.ok, r.errors, r.warnings) for r in results} == {
        f"my-{template}": (True, [], []) for template in TEMPLATES
    }


@pytest.mark.parametrize("template", TEMPLATES)
async def test_every_template_keeps_every_rule(templates, template):
    items = await contract.run_contract(templates / f"my-{template}", settings)
    assert [i for i in items if i.state in (contract.FAILED, contract.WARNED)] == []
    assert "gives the same documents again" in {i.rule for i in items}


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_runs(templates, template, tmp_path):
    run_plugin(templates / f"my-{template}", settings, out=tmp_path / "out", raw=False, limit=None, json=True)
    files = sorted((tmp_path / "out").iterdir())
    assert [len(f.read_bytes().splitlines()) for f in files] == ([2, 3] if template == "uploaders" else [3])


def test_an_unknown_template_names_the_known(tmp_path):
    with pytest.raises(NotFound, match="Did you mean `single`"):
        new_plugin("x", tmp_path, "singel")


BAD_PARSER = """
def load(folder):
    for name in ["b", "a", "a"]:
        yield {"_id": name, "tags": list({"x", "y", "z", "u", "v", "w"})}
    yield {"_id": 7, "n": 1}
    yield {"name": "no id"}
    yield {"_id": "c", "n": {1, 2}}
    yield {"_id": "d", "a.b": 1}
    load.open = open(folder + "/a.tsv")

def fields(cls):
    return {"tags": {"type": "nonsense"}}
"""


async def test_each_broken_rule_is_told(tmp_path):
    (tmp_path / "a.tsv").write_text("x\n")
    url = (tmp_path / "a.tsv").as_uri()
    folder = made(tmp_path / "bad", manifest__json=manifest(url, mapping="parser:fields"), parser__py=BAD_PARSER)
    items = await contract.run_contract(folder, settings)
    failed = {i.rule: i.detail for i in items if i.state == contract.FAILED}
    assert set(failed) == {
        "every document has an `_id`, as text",
        "every document can be stored",
        "repeats an `_id` only where that is allowed",
        "leaves no file open",
        "has a valid mapping",
        "gives the same documents again",
        "can be uploaded",
    }
    assert "document 4" in failed["every document has an `_id`, as text"]
    assert "a.b" in failed["every document can be stored"]
    assert "`a`" in failed["repeats an `_id` only where that is allowed"]
    assert "nonsense" in failed["has a valid mapping"]


async def test_a_parser_that_fails_or_a_file_that_is_not_there_is_told(tmp_path):
    (tmp_path / "a.tsv").write_text("x\n")
    code = 'def load(folder):\n    yield {"_id": "a"}\n    raise ValueError("broken data")\n'
    folder = made(tmp_path / "one", manifest__json=manifest((tmp_path / "a.tsv").as_uri()), parser__py=code)
    items = await contract.run_contract(folder, settings)
    told = next(i.detail for i in items if i.rule == "parses")
    assert "broken data" in told
    assert "parser.py, line 3" in told
    folder = made(tmp_path / "two", manifest__json=manifest((tmp_path / "b.tsv").as_uri()), parser__py=code)
    items = await contract.run_contract(folder, settings)
    assert [i.rule for i in items if i.state == contract.FAILED] == ["downloads a release"]


def test_fields_that_a_mapping_does_not_name():
    found = {"a": {"type": "long"}, "o": {"properties": {"x": {"type": "long"}, "y": {"type": "long"}}}}
    assert contract.uncovered(found, {"o": {"properties": {"x": {"type": "text"}}}}) == ["a", "o.y"]
    assert contract.uncovered(found, {"a": {}, "o": {"type": "object", "enabled": False}}) == []


def test_check_tells_every_error_of_every_plugin_and_goes_on(tmp_path):
    root = tmp_path / "plugins"
    bad = manifest("https://example.org/a", mapping="parser:no_mapping") | {"requires": ["no-such-package-x"]}
    bad["dumper"]["release"] = "versions:get"
    bad["uploader"]["parser"] = "parser:nothing"
    made(root / "a_many", manifest__json=bad, parser__py="def load(folder):\n    return []\n")
    good = manifest("https://example.org/a")
    made(root / "b_ends", manifest__json=good, parser__py="import os\nos._exit(3)\n")
    made(root / "c_waits", manifest__json=good, parser__py="import threading\nthreading.Event().wait()\n")
    made(root / "d_exits", manifest__json=good, parser__py="import sys\nprint('noise')\nsys.exit(1)\n")
    made(root / "e_json", manifest__json="{")
    made(root / "f_good", manifest__json=good | {"name": "same"}, parser__py="def load(folder):\n    return []\n")
    made(root / "g_same", manifest__json=good | {"name": "same"}, parser__py="def load(folder):\n    return []\n")
    results = {Path(r.folder).name: r for r in checking.check(checking.folders_of([root]), seconds=8)}
    assert {name: r.ok for name, r in results.items()} == {
        "a_many": False, "b_ends": False, "c_waits": False, "d_exits": False, "e_json": False, "f_good": True,
        "g_same": False,
    }  # fmt: skip
    many = "\n".join(results["a_many"].errors)
    for said in ("no-such-package-x", "versions", "`nothing`", "`no_mapping`"):
        assert said in many
    assert "status 3" in results["b_ends"].errors[0]
    assert "does not load within" in results["c_waits"].errors[0]
    assert "line 1" in results["e_json"].errors[0]
    assert "already used" in results["g_same"].errors[0]


def test_check_refuses_what_is_no_folder(tmp_path):
    with pytest.raises(NotFound):
        checking.folders_of([tmp_path / "nowhere"])
