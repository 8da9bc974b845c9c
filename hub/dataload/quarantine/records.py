"""One bad document as a line of JSON: what is wrong, where it came from, and the document itself as far as possible."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from hub.dataload.quarantine.errors import EditedFileError
from hub.store.codec import JsonCodec
from hub.store.errors import StoreError

LARGEST = 64 * 1024 * 1024  #: bytes of a document that is kept whole; of a larger one only the beginning is
_CODEC = JsonCodec("allow", LARGEST)
_DEEPEST = 30
_LONGEST_REPR = 200

_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _LONGEST_REPR
_repr.maxlong = 60


@dataclass(frozen=True)
class Origin:
    """Where bad documents come from.

    Attributes:
        source: main source.
        sub: sub-source.
        release: release of the data.
    """

    source: str
    sub: str
    release: str

    @property
    def fullname(self) -> str:
        """``main.sub``, or one name when both are the same."""
        return self.sub if self.sub == self.source else f"{self.source}.{self.sub}"


@dataclass(frozen=True)
class Refusal:
    """What is wrong with one document.

    Attributes:
        reason: one word, for counting: ``no_id``, ``bad_id``, ``bad_key``, ``bad_value``, ``too_large``,
            ``not_a_document``, ``unreadable``, ``duplicate``, ``check_required``, ``check_schema``.
        message: a sentence for people.
        ordinal: position in the parser's output, from 1.
        id: its ``_id``, when it has one.
        path: dotted path of the offending key or value.
        file: data file, as far as it is known.
        line: line in it, from 1; 0 when it is not known.
        part: part of a parallel upload.
    """

    reason: str
    message: str
    ordinal: int = 0
    id: Any = None
    path: str = ""
    file: str = ""
    line: int = 0
    part: str = ""


def to_line(origin: Origin, refusal: Refusal, value: Any) -> bytes:
    """The line of a bad document, with its end of line.

    ``document`` is what the parser gave. ``tagged`` says that dates and bytes in it are written as ``{"$date": text}``
    and ``{"$binary": base64}``; ``exact`` is false when something in it has no JSON form and stands as text.
    """
    body, exact, tagged = _written(value)
    head = {
        "reason": refusal.reason,
        "message": refusal.message,
        "source": origin.source,
        "sub": origin.sub,
        "release": origin.release,
        "file": refusal.file or None,
        "line": refusal.line or None,
        "ordinal": refusal.ordinal or None,
        "part": refusal.part or None,
        "path": refusal.path or None,
        "_id": refusal.id if isinstance(refusal.id, str | int | float | None) else shown(refusal.id),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "exact": exact,
        "tagged": tagged,
        "document": orjson.Fragment(body),
    }
    return _dumped({key: value for key, value in head.items() if value is not None}) + b"\n"


def document_of(record: Mapping[str, Any]) -> Any:
    """The document of a record that was read back, dates and bytes included."""
    document = record.get("document")
    if record.get("tagged") and isinstance(document, dict):
        return _CODEC.decode(b"x" + orjson.dumps(document))
    return document


def parse_line(line: bytes, file: str, number: int) -> dict[str, Any]:
    """A record.

    Raises:
        EditedFileError: it is no JSON object.
    """
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise EditedFileError(file, f"is no JSON: {error}.", number) from None
    if not isinstance(record, dict):
        raise EditedFileError(file, "is no record: each line must be an object, as it was exported.", number)
    return record


def shown(value: Any) -> str:
    """A value as short text, whatever it is."""
    try:
        return _repr.repr(value)
    except Exception as error:  # code of a plugin
        return f"<{type(value).__name__}: its repr failed with {type(error).__name__}>"


def _written(value: Any) -> tuple[bytes, bool, bool]:
    """JSON of a value, whether it is exact, and whether it has tags."""
    try:
        if isinstance(value, Mapping):
            body = _CODEC.encode(value)
            return (body[1:], True, True) if body[:1] == b"x" else (body, True, False)
        body = orjson.dumps(value)
        if len(body) <= LARGEST:
            return body, True, False
    except (StoreError, TypeError, ValueError, RecursionError, AttributeError):
        pass
    except Exception:  # a mapping whose own methods fail
        return _dumped(shown(value)), False, False
    return _dumped(_loose(value)), False, False


def _loose(value: Any, depth: int = 0) -> Any:
    """The value with texts in place of what JSON can not hold, long things cut."""
    kind = type(value)
    if value is None or kind is bool or (kind is int and -(2**63) <= value < 2**63):
        return value
    if kind is str:
        return _clean(value if len(value) <= 10_000 else f"{value[:10_000]}... ({len(value):,} characters)")
    if depth >= _DEEPEST:
        return "..."
    try:
        if isinstance(value, Mapping):
            return {_clean(str(key)): _loose(item, depth + 1) for key, item in list(value.items())[:1000]}
        if isinstance(value, list | tuple):
            return [_loose(item, depth + 1) for item in value[:1000]]
    except Exception:
        return _clean(shown(value))
    return _clean(shown(value))


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _dumped(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return orjson.dumps(_loose_head(value))


def _loose_head(head: Any) -> Any:
    """A head with a text that is no valid Unicode (an ``_id``, a message)."""
    if not isinstance(head, dict):
        return _loose(head)
    return {key: item if isinstance(item, orjson.Fragment) else _loose(item) for key, item in head.items()}
