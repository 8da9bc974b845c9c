"""A comparison that stops for ever after its second checkpoint, for a process that is to be killed there."""

from __future__ import annotations

import dataclasses
import signal
from typing import Any

from hub.datadiff.work import DiffRequest, DiffResult, make_diff


class Dying:
    """A context that says when to kill, and waits for it."""

    def __init__(self, ctx: Any) -> None:
        self._ctx, self._checkpoints = ctx, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ctx, name)

    def emit(self, event: str, **data: Any) -> None:
        self._checkpoints += 1
        if self._checkpoints == 2:
            self._ctx.emit("die")
            signal.pause()


def dying_diff(ctx: Any, request: DiffRequest) -> DiffResult:
    return make_diff(Dying(ctx), dataclasses.replace(request, checkpoint=500))
