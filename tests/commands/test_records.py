"""Command records when the store does not take them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub import config
from hub.accounts import Role
from hub.commands import records
from hub.commands.records import CommandRecorder
from hub.commands.registry import Command
from hub.jobs.events import EventBus
from hub.store.errors import DiskFullError
from hub.store.state import State, open_state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    (tmp_path / "empty_config.py").write_text("")
    opened = open_state(config.load(tmp_path / "home", config=tmp_path / "empty_config.py", environ={}))
    yield opened
    opened.close()


def command() -> Command:
    return Command("work", lambda: None, "", Role.OPERATOR, "PUT", "/work", starts_job=True)


async def test_the_outcome_is_told_while_the_disk_is_full_and_kept_when_there_is_room(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who follows a command must not wait for ever because its record could not be written."""
    put, full, again, written = state.commands.put, asyncio.Event(), asyncio.Event(), asyncio.Event()
    refused = []

    def try_put(record: dict[str, Any]) -> None:
        if full.is_set():
            refused.append(record)
            if len(refused) > 2:
                again.set()
            raise DiskFullError("/data", 0)
        put(record)
        if refused:
            written.set()

    monkeypatch.setattr(state.commands, "put", try_put)
    monkeypatch.setattr(records, "TRY_AGAIN", 0.0)
    recorder = CommandRecorder(state, EventBus())

    async def work() -> str:
        full.set()
        return "made"

    number = (await recorder.start(command(), {}, work()))["id"]
    await recorder.drain()
    told = recorder.get(number)
    assert told is not None
    assert (told["is_done"], told["results"]) == (True, ["made"])
    assert [r["is_done"] for r in recorder.recent(10)] == [True]
    assert list(recorder.recent(10, running=True)) == []
    stored = state.commands.get(number)
    assert stored is not None
    assert stored["is_done"] is False
    await asyncio.wait_for(again.wait(), 60)  # it is tried again by itself
    full.clear()
    await asyncio.wait_for(written.wait(), 60)
    stored = state.commands.get(number)
    assert stored is not None
    assert stored["is_done"] is True
    assert stored["results"] == ["made"]


async def test_a_full_disk_is_told_as_such(state: State) -> None:
    async def work() -> None:
        raise OSError(28, "No space left on device", "/data/x")

    recorder = CommandRecorder(state, EventBus())
    number = (await recorder.start(command(), {}, work()))["id"]
    await recorder.drain()
    told = recorder.get(number)
    assert told is not None
    assert told["code"] == 507
    assert "`/data/x` cannot be used: its disk is full" in told["results"][0]
