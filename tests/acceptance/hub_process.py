"""A real `hub serve` in a process of its own, followed by its JSON lines; no waiting by the clock."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import psutil
import requests

MARK = "ENTREPOT_TEST_FOLDER"  # in the environment of every process that a test's hub starts
LIMIT = 600.0  # seconds until a test gives up on an event


def end_processes_below(folder: Path) -> None:
    """End what a killed hub left behind in a folder, before another test uses it."""
    left = [p for p in psutil.process_iter(["environ"]) if MARK in (p.info["environ"] or {})]
    left = [p for p in left if p.info["environ"][MARK] == str(folder)]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=300)


class HubProcess:
    """`hub serve --json` in ``folder`` (which holds config.py and plugins/)."""

    def __init__(self, folder: Path, *flags: str, **environment: str) -> None:
        self.folder = folder
        self.events: list[dict[str, Any]] = []
        self._queue: Queue[dict[str, Any] | None] = Queue()
        ports = [
            "--api-port",
            "0",
            "--readonly-port",
            "0",
            "--query-port",
            "0",
            "--ssh-port",
            "0",
            "--studio-port",
            "0",
        ]
        self._log = (folder / "stderr.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hub", "serve", "--json", "--home", str(folder / "hub_data"), *ports, *flags],
            cwd=folder,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
                MARK: str(folder),
                "PYTHONPATH": str(Path(__file__).parents[2]),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> HubProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(300)
            except subprocess.TimeoutExpired:
                self.kill()
        assert self.process.stdout is not None
        self._reader.join(30)
        self.process.stdout.close()
        self._log.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(json.loads(line))
        self._queue.put(None)

    def wait_for(self, event: str, **fields: Any) -> dict[str, Any]:
        """The next event of that name whose fields have these values."""
        deadline = time.monotonic() + LIMIT
        while True:
            try:
                got = self._queue.get(timeout=max(0.01, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"no {event} {fields} in {LIMIT} s; {self.tail()}") from None
            if got is None:
                raise AssertionError(f"the hub ended before {event} {fields}; {self.tail()}")
            self.events.append(got)
            if got["event"] == event and all(got.get(k) == v for k, v in fields.items()):
                return got

    def tail(self) -> str:
        """The last events and lines of the log, for a failing test."""
        text = (self.folder / "stderr.log").read_text()[-3000:]
        return f"last events: {self.events[-8:]}\nstandard error: {text}"

    def start(self) -> dict[str, str]:
        """Wait until it listens; returns its addresses."""
        self.addresses: dict[str, str] = self.wait_for("listening")["addresses"]
        return self.addresses

    def kill(self) -> None:
        """kill -9, children left to notice by themselves."""
        self.process.kill()
        self.process.wait()

    def get(self, path: str, *, api: str = "data API", status: int = 200) -> Any:
        """JSON of a GET."""
        answer = requests.get(self.addresses[api] + path, timeout=300)
        assert answer.status_code == status, f"{answer.text}; {self.tail()}"
        return answer.json()
