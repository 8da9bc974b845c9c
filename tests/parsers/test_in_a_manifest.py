"""Ready parsers as a manifest names them."""

from __future__ import annotations

import json

import pytest

from hub.dataload import reading
from hub.dataload.errors import FunctionReferenceError
from hub.dataload.loader import load_plugin


def plugin(folder, **options):
    manifest = {
        "version": "1.0",
        "dumper": {"data_url": "https://example.org/a.csv"},
        "uploader": {"parser": "hub.parsers:csv", "parser_kwargs": options},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return load_plugin(folder, {})


def test_a_manifest_needs_no_python(tmp_path):
    made = plugin(tmp_path, id="id", types={"n": "int"})
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("id,n\nx,1\n")
    uploader = made.uploader_classes[made.name].create()
    assert list(uploader.load_data(str(tmp_path / "data"))) == [{"_id": "x", "n": 1}]


def test_the_place_of_each_document_is_known(tmp_path):
    made = plugin(tmp_path, id="id")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text('id,n\nx,"1\n2"\ny,3\n')
    (tmp_path / "data" / "b.csv").write_text("id,n\nz,4\n")
    uploader = made.uploader_classes[made.name].create()
    places = {document["_id"]: reading.place() for document in uploader.load_data(str(tmp_path / "data"))}
    assert places == {"x": ("a.csv", 2), "y": ("a.csv", 4), "z": ("b.csv", 2)}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"separator": ";"}, "separator"),
        ({"types": {"n": "integer"}}, "`int`"),
        ({"id": "{a"}, "no template"),
    ],
)
def test_a_wrong_option_is_told_when_the_plugin_loads(tmp_path, options, said):
    with pytest.raises(FunctionReferenceError, match=r"uploader\.parser") as caught:
        plugin(tmp_path, **options)
    assert said in str(caught.value)
