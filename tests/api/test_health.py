"""Health: live as long as it answers, ready as long as it can work."""

from __future__ import annotations

import pytest

from hub.api import health
from hub.search.errors import EngineUnavailableError


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 300.0)


def test_a_hub_at_work_is_live_and_ready(live):
    assert live.ask("GET", "/health/live").json() == {"status": "ok"}
    ready = live.ask("GET", "/health/ready")
    parts = dict.fromkeys(("jobs", "state", "source store", "target store", "search"), "ok")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "parts": parts})
    assert live.ask("GET", "/health/ready", base=live.readonly).status_code == 200


def test_a_hub_without_its_search_engine_is_live_but_not_ready(live, monkeypatch):
    def fails():
        raise EngineUnavailableError("elastic", "http://127.0.0.1:9", "connection refused")

    monkeypatch.setattr(live.hub.services.indices.serving_engine(), "health", fails)
    ready = live.ask("GET", "/health/ready")
    assert ready.status_code == 503
    assert "connection refused" in ready.json()["parts"]["search"]
    assert ready.json()["parts"]["state"] == "ok"
    monkeypatch.setattr(live.hub.services.indices.serving_engine(), "health", lambda: {"status": "red", "engine": "x"})
    assert "red" in live.ask("GET", "/health/ready").json()["parts"]["search"]
    assert live.ask("GET", "/health/live").status_code == 200
