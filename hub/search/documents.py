"""A document as the engines store it: JSON bytes without ``_id``, the same bytes on every engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

MAX_ID_BYTES = 512  #: Elasticsearch's limit for an `_id`, in UTF-8 bytes

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


class UnfitDocument(ValueError):
    """A document no engine can take; its text is the reason that a report shows."""


class UnfitValue(ValueError):
    """A value that the type of its field does not take; its text is the reason."""


def document_id(document: Mapping[str, Any]) -> str:
    """The document's ``_id``.

    Raises:
        UnfitDocument: it is missing, empty, not text or longer than 512 bytes.
    """
    id_ = document.get("_id")
    if type(id_) is not str:
        raise UnfitDocument(f"`_id` must be text, not {type(id_).__name__}")
    if not id_:
        raise UnfitDocument("`_id` is empty")
    if len(id_) > MAX_ID_BYTES // 4 and len(id_.encode("utf-8", "replace")) > MAX_ID_BYTES:
        raise UnfitDocument(f"`_id` is longer than {MAX_ID_BYTES} bytes")
    return id_


def encode_source(document: Mapping[str, Any]) -> bytes:
    """The JSON bytes of a document without ``_id``; datetimes as ISO text, NaN and infinity as null.

    Raises:
        UnfitDocument: a value or key that JSON does not know.
    """
    source = dict(document)
    source.pop("_id", None)
    try:
        return orjson.dumps(source, option=_OPTIONS)
    except (TypeError, ValueError) as error:
        raise UnfitDocument(f"not a JSON document: {error}") from error


def decode_source(source: bytes) -> dict[str, Any]:
    """The document of stored bytes."""
    document: dict[str, Any] = orjson.loads(source)
    return document
