"""Dumpers of FTP servers."""

from __future__ import annotations

import contextlib
import ftplib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import DumperException
from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.transport import TransportOptions
from hub.dataload.transport.registry import Factory


class _FTPClient(BaseDumper):
    """Closing of an `ftplib.FTP`."""

    def release_client(self) -> None:
        """Leave the server."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, EOFError, ftplib.Error):
                client.quit()
            client.close()


class FTPDumper(_FTPClient):
    """Downloads from one folder of an FTP server; ``to_dump`` holds names in it. ``client`` is an `ftplib.FTP`.

    Attributes:
        FTP_HOST: server, with ``:port`` if it is not 21.
        CWD_DIR: folder to go to after log-in.
        FTP_USER, FTP_PASSWD: empty for anonymous.
        FTP_TIMEOUT: seconds without an answer.
        BLOCK_SIZE: accepted, not needed.
    """

    FTP_HOST: str = ""
    CWD_DIR: str = ""
    FTP_USER: str = ""
    FTP_PASSWD: str = ""
    FTP_TIMEOUT: float = 600
    BLOCK_SIZE: int | None = None

    def prepare_client(self) -> None:
        """Connect, log in, change to CWD_DIR."""
        if not self.FTP_HOST:
            raise DumperException(f"`{self.src_name}`: FTP_HOST is not set. Set it in the class.")
        host, _, port = self.FTP_HOST.partition(":")
        client = ftplib.FTP(timeout=self.FTP_TIMEOUT)
        try:
            client.connect(host, int(port or ftplib.FTP_PORT))
            client.login(self.FTP_USER, self.FTP_PASSWD)
            if self.CWD_DIR:
                client.cwd(self.CWD_DIR)
        except BaseException:
            client.close()
            raise
        self.client = client

    def url_of(self, remote: Any) -> str:
        """The URL of a name in CWD_DIR, or the URL itself."""
        if "://" in str(remote):
            return str(remote)
        folder = "/".join(p for p in self.CWD_DIR.split("/") if p)
        return f"ftp://{self.FTP_HOST}/" + (quote(folder) + "/" if folder else "") + quote(str(remote))

    def transport_options(self) -> TransportOptions:
        """The run's options with FTP_TIMEOUT as the longest silence, if that is shorter."""
        options = super().transport_options()
        return replace(options, stall=min(options.stall, self.FTP_TIMEOUT))

    def transport_factories(self) -> dict[str, Factory]:
        """FTP through connections that `prepare_client` makes."""
        return {"ftp": self._over_client}

    def _over_client(self, options: TransportOptions) -> Any:
        from hub.dataload.transport.ftp import FtpTransport

        return FtpTransport(options, self._connected, self._name_in_folder)

    def _connected(self) -> ftplib.FTP:
        twin = self.for_thread()
        twin.prepare_client()
        client: ftplib.FTP = twin._client
        return client

    def _name_in_folder(self, url: str) -> str | None:
        """The name to ask for after the change to CWD_DIR; None for URLs of another place."""
        start = self.url_of("")
        return url.removeprefix(start) if url.startswith(start) else None

    def remote_is_better(self, remotefile: Any, localfile: Any) -> bool:
        """Remote newer by MDTM, or of the same time and bigger by SIZE."""
        local = Path(localfile)
        if not local.is_file():
            return True
        remote, here = self.stat(remotefile), local.stat()
        if remote.mtime is None:
            return remote.size is None or remote.size != here.st_size
        there = int(remote.mtime.timestamp())
        return there > int(here.st_mtime) or (there == int(here.st_mtime) and (remote.size or 0) > here.st_size)


class LastModifiedFTPDumper(LastModifiedDumper, _FTPClient):
    """Downloads ``SRC_URLS``; see `LastModifiedDumper`. ``client`` is an `ftplib.FTP` at the server of the last URL."""

    RESOLVE_FILENAME: bool = False

    def prepare_client(self) -> None:
        """Connect to the server of the last URL, with the log-in of the URL."""
        from hub.dataload.transport.ftp import login

        self.client = login(self.transports.rewritten(self.SRC_URLS[-1]), self.transport_options())
