"""The exact, slow walk over a document: every value becomes one the stores can keep, or is refused with its path.

The codecs call it only for documents that their fast path does not take.
"""

from __future__ import annotations

import enum
import math
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from hub.store.errors import UnstorableKeyError, UnstorableValueError

KeyPolicy = Literal["error", "replace", "allow"]

MAX_DEPTH = 100  #: levels of nesting; MongoDB's own limit
_MIN_INT, _MAX_INT = -(2**63), 2**63 - 1
_HINTS = {
    "set": "Use a sorted list.",
    "frozenset": "Use a sorted list.",
    "Decimal": "Use float() or str(): which of them is right only the parser can know.",
    "complex": "Use a list of two numbers.",
    "time": "Use a string.",
    "timedelta": "Use a number of seconds.",
    "generator": "Use list().",
}


def normalise(document: Mapping[str, Any], keys: KeyPolicy) -> dict[str, Any]:
    """A copy of ``document`` with only dict, list, str, int, finite float, bool, None, aware datetime and bytes.

    NaN and infinity become None; numpy scalars and arrays, pandas' missing values, tuples, enums, UUIDs, dates and
    subclasses of the plain types become plain ones; datetimes without a zone are taken as UTC.

    Args:
        document: the document.
        keys: what to do with keys that start with ``$``, hold a dot or a NUL, or are empty: ``error``, ``replace``
            (the offending character becomes ``_``), or ``allow``.

    Raises:
        UnstorableKeyError: a key that is refused, or two keys that become the same.
        UnstorableValueError: a value that is refused.
    """
    return _object(document, "", keys, document.get("_id"), 1)


def _object(value: Mapping[Any, Any], path: str, keys: KeyPolicy, id_: Any, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise UnstorableValueError(path, "dict", f"It is nested deeper than {MAX_DEPTH} levels.", id_)
    result: dict[str, Any] = {}
    for key, item in value.items():
        name = _key(key, path, keys, id_)
        if name in result:
            raise UnstorableKeyError(path, key, f"becomes `{name}`, which is there already", id_)
        result[name] = _value(item, f"{path}.{name}" if path else name, keys, id_, depth)
    return result


def _value(value: Any, path: str, keys: KeyPolicy, id_: Any, depth: int) -> Any:
    kind = type(value)
    if value is None or kind is bool:
        return value
    if isinstance(value, enum.Enum):
        return _value(value.value, path, keys, id_, depth)
    if isinstance(value, str):
        return _text(value, path, id_)
    if isinstance(value, int):
        if not _MIN_INT <= value <= _MAX_INT:
            raise UnstorableValueError(path, "int", "It has more than 64 bits: store it as text.", id_)
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return _object(value, path, keys, id_, depth + 1)
    if isinstance(value, list | tuple):
        if depth >= MAX_DEPTH:
            raise UnstorableValueError(path, "list", f"It is nested deeper than {MAX_DEPTH} levels.", id_)
        return [_value(item, f"{path}.{n}", keys, id_, depth + 1) for n, item in enumerate(value)]
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return _uncommon(value, path, keys, id_, depth)


def _uncommon(value: Any, path: str, keys: KeyPolicy, id_: Any, depth: int) -> Any:
    kind = type(value)
    if isinstance(value, datetime):
        return _datetime(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, uuid.UUID):
        return str(value)
    root = kind.__module__.partition(".")[0]
    if root == "numpy":
        if kind.__name__ == "datetime64":
            value = value.astype("datetime64[us]")
        if kind.__name__ not in ("timedelta64", "void"):
            return _value(value.tolist(), path, keys, id_, depth)
    if root == "pandas" and kind.__name__ in ("NAType", "NaTType"):
        return None
    if root == "bson":
        return value
    hint = _HINTS.get(kind.__name__, "Convert it in the parser to text, number, list or object.")
    if isinstance(value, time):
        hint = _HINTS["time"]
    raise UnstorableValueError(path, kind.__name__, hint, id_)


def _datetime(value: datetime) -> datetime | None:
    if value != value:  # pandas' NaT
        return None
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return datetime(
        aware.year, aware.month, aware.day, aware.hour, aware.minute, aware.second, aware.microsecond, tzinfo=UTC
    )


def _text(value: str, path: str, id_: Any) -> str:
    text = str(value) if type(value) is str else str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnstorableValueError(
            path, "str", "It is no valid text (half of a surrogate pair): open the file with its real encoding.", id_
        ) from None
    return text


def _key(key: Any, path: str, keys: KeyPolicy, id_: Any) -> str:
    name = _key_text(key, path, id_)
    if keys == "allow":
        return name
    reason = key_fault(name)
    if reason is None:
        return name
    if keys == "error":
        raise UnstorableKeyError(path, key, reason, id_)
    name = name.replace(".", "_").replace("\0", "_") or "_"
    return "_" + name[1:] if name.startswith("$") else name


def _key_text(key: Any, path: str, id_: Any) -> str:
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, str):
        return _text(key, path, id_)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, int | float):
        return str(key)
    if type(key).__module__ == "numpy":
        return _key_text(key.tolist(), path, id_)
    raise UnstorableKeyError(path, key, f"is a `{type(key).__name__}`, not text", id_)


def key_fault(name: str) -> str | None:
    """What is wrong with a key, in words that follow it, or None."""
    if not name:
        return "is empty"
    if name[0] == "$":
        return "starts with `$`"
    if "." in name:
        return "holds a dot"
    if "\0" in name:
        return "holds a NUL character"
    return None
