"""What a value has to look like: types as the client reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
SAFE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")  #: of what the client makes HTML ids from

Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(value: Any) -> bool:
    return type(value) is int


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def date(value: Any) -> bool:
    """ISO 8601 with an offset."""
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def duration(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"(\d+h)?(\d+m)?[\d.]+s", value))


def names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, dict) for v in value)


def mapping(value: Any) -> bool:
    return isinstance(value, dict)


def nothing(value: Any) -> bool:
    return value is None


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def one_of(*known: Any) -> Check:
    return lambda value: value in known


def has(value: Mapping[str, Any], /, **fields: Check) -> None:
    """Fail unless each field is there and right; a name with a trailing ``_`` is for words of Python."""
    assert isinstance(value, Mapping), value
    for name, check in fields.items():
        key = name.removesuffix("_") if name.endswith("_") and name not in value else name
        assert key in value, f"no `{key}` in {sorted(value)}"
        assert check(value[key]), f"`{key}` is {value[key]!r}"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value inside, with its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def local_dates(value: Any) -> list[tuple[str, str]]:
    """Dates that say no offset, with their paths."""
    found = [(path, v) for path, v in leaves(value) if isinstance(v, str) and DATE.fullmatch(v)]
    return [(path, v) for path, v in found if datetime.fromisoformat(v).tzinfo is None]
