"""A hub that is killed, with its worker, while it indexes a build; arguments: its home and the build."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.databuild.workshop import Workshop


async def main(home: Path, build: str) -> None:
    shop = Workshop(home)
    await shop.jobs.start()

    def look(event: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    shop.bus.subscribe("job.started", look)
    await shop.indices.index_for_serving("genes", build)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
