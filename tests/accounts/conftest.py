"""Accounts on a real store of records, without the rest of a hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.accounts import Accounts
from hub.store.state import open_state


@pytest.fixture
def settings(tmp_path: Path) -> Any:
    return config.load(tmp_path / "home", environ={}, flags={"HUB_NAME": "Orchard"})


@pytest.fixture
def accounts(settings: Any) -> Iterator[Accounts]:
    Path(settings["RUN_DIR"]).mkdir(parents=True, exist_ok=True)
    state = open_state(settings)
    yield Accounts(settings, state)
    state.close()
