"""Dates as Elasticsearch's default format reads them: ``strict_date_optional_time||epoch_millis``, and date math.

A date is a number of milliseconds since 1970 in UTC. A text that leaves out parts (``2020-05``) stands for a span: a
missing month or day is the first one, a missing time the whole day. Queries take the first or the last millisecond of
the span, stored values the first.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hub.search.documents import UnfitValue

_ISO = re.compile(
    r"(?P<year>[+-]?\d{4,9})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?:(?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
_MILLIS = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_STEP = re.compile(r"([+-])(\d*)([yMwdhHms])|/([yMwdhHms])", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}
_MILLISECOND = timedelta(milliseconds=1)


def to_millis(value: Any) -> int:
    """Milliseconds of a stored value: a datetime, a date, ISO text, or milliseconds as number or text.

    Raises:
        ValueError: with the reason.
    """
    if isinstance(value, datetime):
        return _millis(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return _millis(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, bool):
        raise UnfitValue(f"failed to parse date field [{str(value).lower()}]")
    if isinstance(value, (int, float)):
        return int(value)
    return parse_span(value)[0]


def parse_span(text: str) -> tuple[int, int]:
    """First and last millisecond that a date text stands for.

    Raises:
        ValueError: not a date.
    """
    text = text.strip() if isinstance(text, str) else ""
    match = _ISO.fullmatch(text)
    if match and not (_MILLIS.fullmatch(text) and len(text) != 4):
        return _iso_span(match, text)
    if _MILLIS.fullmatch(text):
        whole = int(text.split(".", 1)[0])
        return whole, whole
    raise UnfitValue(f"failed to parse date field [{text}] with format [strict_date_optional_time||epoch_millis]")


def parse_query_date(text: str, *, up: bool, now: datetime | None = None) -> int:
    """Milliseconds of a date in a query, with date math (``now-1d/d``, ``2020-01-01||+1M``).

    Args:
        text: the date.
        up: take the last millisecond of what is left out or rounded, instead of the first.
        now: the present, for ``now``.

    Raises:
        ValueError: not a date.
    """
    if text.startswith("now"):
        return _millis(_apply(now or datetime.now(UTC), text[3:], up))
    if "||" in text:
        anchor, math = text.split("||", 1)
        return _millis(_apply(_EPOCH + parse_span(anchor)[0] * _MILLISECOND, math, up))
    return parse_span(text)[1 if up else 0]


def millis_to_text(millis: int) -> str:
    """ISO text as Elasticsearch writes it: ``2020-05-01T00:00:00.000Z``."""
    try:
        moment = _EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        return str(millis)
    return moment.strftime(f"{moment.year:04d}-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _iso_span(match: re.Match[str], text: str) -> tuple[int, int]:
    part = match.groupdict()
    try:
        year, month, day = int(part["year"]), int(part["month"] or 1), int(part["day"] or 1)
        first = datetime(
            year, month, day, int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0), tzinfo=UTC
        )
        fraction = part["fraction"]
        if fraction:
            first += timedelta(microseconds=int(fraction[:6].ljust(6, "0")))
        offset = _offset(part["zone"])
        start = _millis(first - offset)
        return start, start + _width(part)
    except (ValueError, OverflowError) as error:
        raise UnfitValue(f"failed to parse date field [{text}]: {error}") from error


def _width(part: dict[str, str | None]) -> int:
    """Milliseconds after the first that a date with missing parts covers."""
    if part["fraction"]:
        return 0
    if part["second"]:
        return 999
    if part["minute"]:
        return 59_999
    if part["hour"]:
        return 3_599_999
    return 86_400_000 - 1


def _offset(zone: str | None) -> timedelta:
    if not zone or zone == "Z":
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _apply(moment: datetime, math: str, up: bool) -> datetime:
    position = 0
    while position < len(math):
        step = _STEP.match(math, position)
        if step is None:
            raise UnfitValue(f"operator not supported for date math [{math}]")
        sign, number, unit, rounding = step.groups()
        if rounding:
            moment = _round(moment, rounding, up)
        else:
            amount = int(number or 1) * (-1 if sign == "-" else 1)
            moment = _add(moment, amount, unit)
        position = step.end()
    return moment


def _add(moment: datetime, amount: int, unit: str) -> datetime:
    if unit in _UNITS:
        return moment + timedelta(**{_UNITS[unit]: amount})
    months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def _round(moment: datetime, unit: str, up: bool) -> datetime:
    floor = moment.replace(microsecond=0)
    if unit != "s":
        floor = floor.replace(second=0)
        if unit != "m":
            floor = floor.replace(minute=0)
            if unit not in "hH":
                floor = floor.replace(hour=0)
    if unit == "w":
        floor -= timedelta(days=floor.weekday())
    elif unit in "yM":
        floor = floor.replace(day=1, month=1 if unit == "y" else floor.month)
    return _add(floor, 1, unit) - _MILLISECOND if up else floor
