"""An installation that stops for ever after its first release, for a process that is to be killed there."""

from __future__ import annotations

import signal
from typing import Any

from hub.standalone.installing import InstallReport, InstallRequest, install_releases


class Dying:
    """A context that says when to kill, and waits for it."""

    def __init__(self, ctx: Any) -> None:
        self._ctx = ctx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ctx, name)

    def emit(self, event: str, **data: Any) -> None:
        self._ctx.emit(event, **data)
        signal.pause()


def dying_install(ctx: Any, request: InstallRequest) -> InstallReport:
    return install_releases(Dying(ctx), request)
