"""Answers as bytes: JSON, YAML, MessagePack, and JSON inside a small HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

JSON_TYPE = "application/json; charset=UTF-8"
_KEEP = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY

CONTENT_TYPES = {
    "json": JSON_TYPE,
    "yaml": "text/x-yaml; charset=UTF-8",
    "msgpack": "application/x-msgpack",
    "html": "text/html; charset=UTF-8",
}


def to_json(value: Any) -> bytes:
    """JSON in UTF-8; NaN and infinity become null, dates ISO text."""
    return orjson.dumps(value, _as_text, _KEEP)


def sorted_json(value: Any) -> bytes:
    """Like `to_json` with the keys of every object in alphabetical order."""
    return orjson.dumps(value, _as_text, _KEEP | orjson.OPT_SORT_KEYS)


def fragment(value: Any) -> orjson.Fragment:
    """A part of a later answer, written now with sorted keys."""
    return orjson.Fragment(sorted_json(value))


def _as_text(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    return str(value)


def encode(value: Any, kind: str) -> bytes:
    """An answer in ``json``, ``yaml`` or ``msgpack`` (HTML is drawn by `hub.queryapi.pages`).

    Every kind goes through the JSON writer first, so that all of them hold the same values.
    """
    text = to_json(value)
    if kind == "json":
        return text
    plain = orjson.loads(text)
    if kind == "yaml":
        return _yaml(plain)
    import msgpack

    packed: bytes = msgpack.packb(plain, use_bin_type=True, default=str)
    return packed


def _yaml(plain: Any) -> bytes:
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(plain, Dumper=dumper, allow_unicode=True, sort_keys=False, default_flow_style=False)
    return text.encode()


def indented(value: Any) -> str:
    """JSON text with line breaks, for people."""
    return orjson.dumps(orjson.loads(to_json(value)), option=orjson.OPT_INDENT_2).decode()


def joined(parts: Sequence[bytes]) -> bytes:
    """A JSON list of parts that are JSON already."""
    return b"[" + b",".join(parts) + b"]"
