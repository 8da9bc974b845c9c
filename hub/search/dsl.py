"""Elasticsearch's query DSL, the part that stored user queries use, as the tree of `hub.search.nodes`.

Known clauses: match_all, match_none, term, terms, match, match_phrase, multi_match, query_string, bool, constant_score,
dis_max (read as "any of"), range, exists, ids, prefix, wildcard, regexp, fuzzy. Any other is a QuerySyntaxError.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from hub.search import lucene
from hub.search.errors import QuerySyntaxError
from hub.search.nodes import (
    ID_FIELD,
    Bool,
    Boost,
    Clause,
    Exact,
    Exists,
    Fuzzy,
    MatchAll,
    MatchNone,
    Node,
    Occur,
    Phrase,
    Range,
    Regex,
    Terms,
    Wildcard,
)
from hub.search.values import as_text

MAX_DEPTH = 30  #: nested clauses, as Elasticsearch's `indices.query.bool.max_nested_depth`


def parse_body(body: Mapping[str, Any]) -> Node:
    """The tree of a query body; ``{"query": ...}`` around it is taken off.

    Raises:
        QuerySyntaxError: unknown clause or parameter, or a value of the wrong shape.
    """
    inner = body.get("query", body) if isinstance(body, Mapping) else body
    return _clause(inner, 0)


def _clause(body: Any, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise QuerySyntaxError("raw query", f"more than {MAX_DEPTH} nested clauses")
    if not isinstance(body, Mapping) or len(body) != 1:
        raise QuerySyntaxError(_shown(body), "a clause is an object with one key, its kind")
    kind, content = next(iter(body.items()))
    if kind == "bool":
        return _boosted(_bool(content, depth), content)
    if kind == "constant_score":
        return _boosted(_clause(_part(content, "filter", kind), depth + 1), content)
    if kind == "dis_max":
        parts = [Clause("should", _clause(q, depth + 1)) for q in _list(_part(content, "queries", kind))]
        return _boosted(Bool(parts), content)
    reader = _READERS.get(kind)
    if reader is None:
        near = difflib.get_close_matches(str(kind), [*_READERS, "bool", "constant_score", "dis_max"], n=1)
        hint = f", did you mean `{near[0]}`?" if near else ""
        raise QuerySyntaxError(_shown(body), f"unknown clause `{kind}`{hint}")
    if not isinstance(content, Mapping):
        raise QuerySyntaxError(_shown(body), f"`{kind}` needs an object")
    return _boosted(reader(content), content)


def _bool(content: Any, depth: int) -> Node:
    if not isinstance(content, Mapping):
        raise QuerySyntaxError(_shown(content), "`bool` needs an object")
    clauses: list[Clause] = []
    occurs: tuple[Occur, ...] = ("must", "filter", "should", "must_not")
    for key, value in content.items():
        if key in occurs:
            clauses += [Clause(o, _clause(q, depth + 1)) for o in occurs if o == key for q in _list(value)]
        elif key not in ("minimum_should_match", "boost", "_name"):
            raise QuerySyntaxError(_shown(content), f"`bool` has no `{key}`")
    minimum = content.get("minimum_should_match")
    return Bool(clauses, None if minimum is None else _integer(minimum, content)) if clauses else MatchAll()


def _boosted(node: Node, content: Any) -> Node:
    factor = content.get("boost", 1) if isinstance(content, Mapping) else 1
    if isinstance(factor, bool) or not isinstance(factor, (int, float)):
        raise QuerySyntaxError(_shown(content), "`boost` must be a number")
    return node if factor == 1 else Boost(node, float(factor))


def _field_value(content: Mapping[str, Any], key: str) -> tuple[str, Any, Mapping[str, Any]]:
    """Field, value and options of ``{field: value}`` or ``{field: {key: value, ...}}``."""
    named = [(k, v) for k, v in content.items() if k not in ("boost", "_name")]
    if len(named) != 1:
        raise QuerySyntaxError(_shown(content), "one field is expected")
    field, value = named[0]
    if isinstance(value, Mapping):
        if key not in value:
            raise QuerySyntaxError(_shown(content), f"`{key}` is missing")
        return field, value[key], value
    return field, value, {}


def _term(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "value")
    return _boosted(Exact(field, (_text(value),)), options)


def _terms(content: Mapping[str, Any]) -> Node:
    named = [(k, v) for k, v in content.items() if k not in ("boost", "_name")]
    if len(named) != 1 or not isinstance(named[0][1], (list, tuple)):
        raise QuerySyntaxError(_shown(content), "`terms` needs one field with a list")
    return Exact(named[0][0], tuple(_text(v) for v in named[0][1]))


def _match(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "query")
    any_word = _any_word(options)
    node = Terms((field,), _text(value), options.get("analyzer"), any_word=any_word, none_if_empty=True)
    return _boosted(node, options)


def _match_phrase(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "query")
    return _boosted(
        Phrase((field,), _text(value), _integer(options.get("slop", 0), content), none_if_empty=True), options
    )


def _multi_match(content: Mapping[str, Any]) -> Node:
    fields = tuple(str(f) for f in _list(content.get("fields") or ["*"]))
    text = _text(_part(content, "query", "multi_match"))
    if content.get("type") in ("phrase",):
        return Phrase(fields, text, _integer(content.get("slop", 0), content), none_if_empty=True)
    return Terms(fields, text, content.get("analyzer"), any_word=_any_word(content), none_if_empty=True)


def _query_string(content: Mapping[str, Any]) -> Node:
    text = _part(content, "query", "query_string")
    if str(content.get("default_operator", "AND")).upper() != "AND":
        raise QuerySyntaxError(_shown(content), "the embedded engine knows `default_operator` AND only")
    fields = content.get("fields") or ([content["default_field"]] if content.get("default_field") else None)
    if fields is not None:
        raise QuerySyntaxError(_shown(content), "name fields in the query string itself: `field:value`")
    return lucene.parse(str(text))


def _range(content: Mapping[str, Any]) -> Node:
    field, _, options = _field_value({k: {**v, "": 0} if isinstance(v, Mapping) else v for k, v in content.items()}, "")
    unknown = set(options) - {"", "gt", "gte", "lt", "lte", "format", "time_zone", "boost", "relation"}
    if unknown or options.get("format") or options.get("time_zone"):
        raise QuerySyntaxError(_shown(content), "a range has gt, gte, lt and lte")
    low, high = options.get("gte", options.get("gt")), options.get("lte", options.get("lt"))
    return Range(
        field,
        None if low is None else _text(low),
        None if high is None else _text(high),
        options.get("gte") is not None or low is None,
        options.get("lte") is not None or high is None,
    )


def _exists(content: Mapping[str, Any]) -> Node:
    return Exists(str(_part(content, "field", "exists")))


def _ids(content: Mapping[str, Any]) -> Node:
    return Exact(ID_FIELD, tuple(_text(v) for v in _list(_part(content, "values", "ids"))))


def _prefix(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "value")
    return _boosted(Wildcard(field, _escape(_text(value)) + "*"), options)


def _wildcard(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "wildcard" if _has(content, "wildcard") else "value")
    return _boosted(Wildcard(field, _text(value)), options)


def _regexp(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "value")
    return _boosted(Regex(field, _text(value)), options)


def _fuzzy(content: Mapping[str, Any]) -> Node:
    field, value, options = _field_value(content, "value")
    distance = options.get("fuzziness", "AUTO")
    return Fuzzy(field, _text(value), None if str(distance).upper() == "AUTO" else _integer(distance, content))


def _escape(text: str) -> str:
    return "".join("\\" + c if c in "*?\\" else c for c in text)


def _any_word(options: Mapping[str, Any]) -> bool:
    operator = str(options.get("operator", "or")).lower()
    if operator not in ("and", "or"):
        raise QuerySyntaxError(_shown(options), f"`{operator}` is no operator (and, or)")
    return operator == "or"


def _has(content: Mapping[str, Any], key: str) -> bool:
    return any(isinstance(v, Mapping) and key in v for v in content.values())


def _part(content: Any, key: str, kind: str) -> Any:
    if not isinstance(content, Mapping) or key not in content:
        raise QuerySyntaxError(_shown(content), f"`{kind}` needs `{key}`")
    return content[key]


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _text(value: Any) -> str:
    try:
        return as_text(value)
    except (TypeError, ValueError):
        raise QuerySyntaxError(_shown(value), "a value must be text, a number or true/false") from None


def _integer(value: Any, content: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise QuerySyntaxError(_shown(content), f"`{value}` is not a whole number") from None


def _shown(body: Any) -> str:
    try:
        return orjson.dumps(body).decode()
    except (TypeError, ValueError):
        return repr(body)


_READERS: dict[str, Callable[[Mapping[str, Any]], Node]] = {
    "match_all": lambda _: MatchAll(),
    "match_none": lambda _: MatchNone(),
    "term": _term,
    "terms": _terms,
    "match": _match,
    "match_phrase": _match_phrase,
    "multi_match": _multi_match,
    "query_string": _query_string,
    "range": _range,
    "exists": _exists,
    "ids": _ids,
    "prefix": _prefix,
    "wildcard": _wildcard,
    "regexp": _regexp,
    "fuzzy": _fuzzy,
}
