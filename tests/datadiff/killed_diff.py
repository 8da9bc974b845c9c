"""A hub that is killed, with its worker, in the middle of a diff; arguments: its home and the two builds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from hub.datadiff import manager
from tests.datadiff.conftest import DiffShop
from tests.datadiff.dying import dying_diff


async def main(home: Path, old: str, new: str) -> None:
    shop = DiffShop(home)
    await shop.jobs.start()
    manager.make_diff = dying_diff  # type: ignore[assignment]
    shop.bus.subscribe("job.event", lambda event: os.kill(os.getpid(), signal.SIGKILL))
    await shop.diffs.diff("jsondiff-selfcontained", old, new)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
