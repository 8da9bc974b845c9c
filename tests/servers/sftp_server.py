"""An SSH server on loopback (asyncssh) that serves files, can cut or hold transfers, and counts the bytes it sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "reader", "s3cret/word"


@dataclass
class SftpSite:
    """The running server. ``root`` holds its files."""

    root: Path
    host_keys: list[asyncssh.SSHKey]
    authorized: list[asyncssh.SSHKey] = field(default_factory=list)
    port: int = 0
    sent: int = 0  #: bytes of files so far
    cut_after: list[int] = field(default_factory=list)  #: offsets at which the connection is cut, one each
    hold_after: int | None = None  #: offset from which nothing comes
    holding: threading.Event = field(default_factory=threading.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)  #: ends the silence, when the server stops

    @property
    def url(self) -> str:
        """URL of the folder, with the log-in."""
        return f"sftp://{USER}:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{self.port}"

    def known(self, key: asyncssh.SSHKey | None = None) -> str:
        """The line of a known-hosts file."""
        kind, data = (key or self.host_keys[0]).export_public_key().decode().split()[:2]
        return f"[127.0.0.1]:{self.port} {kind} {data}\n"


def _server(site: SftpSite) -> type[asyncssh.SSHServer]:
    class Server(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return key in site.authorized

    return Server


def _files(site: SftpSite) -> Any:
    class Files(asyncssh.SFTPServer):
        def __init__(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
            self.channel_in_use = chan
            super().__init__(chan, chroot=str(site.root).encode())

        async def read(self, file_obj: object, offset: int, size: int) -> bytes:  # type: ignore[override]
            if site.cut_after and offset + size > site.cut_after[0]:
                site.cut_after.pop(0)
                self.channel_in_use.get_connection().abort()
            if site.hold_after is not None and offset + size > site.hold_after:
                site.holding.set()
                await site.release.wait()
            data: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
            site.sent += len(data)
            return data

    return Files


@contextmanager
def running_sftp_server(root: Path, kinds: tuple[str, ...] = ("ssh-ed25519",)) -> Iterator[SftpSite]:
    """A server of the files below ``root`` in a thread; `USER` logs in with `PASSWORD` or a key of ``authorized``."""
    site = SftpSite(root, [asyncssh.generate_private_key(kind) for kind in kinds])
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=site.host_keys, server_factory=_server(site), sftp_factory=_files(site)
        )
        site.port = server.get_port()
        ready.set()
        await stop.wait()
        site.release.set()
        server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            _, rest = await asyncio.wait(rest, timeout=10)  # files that are open are closed by their connections
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda loop, context: None)  # cut connections are what the tests ask for
        loop.run_until_complete(serve())
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(300)
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
