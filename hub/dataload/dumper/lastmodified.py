"""What dumpers with a list of URLs share: the release from the last URL, and fetching only what changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import NoReleaseError, NoUrlsError, SameLocalNameError
from hub.dataload.transport.names import local_name, masked


class LastModifiedDumper(BaseDumper):
    """Fetches the files of ``SRC_URLS``, of any scheme.

    The release is the change date of the last URL, else its ETag. A file is fetched when the server tells that it
    changed, or does not tell; unchanged files are taken from the current release, so that each folder is complete.

    Attributes:
        SRC_URLS: the URLs.
        RELEASE_FORMAT: how the change date becomes a release.
        RESOLVE_FILENAME: take the local name from the server (``Content-Disposition``) when it gives one.
    """

    SRC_URLS: list[str] = []
    RELEASE_FORMAT: str = "%Y-%m-%d"
    RESOLVE_FILENAME: bool = True

    def set_release(self) -> None:
        """Release from what the server tells of the last URL.

        Raises:
            NoReleaseError: neither a date nor an ETag.
            TransportError: the server does not answer.
        """
        if not self.SRC_URLS:
            raise NoUrlsError(self.src_name)
        url = self.SRC_URLS[-1]
        remote = self.stat(url)
        if remote.mtime is not None:
            self.release = remote.mtime.strftime(self.RELEASE_FORMAT)
        else:
            self.release = remote.etag.removeprefix("W/").replace('"', "")
        if not self.release:
            raise NoReleaseError(self.src_name, masked(url))

    def create_todump_list(self, force: bool = False, **kwargs: Any) -> None:
        """Set the release, then sort the URLs into changed and unchanged ones.

        Raises:
            SameLocalNameError: two URLs with one local name.
        """
        if not self.SRC_URLS:
            raise NoUrlsError(self.src_name)
        self.set_release()
        names: dict[str, str] = {}
        for url in self.SRC_URLS:
            name = self.local_name_of(url)
            if name in names:
                raise SameLocalNameError(self.src_name, name, masked(names[name]), masked(url))
            names[name] = url
            entry = {"remote": url, "local": os.path.join(self.new_data_folder, name)}  # noqa: PTH118 - a str for plugins
            current = os.path.join(self.current_data_folder or "", name)  # noqa: PTH118
            better = force or self.remote_is_better(url, current)
            (self.to_dump if better else self.unchanged).append(entry)

    def local_name_of(self, url: str) -> str:
        """The name that a URL is saved as."""
        name = self.stat(url).name if self.RESOLVE_FILENAME else None
        return name or local_name(url)

    def remote_is_better(self, remotefile: Any, localfile: Any) -> bool:
        """Whether the server's file differs from the one of the current release, as far as can be told."""
        remote, local = self.stat(remotefile), Path(localfile)
        if not local.is_file():
            return True
        record = self.env.previous.of_url(masked(self.url_of(remotefile))) if self.env.previous else None
        if record is not None and record.name == local.name:
            return local.stat().st_size != record.size or not record.remote().same_bytes(remote)
        return remote.mtime is None or remote.mtime.timestamp() > local.stat().st_mtime
