"""Builder and mapper classes of a hub application, and its sources, as they lie on disk."""

from __future__ import annotations

import importlib
import pickle
from pathlib import Path
from typing import Any

import pytest

from hub.databuild import builder as ours
from hub.dataload import application, loader
from hub.dataload.errors import NoSuchPackageError
from hub.kit.checking import folders_of
from tests.databuild.workshop import Workshop

APPLICATION = Path(__file__).resolve().parents[1] / "plugins" / "peak_hub"
PEAKS = [{"_id": "p1", "height": 10}, {"_id": "p2", "height": 20}, {"_id": "p3", "height": 20}]
NAMED = [{"_id": "Twin", "first": 1865, "secret": 1}, {"_id": "p2", "first": 1900}, {"_id": "gone", "first": 0}]


@pytest.fixture
def shop(shop_of: Any) -> Workshop:
    paths = [f"hub.databuild.builder.{name}" for name in ("PeakBuilder", "MappedBuilder", "RenamingBuilder")]
    workshop: Workshop = shop_of(EXTRA_PYTHON_PATHS=[str(APPLICATION)], BUILDER_CLASSES=paths)
    workshop.upload("peaks", PEAKS, mapping={"height": {"type": "integer"}})
    workshop.upload("climbs", [{"_id": "p2"}])
    workshop.upload("names", [{"_id": "Twin", "peak": ["p1", "p2"]}, {"_id": "gone", "peak": "p9"}])
    workshop.upload("named", NAMED, mapper="name")
    return workshop


async def merge(shop: Workshop, builder: str, sources: list[str], **params: Any) -> str:
    shop.configure(sources, roots=["peaks"], builder_class=f"hub.databuild.builder.{builder}", params=params)
    await shop.jobs.start()
    try:
        return await shop.builds.merge("genes")
    finally:
        await shop.jobs.stop()


async def test_queries_cleaners_mappers_and_later_work_of_an_application(shop) -> None:
    name = await merge(shop, "MappedBuilder", ["peaks", "named"], least=10)
    assert shop.documents(name) == {
        "p1": {"_id": "p1", "height": 10, "first": 1865, "climbed": False},
        "p2": {"_id": "p2", "height": 20, "first": 1900, "climbed": True},
        "p3": {"_id": "p3", "height": 20, "climbed": False},
    }
    assert shop.builds.info(name)["_meta"]["stats"] == {"total": 3, "heights": 2}


async def test_a_query_of_an_application_restricts_its_source(shop) -> None:
    name = await merge(shop, "PeakBuilder", ["peaks"], least=15)
    assert sorted(shop.documents(name)) == ["p2", "p3"]


async def test_a_builder_may_replace_the_merged_collection(shop) -> None:
    name = await merge(shop, "RenamingBuilder", ["peaks"])
    assert sorted(shop.documents(name)) == ["P1", "P2", "P3"]
    assert shop.builds.info(name)["count"] == 3


def test_names_of_an_application_stand_behind_ours(shop) -> None:
    assert ours.PeakBuilder.__module__ == "hub.databuild.builder"
    assert pickle.loads(pickle.dumps(ours.cleaner)) is ours.cleaner
    assert ours.DataBuilder is importlib.import_module("hub.databuild.builder").DataBuilder
    with pytest.raises(AttributeError, match="no attribute 'PeekBuilder'"):
        ours.PeekBuilder  # noqa: B018 - reading it is the test
    application.add_python_paths([APPLICATION])
    assert ours.PeakBuilder is shop.builds.registry.get("x", "hub.databuild.builder.PeakBuilder")


def test_a_source_package_of_an_application_is_a_plugin(shop, tmp_path) -> None:
    plugin = loader.load_plugin(APPLICATION / "hub/dataload/sources/peaks", shop.settings)
    assert plugin.warnings == []
    uploader = plugin.uploader_classes["peaks"]
    assert list(uploader().load_data("x")) == [{"_id": "p1", "height": 1}, {"_id": "p1", "height": 2}]
    assert plugin.metadata == {"license": "CC0"}
    assert plugin.dumper_class is not None
    assert plugin.dumper_class.SRC_NAME == "peaks"


def test_classes_may_be_given_to_the_registry_themselves() -> None:
    class Own(ours.DataBuilder):
        """Nothing new."""

    registry = ours.BuilderRegistry([Own])
    path = f"{__name__}.{Own.__qualname__}"
    assert registry.get("x", path) is Own
    assert registry.describe()[path]["desc"] == "Nothing new."


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_active_sources_are_loaded_besides_the_plugins(tmp_path) -> None:
    root = tmp_path / "app"
    code = (
        "from biothings.hub.dataload.uploader import BaseSourceUploader\n"
        "class Own(BaseSourceUploader):\n    name = {0!r}\n"
        "    def load_data(self, folder):\n        yield {{'_id': '1'}}\n"
    )
    write(root / "hub/dataload/sources", __init__="", dumper="X = 1\n")
    for name in ("lakes", "rivers"):
        write(root / "hub/dataload/sources" / name, __init__=code.format(name))
    write(root / "other/hills", __init__=code.format("hills"))
    write(root / "other/hills/data", __init__="")
    plugins = write(tmp_path / "plugins" / "seas", __init__=code.format("seas")).parent
    settings = {
        "EXTRA_PYTHON_PATHS": [str(root)],
        "ACTIVE_DATASOURCES": ["hub.dataload.sources", "other.hills", "hub.dataload.sources.lakes", "gone.away"],
    }
    found, broken = loader.discover(plugins, settings, skip=["rivers"])
    assert [plugin.name for plugin in found] == ["seas", "lakes", "hills"]
    assert [(one.name, str(one.error)) for one in broken] == [("gone.away", str(NoSuchPackageError("gone.away")))]
    assert loader.discover(tmp_path / "none", {}) == ([], [])
    sources = root / "hub/dataload/sources"
    assert folders_of([sources]) == [sources / "lakes", sources / "rivers"]
