"""``GET /health/live`` and ``GET /health/ready``: for what starts, watches and balances hubs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hub.api.answers import dump_json
from hub.api.handler import BoundedHandler
from hub.commands.services import Services
from hub.errors import HubError

PATIENCE = 5.0  #: seconds that one part has to answer


class RedEngineError(HubError):
    """The search engine answers, and cannot work."""

    status = 503

    def __init__(self, engine: str) -> None:
        self.engine = engine
        super().__init__(f"the search engine ({engine}) says that its state is red: some of its shards are not there.")


class LivenessHandler(BoundedHandler):
    """Whether the process answers at all; asks nobody."""

    async def get(self) -> None:
        """Always 200."""
        self.finish(dump_json({"status": "ok"}))


class ReadinessHandler(BoundedHandler):
    """Whether the hub can do its work: records, documents and search answer."""

    async def get(self) -> None:
        """200 when all do, otherwise 503; either way each part with what is wrong with it."""
        services: Services = self.settings["services"]
        parts: dict[str, Callable[[], Any]] = {
            "jobs": services.jobs.check,
            "state": services.state.build_configs.all,
            "source store": services.src_store.names,
            "target store": services.target_store.names,
            "search": lambda: _not_red(services.indices.serving_engine().health()),
        }
        answers = await asyncio.gather(*map(_asked, parts.values()))
        problems = dict(zip(parts, answers, strict=True))
        if any(answers):
            self.set_status(503)
        told = {part: problem or "ok" for part, problem in problems.items()}
        self.finish(dump_json({"status": "failing" if any(answers) else "ok", "parts": told}))


def _not_red(health: dict[str, Any]) -> None:
    if health["status"] == "red":
        raise RedEngineError(str(health.get("engine")))


async def _asked(ask: Callable[[], Any]) -> str:
    """What is wrong, or nothing."""
    try:
        await asyncio.wait_for(asyncio.to_thread(ask), PATIENCE)
    except TimeoutError:
        return f"no answer within {PATIENCE:g} seconds"
    except HubError as error:
        return str(error)
    return ""
