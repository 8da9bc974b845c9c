"""Loading plugins: isolation of their modules, messages of broken ones, and reloading."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hub import config as hub_config
from hub.config import Settings
from hub.dataload import errors, loader, requires
from hub.dataload.imports import package_name
from hub.dataload.plugin import PluginRef
from hub.dataload.uploader import ParallelizedSourceUploader

MANIFEST = {
    "version": "0.2",
    "dumper": {"data_url": "https://example.org/a.tsv"},
    "uploader": {"parser": "parser:load_data"},
}
PARSER = "def load_data(data_folder):\n    yield {'_id': '1'}\n"


def with_uploader(**keys):
    return {**MANIFEST, "uploader": {"parser": "parser:load_data", **keys}}


def parse(plugin, sub=None):
    return list(plugin.uploader_classes[sub or plugin.name]().load_data("folder"))


def test_all_test_plugins_load(plugins):
    found, broken = loader.discover(plugins, {})
    assert broken == []
    assert {plugin.name: list(plugin.uploader_classes) for plugin in found} == {
        "bad": ["bad"],
        "catalog": ["catalog"],
        "classes": ["classes_words"],
        "download_only": [],
        "forms": ["forms"],
        "pharma": ["pharma_drugs", "pharma_genes", "pharma_links"],
        "pharma_y": ["pharma_y_drugs", "pharma_y_genes", "pharma_y_links"],
        "same_one": ["same_one"],
        "same_two": ["same_two"],
        "scores": ["scores"],
        "variants": ["variants"],
    }
    by_name = {plugin.name: plugin for plugin in found}
    assert by_name["catalog"].metadata["author"]["url"] == "https://example.org/a"
    assert by_name["catalog"].dumper_class.SCHEDULE == "0 12 * * *"
    assert by_name["classes"].manifest is None
    assert by_name["classes"].metadata == {"url": "https://example.org/classes"}


def test_modules_of_one_name_stay_apart_also_when_imported_late(plugins):
    one = loader.load_plugin(plugins / "same_one", {})
    two = loader.load_plugin(plugins / "same_two", {})
    assert parse(one) == [{"_id": "x", "version": "one", "text": "text of one", "dotted": "text of one"}]
    assert parse(two) == [{"_id": "x", "version": "two", "text": "text of two", "dotted": "text of two"}]
    assert "version" not in sys.modules
    assert "helpers" not in sys.modules


def test_nothing_of_a_plugin_is_written_to_its_folder(plugins):
    loader.load_plugin(plugins / "same_one", {})
    assert not list(plugins.rglob("__pycache__"))


def test_uploaders_have_the_attributes_that_plugins_know(plugins):
    classes = loader.load_plugin(plugins / "pharma", {}).uploader_classes
    drugs = classes["pharma_drugs"]
    assert (drugs.name, drugs.main_source, drugs().fullname) == ("pharma_drugs", "pharma", "pharma.pharma_drugs")
    assert [c.storage_class.__name__ for c in classes.values()] == [
        "IgnoreDuplicatedStorage",
        "MergerStorage",
        "BasicStorage",
    ]
    assert drugs.__metadata__["src_meta"]["license"] == "CC BY-SA 4.0"
    assert drugs.get_mapping() == {"drug": {"properties": {"name": {"type": "text"}}}}
    assert classes["pharma_genes"].get_mapping() == {}
    single = loader.load_plugin(plugins / "catalog", {}).uploader_classes["catalog"]
    assert (single.main_source, single().fullname) == (None, "catalog")
    assert issubclass(loader.load_plugin(plugins / "scores", {}).uploader_classes["scores"], ParallelizedSourceUploader)


def test_a_standard_module_is_never_shadowed(make_plugin):
    folder = make_plugin("shadow", MANIFEST, parser="import json\n" + PARSER, json="raise RuntimeError('mine')\n")
    assert parse(loader.load_plugin(folder, {})) == [{"_id": "1"}]


def test_a_plugin_may_be_named_as_an_installed_package(make_plugin):
    text = "import requests\nfrom requests import Session\nfrom requests.tables import X\n" + PARSER
    folder = make_plugin("requests", MANIFEST, parser=text, tables="X = 1\n")
    plugin = loader.load_plugin(folder, {})
    assert plugin.module("parser").Session.__module__.startswith("requests")


def test_another_plugin_can_be_imported_by_its_folder_name(make_plugin):
    make_plugin("first", MANIFEST, parser=PARSER, tables="X = 'first'\n")
    folder = make_plugin("second", MANIFEST, parser="from first.tables import X\n" + PARSER, tables="X = 'second'\n")
    assert loader.load_plugin(folder, {}).module("parser").X == "first"


def test_a_module_beside_comes_before_an_installed_one_of_that_name(make_plugin):
    folder = make_plugin("own", MANIFEST, parser="from yaml import X\n" + PARSER, yaml="X = 1\n")
    assert loader.load_plugin(folder, {}).module("parser").X == 1


def test_a_folder_name_that_is_no_identifier_loads(make_plugin):
    dash = make_plugin("my-plugin", MANIFEST, parser="from .tables import X\n" + PARSER, tables="X = 1\n")
    line = make_plugin("my_plugin", MANIFEST, parser=PARSER)
    assert loader.load_plugin(dash, {}).name == "my-plugin"
    assert package_name(dash) != package_name(line)
    assert package_name(dash).isidentifier() or package_name(dash).partition(".")[2].isidentifier()


def test_a_parser_outside_the_plugins_is_found_on_the_configured_path(make_plugin, tmp_path):
    module = tmp_path / "application" / "hub" / "dataload" / "data_parsers_for_test.py"
    module.parent.mkdir(parents=True)
    module.write_text("def load_obo(data_folder, obofile):\n    yield {'_id': obofile}\n")
    keys = {"parser": "hub.dataload.data_parsers_for_test:load_obo", "parser_kwargs": {"obofile": "x.obo"}}
    folder = make_plugin("ontology", with_uploader(**keys))
    plugin = loader.load_plugin(folder, {"EXTRA_PYTHON_PATHS": [str(tmp_path / "application")]})
    assert parse(plugin) == [{"_id": "x.obo"}]


def test_a_reload_picks_a_change_up_at_once(make_plugin):
    folder = make_plugin("changing", MANIFEST, parser="from values import X\n" + PARSER, values="X = 1\n")
    assert loader.load_plugin(folder, {}).module("parser").X == 1
    make_plugin("changing", values="X = 2\n")
    assert loader.load_plugin(folder, {}).module("parser").X == 2


def test_a_worker_process_loads_the_plugin_from_its_reference(plugins):
    code = (
        "from hub.dataload.loader import load_ref; from hub.dataload.plugin import PluginRef; import sys;"
        "p = load_ref(PluginRef('same_two', sys.argv[1], sys.argv[2]), {}, dumper=False);"
        "print(list(p.uploader_classes['same_two']().load_data('x'))[0]['text'], 'jsonschema' in sys.modules)"
    )
    root = Path(loader.__file__).parents[2]
    command = [sys.executable, "-c", code, str(plugins / "same_two"), str(plugins)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "text of two False"


def test_a_manifest_broken_since_it_was_checked_is_explained_in_the_worker(make_plugin, plugins):
    folder = make_plugin("late", {**MANIFEST, "uploader": {}}, parser=PARSER)
    with pytest.raises(errors.ManifestError, match=r"uploader\.parser"):
        loader.load_ref(PluginRef("late", str(folder), str(folder.parent)), {})


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"parsers": PARSER}, r"there is no `parser.py` in .*; it holds parsers.py. Did you mean `parsers`\?"),
        ({}, "it holds no Python file"),
        ({"parser": "def load_dta(f): yield\n"}, r"parser.py has no function `load_data`. Did you mean `load_dta`\?"),
        ({"parser": "def other(f): yield\n"}, "It has `other`."),
        ({"parser": "load_data = 3\n"}, "is a `int`, not a function"),
        ({"parser": "import not_there_at_all\n"}, "No module named 'not_there_at_all'. Add the package .*`requires`"),
        ({"parser": "x = 1\ny = 1 / 0\n"}, r"ZeroDivisionError: division by zero \(.*parser.py, line 2\)"),
        ({"parser": "x = (\n"}, r"SyntaxError: .* \(.*parser.py, line 1\)"),
        ({"parser": "raise SystemExit(3)\n"}, "SystemExit: 3"),
        ({"parser": "class Panic(BaseException): pass\nraise Panic('x')\n"}, "Panic: x"),
        ({"parser": "from tables import X\n", "tables": "raise ValueError('bad')"}, r"ValueError: bad \(.*tables.py"),
        ({"parser": "def load_data(): yield\n"}, r"it is called as `load_data\(data_folder\)`"),
    ],
)
def test_code_that_can_not_be_used_is_told(make_plugin, files, says):
    with pytest.raises(errors.PluginError, match=says):
        loader.load_plugin(make_plugin("wrong", MANIFEST, **files), {})


def test_parser_kwargs_must_fit_the_parser(make_plugin):
    folder = make_plugin("kwargs", with_uploader(parser_kwargs={"prefix": "x"}), parser=PARSER)
    with pytest.raises(errors.FunctionReferenceError, match="unexpected keyword argument 'prefix'"):
        loader.load_plugin(folder, {})


def test_key_lookup_needs_a_class(make_plugin, tmp_path):
    folder = make_plugin("lookup", with_uploader(keylookup={"input_types": [["a", "b"]]}), parser=PARSER)
    with pytest.raises(errors.KeyLookupError, match="KEYLOOKUP_CLASS"):
        loader.load_plugin(folder, {})
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "lookups_for_test.py").write_text(
        "class Lookup:\n"
        "    def __init__(self, input_types):\n        self.kind = input_types[0][0]\n"
        "    def __call__(self, parser):\n"
        "        return lambda folder: ({**d, '_id': self.kind + d['_id']} for d in parser(folder))\n"
    )
    settings = {"EXTRA_PYTHON_PATHS": [str(tmp_path / "app")], "KEYLOOKUP_CLASS": "lookups_for_test.Lookup"}
    assert parse(loader.load_plugin(folder, settings)) == [{"_id": "a1"}]


def test_a_broken_plugin_never_stops_the_others(make_plugin):
    make_plugin("a_broken", '{"version": ')
    make_plugin("b_fine", MANIFEST, parser=PARSER)
    make_plugin("c_exits", MANIFEST, parser="import sys; sys.exit()\n")
    make_plugin("d_nothing", None, notes="# no plugin\n")
    root = make_plugin("e_named", {**MANIFEST, "name": "named", "dumper": {}}, parser=PARSER).parent
    (root / ".hidden").mkdir()
    (root / "empty").mkdir()
    found, broken = loader.discover(root, {})
    assert [plugin.name for plugin in found] == ["b_fine"]
    assert [item.name for item in broken] == ["a_broken", "c_exits", "d_nothing", "named"]
    assert "not valid JSON" in broken[0].message
    assert "neither a manifest" in broken[2].message


def test_a_name_used_twice_breaks_the_second_plugin(make_plugin):
    lists = {k: v for k, v in MANIFEST.items() if k != "uploader"}
    make_plugin("a", {**lists, "uploaders": [{"name": "words", "parser": "parser:load_data"}]}, parser=PARSER)
    make_plugin("b", {**MANIFEST, "name": "words"}, parser=PARSER)
    root = make_plugin("c", {**MANIFEST, "name": "a"}, parser=PARSER).parent
    found, broken = loader.discover(root, {})
    assert [plugin.name for plugin in found] == ["a"]
    assert "collection name `words` is already used by plugin folder `a`" in broken[0].message
    assert "source name `a` is already used by plugin folder `a`" in broken[1].message


def test_classes_without_manifest_need_an_init_file_with_classes(make_plugin):
    folder = make_plugin("no_classes", None, __init__="X = 1\n")
    with pytest.raises(errors.NotAPluginError, match="no dumper or uploader class"):
        loader.load_plugin(folder, {})


def test_classes_are_found_in_submodules_when_the_package_names_none(make_plugin):
    text = (
        "from hub.dataload.uploader import BaseSourceUploader\nclass U(BaseSourceUploader):\n    name = 'late_found'\n"
    )
    plugin = loader.load_plugin(make_plugin("no_init", None, __init__="", upload=text), {})
    assert plugin.name == "late_found"
    assert list(plugin.uploader_classes) == ["late_found"]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        (["orjson", "pyyaml>=6", "PyYAML", "biothings", "asyncio", "  "], []),
        (["yaml"], []),
        (["orjson==0.0.1"], ["orjson==0.0.1"]),
        (["orjson no-such-package==1"], ["no-such-package==1"]),
        (["no-such-package; python_version < '3'"], []),
        (["no-such-package[extra]>1"], ["no-such-package[extra]>1"]),
    ],
)
def test_requirements_are_compared_with_what_is_installed(requirements, expected):
    assert requires.missing(requirements) == expected


def test_a_missing_requirement_breaks_the_plugin_with_the_command_to_type(make_plugin):
    folder = make_plugin("needy", {**MANIFEST, "requires": "no-such-package==1"}, parser=PARSER)
    with pytest.raises(errors.RequirementsError, match="python -m pip install no-such-package==1") as caught:
        loader.load_plugin(folder, {})
    assert caught.value.missing == ["no-such-package==1"]


def test_a_failed_installation_is_told_in_the_words_of_pip(make_plugin, tmp_path):
    folder = make_plugin("broken_lib", {**MANIFEST, "requires": f"lib @ file://{tmp_path}/none.whl"}, parser=PARSER)
    with pytest.raises(errors.RequirementsError, match="pip failed: ERROR"):
        loader.load_plugin(folder, {"PLUGIN_REQUIRES_INSTALL": True})


def test_class_attributes_changed_from_the_studio_are_set_in_hub_and_worker(make_plugin):
    text = (
        "from hub.dataload.uploader import BaseSourceUploader\n"
        "class TunedUploader(BaseSourceUploader):\n    name = 'tuned'\n    keep_archive = 10\n"
    )
    settings = Settings({}, {})
    settings.attach_overrides(lambda: {"TunedUploader.keep_archive": "3", "TunedUploader.kep": "1", "Other.x": "1"})
    plugin = loader.load_plugin(make_plugin("tuned", None, __init__=text), settings)
    assert plugin.uploader_classes["tuned"].keep_archive == 3
    assert ["TunedUploader.kep" in warning for warning in plugin.warnings] == [True]
    in_worker = loader.load_ref(plugin.ref, Settings.from_snapshot(settings.snapshot()))
    assert in_worker.uploader_classes["tuned"].keep_archive == 3


def test_key_lookup_along_a_declared_graph(make_plugin, home):
    (home / "names.tsv").write_text("old\tnew\nx\ty\n")
    edges = [{"from": "old", "to": "new", "file": "names.tsv", "key": "old", "value": "new"}]
    flags = {"KEYLOOKUP": {"output_types": ["new"], "edges": edges}}
    settings = hub_config.load(home, environ={}, flags=flags)
    parser = "def load_data(folder):\n    yield {'_id': 'x'}\n    yield {'_id': 'z'}\n"
    lookup = {"input_types": ["old"], "skip_on_failure": True}
    folder = make_plugin("declared", with_uploader(keylookup=lookup), parser=parser)
    assert parse(loader.load_plugin(folder, settings)) == [{"_id": "y"}]
    wrong = make_plugin("wrong", with_uploader(keylookup={"input_types": ["odl"]}), parser=parser)
    with pytest.raises(errors.FunctionReferenceError, match=r"Did you mean `old`.*KEYLOOKUP"):
        loader.load_plugin(wrong, settings)
