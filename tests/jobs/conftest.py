from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.config import Settings
from hub.jobs.events import Event, EventBus
from hub.jobs.manager import JobManager


class Repository:
    """Records in a dict, as the hub's store keeps them."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.writes: list[dict[str, Any]] = []

    def put(self, document: dict[str, Any]) -> None:
        self.documents[document["_id"]] = document
        self.writes.append(document)

    def get(self, id_: str) -> dict[str, Any] | None:
        return self.documents.get(id_)

    def rows(self, fields: Any) -> list[dict[str, Any]]:
        return [{name: d.get(name) for name in ("_id", *fields)} for d in self.documents.values()]

    def delete(self, id_: str) -> bool:
        return self.documents.pop(id_, None) is not None


class Watch:
    """Waits for events of a bus."""

    def __init__(self, bus: EventBus) -> None:
        self.bus = bus

    async def __call__(self, pattern: str, **data: Any) -> Event:
        """The first event, past or coming, that fits."""
        found: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

        def look(event: Event) -> None:
            if not found.done() and all(event.data.get(k) == v for k, v in data.items()):
                found.set_result(event)

        end = self.bus.subscribe(pattern, look)
        for event in self.bus.since(0, pattern):
            look(event)
        try:
            return await asyncio.wait_for(found, 30)
        finally:
            end()


@pytest.fixture
def repository() -> Repository:
    return Repository()


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    (tmp_path / "empty_config.py").write_text("")

    def make(**flags: Any) -> Settings:
        flags = {"HUB_MAX_WORKERS": 2, "JOB_CANCEL_GRACE": 5.0} | flags
        return config.load(tmp_path / "home", config=tmp_path / "empty_config.py", environ={}, flags=flags)

    return make


@pytest.fixture
async def manager_of(settings, repository) -> AsyncIterator[Callable[..., Any]]:
    """Start a manager with some settings; it is stopped at the end."""
    managers: list[JobManager] = []

    async def start(memory_used: Callable[[], int] | None = None, **flags: Any) -> JobManager:
        manager = JobManager(settings(**flags), jobs_repo=repository, bus=EventBus(), memory_used=memory_used)
        managers.append(manager)
        await manager.start()
        return manager

    yield start
    for manager in managers:
        await manager.stop()


@pytest.fixture
async def manager(manager_of) -> JobManager:
    return await manager_of()


@pytest.fixture
def watch(manager) -> Watch:
    return Watch(manager.bus)


@pytest.fixture
def watching() -> type[Watch]:
    """Makes a watch for the bus of a manager."""
    return Watch
