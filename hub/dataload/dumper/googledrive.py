"""The dumper of files that are shared on Google Drive."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from hub.dataload.dumper.errors import DumperException
from hub.dataload.dumper.http import HTTPDumper

DOWNLOAD_URL = "https://drive.google.com/uc"
_ID = re.compile(r"[\w-]{10,}")
_IN_PATH = re.compile(r"/(?:file/)?d/([\w-]{10,})")


class GoogleDriveDumper(HTTPDumper):
    """Downloads shared files; ``to_dump`` holds ids, or addresses that hold one, as ``remote``.

    Known addresses: ``.../open?id=ID``, ``.../uc?id=ID``, ``.../file/d/ID/view`` or ``/edit``. The page that asks
    before a large file is answered.
    """

    def url_of(self, remote: Any) -> str:
        """The address that gives the file itself."""
        return f"{DOWNLOAD_URL}?{urlencode({'export': 'download', 'id': self.get_document_id(str(remote))})}"

    def get_document_id(self, url: str) -> str:
        """The id in an address.

        Raises:
            DumperException: there is none.
        """
        parts = urlsplit(url)
        found = parse_qs(parts.query).get("id", [""])[0]
        in_path = _IN_PATH.search(parts.path)
        if not found and in_path:
            found = in_path.group(1)
        if not found and not parts.scheme:
            found = url
        if not _ID.fullmatch(found):
            raise DumperException(f"`{self.src_name}`: `{url}` holds no id of a Google Drive file.")
        return found

    def download(self, remotefile: Any, localfile: str) -> None:
        """Fetch one file, through the page that asks first if there is one.

        Raises:
            TransportError: see `hub.dataload.transport.errors`.
            DumperException: a page came that leads nowhere, e.g. because the file is not shared.
        """
        url = self.url_of(remotefile)
        for _ in range(2):
            sink = self._sink(localfile)
            self.fetched[localfile] = self.transports.fetch(url, sink, self.env.watch)
            page = _page(sink)
            if page is None:
                self.prepare_local_folders(localfile)
                sink.replace(localfile)
                return
            sink.unlink()
            url = self._confirmed(page, str(remotefile))
        raise DumperException(f"`{self.src_name}`: Google Drive keeps asking before it gives `{remotefile}`.")

    def _confirmed(self, page: str, remote: str) -> str:
        form = _Form()
        form.feed(page)
        if not form.action or "id" not in form.fields:
            raise DumperException(
                f"`{self.src_name}`: Google Drive answered `{remote}` with a page, not the file. Is it shared with "
                "everyone who has the link?"
            )
        return f"{form.action}?{urlencode(form.fields)}"


class _Form(HTMLParser):
    """The download form of the page that asks: its address and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.fields = "", dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("id") == "download-form":
            self.action = found.get("action", "")
        elif tag == "input" and self.action and found.get("name"):
            self.fields[found["name"]] = found.get("value", "")


def _page(path: Path) -> str | None:
    """The text of a web page, or None for data."""
    with path.open("rb") as file:
        start = file.read(256).lstrip().lower()
    if not start.startswith((b"<!doctype html", b"<html")):
        return None
    return path.read_text(encoding="utf-8", errors="replace")[:1_000_000]
