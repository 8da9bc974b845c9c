"""Whether a file that came whole is data: not empty, no web page, no truncated archive."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from hub.dataload.archives import verify_archive
from hub.dataload.dumper.errors import EmptyFileError, MissingFileError, UnexpectedHtmlError
from hub.dataload.transport.names import suffix_of

#: Suffixes of URLs that may well answer with a web page.
PAGE_SUFFIXES = frozenset({"", ".html", ".htm", ".xhtml", ".php", ".asp", ".aspx", ".jsp", ".cgi"})
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html)[\s>]", re.I | re.S
)
_HEAD = 2048


def verify_file(
    path: Path, source: str, url: str, *, allow_empty: bool = False, archive: bool = True, check: Callable[[], None]
) -> None:
    """Refuse files that cannot be data.

    Args:
        path: the file, under its local name.
        source: source name, for messages.
        url: where it came from, password masked.
        allow_empty: no bytes are fine.
        archive: read archives to their end; False when they are extracted right afterwards anyway.
        check: called for each chunk; raises to stop.

    Raises:
        BadContentError: not there, empty, or a web page.
        ArchiveError: damaged archive.
    """
    if not path.is_file():
        raise MissingFileError(source, path.name, url)
    if path.stat().st_size == 0:
        if allow_empty:
            return
        raise EmptyFileError(source, path.name, url)
    refuse_page(path, source, url)
    if archive:
        verify_archive(path, check)


def refuse_page(path: Path, source: str, url: str) -> None:
    """Refuse a web page where the URL, or else the local name, promises something else.

    Raises:
        UnexpectedHtmlError: it is one.
    """
    if suffix_of(urlsplit(url).path) in PAGE_SUFFIXES and suffix_of(path.name) in PAGE_SUFFIXES:
        return
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _PAGE.match(head):
        start = " ".join(head.decode("utf-8", "replace").split())
        raise UnexpectedHtmlError(source, path.name, url, start)


def sha256_of(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """SHA-256 of a file, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            check()
            digest.update(chunk)
    return digest.hexdigest()
