"""Bodies of POST requests in JSON and YAML (forms are read by Tornado)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from hub.queryapi.errors import BodyError

_YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})


def read_body(content_type: str, body: bytes) -> Mapping[str, Any]:
    """The object in a JSON or YAML body; empty for every other content type and for an empty body.

    Args:
        content_type: the request's header, parameters included.
        body: the request's body.

    Raises:
        BodyError: it cannot be parsed or is not an object.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if not body.strip():
        return {}
    if kind == "application/json" or kind.endswith("+json"):
        return _object(kind, _json(kind, body))
    if kind in _YAML:
        return _object(kind, _yaml(kind, body))
    return {}


def _json(kind: str, body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyError(kind, f"not valid JSON: {error}") from None


def _yaml(kind: str, body: bytes) -> Any:
    import yaml

    try:
        return yaml.safe_load(body)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else "cannot be read"
        raise BodyError(kind, f"not valid YAML: {first}") from None


def _object(kind: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BodyError(kind, "must be an object with parameter names as keys")
    return value
