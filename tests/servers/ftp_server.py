"""An FTP server on loopback (pyftpdlib) that can cut transfers, refuse commands, and remembers what it was told."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

with warnings.catch_warnings():  # on Python 3.11 it imports asyncore, which says that it will go away
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_DTPHandler, TLS_FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer

USER, PASSWORD = "reader", "s3cret/word"


@dataclass
class FtpSite:
    """The running server. ``root`` holds its files."""

    root: Path
    port: int = 0
    commands: list[str] = field(default_factory=list)
    cut_after: list[int] = field(default_factory=list)  #: bytes after which the next transfers are cut, one each
    refused: dict[str, str] = field(default_factory=dict)  #: command to answer: ``{"REST": "502 No."}``
    refuse_once: dict[str, str] = field(default_factory=dict)  #: the same, used up

    @property
    def url(self) -> str:
        """URL of the folder, for anonymous users."""
        return f"ftp://127.0.0.1:{self.port}"

    def told(self, command: str) -> list[str]:
        """What came of one command so far."""
        return [c for c in self.commands if c.split(" ")[0] == command]


def _handlers(site: FtpSite, tls: str, certificate: Path | None) -> type[Any]:
    class Transfer(TLS_DTPHandler if tls else DTPHandler):  # type: ignore[misc]
        left: int | None = None  # bytes until the cut; -1: none is planned

        def send(self, data: bytes) -> int:
            if self.left is None:
                planned = site.cut_after and self.cmd_channel.last_command == "RETR"
                self.left = site.cut_after.pop(0) if planned else -1
            if self.left < 0:
                return int(super().send(data))
            count = int(super().send(data[: self.left])) if self.left else 0
            self.left -= count
            if self.left == 0:
                self.cmd_channel.close()
                self.close()
            return count

    class Handler(TLS_FTPHandler if tls else FTPHandler):  # type: ignore[misc]
        dtp_handler = Transfer
        certfile = certificate and str(certificate)
        tls_control_required = tls_data_required = True
        last_command = ""
        use_sendfile = False

        def handle(self) -> None:
            if tls == "implicit":
                self.secure_connection(self.ssl_context)
            super().handle()

        def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
            site.commands.append(line if cmd != "PASS" else "PASS ***")
            if cmd not in ("PASV", "EPSV", "TYPE"):
                self.last_command = cmd
            answer = site.refuse_once.pop(cmd, None) or site.refused.get(cmd)
            if answer:
                self.respond(answer)
                return
            super().pre_process_command(line, cmd, arg)

    return Handler


@contextmanager
def running_ftp_server(root: Path, tls: str = "", certificate: Path | None = None) -> Iterator[FtpSite]:
    """A server of the files below ``root`` in a thread: anonymous, and `USER` with `PASSWORD`.

    ``tls`` is empty, ``explicit`` or ``implicit``; ``certificate`` is a file with its key and chain.
    """
    logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
    site, loop = FtpSite(root), IOLoop()
    handler = _handlers(site, tls, certificate)
    handler.authorizer = DummyAuthorizer()
    handler.authorizer.add_anonymous(str(root))
    handler.authorizer.add_user(USER, PASSWORD, str(root))
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=loop)
    site.port = server.socket.getsockname()[1]
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            loop.loop(timeout=0.02, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        stop.set()
        thread.join(10)
