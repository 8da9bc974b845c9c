"""What dumpers with a list of URLs share: the release from the last URL, and fetching only what changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub.dataload.dumper import listed
from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import NoReleaseError, NoUrlsError, SameLocalNameError
from hub.dataload.transport import RemoteFile, TransportOptions
from hub.dataload.transport.names import local_name, masked
from hub.dataload.transport.walk import fingerprint

_FEW = 10  # files of a first release that are looked at before they are fetched


class LastModifiedDumper(BaseDumper):
    """Fetches the files of ``SRC_URLS``, of any scheme.

    The release is the change date of the last URL, else its ETag. A file is fetched when the server tells that it
    changed, or does not tell; unchanged files are taken from the current release, so that each folder is complete.

    Attributes:
        SRC_URLS: the URLs.
        RELEASE_FORMAT: how the change date becomes a release.
        FILES: regular expressions for the files wanted of the folders in SRC_URLS; see
            `hub.dataload.transport.patterns`.
        FILES_GLOB: the same as shell patterns.
        FILES_FROM: URL of a JSON list of files instead.
        KEEP_STRUCTURE: save listed files with their folders; False for base names only.
        MAX_DEPTH: levels of folders to go down; None for all.
        FOLLOW_LINKS: go into folders that are links.
        LISTING: ``auto``, or rules for index pages; see `hub.dataload.transport.index_rules`.
        RELEASE_RULE: ``last`` (of the last URL), ``newest`` (date of all; for listed files without a rule), or
            ``fingerprint`` (of names, sizes and dates).
        RESOLVE_FILENAME: take the local name from the server (``Content-Disposition``) when it gives one.
    """

    SRC_URLS: list[str] = []
    RELEASE_FORMAT: str = "%Y-%m-%d"
    RESOLVE_FILENAME: bool = True
    FILES: list[str] = []
    FILES_GLOB: list[str] = []
    FILES_FROM: str | None = None
    KEEP_STRUCTURE: bool = True
    MAX_DEPTH: int | None = None
    FOLLOW_LINKS: bool = True
    LISTING: Mapping[str, Any] | str = "auto"
    RELEASE_RULE: str | None = None

    def transport_options(self) -> TransportOptions:
        """The run's options with this class's rules for index pages."""
        options = super().transport_options()
        if isinstance(self.LISTING, str) or options.index_rules is not None:
            return options
        from hub.dataload.transport.index_rules import IndexRules

        self._options = replace(options, index_rules=IndexRules.of(self.LISTING))
        return self._options

    @property
    def lists(self) -> bool:
        """Whether the files are listed instead of named."""
        return bool(self.FILES or self.FILES_GLOB or self.FILES_FROM)

    def set_release(self) -> None:
        """Release by RELEASE_RULE.

        Raises:
            NoReleaseError: neither a date nor an ETag.
            TransportError: the server does not answer.
        """
        if not self.SRC_URLS:
            raise NoUrlsError(self.src_name)
        rule = self.RELEASE_RULE or ("newest" if self.lists else "last")
        if rule == "fingerprint":
            self.release = self._fingerprint()
        elif rule == "newest":
            dates = [d for url in self.SRC_URLS if (d := self._told(url).mtime) is not None]
            self.release = max(dates).strftime(self.RELEASE_FORMAT) if dates else ""
        else:
            remote = self.stat(self.SRC_URLS[-1])
            date = remote.mtime.strftime(self.RELEASE_FORMAT) if remote.mtime is not None else ""
            self.release = date or remote.etag.removeprefix("W/").replace('"', "")
        if not self.release:
            raise NoReleaseError(self.src_name, masked(self.SRC_URLS[-1]))

    def list_folder(self, url: str) -> list[RemoteFile]:
        """The entries of one remote folder."""
        return self.transports.listdir(url, self.env.watch)

    def create_todump_list(self, force: bool = False, **kwargs: Any) -> None:
        """List or look, set the release, then sort the files into changed and unchanged ones.

        Raises:
            SameLocalNameError: two files with one local name.
        """
        if not self.SRC_URLS and not self.FILES_FROM:
            raise NoUrlsError(self.src_name)
        if self.lists:
            self._list()
        self._look(force)
        self.set_release()
        names: dict[str, str] = {}
        new, current_folder = self.new_data_folder, self.current_data_folder or ""
        for url in self.SRC_URLS:
            name = self.local_name_of(url)
            if name in names:
                raise SameLocalNameError(self.src_name, name, masked(names[name]), masked(url))
            names[name] = url
            entry = {"remote": url, "local": os.path.join(new, name)}  # noqa: PTH118 - a str for plugins
            current = os.path.join(current_folder, name)  # noqa: PTH118
            better = force or self.remote_is_better(url, current)
            (self.to_dump if better else self.unchanged).append(entry)
        known = {f.name for f in self.env.previous.files} if self.env.previous else set()
        self.list_changed = self.lists and bool(known) and known != set(names)

    def local_name_of(self, url: str) -> str:
        """The name that a URL is saved as."""
        spec = self.FILE_SPECS.get(url)
        if spec is not None and spec.save_as:
            return spec.save_as
        if url in self._listed:
            return self._listed[url].local
        known = self.known_stat(url)
        name = known.name if known is not None and self.RESOLVE_FILENAME else None
        return name or local_name(url.partition("#")[0] if spec is not None else url)

    def _list(self) -> None:
        """Put what is listed in place of SRC_URLS."""
        if self.FILES_FROM:
            found = listed.in_list(self, self.FILES_FROM, self.SRC_URLS)
        else:
            found = listed.in_folders(self, self.SRC_URLS)
        self._listed = {item.remote.url: item for item in found}
        self.SRC_URLS = list(self._listed)
        self._stats.update({u: i.remote for u, i in self._listed.items() if i.remote.exact and i.remote.mtime})

    def _look(self, force: bool) -> None:
        """Ask for all files at once where it matters.

        The files of a first release are all fetched, whatever the server tells; only when there are few is it asked
        for their sizes, to know the room they need.
        """
        first = not (self.env.current or {}).get("data_folder")
        if len(self.SRC_URLS) <= _FEW or not (first or force):
            self.stat_all(self.SRC_URLS)

    def _told(self, url: str) -> RemoteFile:
        """What the list, or else the server, tells of a file."""
        return self._listed[url].remote if url in self._listed and self._listed[url].remote.mtime else self.stat(url)

    def _fingerprint(self) -> str:
        told = [(self.local_name_of(url), self._told(url)) for url in self.SRC_URLS]
        return fingerprint(told)

    def remote_is_better(self, remotefile: Any, localfile: Any) -> bool:
        """Whether the server's file differs from the one of the current release, as far as can be told."""
        local = Path(localfile)
        if not local.is_file():
            return True
        remote = self.stat(remotefile)
        record = self.env.previous.of_url(masked(self.url_of(remotefile))) if self.env.previous else None
        if record is not None and Path(record.name).name == local.name:
            return local.stat().st_size != record.size or not record.remote().same_bytes(remote)
        return remote.mtime is None or remote.mtime.timestamp() > local.stat().st_mtime
