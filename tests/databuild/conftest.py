"""Stores in a temporary folder, and workshops."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub.store import StoreSpec, open_store
from hub.store.port import DocumentStore
from tests.databuild.workshop import Workshop


@pytest.fixture
def src(tmp_path: Path) -> Iterator[DocumentStore]:
    with closing(open_store(StoreSpec("sqlite", "src", str(tmp_path)))) as store:
        yield store


@pytest.fixture
def target(tmp_path: Path) -> Iterator[DocumentStore]:
    with closing(open_store(StoreSpec("sqlite", "target", str(tmp_path)))) as store:
        yield store


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    workshop = Workshop(tmp_path / "home")
    await workshop.jobs.start()
    yield workshop
    await workshop.jobs.stop()
    workshop.close()


@pytest.fixture
def shop_of(tmp_path: Path) -> Iterator[Any]:
    """Makes workshops with some settings; their job managers are not started."""
    made: list[Workshop] = []

    def make(**flags: Any) -> Workshop:
        made.append(Workshop(tmp_path / f"home{len(made)}", **flags))
        return made[-1]

    yield make
    for workshop in made:
        workshop.close()
