"""A running hub without listeners, a git server on loopback, and a repository with a small plugin."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.server import Hub
from tests.servers.git_server import GitRepository, GitServer

PARSER = """
def load_data(data_folder):
    yield {"_id": "a", "made_by": "VERSION"}
"""
Hubs = Callable[..., AbstractAsyncContextManager[Hub]]


def manifest_text(data: Path, **more: Any) -> str:
    document = {
        "version": "0.3",
        "dumper": {"data_url": data.as_uri(), "release": "parser:release"},
        "uploader": {"parser": "parser:load_data"},
        **more,
    }
    return json.dumps(document)


def parser_text(version: str) -> str:
    return PARSER.replace("VERSION", version) + f'\n\ndef release(self):\n    return "{version}"\n'


@pytest.fixture
def git_server(tmp_path: Path) -> Iterator[GitServer]:
    root = tmp_path / "served"
    root.mkdir()
    with GitServer(root).running() as server:
        yield server


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    file = tmp_path / "data.txt"
    file.write_text("data\n", encoding="utf-8")
    return file


@pytest.fixture
def make_repository(git_server: GitServer, tmp_path: Path, data_file: Path) -> Callable[..., GitRepository]:
    """``make_repository("colours")`` with one commit on ``main``, version ``one``."""

    def make(name: str = "colours", branch: str = "main") -> GitRepository:
        repository = GitRepository(git_server.root, name, tmp_path / "work", branch)
        repository.commit(branch=branch, manifest=manifest_text(data_file), parser=parser_text("one"))
        return repository

    return make


@pytest.fixture
def repository(make_repository: Callable[..., GitRepository]) -> GitRepository:
    return make_repository()


@pytest.fixture
def folder_of_plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    return folder


@pytest.fixture
def hubs(home: Path, folder_of_plugins: Path) -> Hubs:
    """``async with hubs(SETTING=value) as hub``: a hub on one and the same home each time."""

    @asynccontextmanager
    async def start(**flags: Any) -> AsyncIterator[Hub]:
        settings = config.load(
            home, environ={}, flags={"DATA_PLUGIN_FOLDER": str(folder_of_plugins), "BUILDS": {}, **flags}
        )
        async with Hub(settings) as hub:
            yield hub

    return start


async def documents(hub: Hub, name: str) -> list[dict[str, Any]]:
    """Dump and upload a source; what it has stored."""
    await hub.services.sources.dump(name).result()
    await hub.services.sources.upload(name)
    return list(hub.services.src_store.collection(name).find())
