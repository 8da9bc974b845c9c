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

    def recent(self, limit: int) -> list[dict[str, Any]]:
        return sorted(self.documents.values(), key=lambda d: d["created_at"], reverse=True)[:limit]

    def unfinished(self) -> list[dict[str, Any]]:
        return [d for d in self.documents.values() if d["state"] in ("queued", "running")]

    def prune(self, keep: int) -> int:
        kept = {d["_id"] for d in self.recent(keep)} | {d["_id"] for d in self.unfinished()}
        gone = [id_ for id_ in self.documents if id_ not in kept]
        for id_ in gone:
            del self.documents[id_]
        return len(gone)


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
