"""What Elasticsearch makes of a value: the indexed form of each mapping type, or the reason for a rejection.

Indexed forms: text and keyword are text; whole numbers, dates (milliseconds) are int; other numbers are float; booleans
are the texts ``true`` and ``false``; ip addresses are 32 hexadecimal digits, so that they sort as addresses do.
"""

from __future__ import annotations

import ipaddress
import math
import struct
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import orjson

from hub.search.dates import millis_to_text, to_millis
from hub.search.documents import UnfitValue
from hub.search.mapping import INTEGER_RANGES, Leaf

MAX_TERM_BYTES = 32_766  #: longest keyword in UTF-8 bytes; Lucene refuses longer ones

_ODD_CAPITALS = {0x130: "i", 0x3A3: "\u03c3"}

Indexed = str | int | float
Coercer = Callable[[Any], "Indexed | None"]


def coercer(leaf: Leaf) -> Coercer:
    """A function that turns one scalar of a document into its indexed form.

    The function returns None for what is stored but not indexed (``ignore_above``), and raises ValueError with the
    reason for what Elasticsearch refuses.
    """
    if leaf.type == "text":
        return as_text
    if leaf.type == "keyword":
        return _keyword(leaf)
    if leaf.type in INTEGER_RANGES:
        low, high = INTEGER_RANGES[leaf.type]
        return lambda value: to_integer(value, low, high, leaf.type)
    if leaf.type == "date":
        return to_millis
    if leaf.type == "boolean":
        return to_boolean
    if leaf.type == "ip":
        return to_ip
    return _float(leaf)


def as_text(value: Any) -> str:
    """The JSON text of a scalar: ``5`` is "5", true is "true", a datetime its ISO form."""
    if type(value) is str:
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, (dict, list, tuple)):
        raise UnfitValue("can't get text on an object")
    encoded = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return str(orjson.loads(encoded)) if encoded[0] == '"' else encoded


def _keyword(leaf: Leaf) -> Coercer:
    limit, lowercase = leaf.ignore_above, leaf.lowercase

    def keyword(value: Any) -> str | None:
        text = as_text(value)
        if limit is not None and len(text) > limit:
            return None
        if lowercase:
            text = lowered(text)
        if len(text) > MAX_TERM_BYTES // 4 and len(text.encode("utf-8", "replace")) > MAX_TERM_BYTES:
            raise UnfitValue(f"the keyword is longer than {MAX_TERM_BYTES} bytes (set `ignore_above` or use text)")
        return text

    return keyword


def lowered(text: str) -> str:
    """Lower case, character by character as Lucene does it (no final sigma, no two characters for a dotted I)."""
    return text.lower() if text.isascii() else text.translate(_ODD_CAPITALS).lower()


def to_integer(value: Any, low: int, high: int, type_: str) -> int:
    """A whole number within a range; text is parsed and decimals are cut off, as Elasticsearch does."""
    number: Any = value
    if isinstance(value, bool):
        raise UnfitValue(f"current token (VALUE_{str(value).upper()}) not numeric, can not use numeric value accessors")
    if isinstance(value, str):
        number = _parse_number(value, type_)
    if isinstance(number, float):
        if not math.isfinite(number):
            raise UnfitValue(f"value [{value}] is not a number of type {type_}")
        number = int(number)
    if not isinstance(number, int):
        number = int(number)
    if not low <= number <= high:
        raise UnfitValue(f"value [{value}] is out of range for a {type_}")
    return int(number)


def _parse_number(text: str, type_: str) -> int | float:
    stripped = text.strip().replace("_", "?")  # Python reads 1_000, Elasticsearch does not
    try:
        return int(stripped)
    except ValueError:
        pass
    try:
        return float(stripped)
    except ValueError:
        raise UnfitValue(f'for input string: "{text}" is not a {type_}') from None


def _float(leaf: Leaf) -> Coercer:
    narrow = {"float": _single, "half_float": _half}.get(leaf.type)
    factor = leaf.scaling_factor if leaf.type == "scaled_float" else None

    def number(value: Any) -> float:
        return to_float(value, leaf.type, narrow, factor)

    return number


def to_float(
    value: Any, type_: str, narrow: Callable[[float], float] | None = None, factor: float | None = None
) -> float:
    """A finite number, rounded to what the type keeps."""
    if isinstance(value, bool):
        raise UnfitValue(f"current token (VALUE_{str(value).upper()}) not numeric, can not use numeric value accessors")
    try:
        number = float(_parse_number(value, type_)) if isinstance(value, str) else float(value)
        if narrow:
            number = narrow(number)
    except (OverflowError, TypeError) as error:
        raise UnfitValue(f"[{type_}] supports only finite values, but got [{value}]") from error
    if not math.isfinite(number):
        raise UnfitValue(f"[{type_}] supports only finite values, but got [{value}]")
    if factor is not None:
        return math.floor(number * factor + 0.5) / factor
    return number


def _single(number: float) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


def _half(number: float) -> float:
    return float(struct.unpack("e", struct.pack("e", number))[0])


def to_boolean(value: Any) -> str:
    """``true`` or ``false``; the empty text is false."""
    if value is True or value == "true":
        return "true"
    if value is False or (isinstance(value, str) and value in ("false", "")):
        return "false"
    raise UnfitValue(f"failed to parse value [{value}] as only [true] or [false] are allowed")


def to_ip(value: Any) -> str:
    """32 hexadecimal digits of an address; IPv4 is mapped into IPv6."""
    text = str(value)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise UnfitValue(f"'{text}' is not an IP string literal") from None
    if isinstance(address, ipaddress.IPv4Address):
        return "00000000000000000000ffff" + address.packed.hex()
    return address.packed.hex()


def shown(leaf: Leaf, indexed: Any) -> Any:
    """An indexed value as facets show it: dates as ISO text, addresses as text."""
    if leaf.type == "date":
        return millis_to_text(int(indexed))
    if leaf.type == "ip":
        address = ipaddress.IPv6Address(bytes.fromhex(indexed))
        return str(address.ipv4_mapped or address)
    return indexed


def is_scalar(value: Any) -> bool:
    """Whether a value is a leaf of a document."""
    return isinstance(value, (str, int, float, bool, datetime, date)) or not isinstance(value, (dict, list, tuple))
