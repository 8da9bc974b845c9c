"""Lines of FTP listings: ``MLSD`` facts, and what ``LIST`` prints on Unix and on Windows servers."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.dataload.transport import listing
from hub.dataload.transport.errors import ListingError
from hub.dataload.transport.port import RemoteFile

_UNIX = re.compile(
    r"(?P<kind>[-dlbcpsD])(?P<bits>[-rwxsStTlL]{9})[+.@]?\s+(?:\d+\s+)?(?P<owner>\S+)\s+(?:(?P<group>\S+)\s+)?"
    r"(?P<size>\d+(?:,\s*\d+)?)\s+(?P<month>[A-Za-z]{3})\s+(?P<day>\d{1,2})\s+(?P<when>\d{1,2}:\d\d|\d{4}) (?P<name>.+)"
)
_WINDOWS = re.compile(
    r"(?P<date>\d\d-\d\d-(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)\s+(?P<time>\d\d:\d\d(?:[AP]M)?)\s+"
    r"(?P<size><\w+>|[\d,.]+) +(?P<name>.+)"
)
_WINDOWS_DATES = ("%m-%d-%y %I:%M%p", "%m-%d-%Y %I:%M%p", "%m-%d-%y %H:%M", "%m-%d-%Y %H:%M", "%Y-%m-%d %H:%M")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_LINK = ("os.unix=slink", "os.unix=symlink")


def of_mlsd(folder: str, lines: list[str]) -> Iterator[RemoteFile]:
    """Records of the answer to ``MLSD``. Lines are Latin-1 text of the bytes sent.

    Raises:
        ListingError: a line is none.
    """
    for line in lines:
        head, blank, name = line.partition(" ")
        facts = {k.lower(): v for k, equals, v in (f.partition("=") for f in head.split(";")) if equals}
        kind = facts.get("type", "").lower()
        if not blank or not kind:
            raise ListingError(folder, f"its line `{line[:80]}` is no MLSD line")
        if kind in ("cdir", "pdir") or listing.is_self_or_parent(name):
            continue
        is_link = kind.startswith(_LINK)
        if kind in ("file", "dir") or is_link:
            found = listing.found(folder, _name(name), is_dir=kind == "dir")
            yield replace(found, is_link=is_link, **_facts(facts, is_file=kind == "file"))


def _facts(facts: dict[str, str], is_file: bool) -> dict[str, Any]:
    size, mode = facts.get("size", ""), facts.get("unix.mode", "")
    return {
        "size": int(size) if size.isdigit() and is_file else None,
        "mtime": timestamp(facts.get("modify", "")),
        "permissions": int(mode, 8) & 0o7777 if re.fullmatch("[0-7]+", mode) else None,
        "owner": facts.get("unix.owner") or facts.get("unix.uid", ""),
        "group": facts.get("unix.group") or facts.get("unix.gid", ""),
    }


def timestamp(text: str) -> datetime | None:
    """``YYYYMMDDHHMMSS[.fff]`` of FTP, which is in UTC; None when it is none."""
    found = re.fullmatch(r"(\d{14})(\.\d+)?", text.strip())
    if not found:
        return None
    try:
        date = datetime.strptime(found.group(1), "%Y%m%d%H%M%S")  # noqa: DTZ007 - the zone is set below
    except ValueError:
        return None
    return date.replace(tzinfo=UTC, microsecond=int(float(found.group(2) or 0) * 1_000_000))


def of_list(folder: str, lines: list[str], now: datetime | None = None) -> Iterator[RemoteFile]:
    """Records of the answer to ``LIST``, in the style of Unix or of Windows. Times are taken as UTC, to the minute.

    Raises:
        ListingError: a line is in neither style.
    """
    for line in lines:
        if not line.strip() or re.fullmatch(r"total \d+", line.strip()):
            continue
        record = _unix(folder, line, now or datetime.now(UTC))
        record = _windows(folder, line) if record is None else record
        if record is None:
            hint = "Its server has a style of its own; name the files one by one instead."
            raise ListingError(folder, f"its line `{line[:80]}` is in no known style", hint)
        yield from record


def _unix(folder: str, line: str, now: datetime) -> list[RemoteFile] | None:
    found = _UNIX.fullmatch(line)
    if not found or found["month"].lower() not in _MONTHS:
        return None
    kind, name = found["kind"], found["name"]
    if kind == "l":
        name = name.partition(" -> ")[0]
    if kind not in "-dl" or listing.is_self_or_parent(name):
        return []
    record = listing.found(folder, _name(name), is_dir=kind == "d")
    return [
        replace(
            record,
            size=int(found["size"]) if kind == "-" and found["size"].isdigit() else None,
            mtime=_unix_date(_MONTHS[found["month"].lower()], int(found["day"]), found["when"], now),
            is_link=kind == "l",
            permissions=listing.mode_of(found["bits"]),
            owner=found["owner"],
            group=found["group"] or "",
            exact=False,
        )
    ]


def _unix_date(month: int, day: int, when: str, now: datetime) -> datetime | None:
    """``Nov 21 10:30`` is within the last year, a day of tolerance for other time zones."""
    try:
        if ":" not in when:
            return datetime(int(when), month, day, tzinfo=UTC)
        hour, minute = (int(part) for part in when.split(":"))
        for year in (now.year + 1, now.year, now.year - 1):
            if (month, day) == (2, 29) and year % 4:
                continue
            date = datetime(year, month, day, hour, minute, tzinfo=UTC)
            if date <= now + timedelta(days=1):
                return date
    except ValueError:
        return None
    return None


def _windows(folder: str, line: str) -> list[RemoteFile] | None:
    found = _WINDOWS.fullmatch(line)
    if not found:
        return None
    name, size = found["name"], found["size"]
    if listing.is_self_or_parent(name):
        return []
    digits = re.sub("[,.]", "", size)
    is_link = size.upper() in ("<SYMLINK>", "<SYMLINKD>", "<JUNCTION>")
    if is_link:
        name = re.sub(r" \[[^\]]*\]$", "", name)
    record = listing.found(folder, _name(name), is_dir=size.startswith("<") and size.upper() != "<SYMLINK>")
    mtime = _windows_date(f"{found['date']} {found['time']}")
    return [replace(record, size=int(digits) if digits.isdigit() else None, mtime=mtime, is_link=is_link, exact=False)]


def _windows_date(text: str) -> datetime | None:
    for form in _WINDOWS_DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _name(text: str) -> str:
    return listing.decoded(text.encode("latin-1", "replace"))
