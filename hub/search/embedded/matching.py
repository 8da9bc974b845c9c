"""How a value in a query meets the type of a column: bounds, patterns, distances. No tantivy here.

None stands for "fits no document", which is what Elasticsearch's lenient queries make of a value of the wrong type.
"""

from __future__ import annotations

import ipaddress
import math
from typing import Any

from hub.search.dates import parse_query_date
from hub.search.embedded import analysis, patterns
from hub.search.embedded.ranges import TermRange
from hub.search.embedded.schema import Column
from hub.search.mapping import INTEGER_RANGES
from hub.search.nodes import Range
from hub.search.values import coercer, lowered, to_boolean, to_ip

MAX_DISTANCE = 2  #: edits of a fuzzy term
_PATTERN_TYPES = ("text", "keyword")


def normalized(column: Column, text: str) -> str:
    """A term as the column's words or values are written: lower-cased where they are."""
    if column.kind == "text":
        return lowered(text) if analysis.lowers(column.leaf.search_analyzer) else text
    return lowered(text) if column.leaf.lowercase else text


def value_bounds(column: Column, text: str) -> tuple[Any, Any] | None:
    """The least and greatest indexed value that a text in a query stands for; equal but for dates and networks."""
    try:
        match column.leaf.type:
            case "_id":
                return text, text
            case "keyword":
                value: Any = normalized(column, text)
            case "boolean":
                value = to_boolean(text)
            case "ip":
                return _network(text)
            case "date":
                return parse_query_date(text, up=False), parse_query_date(text, up=True)
            case type_ if type_ in INTEGER_RANGES:
                value = _whole(text)
            case _:
                value = coercer(column.leaf)(text)
    except (ValueError, OverflowError):
        return None
    return None if value is None else (value, value)


def _whole(text: str) -> int | None:
    number = _number(text)
    return int(number) if number == math.floor(number) and abs(number) < 2**63 else None


def _number(text: str) -> int | float:
    if "_" in text:
        raise ValueError(text)
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text) from None
        return number


def _network(text: str) -> tuple[str, str]:
    if "/" not in text:
        address = to_ip(text)
        return address, address
    network = ipaddress.ip_network(text, strict=False)
    return to_ip(network.network_address), to_ip(network.broadcast_address)


def text_range(column: Column, node: Range) -> TermRange | None:
    """The terms that a range of texts or addresses spans."""
    try:
        low = None if node.low is None else _text_bound(column, node.low)
        high = None if node.high is None else _text_bound(column, node.high)
    except ValueError:
        return None
    return TermRange(low, high, node.with_low, node.with_high)


def _text_bound(column: Column, text: str) -> str:
    if column.leaf.type == "ip":
        return to_ip(text)
    if column.leaf.type == "boolean":
        return to_boolean(text)
    return normalized(column, text)


def number_range(column: Column, node: Range) -> tuple[Any, Any] | None:
    """Inclusive bounds of numbers and dates."""
    try:
        if column.leaf.type == "date":
            return _date_range(node)
        if column.kind == "int":
            return _whole_range(node, *INTEGER_RANGES[column.leaf.type])
        return _float_range(column, node)
    except (ValueError, OverflowError):
        return None


def _date_range(node: Range) -> tuple[int | None, int | None]:
    low = high = None
    if node.low is not None:
        low = parse_query_date(node.low, up=not node.with_low) + (0 if node.with_low else 1)
    if node.high is not None:
        high = parse_query_date(node.high, up=node.with_high) - (0 if node.with_high else 1)
    return low, high


def _whole_range(node: Range, least: int, most: int) -> tuple[int | None, int | None] | None:
    """Whole bounds; a bound that the type cannot hold fits nothing, as in Elasticsearch."""
    low = high = None
    for text in (node.low, node.high):
        if text is not None and not least <= _number(text) <= most:
            return None
    if node.low is not None:
        number = _number(node.low)
        low = math.ceil(number) + (1 if not node.with_low and number == math.ceil(number) else 0)
    if node.high is not None:
        number = _number(node.high)
        high = math.floor(number) - (1 if not node.with_high and number == math.floor(number) else 0)
    return (None if low is None else min(low, 2**63 - 1)), (None if high is None else max(high, -(2**63)))


def _float_range(column: Column, node: Range) -> tuple[float | None, float | None]:
    read = coercer(column.leaf)
    low = high = None
    if node.low is not None:
        low = float(read(node.low) or 0.0)
        low = low if node.with_low else math.nextafter(low, math.inf)
    if node.high is not None:
        high = float(read(node.high) or 0.0)
        high = high if node.with_high else math.nextafter(high, -math.inf)
    return low, high


def wildcard(column: Column, pattern: str) -> str | None:
    """The expression of a ``*`` and ``?`` pattern."""
    if column.leaf.type not in _PATTERN_TYPES:
        return None
    return patterns.from_wildcard(normalized(column, pattern))


def regex(column: Column, pattern: str) -> str | None:
    """The expression of Lucene's; it meets the indexed terms as they are."""
    return patterns.from_lucene(pattern) if column.leaf.type in _PATTERN_TYPES else None


def edit_distance(text: str, asked: int | None) -> int:
    """Edits allowed for a term; by its length when not asked for."""
    if asked is not None:
        return min(asked, MAX_DISTANCE)
    return 0 if len(text) < 3 else 1 if len(text) < 6 else 2
