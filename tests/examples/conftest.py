"""The shipped files as the hub would put them into the data folders of their plugins."""

from __future__ import annotations

import importlib.util
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

BIOPRAGMATICS = "raw.githubusercontent.com/biopragmatics/bioregistry/main/src/bioregistry"
FILES = {
    "bioregistry": f"{BIOPRAGMATICS}/data",
    "obofoundry": f"{BIOPRAGMATICS}/external/obofoundry",
    "prefixmaps": "raw.githubusercontent.com/linkml/prefixmaps/main/src/prefixmaps/data",
}
ARCHIVES = {
    "resolvers": "github.com/biopragmatics/bioregistry/archive/refs/tags/v0.15.6.zip",
    "biomappings": "github.com/biopragmatics/biomappings/archive/refs/tags/v0.6.0.tar.gz",
}


@pytest.fixture(scope="session")
def example_data(project: Path) -> Path:
    return project / "examples" / "data"


@pytest.fixture(scope="session")
def data_folder(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Data folder of a plugin: its files, archives unpacked."""
    unpacked: dict[str, Path] = {}

    def folder(plugin: str) -> str:
        if plugin in FILES:
            return str(example_data / FILES[plugin])
        if plugin not in unpacked:
            unpacked[plugin] = tmp_path_factory.mktemp(plugin)
            _unpack(example_data / ARCHIVES[plugin], unpacked[plugin])
        return str(unpacked[plugin])

    return folder


def _unpack(archive: Path, target: Path) -> None:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(target)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")


@pytest.fixture(scope="session")
def plugin_module(project: Path) -> Callable[[str, str], ModuleType]:
    """A module of a plugin, loaded from its file."""

    def load(plugin: str, module: str) -> ModuleType:
        path = project / "plugins" / plugin / f"{module}.py"
        spec = importlib.util.spec_from_file_location(f"example_{plugin}_{module}", path)
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded

    return load
