"""Index pages read with regular expressions of a source's own, where the server's pages are in no known style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urljoin

from hub.dataload.transport import listing
from hub.dataload.transport.errors import ListingError
from hub.dataload.transport.port import RemoteFile

PATTERNS = ("file_line", "dir_line")
GROUPS = {"dir_name": 1, "dir_date": 2, "file_name": 1, "file_date": 2, "file_size": 3}
DATE_FORMAT = "file_date_format"
_SIZE = re.compile(r"\s*([\d.,]+)\s*([KMGTP]?)i?B?(?:ytes)?\s*", re.IGNORECASE)
_UNITS = {u: 1024**n for n, u in enumerate(["", "k", "m", "g", "t", "p"])}
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3}|\d{2})-(\d{4})|(\d{4})-(\d{2}|[A-Za-z]{3})-(\d{1,2})")
_TIME = re.compile(r"[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True)
class IndexRules:
    """How the lines of a page are read.

    Attributes:
        file_line, dir_line: found all over the page; groups are the parts. None for a page without such lines.
        groups: number of the group of each part, -1 for a part that is not on the page.
        date_format: of file dates, as for `datetime.strptime`; empty for the usual ones.
    """

    file_line: re.Pattern[str] | None
    dir_line: re.Pattern[str] | None
    groups: Mapping[str, int]
    date_format: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> IndexRules:
        """From the keys of ``listing``, which must be sound (`problems`)."""
        file_line, dir_line = (re.compile(given[k]) if given.get(k) else None for k in PATTERNS)
        groups = {key: int(given.get(key, usual)) for key, usual in GROUPS.items()}
        for key, number in groups.items():
            line = file_line if key.startswith("file") else dir_line
            if key not in given and line is not None and number > line.groups:
                groups[key] = -1
        return cls(file_line, dir_line, groups, str(given.get(DATE_FORMAT, "")).replace("%%", "%"))


def problems(given: Any) -> Iterator[tuple[str, str, str | None]]:
    """What is wrong with the value of ``listing``: key, why, the key that was probably meant."""
    import difflib

    known = [*PATTERNS, *GROUPS, DATE_FORMAT]
    if not isinstance(given, Mapping):
        yield "", 'must be "auto", or an object of rules', None
        return
    for key, value in given.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
            yield str(key), f"is no rule of a listing; there are {', '.join(known)}.", next(iter(near), None)
        elif key in PATTERNS:
            why = _bad_pattern(value)
            if why:
                yield key, why, None
        elif key in GROUPS:
            yield from _group(key, value, given)
        elif not isinstance(value, str):
            yield key, "must be text, as for strptime: `%d %b %Y`", None
    if not given.get("file_line"):
        yield "file_line", "is missing: a regular expression for one file, with its name as a group", None


def _bad_pattern(value: Any) -> str:
    if not isinstance(value, str):
        return "must be a regular expression, as text"
    try:
        return "" if re.compile(value).groups else 'has no group; the name at least must be one: `href="([^"]+)"`'
    except re.error as error:
        return f"is no regular expression: {error.msg} at character {error.pos}"


def _group(key: str, value: Any, given: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    line = given.get("file_line" if key.startswith("file") else "dir_line")
    named = key.endswith("_name")
    if isinstance(value, bool) or not isinstance(value, int) or (value < 1 and (named or value != -1)):
        yield key, "must be the number of a group, from 1" + ("" if named else ", or -1 for none"), None
    elif isinstance(line, str) and not _bad_pattern(line) and value > re.compile(line).groups:
        yield key, f"is {value}, and the pattern has {re.compile(line).groups} groups", None


def entries(base: str, page: bytes, charset: str, rules: IndexRules) -> list[RemoteFile]:
    """The files and folders that a page lists.

    Raises:
        ListingError: nothing on it fits the patterns, or a date does not fit its format.
    """
    try:
        text = page.decode(charset or "utf-8", "surrogateescape")
    except LookupError:
        text = page.decode("latin-1")
    found = {entry.url: entry for entry in _found(base, text, rules)}
    if not found and text.strip():
        start = " ".join(text.split())[:60]
        raise ListingError(base, f"no line of its page fits `file_line` (it begins `{start}`)", "Correct `listing`.")
    return list(found.values())


def _found(base: str, text: str, rules: IndexRules) -> Iterator[RemoteFile]:
    for line, kind in ((rules.dir_line, "dir"), (rules.file_line, "file")):
        for match in line.finditer(text) if line is not None else ():
            name = _part(match, rules.groups[f"{kind}_name"])
            entry = _entry(base, name, is_dir=kind == "dir")
            if entry is None:
                continue
            date = _part(match, rules.groups[f"{kind}_date"])
            size = _size(_part(match, rules.groups["file_size"])) if kind == "file" else None
            form = rules.date_format if kind == "file" else ""
            yield replace(entry, mtime=_date(base, date, form), size=size, exact=False)


def _entry(base: str, name: str, *, is_dir: bool) -> RemoteFile | None:
    plain = unquote(name.strip().rstrip("/"), errors="surrogateescape")
    if listing.is_self_or_parent(plain) or "?" in name:
        return None
    if "/" in plain:
        target = urljoin(listing.folder_url(base), name.strip())
        if not target.startswith(listing.folder_url(base)):
            return None
        plain = unquote(target.removeprefix(listing.folder_url(base)).rstrip("/"), errors="surrogateescape")
        if "/" in plain:
            return None
    return listing.found(base, plain, is_dir=is_dir)


def _part(match: re.Match[str], group: int) -> str:
    return (match.group(group) or "") if group > 0 else ""


def _size(text: str) -> int | None:
    found = _SIZE.fullmatch(text)
    if not found:
        return None
    try:
        return int(float(found.group(1).replace(",", "")) * _UNITS[found.group(2).lower()])
    except ValueError:
        return None


def _date(base: str, text: str, form: str) -> datetime | None:
    if form and text.strip():
        try:
            date = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the zone is set below
        except ValueError as error:
            raise ListingError(base, str(error), "Correct `file_date_format`.") from None
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    found = _DATE.search(text)
    if not found:
        return None
    day, month, year = found.group(1, 2, 3) if found.group(1) else found.group(6, 5, 4)
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
        clock = _TIME.search(text, found.end())
        hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
        return datetime(int(year), number, int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
