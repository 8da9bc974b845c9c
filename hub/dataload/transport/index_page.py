"""Index pages of web servers: Apache, nginx (HTML and JSON), lighttpd, Caddy (HTML and JSON), IIS, Python and alike.

A page is taken for an index when it says so in its title or heading, or when most of its links into the folder are
followed by a date. Anything else is an error: an ordinary web page must not pass for an empty folder.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from hub.dataload.transport import listing
from hub.dataload.transport.errors import ListingError
from hub.dataload.transport.port import RemoteFile

#: Bytes of the longest page that is read.
MAX_BYTES = 64 * 1024**2

_TITLE = re.compile(r"\s*(index of\b|directory listing\b|directory:|listing of\b)", re.IGNORECASE)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d|[A-Za-z]{3})-(?P<d>\d\d)[ T]+(?P<H>\d\d):(?P<M>\d\d)(?::(?P<S>\d\d))?"),
    re.compile(r"(?P<d>\d\d)-(?P<m>[A-Za-z]{3})-(?P<y>\d{4})\s+(?P<H>\d\d):(?P<M>\d\d)(?::(?P<S>\d\d))?"),
    re.compile(
        r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})\s+(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d))? *"
        r"(?P<p>[AP]M)?"
    ),
)
_SIZE = re.compile(r"(?<![\w.:-])(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGTP]?i?B?|bytes)(?![\w.:-])", re.IGNORECASE)
_UNITS = {u: 1024**n for n, u in enumerate(["", "k", "m", "g", "t", "p"])}
_HINT = (
    "Open it in a browser: if it is no list of files made by the server, name the files one by one instead; "
    "if it is, describe its lines with patterns of your own."
)


def entries(base: str, page: bytes, content_type: str) -> list[RemoteFile]:
    """The files and folders that an index page lists.

    Args:
        base: URL of the page, after redirects.
        page: what came.
        content_type: its header.

    Raises:
        ListingError: the page is too long, or no index.
    """
    if len(page) > MAX_BYTES:
        raise ListingError(base, f"its page is longer than {MAX_BYTES >> 20} MiB")
    message = Message()
    message["Content-Type"] = content_type
    kind, charset = message.get_content_type(), message.get_content_charset()
    if kind == "application/json":
        return list(_of_json(base, page))
    if content_type and kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        raise ListingError(base, f"it answered with `{kind}`, not with an index page", _HINT)
    return _of_html(base, _text(page, charset))


# -- HTML ----------------------------------------------------------------------------------------------------------


@dataclass
class _Link:
    """A link and the text around it in its row."""

    href: str
    label: str = ""
    text: str = ""
    size: str = ""
    date: str = ""


@dataclass
class _Page(HTMLParser):
    """Collects links and headings. A row of a table, an item of a list, a line of preformatted text is a row."""

    links: list[_Link] = field(default_factory=list)
    heading: str = ""
    _inside: str = ""
    _lines_count: bool = False
    _before: str = ""  # text of the row before its link
    _link: _Link | None = None  # the last link of the row

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._link = _Link(given["href"], text=self._before)
            self.links.append(self._link)
        if tag in ("a", "title", "h1", "h2"):
            self._inside = tag
        if tag in ("tr", "li", "br", "p", "hr"):
            self._new_row()
        if tag == "pre":
            self._lines_count = True
        if self._link:
            self._link.size = self._link.size or given.get("data-size", "")
            self._link.date = self._link.date or (given.get("datetime", "") if tag == "time" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""
        if tag == "pre":
            self._lines_count = False

    def handle_data(self, data: str) -> None:
        if self._inside in ("title", "h1", "h2"):
            self.heading += data
        elif self._inside == "a" and self._link:
            self._link.label += data
        else:
            first, *others = data.split("\n") if self._lines_count else [data]
            self._add(first)
            for line in others:
                self._new_row()
                self._add(line)

    def _add(self, text: str) -> None:
        if self._link:
            self._link.text += f" {text}"
        else:
            self._before += f" {text}"

    def _new_row(self) -> None:
        self._link, self._before = None, ""


def _of_html(base: str, text: str) -> list[RemoteFile]:
    page = _Page()
    page.feed(text)
    page.close()
    found: dict[str, RemoteFile] = {}
    for link in page.links:
        name = _name_in(base, link.href)
        if name is not None:
            entry = _entry(base, name, link)
            if entry.url not in found or found[entry.url].mtime is None:  # an icon may be a link too
                found[entry.url] = entry
    dated = sum(1 for entry in found.values() if entry.mtime is not None)
    if not _TITLE.match(page.heading) and dated * 2 <= len(found):
        raise ListingError(base, "no index of files is recognised in its page", _HINT)
    return list(found.values())


def _name_in(base: str, href: str) -> str | None:
    """The quoted name that a link leads to, with its slash; None unless it is right inside the folder."""
    try:
        target, here = urlsplit(urljoin(base, href.strip())), urlsplit(base)
    except ValueError:
        return None
    if (target.scheme, target.hostname, target.port) != (here.scheme, here.hostname, here.port) or target.query:
        return None
    folder = here.path.rpartition("/")[0] + "/"
    if unquote(target.path).startswith(unquote(folder)) and not target.path.startswith(folder):
        folder = target.path[: _same_length(target.path, folder)]  # the server quotes it in another way
    if not target.path.startswith(folder):
        return None
    rest = target.path.removeprefix(folder)
    name = unquote(rest.removesuffix("/"), errors="surrogateescape")
    return rest if name not in ("", ".", "..") and "/" not in name and "\0" not in name else None


def _same_length(path: str, folder: str) -> int:
    """Length of the start of ``path`` with as many slashes as ``folder``."""
    end = -1
    for _ in range(folder.count("/")):
        end = path.find("/", end + 1)
    return end + 1


def _entry(base: str, quoted_name: str, link: _Link) -> RemoteFile:
    name = unquote(quoted_name.removesuffix("/"), errors="surrogateescape")
    is_dir = quoted_name.endswith("/")
    mtime, whole, rest = _date(link.date or link.text)
    size, counted = _size(link.size or (link.text if link.date else rest))
    record = listing.found(base, name, is_dir=is_dir)
    return replace(
        record,
        size=None if is_dir else size,
        mtime=mtime,
        is_link=link.label.strip() == f"{name}@",  # the index of Python
        exact=whole and counted,
    )


def _date(text: str) -> tuple[datetime | None, bool, str]:
    """The first date, whether it has seconds, and the text after it (the whole text without a date)."""
    for form in _DATES:
        found = form.search(text)
        if not found:
            continue
        parts = found.groupdict()
        month = parts["m"]
        number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
        hour = int(parts["H"])
        if parts.get("p"):
            hour = hour % 12 + (12 if parts["p"].upper() == "PM" else 0)
        try:
            date = datetime(
                int(parts["y"]), number, int(parts["d"]), hour, int(parts["M"]), int(parts["S"] or 0), tzinfo=UTC
            )
        except ValueError:
            continue
        return date - _offset(text[found.end() :]), parts["S"] is not None, text[found.end() :]
    return None, False, text


def _offset(rest: str) -> timedelta:
    """What an ISO date says of its zone."""
    found = re.match(r"(?:\.\d+)?([+-])(\d\d):?(\d\d)", rest)
    if not found:
        return timedelta()
    delta = timedelta(hours=int(found.group(2)), minutes=int(found.group(3)))
    return delta if found.group(1) == "+" else -delta


def _size(text: str) -> tuple[int | None, bool]:
    """Bytes of the first size in a text, and whether it is exact."""
    found = _SIZE.search(text)
    if not found:
        return None, False
    unit = found["unit"].lower().removesuffix("b").removesuffix("i")
    if unit in ("", "ytes"):
        return int(float(found["number"])), "." not in found["number"]
    return int(float(found["number"]) * _UNITS[unit]), False


def _text(page: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8"):
        try:
            return page.decode(name or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return page.decode("latin-1")


# -- JSON ----------------------------------------------------------------------------------------------------------


def _of_json(base: str, page: bytes) -> Iterator[RemoteFile]:
    try:
        rows = json.loads(page)
    except ValueError as error:
        raise ListingError(base, f"its page is no JSON: {error}", _HINT) from None
    if not isinstance(rows, list) or not all(isinstance(r, dict) and isinstance(r.get("name"), str) for r in rows):
        raise ListingError(base, "its page is JSON, but no list of entries with a `name`", _HINT)
    for row in rows:
        if not listing.is_self_or_parent(row["name"]) and row.get("type", "file") in ("file", "directory"):
            yield _of_row(base, row)


def _of_row(base: str, row: dict[str, Any]) -> RemoteFile:
    """``type``, ``mtime``, ``size`` of nginx; ``is_dir``, ``is_symlink``, ``mod_time``, ``mode`` of Caddy."""
    is_dir = row.get("is_dir") is True or row.get("type") == "directory"
    size, mode = row.get("size"), row.get("mode")
    return replace(
        listing.found(base, row["name"].removesuffix("/"), is_dir=is_dir),
        size=size if isinstance(size, int) and not is_dir else None,
        mtime=_json_date(row.get("mtime") or row.get("mod_time")),
        is_link=row.get("is_symlink") is True,
        permissions=mode & 0o777 if isinstance(mode, int) else None,
    )


def _json_date(text: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        date = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
