"""A hub that is killed, with its worker, after the first of two releases; arguments: its home and the list."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from hub.standalone import manager
from tests.standalone.dying import dying_install
from tests.standalone.hubs import FullHub


async def main(home: Path, url: str) -> None:
    hub = FullHub(home, VERSION_URLS=[url])
    await hub.jobs.start()
    manager.install_releases = dying_install  # type: ignore[assignment]
    hub.bus.subscribe("job.event", lambda event: os.kill(os.getpid(), signal.SIGKILL))
    await hub.standalone.install("genes")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
