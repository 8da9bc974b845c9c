"""What every test gets: an environment without the hub's variables, and folders of its own."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# A machine that pauses is no fault of the code.
hypothesis.settings.register_profile("hub", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("hub")

ROOT = Path(__file__).resolve().parent.parent

# Set by `make services-test`; these say where the real servers are.
KEPT = frozenset({"HUB_TEST_MONGO_URI", "HUB_TEST_ES8_URL", "HUB_TEST_ES9_URL"})


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in os.environ:
        if name.startswith(("HUB_", "BIOMAJ_")) and name not in KEPT:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the checkout; read from it, never write to it."""
    return ROOT


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty HUB_HOME."""
    folder = tmp_path / "hub_data"
    folder.mkdir()
    return folder


@pytest.fixture
def work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, for what looks for files beside itself."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
