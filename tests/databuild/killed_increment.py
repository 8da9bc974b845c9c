"""A hub that merges what changed and is killed at some change of the build's record; arguments: its home, which change.

It ends well when there are fewer changes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from hub.store.state_port import Change
from tests.databuild.workshop import Workshop


async def main(home: Path, number: int) -> None:
    shop = Workshop(home)
    await shop.jobs.start()
    seen = 0

    def look(change: Change) -> None:
        nonlocal seen
        if change.entity == "build":
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    shop.state.subscribe(look)
    await shop.builds.merge("genes")
    await shop.jobs.stop()
    shop.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
