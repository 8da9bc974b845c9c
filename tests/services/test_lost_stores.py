"""A store that goes away while work on its records ends: what became of the work is written when it is back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from hub.store.errors import StoreUnavailableError
from hub.store.state import open_state
from tests.services.mongo_server import PATIENCE, free_port, mongo_server
from tests.store.test_records import NAMES

pytestmark = pytest.mark.services

LIMIT = 600.0  #: seconds until the test gives up


def test_what_ended_while_the_server_was_gone_is_noted_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    uri = f"mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=500&{PATIENCE}"
    settings: dict[str, Any] = {**NAMES, "HUB_DB_BACKEND": {"module": "biothings.utils.mongo", "uri": uri}}
    with mongo_server(tmp_path / "mongo", port):
        state = open_state(settings)  # type: ignore[arg-type]
        state.builds.create({"_id": "b"})
        state.builds.job_started("b", "sync-content", status="syncing", pid=5)
        state.builds.job_started("b", "publish", status="publishing", pid=5)
    written = threading.Semaphore(0)
    state.subscribe(lambda change: written.release() if change.collection == "src_build" else None)
    state.builds.job_ended("b", "sync-content", status="failed", seconds=1.0, err="no server")
    with pytest.raises(StoreUnavailableError):
        state.builds.job_ended("b", "publish", status="success", seconds=1.0)
    with mongo_server(tmp_path / "mongo", port):
        assert written.acquire(timeout=LIMIT)
        assert written.acquire(timeout=LIMIT)
        sync, publish = (state.builds.get("b") or {})["jobs"]
        state.close()
    assert (sync["status"], sync["err"]) == ("failed", "no server")
    assert publish["status"] == "failed"
    assert f"127.0.0.1:{port}" in publish["err"]
