"""An exported plugin gives what its manifest gives: both are dumped and uploaded, and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.dataload import loader
from hub.dataload.dumper.work import DumpRequest, dump_source
from hub.dataload.export import export_plugin
from hub.dataload.export.errors import ExportExistsError, NotAManifestPluginError, UnknownPartError
from hub.dataload.plugin import Plugin
from hub.dataload.uploader.work import (
    CombineRequest,
    PartRequest,
    UploadPlan,
    UploadRequest,
    combine_parts,
    upload_part,
    upload_source,
)
from hub.jobs.port import NullContext
from hub.store import StoreSpec, open_store

ROOT = Path(__file__).resolve().parents[3]
#: (plugin, what its URLs are rewritten to); the plugins of every shape that a manifest has
SHAPES = {
    "helpers-manifest": ROOT / "tests/plugins/helpers-manifest",
    "application_parser": ROOT / "tests/plugins/application_parser",
    "prefixmaps": ROOT / "plugins/prefixmaps",
    "resolvers": ROOT / "plugins/resolvers",
    "scores": ROOT / "tests/dataload/plugins/scores",
    "catalog": ROOT / "tests/dataload/plugins/catalog",
    "pharma": ROOT / "tests/dataload/plugins/pharma",
}


def settings(home: Path) -> Any:
    rewrites = {
        "https://data.example.org/": f"{(ROOT / 'tests/plugins/remote').as_uri()}/",
        "https://github.com/": f"{(ROOT / 'examples/data/github.com').as_uri()}/",
        "https://raw.githubusercontent.com/": f"{(ROOT / 'examples/data/raw.githubusercontent.com').as_uri()}/",
    }
    flags = {"DATA_URL_REWRITES": rewrites, "EXTRA_PYTHON_PATHS": [str(ROOT / "tests/plugins/application")]}
    return config.load(home, environ={}, flags=flags)


class Outcome:
    """What a plugin gives when it runs."""

    def __init__(self, plugin: Plugin, home: Path, data: Path | None = None) -> None:
        self.options, self.store = settings(home), StoreSpec("sqlite", "source", str(home / "store"))
        self.release = "1"
        if data is None:
            report = dump_source(NullContext(), DumpRequest(plugin.ref, self.options.snapshot(), None))
            self.release, data = report.release, Path(report.data_folder)
        self.files = sorted((str(f.relative_to(data)), f.read_bytes()) for f in data.rglob("*") if f.is_file())
        self.uploads = {sub: self._upload(plugin, sub, data) for sub in plugin.uploader_classes}

    def _upload(self, plugin: Plugin, sub: str, data: Path) -> Any:
        snapshot, temp = self.options.snapshot(), f"{sub}_temp_1"
        request = UploadRequest(plugin.ref, sub, snapshot, self.store, self.release, str(data), temp)
        report = upload_source(NullContext(), request)
        if isinstance(report, UploadPlan):
            found = [PartRequest(request, number, part) for number, part in enumerate(report.parts)]
            parts = [upload_part(NullContext(), part) for part in found]
            report = combine_parts(NullContext(), CombineRequest(request, parts))
        store = open_store(self.store)
        try:
            documents = list(store.collection(temp).find())
        finally:
            store.close()
        meta = {key: value for key, value in report.metadata["src_meta"].items() if key != "code"}
        return documents, dict(report.mapping), meta, report.duplicates

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Outcome)
        ours = (self.release, self.files, self.uploads)
        return ours == (other.release, other.files, other.uploads)


#: Data for the plugins whose download is tested elsewhere.
DATA = {
    "scores": {f"scores.{n}.tsv": f"id{n}\t1\nid{n}b\t2\n" for n in range(3)},
    "catalog": {"studies.tsv": "id\ttrait\nGCST1\theight\nGCST2\tweight\n"},
    "pharma": {
        "drugs.tsv": "D1\taspirin\nD2\tibuprofen\n",
        "genes.tsv": "G1\tD1\nG1\tD2\nG2\tD1\n",
        "links.tsv": "1\tG1\n2\tG2\n",
    },
}


def data_of(name: str, folder: Path) -> Path | None:
    if name not in DATA:
        return None
    folder.mkdir()
    for file, text in DATA[name].items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", SHAPES)
def test_an_exported_plugin_gives_the_same(name: str, tmp_path: Path) -> None:
    options = settings(tmp_path / "home")
    plugin = loader.load_plugin(SHAPES[name], options)
    data = data_of(name, tmp_path / "data")
    expected = Outcome(plugin, tmp_path / "one", data)
    assert any(documents for documents, *_ in expected.uploads.values())
    answer = export_plugin(plugin, tmp_path / "out")
    assert {answer["dumper"]["status"], answer["uploader"]["status"]} == {"ok"}
    assert not list((tmp_path / "out" / SHAPES[name].name).glob("manifest.*"))
    exported = loader.load_plugin(tmp_path / "out" / SHAPES[name].name, options)
    assert exported.manifest is None
    assert exported.warnings == []
    assert (exported.name, list(exported.uploader_classes)) == (plugin.name, list(plugin.uploader_classes))
    assert Outcome(exported, tmp_path / "two", data) == expected


def write(folder: Path, manifest: dict[str, Any], **modules: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


PARSER = """
NAMES = {"a": 1}


def load_data(folder, **options):
    for name in NAMES:
        yield {"_id": name, **options}


def split(self):
    return [(self.data_folder,)]
"""


@pytest.fixture
def odd(tmp_path: Path) -> Plugin:
    """A plugin whose names are those that the export would like to use."""
    manifest = {
        "version": "1",
        "name": "odd-name",
        "requires": ["orjson pyyaml"],
        "__metadata__": {"note": 'a "quoted" \\ text', "list": ["x" * 90, "y" * 90]},
        "dumper": {"data_url": "https://example.org/a.txt", "checks": {"*": {"min_bytes": 1}}},
        "uploaders": [
            {
                "name": "odd-one",
                "parser": "dump:load_data",
                "parser_kwargs": {"not an identifier": 1, "b": [None, True]},
            },
            {"name": "two", "parser": "dump:load_data", "parallelizer": "dump:split", "on_duplicates": "ignore"},
        ],
    }
    folder = write(tmp_path / "odd-folder", manifest, dump=PARSER, __init__="raise RuntimeError\n")
    return loader.load_plugin(folder, settings(tmp_path / "home"))


def test_names_and_values_that_are_hard_to_write(odd: Plugin, tmp_path: Path) -> None:
    mapping = {"b": {"type": "keyword"}}
    answer = export_plugin(
        odd, tmp_path / "out", mappings=lambda sub: (mapping, "registered") if sub == "two" else None
    )
    folder = tmp_path / "out" / "odd-folder"
    assert answer["dumper"]["file"] == str(folder / "dump_exported.py")
    assert answer["mapping"] == {
        "status": "warning",
        "file": str(folder / "two_mapping.py"),
        "message": "no mapping is known of odd-one: upload and inspect it first",
        "origin": "registered",
    }
    assert (folder / "requirements.txt").read_text(encoding="utf-8") == "orjson\npyyaml\n"
    exported = loader.load_plugin(folder, settings(tmp_path / "home"))
    assert exported.uploader_classes["two"].get_mapping() == mapping
    data = data_of("catalog", tmp_path / "data")
    ours, theirs = Outcome(odd, tmp_path / "one", data), Outcome(exported, tmp_path / "two", data)
    assert ours.uploads["odd-one"] == theirs.uploads["odd-one"]
    assert ours.uploads["two"][0] == theirs.uploads["two"][0]
    assert theirs.uploads["two"][1] == mapping
    assert exported.dumper_class.CHECKS == odd.dumper_class.CHECKS


def test_an_export_replaces_only_an_export(odd: Plugin, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export_plugin(odd, out, what=["dumper"])
    assert not list((out / "odd-folder").glob("*upload*"))
    with pytest.raises(ExportExistsError, match="purge"):
        export_plugin(odd, out)
    assert export_plugin(odd, out, purge=True)["uploader"]["status"] == "ok"
    with pytest.raises(ExportExistsError, match="plugin itself"):
        export_plugin(odd, odd.folder.parent, purge=True)
    mine = write(tmp_path / "mine" / "odd-folder", {})
    with pytest.raises(ExportExistsError, match="does not delete it"):
        export_plugin(odd, tmp_path / "mine", purge=True)
    assert (mine / "manifest.json").is_file()
    assert sorted(p.name for p in out.iterdir()) == ["odd-folder"]


def test_what_can_not_be_exported_is_said(odd: Plugin, tmp_path: Path) -> None:
    with pytest.raises(UnknownPartError, match="`dumper`, `uploader`, `mapping`"):
        export_plugin(odd, tmp_path / "out", what=["dumpers"])
    assert export_plugin(odd, tmp_path / "out", what=["mapping"])["mapping"]["status"] == "error"
    classes = loader.load_plugin(ROOT / "tests/plugins/advanced_classes", settings(tmp_path / "home"))
    with pytest.raises(NotAManifestPluginError, match="Python code already"):
        export_plugin(classes, tmp_path / "out")
