"""Killed at any moment, an incremental build leaves the former one as it was, and is then made as if nothing was."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.databuild.workshop import Workshop

LONG = {"p": {"type": "long"}}


def rows(**changed: Any) -> list[dict[str, Any]]:
    found = {f"n{n:03d}": n for n in range(100)} | changed
    return [{"_id": id_, "p": p} for id_, p in sorted(found.items()) if p is not None]


async def prepare(home: Path) -> str:
    shop = Workshop(home)
    await shop.jobs.start()
    shop.release("one", rows(), mapping=LONG)
    shop.release("two", rows(), mapping=LONG)
    shop.configure(["one", "two"])
    name = await shop.builds.merge("genes")
    shop.release("one", rows(n003=-3, n004=None, x=1), mapping=LONG)
    shop.release("two", rows(n003=-4, n004=None, n005=-5), mapping=LONG)
    await shop.jobs.stop()
    shop.close()
    return str(name)


async def check(home: Path, former: str) -> None:
    """What a hub that starts after the kill finds and makes."""
    shop = Workshop(home)
    await shop.jobs.start()
    shop.builds.recover()
    assert shop.documents(former) == {d["_id"]: d for d in rows()}
    name = await shop.builds.merge("genes")
    made = shop.builds.info(name)
    assert (made["status"], made["count"]) == ("success", 100)
    expected = {d["_id"]: d for d in rows(n003=-4, n004=None, n005=-5, x=1)}
    assert shop.documents(name) == expected
    full = await shop.builds.merge("genes", full=True)
    assert shop.documents(full) == expected
    assert made["merge_stats"] == shop.builds.info(full)["merge_stats"]
    left = [n for n in shop.target.names() if "__building" in n or "__stage" in n]
    assert not left
    await shop.jobs.stop()
    shop.close()


async def test_a_kill_at_any_change_of_the_record_does_no_harm(tmp_path: Path) -> None:
    home = tmp_path / "home"
    former = await prepare(home)
    for number in range(1, 60):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(home, copy)
        command = [sys.executable, "-m", "tests.databuild.killed_increment", str(copy), str(number)]
        ended = await asyncio.to_thread(subprocess.run, command, timeout=120, check=False)
        assert ended.returncode in (-9, 0)
        await check(copy, former)
        shutil.rmtree(copy)
        if ended.returncode == 0:
            break
    assert number > 8
    assert ended.returncode == 0
