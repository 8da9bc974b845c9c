"""Mappings: an Elasticsearch ``properties`` object checked and flattened to leaves.

A leaf is one name that can be searched: a field, or a multi-field below it (``name.raw``). The flattened form serves
the embedded engine (which leaf takes which value) and the public data API (``/metadata/fields``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.search.errors import MappingError

INTEGER_RANGES = {
    "long": (-(2**63), 2**63 - 1),
    "integer": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
}
FLOAT_TYPES = ("double", "float", "half_float", "scaled_float")
LEAF_TYPES = ("text", "keyword", *INTEGER_RANGES, *FLOAT_TYPES, "boolean", "date", "ip")
OBJECT_TYPES = ("object", "nested")
TYPES = (*LEAF_TYPES, *OBJECT_TYPES)

ANALYZERS = (
    "standard",
    "simple",
    "whitespace",
    "keyword",
    "string_lowercase",
    "whitespace_lowercase",
)
NORMALIZERS = ("keyword_lowercase_normalizer", "lowercase")
ALL_FIELD = "all"

#: names people write for a type, and the type they mean
_SLIPS = {
    "string": "keyword",
    "str": "keyword",
    "int": "integer",
    "int64": "long",
    "bigint": "long",
    "number": "double",
    "numeric": "double",
    "real": "double",
    "bool": "boolean",
    "datetime": "date",
    "timestamp": "date",
    "dict": "object",
    "struct": "object",
    "fulltext": "text",
}
_COMMON = {
    "type",
    "copy_to",
    "index",
    "store",
    "fields",
    "meta",
    "doc_values",
    "null_value",
    "boost",
    "ignore_malformed",
}
_PARAMETERS = {
    "text": {
        "analyzer", "search_analyzer", "search_quote_analyzer", "norms", "index_options", "fielddata", "index_prefixes",
        "index_phrases", "position_increment_gap", "similarity", "term_vector", "eager_global_ordinals",
        "fielddata_frequency_filter",
    },
    "keyword": {
        "normalizer", "ignore_above", "norms", "index_options", "similarity", "split_queries_on_whitespace",
        "eager_global_ordinals",
    },
    "date": {"format", "locale"},
    "scaled_float": {"scaling_factor", "coerce"},
    "ip": set(),
    "boolean": set(),
}  # fmt: skip
_OBJECT_PARAMETERS = {"type", "properties", "dynamic", "enabled", "subobjects", "include_in_parent", "include_in_root"}


@dataclass(frozen=True)
class Leaf:
    """One searchable name of a mapping.

    Attributes:
        path: dotted name in queries, e.g. ``gene.name`` or, for a multi-field, ``gene.name.raw``.
        source: dotted path of the value in the document (differs from `path` for multi-fields).
        type: mapping type, one of `LEAF_TYPES`.
        analyzer: of a text leaf, at index time.
        search_analyzer: of a text leaf, for queries.
        lowercase: whether a keyword leaf carries the lower-casing normalizer.
        copy_to: dotted fields that take the value too.
        indexed: False for text with ``index: false``; other types stay searchable by their columns.
        columns: False without ``doc_values``: no facets, no sorting.
        ignore_above: longest keyword, in characters, that is indexed.
        null_value: value indexed in place of an explicit null.
        scaling_factor: of a ``scaled_float``.
        ignore_malformed: values of the wrong type are skipped instead of rejecting the document.
    """

    path: str
    source: str
    type: str
    analyzer: str = "standard"
    search_analyzer: str = "standard"
    lowercase: bool = False
    copy_to: tuple[str, ...] = ()
    indexed: bool = True
    columns: bool = True
    ignore_above: int | None = None
    null_value: Any = None
    scaling_factor: float = 1.0
    ignore_malformed: bool = False


@dataclass(frozen=True)
class FlatMapping:
    """A mapping as the embedded engine uses it.

    Attributes:
        leaves: dotted name to leaf, in mapping order, ``all`` included.
        objects: dotted names of the objects.
        closed: dotted names of objects with ``enabled: false``.
    """

    leaves: Mapping[str, Leaf]
    objects: frozenset[str]
    closed: frozenset[str]


def with_all(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties with the automatic field ``all`` in front; a declared ``all`` wins."""
    return {ALL_FIELD: {"type": "text"}, **properties}


def flatten(properties: Mapping[str, Any]) -> FlatMapping:
    """Check and flatten a ``properties`` object; ``all`` is added.

    Raises:
        MappingError: with the dotted path of the first thing that is wrong.
    """
    leaves: dict[str, Leaf] = {}
    objects: set[str] = set()
    closed: set[str] = set()
    for path, kind, entry in _walk(with_all(properties), ""):
        if kind == "object":
            objects.add(path)
        elif kind == "closed":
            closed.add(path)
        else:
            leaf = _leaf(path, path, entry)
            leaves[path] = leaf
            leaves.update(_multi_fields(leaf, entry))
    return FlatMapping(leaves, frozenset(objects), frozenset(closed))


def _walk(properties: Any, prefix: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if not isinstance(properties, Mapping):
        raise MappingError(prefix or "properties", "`properties` must be an object of fields")
    for name, entry in properties.items():
        path = f"{prefix}.{name}" if prefix else str(name)
        if not isinstance(name, str) or not name.strip() or name.startswith(".") or name.endswith(".") or ".." in name:
            raise MappingError(path, f"`{name}` is not a field name")
        if not isinstance(entry, Mapping):
            raise MappingError(path, "a field must be an object with a `type` or with `properties`")
        type_ = entry.get("type", "object" if "type" not in entry else None)
        _check_type(path, type_)
        if type_ not in OBJECT_TYPES:
            yield path, "leaf", entry
            continue
        _check_parameters(path, entry, _OBJECT_PARAMETERS)
        if _flag(path, entry, "enabled", True):
            yield path, "object", entry
            yield from _walk(entry.get("properties", {}), path)
        else:
            yield path, "closed", entry


def _check_type(path: str, type_: Any) -> None:
    if type_ in TYPES:
        return
    if not isinstance(type_, str):
        raise MappingError(path, "`type` must be text", "keyword")
    near = _SLIPS.get(type_.lower()) or next(
        iter(difflib.get_close_matches(type_.lower(), TYPES, n=1, cutoff=0.5)), None
    )
    raise MappingError(path, f"the embedded engine has no type `{type_}` (it has: {', '.join(TYPES)})", near)


def _check_parameters(path: str, entry: Mapping[str, Any], allowed: set[str]) -> None:
    for key in entry:
        if key not in allowed:
            near = next(iter(difflib.get_close_matches(str(key), sorted(allowed), n=1)), None)
            raise MappingError(
                f"{path}.{key}", f"unknown parameter `{key}` of a {entry.get('type', 'object')} field", near
            )


def _leaf(path: str, source: str, entry: Mapping[str, Any]) -> Leaf:
    type_ = entry["type"]
    _check_parameters(path, entry, _COMMON | _PARAMETERS.get(type_, {"coerce"}) | {"properties", "dynamic"})
    if entry.get("properties"):
        raise MappingError(path, f"a field is either {type_} or an object with `properties`, not both")
    analyzer = _choice(path, entry, "analyzer", ANALYZERS, "standard")
    return Leaf(
        path=path,
        source=source,
        type=type_,
        analyzer=analyzer,
        search_analyzer=_choice(path, entry, "search_analyzer", ANALYZERS, analyzer),
        lowercase=_choice(path, entry, "normalizer", NORMALIZERS, "") != "",
        copy_to=_names(path, entry.get("copy_to", ())),
        indexed=_flag(path, entry, "index", True) or type_ != "text",
        columns=_flag(path, entry, "doc_values", True) and type_ != "text",
        ignore_above=_whole(path, entry, "ignore_above"),
        null_value=entry.get("null_value"),
        scaling_factor=_scaling_factor(path, entry),
        ignore_malformed=_flag(path, entry, "ignore_malformed", False),
    )


def _multi_fields(parent: Leaf, entry: Mapping[str, Any]) -> Iterator[tuple[str, Leaf]]:
    fields = entry.get("fields", {})
    if not isinstance(fields, Mapping):
        raise MappingError(f"{parent.path}.fields", "`fields` must be an object of fields")
    for name, child in fields.items():
        path = f"{parent.path}.{name}"
        if not isinstance(child, Mapping) or child.get("type") in (None, *OBJECT_TYPES):
            raise MappingError(path, "a multi-field needs a `type` that is not an object", "keyword")
        _check_type(path, child["type"])
        if child.get("copy_to"):
            raise MappingError(f"{path}.copy_to", "a multi-field cannot be copied")
        yield path, _leaf(path, parent.source, child)


def _flag(path: str, entry: Mapping[str, Any], key: str, default: bool) -> bool:
    value = entry.get(key, default)
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise MappingError(f"{path}.{key}", f"`{key}` must be true or false")
    return value


def _whole(path: str, entry: Mapping[str, Any], key: str) -> int | None:
    value = entry.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise MappingError(f"{path}.{key}", f"`{key}` must be a whole number, 0 or more")
    return value


def _choice(path: str, entry: Mapping[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
    value = entry.get(key, default)
    if value != default and value not in known:
        near = next(iter(difflib.get_close_matches(str(value), known, n=1, cutoff=0.4)), None)
        raise MappingError(
            f"{path}.{key}", f"the embedded engine has no {key} `{value}` (it has: {', '.join(known)})", near
        )
    return str(value)


def _names(path: str, value: Any) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
        raise MappingError(f"{path}.copy_to", "`copy_to` must be a field name or a list of them", '["all"]')
    return tuple(names)


def _scaling_factor(path: str, entry: Mapping[str, Any]) -> float:
    if entry["type"] != "scaled_float":
        return 1.0
    value = entry.get("scaling_factor")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise MappingError(f"{path}.scaling_factor", "a scaled_float needs a `scaling_factor` above 0")
    return float(value)
