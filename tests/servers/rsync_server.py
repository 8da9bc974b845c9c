"""A real rsync daemon on loopback; tests that need it are skipped where the program is not installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER, PASSWORD = "reader", "s3cret/word"


@contextmanager
def running_rsync_daemon(root: Path, folder: Path) -> Iterator[str]:
    """Gives ``127.0.0.1:port``. Module ``data`` is open, ``locked`` wants `USER` with `PASSWORD`."""
    program = shutil.which("rsync")
    if program is None:
        pytest.skip("the program rsync is not installed")
    secrets, config = folder / "rsync.secrets", folder / "rsync.conf"
    secrets.write_text(f"{USER}:{PASSWORD}\n")
    secrets.chmod(0o600)
    locked = f"auth users = {USER}\nsecrets file = {secrets}\n"
    module = f"path = {root}\nread only = yes\nuse chroot = no\n"
    config.write_text(f"log file = {folder}/rsync.log\n[data]\n{module}[locked]\n{module}{locked}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    daemon = subprocess.Popen(
        [program, "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={port}", f"--config={config}"],
        stdin=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            try:
                daemon.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError("the rsync daemon ended at once")
        yield f"127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait(10)
