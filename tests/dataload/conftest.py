"""Shared by the tests of plugins and uploads: the test plugins, a store, and a way to run one upload to its report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.config import Settings
from hub.dataload import loader
from hub.dataload.plugin import Plugin
from hub.dataload.uploader.work import (
    CombineRequest,
    PartRequest,
    UploadPlan,
    UploadReport,
    UploadRequest,
    combine_parts,
    upload_part,
    upload_source,
)
from hub.jobs.port import NullContext
from hub.store import open_store
from hub.store.port import DocumentStore, StoreSpec
from tests.servers.fixtures import certificates, ftp_server, http_server, https_server

__all__ = ["certificates", "ftp_server", "http_server", "https_server"]

PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture
def plugins() -> Path:
    """The folder of the test plugins; read from it, never write to it."""
    return PLUGINS


@pytest.fixture
def make_plugin(tmp_path: Path) -> Callable[..., Path]:
    """``make_plugin(name, manifest, **files)`` writes a plugin folder; a file's name is its keyword + ``.py``."""

    def make(name: str, manifest: dict[str, Any] | str | None = None, **files: str) -> Path:
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True, exist_ok=True)
        if manifest is not None:
            text = manifest if isinstance(manifest, str) else json.dumps(manifest)
            (folder / "manifest.json").write_text(text, encoding="utf-8")
        for module, text in files.items():
            (folder / f"{module}.py").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def plugin_with(tmp_path: Path) -> Callable[..., Plugin]:
    """``plugin_with("bad", parser="parsers:twice")`` loads a copy of a test plugin with other keys in ``uploader``."""

    def load(name: str, **uploader: Any) -> Plugin:
        folder = tmp_path / "copies" / name
        shutil.copytree(PLUGINS / name, folder, dirs_exist_ok=True)
        file = folder / "manifest.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        document["uploader"].update(uploader)
        file.write_text(json.dumps(document), encoding="utf-8")
        return loader.load_plugin(folder, {})

    return load


@pytest.fixture
def source_store(tmp_path: Path) -> Iterator[DocumentStore]:
    """An empty embedded source store."""
    store = open_store(StoreSpec("sqlite", "source", str(tmp_path / "store")))
    yield store
    store.close()


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """An empty folder of a downloaded release."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


class Uploads:
    """Runs uploads in this process, one job after the other."""

    def __init__(self, store: DocumentStore, data_folder: Path) -> None:
        self.store, self.data_folder = store, data_folder
        self.context = NullContext()
        self.part_order: Callable[[list[Any]], list[Any]] = list

    def request(self, plugin: Plugin, sub: str = "", settings: dict[str, Any] | None = None) -> UploadRequest:
        name = sub or next(iter(plugin.uploader_classes))
        snapshot = Settings(settings or {}, {}).snapshot()
        return UploadRequest(plugin.ref, name, snapshot, self.store.spec, "1", str(self.data_folder), f"{name}_temp_1")

    def run(self, plugin: Plugin, sub: str = "", **settings: Any) -> UploadReport:
        """Run every job of the upload and return the last report."""
        request = self.request(plugin, sub, settings)
        first = upload_source(self.context, request)
        if isinstance(first, UploadReport):
            return first
        assert isinstance(first, UploadPlan)
        requests = [PartRequest(request, number, part) for number, part in enumerate(first.parts)]
        parts = [upload_part(self.context, part) for part in self.part_order(requests)]
        return combine_parts(self.context, CombineRequest(request, parts))

    def documents(self, report: UploadReport) -> list[dict[str, Any]]:
        """What the report's collection holds, in `_id` order."""
        return list(self.store.collection(report.temp_collection).find())


@pytest.fixture
def uploads(source_store: DocumentStore, data_folder: Path) -> Uploads:
    """Runs uploads of plugins and reads what they stored."""
    return Uploads(source_store, data_folder)
