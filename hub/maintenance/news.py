"""Which version of the code runs, and whether there is a newer one; asked of git now and then, told to clients."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from hub.errors import HubError
from hub.maintenance.codebase import CodeBase

log = logging.getLogger("hub.maintenance")


class CodeNews:
    """Versions of the code bases as they were when the hub started, with the news of the last look.

    Args:
        bases: the code bases by name.
    """

    def __init__(self, bases: Mapping[str, CodeBase]) -> None:
        self._bases = bases
        self._versions: dict[str, dict[str, Any] | None] = {}
        self._news: dict[str, dict[str, Any]] = {}

    async def start(self) -> None:
        """Ask for the versions; what cannot be asked is logged and unknown."""
        for name, base in self._bases.items():
            try:
                self._versions[name] = await asyncio.to_thread(base.version)
            except HubError as error:
                log.warning("The version of %s is not known: %s", name, error, extra={"action": "version_unknown"})

    def version(self, name: str) -> dict[str, Any] | None:
        """What `CodeBase.version` said, with ``upgrade`` when there is something newer; None if unknown."""
        version = self._versions.get(name)
        return {**version, "upgrade": self._news[name]} if version and name in self._news else version

    async def look(self) -> None:
        """Ask upstream; what cannot be asked is logged and has no news."""
        for name, base in self._bases.items():
            if not self._versions.get(name):
                continue
            try:
                found = await asyncio.to_thread(base.news)
            except HubError as error:
                log.info("no news of %s: %s", name, error, extra={"action": "upgrade_check"})
                found = None
            self.forget(name)
            if found:
                self._news[name] = found

    def forget(self, name: str) -> None:
        """There is nothing new any more."""
        self._news.pop(name, None)
