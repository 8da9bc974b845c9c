"""Going through the folders of a server and telling what is wanted of it. One folder is in memory at a time."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from hub.dataload.transport import patterns
from hub.dataload.transport.listing_errors import ListedNameError, NothingMatchesError, TooDeepError
from hub.dataload.transport.names import is_checksum_file, masked, unusable
from hub.dataload.transport.patterns import Keep, State
from hub.dataload.transport.port import RemoteFile

#: Levels of folders after which something is wrong, unless a source says how many it has.
DEEPEST = 32
_SHOWN = 8

Lister = Callable[[str], Iterable[RemoteFile]]


@dataclass(frozen=True)
class Listed:
    """One wanted file.

    Attributes:
        remote: what the listing tells of it.
        path: its names from the listed folder down.
        local: path that it is saved under, relative.
    """

    remote: RemoteFile
    path: tuple[str, ...]
    local: str


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Attributes:
        files: regular expressions for paths; see `hub.dataload.transport.patterns`.
        glob: they are shell patterns instead.
        keep: saved with the folders, or flat.
        max_depth: levels of folders to go down; None for all there are.
        follow_links: go into folders that are links.
    """

    files: tuple[str, ...] = (".*",)
    glob: bool = False
    keep: Keep = "structure"
    max_depth: int | None = None
    follow_links: bool = True


class Walk:
    """One look at a remote folder.

    Args:
        wanted: what is looked for.
        list_folder: gives the entries of a folder by its URL.
        logger: told of entries that are left out.
        check: called for each folder; raises to stop.
    """

    def __init__(
        self,
        wanted: Wanted,
        list_folder: Lister,
        logger: logging.Logger | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.wanted, self.list_folder, self.check = wanted, list_folder, check
        self.logger = logger or logging.getLogger("hub.dataload")
        self.patterns = patterns.compiled(wanted.files, wanted.glob)
        self.seen = 0
        self.examples: list[str] = []
        self.checksum_files: list[str] = []

    def files(self, url: str) -> list[Listed]:
        """The wanted files below a folder, each once, sorted by path.

        Args:
            url: the folder.

        Raises:
            NothingMatchesError: there is none.
            TooDeepError: the folders go on and on.
            TransportError: a folder cannot be listed.
        """
        root = url if url.endswith("/") else url + "/"
        found = {item.remote.url: item for item in self._below(root, (), patterns.start(self.patterns), ())}
        if not found:
            raise NothingMatchesError(root, [p.text for p in self.patterns], self.seen, self.examples)
        return sorted(found.values(), key=lambda item: item.path)

    def _below(
        self, url: str, path: tuple[str, ...], states: frozenset[State], above: tuple[str, ...]
    ) -> Iterator[Listed]:
        self.check()
        if len(path) > DEEPEST and self.wanted.max_depth is None:
            raise TooDeepError(url, DEEPEST)
        entries = [e for e in self.list_folder(url) if self._usable(e, url)]
        mark = _mark(entries)
        if mark in above:
            self.logger.warning("`%s` lists what a folder above it lists: a link that leads back. It is left out.", url)
            return
        folders: list[RemoteFile] = []
        for entry in entries:
            if entry.is_dir:
                folders.append(entry)
            else:
                yield from self._file(entry, path, states)
        del entries
        if self.wanted.max_depth is not None and len(path) >= self.wanted.max_depth:
            return
        for entry in folders:
            inside = patterns.below(states, str(entry.name))
            if inside and (self.wanted.follow_links or not entry.is_link):
                yield from self._below(entry.url, (*path, str(entry.name)), inside, (*above, mark))

    def _file(self, entry: RemoteFile, path: tuple[str, ...], states: frozenset[State]) -> Iterator[Listed]:
        self.seen += 1
        names = (*path, str(entry.name))
        if len(self.examples) < _SHOWN:
            self.examples.append("/".join(names))
        if is_checksum_file(names[-1]):
            self.checksum_files.append(entry.url)
        local = patterns.saved_as(states, names, self.wanted.keep)
        if local is not None:
            yield Listed(entry, names, _checked(local, entry.url))

    def _usable(self, entry: RemoteFile, folder: str) -> bool:
        name = entry.name or ""
        if name in (".", ".."):
            return False
        why = unusable(name)
        if why:
            self.logger.warning("%r in `%s` is left out: the name %s.", name[:80], masked(folder), why)
        return not why


def fingerprint(files: Iterable[tuple[str, RemoteFile]]) -> str:
    """A short text that changes when a file is added, removed, renamed, or changed as far as is told.

    Args:
        files: pairs of a path and what is told of the file.
    """
    digest = hashlib.sha256()
    for path, remote in sorted(files, key=lambda pair: pair[0]):
        stamp = remote.mtime.isoformat() if remote.mtime else ""
        digest.update(repr((path, remote.size, stamp, remote.etag)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:12]


def _mark(entries: list[RemoteFile]) -> str:
    """What makes two listings the same one; empty for folders without a file, which are often alike."""
    files = sorted((str(e.name), e.size or 0, str(e.mtime)) for e in entries if not e.is_dir)
    names = sorted(str(e.name) for e in entries if e.is_dir)
    return hashlib.sha256(repr((files, names)).encode("utf-8", "surrogateescape")).hexdigest() if names else ""


def _checked(local: str, url: str) -> str:
    path = PurePosixPath(local)
    why = "leads out of the folder" if path.is_absolute() or ".." in path.parts else ""
    why = why or next((w for part in path.parts if (w := unusable(part))), "" if path.parts else "is empty")
    if why:
        raise ListedNameError(url, local, why)
    return str(path)
