"""The hub's managers as the console has them: ``bm``, ``dm``, ``jm`` and the others."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

from hub.commands.services import Services
from hub.console.threads import HubLoop

#: Short names, as existing hubs have them, and the field of `Services`.
SHORT_NAMES = {
    "dm": "sources",
    "um": "sources",
    "sm": "sources",
    "api": "apis",
    "dpm": "plugin_sources",
    "am": "plugin_sources",
    "bm": "builds",
    "im": "indices",
    "ism": "inspector",
    "jm": "jobs",
    "pqueue": "jobs",
    "tqueue": "jobs",
    "dim": "diffs",
    "sym": "syncs",
    "ssm": "snapshots",
    "rm": "releases",
    "qm": "quarantine",
}

#: Methods that existing hooks call by another name.
OTHER_NAMES = {"builds": {"build_info": "info"}, "sources": {"source_info": "info"}}


class Manager:
    """A manager whose methods run in the hub's loop, for code in other threads."""

    def __init__(self, name: str, manager: Any, loop: HubLoop) -> None:
        self._name, self._manager, self._loop = name, manager, loop
        self._other: Mapping[str, str] = OTHER_NAMES.get(name, {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(self._manager, self._other.get(name, name))
        if not inspect.isroutine(value):
            return value

        @functools.wraps(value)
        def run(*args: Any, **kwargs: Any) -> Any:
            return self._loop.run(f"{self._name}.{name}", value, *args, **kwargs)

        return run

    def __dir__(self) -> list[str]:
        return sorted({n for n in dir(self._manager) if not n.startswith("_")} | set(self._other))

    def __repr__(self) -> str:
        return f"<{type(self._manager).__name__}: {', '.join(dir(self))}>"


def all_of(services: Services, loop: HubLoop) -> dict[str, Manager]:
    """The managers by short name."""
    made = {field: Manager(field, getattr(services, field), loop) for field in set(SHORT_NAMES.values())}
    return {short: made[field] for short, field in SHORT_NAMES.items()}
