"""Dates are read as Elasticsearch's default format."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.search.dates import millis_to_text, parse_query_date, parse_span, to_millis

DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "first", "width"),
    [
        ("1970", 0, DAY),
        ("1970-01", 0, DAY),
        ("1970-01-02", DAY, DAY),
        ("1970-01-01T01", 3_600_000, 3_600_000),
        ("1970-01-01T00:01", 60_000, 60_000),
        ("1970-01-01T00:00:01Z", 1_000, 1_000),
        ("1970-01-01T00:00:00.005Z", 5, 1),
        ("1970-01-01T00:00:00.000+01:00", -3_600_000, 1),
        ("1577836800000", 1_577_836_800_000, 1),
    ],
)
def test_a_text_stands_for_a_span(text: str, first: int, width: int) -> None:
    assert parse_span(text) == (first, first + width - 1)


@pytest.mark.parametrize("text", ["", "yesterday", "2020-13", "2020-02-30", "2020-1-1", "20-01-01", "2020-01-01 10:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "up", "shown"),
    [
        ("now/d", False, "2020-02-29T00:00:00.000Z"),
        ("now/d", True, "2020-02-29T23:59:59.999Z"),
        ("now-1M/M", False, "2020-01-01T00:00:00.000Z"),
        ("now+1y", False, "2021-02-28T12:30:00.000Z"),
        ("2020-01-31||+1M", False, "2020-02-29T00:00:00.000Z"),
        ("now/w", False, "2020-02-24T00:00:00.000Z"),
    ],
)
def test_date_math(text: str, up: bool, shown: str) -> None:
    now = datetime(2020, 2, 29, 12, 30, tzinfo=UTC)
    assert millis_to_text(parse_query_date(text, up=up, now=now)) == shown


def test_stored_values() -> None:
    assert to_millis(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1000
    assert to_millis(1234) == 1234
    with pytest.raises(ValueError):
        to_millis(True)
