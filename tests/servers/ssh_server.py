"""A real OpenSSH server on loopback; tests that need it are skipped where the program is not installed."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest


@dataclass(frozen=True)
class SshSite:
    """The running server. The user of the tests logs in with ``key``."""

    port: int
    user: str
    key: Path
    host_line: str


@contextmanager
def running_ssh_server(folder: Path) -> Iterator[SshSite]:
    """An sshd with one host key and one user key; everything it needs is below ``folder``."""
    program = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None or shutil.which("ssh") is None:
        pytest.skip("the programs sshd and ssh are not installed")
    if getpass.getuser() == "root":
        Path("/run/sshd").mkdir(exist_ok=True)  # where it locks its children in
    host, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    for name, key in (("host_key", host), ("user_key", user)):
        (folder / name).touch(0o600)
        (folder / name).write_bytes(key.export_private_key())
    (folder / "authorized").write_bytes(user.export_public_key())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
    )
    log = (folder / "sshd.log").open("wb")
    server = subprocess.Popen([program, "-D", "-e", "-f", f"{folder}/sshd_config"], stderr=log)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            try:
                server.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError("sshd ended at once: " + (folder / "sshd.log").read_text())
        kind, data = host.export_public_key().decode().split()[:2]
        yield SshSite(port, getpass.getuser(), folder / "user_key", f"[127.0.0.1]:{port} {kind} {data}\n")
    finally:
        server.terminate()
        server.wait(10)
        log.close()
