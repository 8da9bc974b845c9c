"""The page on plugins: its tables are those of the schema, its example loads and its anchors exist."""

from __future__ import annotations

import re

import pytest

from hub.dataload import download_docs, loader, manifest_docs
from hub.dataload.manifest_downloads import ATTRIBUTES


@pytest.fixture
def page(project) -> str:
    return (project / "docs" / "plugins.md").read_text(encoding="utf-8")


def test_the_tables_of_keys_are_those_of_the_schema(page):
    assert manifest_docs.page(page) == page, "run `python -m hub.dataload.manifest_docs`"


def test_the_example_loads_and_parses(tmp_path, page):
    for name, text in re.findall(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", page, re.DOTALL):
        file = tmp_path / "plugins" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    plugin = loader.load_plugin(tmp_path / "plugins" / "colours", {})
    assert plugin.warnings == []
    (tmp_path / "colours.tsv").write_text("code\tname\tred\nF00\tred\t255\n", encoding="utf-8")
    documents = list(plugin.uploader_classes["colours"]().load_data(str(tmp_path)))
    assert documents == [{"_id": "F00", "colour": {"name": "red", "red": 255}}]


def test_the_classes_of_the_page_are_there(tmp_path, page):
    (code,) = re.findall(r"```python\n(from hub.*?)```", page, re.DOTALL)
    folder = tmp_path / "plugins" / "dictionary"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(code, encoding="utf-8")
    plugin = loader.load_plugin(folder, {})
    assert (plugin.name, list(plugin.uploader_classes)) == ("dictionary", ["words"])


def test_every_storage_and_uploader_that_the_page_names_exists(page):
    from hub.dataload import storage, uploader

    named = set(re.findall(r"`(\w+(?:Storage|Uploader))`", page)) - {"WordsUploader"}
    assert named <= {*storage.__all__, *uploader.__all__}
    assert len(named) >= 10


def test_the_page_on_downloads_has_the_present_tables_and_its_examples_load(tmp_path, project):
    page = (project / "docs" / "downloads.md").read_text(encoding="utf-8")
    assert download_docs.page(page) == page, "run `python -m hub.dataload.download_docs`"
    examples = re.findall(r"<!-- example: (.*?) -->\n```json\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 3
    for name, text in examples:
        folder = tmp_path / "plugins" / re.sub(r"\W", "_", name)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        plugin = loader.load_plugin(folder, {})
        assert plugin.warnings == []
        for key, attribute in ATTRIBUTES.items():
            if key in plugin.manifest.raw["dumper"]:
                assert getattr(plugin.dumper_class, attribute) == plugin.manifest.raw["dumper"][key]
