"""What a hub answers while its stores are not there yet; ``tests/services/test_late_stores.py`` has real servers."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from hub import config
from hub.server import LISTENERS, PortTakenError, bind
from hub.store.errors import StoreUnavailableError
from hub.waiting import WhileWaiting


def _settings(home: Path, **flags: Any) -> config.Settings:
    return config.load(home, environ={}, flags={"HUB_API_PORT": 0, "READONLY_HUB_API_PORT": 0, **flags})


def _error(server: str) -> StoreUnavailableError:
    return StoreUnavailableError(server, "it does not answer")


async def _ask(waiting: WhileWaiting, path: str, **more: Any) -> HTTPResponse:
    url = waiting.addresses["REST API"] + path
    return await AsyncHTTPClient().fetch(url, raise_error=False, **more)


async def test_it_lives_and_is_not_ready_and_says_for_what_it_waits(home):
    async with WhileWaiting(_settings(home)) as waiting:
        assert waiting.addresses == {}
        waiting.told(_error("mongodb://one"))
        waiting.told(_error("mongodb://two"))
        assert list(waiting.addresses) == ["REST API", "read-only REST API"]
        live = await _ask(waiting, "/health/live")
        assert (live.code, json.loads(live.body)) == (200, {"status": "ok"})
        ready = await _ask(waiting, "/health/ready")
        assert ready.code == 503
        assert "mongodb://two" in json.loads(ready.body)["parts"]["stores"]
        for method, more in (("GET", {}), ("POST", {"body": "{}"}), ("PUT", {"body": "x"}), ("DELETE", {})):
            answer = await _ask(waiting, "/sources/../%2e", method=method, **more)
            body = json.loads(answer.body)
            assert (answer.code, body["status"], body["code"], body["type"]) == (
                503,
                "error",
                503,
                "StoreUnavailableError",
            )
            assert int(answer.headers["Retry-After"]) > 0


async def test_afterwards_the_port_is_free(home):
    async with WhileWaiting(_settings(home)) as waiting:
        waiting.told(_error("mongodb://one"))
        assert (await _ask(waiting, "/health/live")).code == 200
        port = int(waiting.addresses["REST API"].rpartition(":")[2])
        await waiting.close()
        bind(LISTENERS["HUB_API_PORT"], "127.0.0.1", port, "HUB_API_PORT").close()


async def test_a_port_in_use_is_said_at_once(home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        async with WhileWaiting(_settings(home, HUB_API_PORT=other.getsockname()[1])) as waiting:
            with pytest.raises(PortTakenError, match="HUB_API_PORT"):
                waiting.told(_error("mongodb://one"))
