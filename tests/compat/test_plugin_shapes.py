"""Plugins of every public shape, each dumped and uploaded by the real job functions, to exactly its documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.dataload import loader
from hub.dataload.dumper.work import DumpReport, DumpRequest, dump_source
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

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
SHAPES = sorted(path.parent.name for path in PLUGINS.glob("*/expected.json"))


class Shape:
    """One test plugin in a home of its own."""

    def __init__(self, name: str, home: Path) -> None:
        self.expected: dict[str, Any] = json.loads((PLUGINS / name / "expected.json").read_text(encoding="utf-8"))
        flags = {
            "DATA_URL_REWRITES": {"https://data.example.org/": f"{(PLUGINS / 'remote').as_uri()}/"},
            "EXTRA_PYTHON_PATHS": [str(PLUGINS / "application")],
        }
        self.settings = config.load(home, environ={}, flags=flags)
        self.store = StoreSpec("sqlite", "source", str(home / "store"))
        self.plugin: Plugin = loader.load_plugin(PLUGINS / name, self.settings)

    def dump(self, current: dict[str, Any] | None = None, **options: Any) -> DumpReport:
        return dump_source(NullContext(), DumpRequest(self.plugin.ref, self.settings.snapshot(), current, **options))

    def documents(self, sub: str, report: DumpReport) -> list[dict[str, Any]]:
        """What an upload of a sub-source stores."""
        snapshot, temp = self.settings.snapshot(), f"{sub}_temp_1"
        request = UploadRequest(self.plugin.ref, sub, snapshot, self.store, report.release, report.data_folder, temp)
        first = upload_source(NullContext(), request)
        if isinstance(first, UploadPlan):
            parts = [
                upload_part(NullContext(), PartRequest(request, number, part))
                for number, part in enumerate(first.parts)
            ]
            combine_parts(NullContext(), CombineRequest(request, parts))
        store = open_store(self.store)
        try:
            return list(store.collection(temp).find())
        finally:
            store.close()


@pytest.fixture
def shape(request: pytest.FixtureRequest, tmp_path: Path) -> Shape:
    return Shape(request.param, tmp_path / "home")


def current(report: DumpReport) -> dict[str, Any]:
    return {"release": report.release, "data_folder": report.data_folder, "status": "success"}


@pytest.mark.parametrize("shape", SHAPES, indirect=True)
def test_a_public_shape_gives_its_documents(shape: Shape) -> None:
    assert shape.plugin.name == shape.expected["source"]
    assert shape.plugin.warnings == []
    report = shape.dump()
    assert report.changed
    if "release" in shape.expected:
        assert report.release == shape.expected["release"]
    for sub, documents in shape.expected["documents"].items():
        assert shape.documents(sub, report) == documents
    assert set(shape.plugin.uploader_classes) == set(shape.expected["documents"])


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"dummy_source", "advanced_submodules"}), indirect=True)
def test_a_second_dump_finds_nothing_new(shape: Shape) -> None:
    first = shape.dump()
    again = shape.dump(current(first))
    assert not again.changed
    assert again.data_folder == first.data_folder


@pytest.mark.parametrize("shape", ["dummy_source", "advanced_submodules"], indirect=True)
def test_each_dump_of_a_dummy_is_new_except_the_look_at_the_start(shape: Shape) -> None:
    first = shape.dump()
    assert Path(first.data_folder).name == "latest"
    assert shape.dump(current(first)).changed
    assert not shape.dump(current(first), only_new=True).changed


@pytest.mark.parametrize("shape", ["advanced_classes"], indirect=True)
def test_classes_show_their_mapping_and_schedule(shape: Shape) -> None:
    planet = shape.plugin.uploader_classes["planet"]
    assert planet.get_mapping()["radius"] == {"type": "float"}
    assert shape.plugin.dumper_class is not None
    assert shape.plugin.dumper_class.SCHEDULE == "0 6 * * *"
    assert shape.plugin.metadata["license"] == "CC0"
