"""The content hash of a document: equal for equal documents, whatever the order of their keys and their store.

It is the BLAKE2b hash, 16 bytes, of the document as JSON with sorted keys in UTF-8 without spaces; a datetime counts
as its moment in UTC, cut to milliseconds (MongoDB keeps no more), bytes as base64, each under a key that no stored
document can have. ``_id`` counts. The order of a list does, and ``1`` is not ``1.0``. What goes out
with releases is in `hub.store.digest`.

Computing it decodes the document. Where two stored bodies are compared, look first whether they are equal as bytes: a
body never changes unless somebody writes it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

from hub.store.normalise import normalise
from hub.store.port import Codec, Record

BYTES = 16  #: length of a hash; as text it has twice as many characters
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def content_hash(document: Mapping[str, Any]) -> str:
    """The content hash of a document, 32 hexadecimal digits.

    Args:
        document: a document as a store gives it, or one that a store would take.

    Raises:
        hub.store.errors.UnstorableValueError: a value that no store keeps.
    """
    return blake2b(canonical(document), digest_size=BYTES).hexdigest()


def record_hashes(codec: Codec, records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """``_id`` and content hash of each record, in their order.

    Args:
        codec: codec of the store that the records come from.
        records: e.g. of `Collection.scan`.
    """
    decode = codec.decode
    return ((id_, content_hash(decode(body))) for id_, body in records)


def same_content(codec: Codec, one: bytes, other: bytes) -> bool:
    """Whether two bodies of one store hold the same document; quick when they are equal as bytes."""
    return one == other or canonical(codec.decode(one)) == canonical(codec.decode(other))


def canonical(value: Any) -> bytes:
    """The bytes that are hashed: equal for equal values of any kind that a document can hold."""
    try:
        return orjson.dumps(value, _special, _OPTIONS)
    except TypeError:
        return orjson.dumps(normalise({"": value}, "allow")[""], _special, _OPTIONS)


def _special(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {"\0date": moment.isoformat(timespec="milliseconds")}
    if isinstance(value, bytes):
        return {"\0bytes": base64.b64encode(value).decode()}
    if type(value).__module__.startswith("bson"):
        return {"\0bson": [type(value).__name__, str(value)]}
    raise TypeError
