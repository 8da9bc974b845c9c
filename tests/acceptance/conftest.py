"""A small hub project for each test: an empty one, or one whose hub has done its first work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.acceptance.hub_process import HubProcess, end_processes_below
from tests.acceptance.project import Project, left, right


def new_project(folder: Path) -> Project:
    made = Project(folder)
    made.add_source("left", left())
    made.add_source("right", right())
    return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Nothing has run yet."""
    return new_project(tmp_path / "project")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project after one full run of its hub; `ready_project` gives every test its own state of it."""
    folder = tmp_path_factory.mktemp("served")
    made = new_project(folder / "project")
    with HubProcess(made.folder) as hub:
        hub.start()
        hub.wait_for("ready")
    shutil.copytree(made.folder, folder / "kept", symlinks=True, copy_function=shutil.copy2)
    return made


@pytest.fixture
def ready_project(served: Project) -> Project:
    """Everything is dumped, uploaded, built and indexed. It lies where it was made, since records hold its paths."""
    end_processes_below(served.folder)
    shutil.rmtree(served.folder)
    shutil.copytree(served.folder.parent / "kept", served.folder, symlinks=True, copy_function=shutil.copy2)
    return served
