"""A hub that merges a configuration and is killed at its first checkpoint; the argument is its home."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from hub.store.state_port import Change
from tests.databuild.workshop import CarefulBuilder, CarefulFinisher, Workshop


async def main(home: Path) -> None:
    shop = Workshop(home)
    await shop.jobs.start()
    for builder in (CarefulBuilder, CarefulFinisher):
        shop.builds.register_builder(builder)

    def look(change: Change) -> None:
        build = shop.state.builds.get(change.id) if change.entity == "build" else None
        ranges = ((build or {}).get("merge_state") or {}).get("ranges") or []
        if any(position is not None for _, _, _, position, *_ in ranges):
            os.kill(os.getpid(), signal.SIGKILL)

    shop.state.subscribe(look)
    await shop.builds.merge("genes")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
