"""`docs/guide-session.md` is run as it stands, each door on a new hub; what comes out is the same."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import asyncssh
import pytest
import requests

from tests.acceptance.hub_process import LIMIT, HubProcess

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guide-session.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
DOORS = ("console", "curl", "cli")


class Session:
    """A folder that stands for ``/srv``, and the hub in it."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("hub/plugins", "drafts/genes", "upstream"):
            (folder / name).mkdir(parents=True)
        for name, where in (
            ("manifest.json", "drafts/genes"),
            ("parser.py", "drafts/genes"),
            ("genes.tsv", "upstream"),
        ):
            (folder / where / name).write_text(self.here(BLOCKS[name]))
        (folder / "hub" / "config.py").write_text("from config_hub import *\nBUILDS = {}\nAUTO_SOURCES = []\n")
        self.hub = HubProcess(folder / "hub")
        self.addresses = self.hub.start()
        self.password = self.hub.wait_for("console_user")["password"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def here(self, text):
        """A block with the folder, ports and addresses of this session."""
        text = text.replace("/srv/", f"{self.folder}/")
        if hasattr(self, "port"):
            text = text.replace("http://127.0.0.1:7080", self.addresses["REST API"]).replace("8000", str(self.port))
        return text

    def run(self, door):
        getattr(self, door)(self.here(BLOCKS[door]))

    def console(self, text):
        host, port = self.addresses["SSH console"].removeprefix("ssh://").split(":")
        options = {"known_hosts": None, "client_keys": None, "agent_path": None, "config": None}

        async def run():
            async with asyncssh.connect(host, int(port), username="admin", password=self.password, **options) as there:
                return await asyncio.wait_for(there.run(input=text), LIMIT)

        done = asyncio.run(run())
        assert done.exit_status == 0, f"{done.stdout}\n{done.stderr}\n{self.hub.tail()}"

    def curl(self, text):
        self._bash(text)

    def cli(self, text):
        shims = self.folder / "bin"
        shims.mkdir()
        (shims / "hub").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m hub "$@"\n')
        (shims / "hub").chmod(0o755)
        self._bash(text, PATH=f"{shims}:{os.environ['PATH']}", PYTHONPATH=str(ROOT))

    def _bash(self, text, **environment):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=self.folder / "hub",
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{self.hub.tail()}"

    def outcome(self):
        """Everything that the session has made, without times."""
        source = self.hub.get("/source/genes", api="REST API")["result"]
        build = self.hub.get("/build/genebook_one", api="REST API")["result"]
        (api,) = self.hub.get("/api/list", api="REST API")["result"]
        base = f"http://127.0.0.1:{self.port}/v1"
        inspected = source["inspect"]["sources"]["genes"]["inspect"]["results"]
        return {
            "count": source["count"],
            "release": bool(source["download"]["release"]),
            "mapping": source["mapping"],
            "inspected": {mode: inspected[mode] for mode in ("type", "mapping")},
            "build": {key: build[key] for key in ("status", "count", "sources", "mapping")},
            "indices": sorted(build["index"]),
            "api": (api["_id"], api["status"], {k: v for k, v in api["config"].items() if k != "port"}),
            "document": requests.get(f"{base}/gene/1017", timeout=300).json(),
            "query": requests.get(f"{base}/gene/query?q=symbol:TP53", timeout=300).json()["total"],
        }


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    found = {}
    for door in DOORS:
        session = Session(tmp_path_factory.mktemp(door))
        with session.hub:
            session.run(door)
            found[door] = session.outcome()
    return found


def test_the_console_makes_what_the_page_says(outcomes):
    found = outcomes["console"]
    assert found["document"] == json.loads(BLOCKS["answer"])
    assert (found["count"], found["query"], found["build"]["count"]) == (3, 1, 3)
    assert found["mapping"]["genes"]["mapping"]["length"] == {"type": "integer"}
    assert found["build"]["mapping"]["symbol"] == {"type": "keyword"}


@pytest.mark.parametrize("door", DOORS[1:])
def test_the_other_doors_make_the_same(outcomes, door):
    assert outcomes[door] == outcomes["console"]
