"""Shape of returned documents, in the documented order: license, null, lists, sorting, JMESPath, then flattening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.queryapi.errors import OptionError
from hub.queryapi.expressions import Expression, compile_expression
from hub.queryapi.options import Options
from hub.queryapi.paths import holders, objects_at, parent_and_key

Document = dict[str, Any]

#: Keys that belong to the hit, not to the document; a JMESPath result for the whole document keeps them.
_HIT_KEYS = ("query", "_id", "_score", "_version", "_explanation")


def license_paths(src_meta: Mapping[str, Any], transform: Mapping[str, str]) -> dict[str, str]:
    """Dotted path to license URL.

    Args:
        src_meta: ``_meta.src`` of the index: source name to its metadata.
        transform: dotted path to the name of the source whose license covers it.
    """
    urls: dict[str, str] = {}
    for source, about in src_meta.items():
        url = (about.get("license_url_short") or about.get("license_url")) if isinstance(about, Mapping) else None
        if isinstance(url, str) and url:
            urls[source] = url
    paths = {source: url for source, url in urls.items() if source not in transform}
    paths.update({path: urls[source] for path, source in transform.items() if source in urls})
    return paths


class Shaper:
    """Applies the formatting parameters of one request to document after document.

    Args:
        options: the request's parameters.
        licenses: result of `license_paths`.

    Raises:
        OptionError: the `jmespath` parameter cannot be used.
    """

    def __init__(self, options: Options, licenses: Mapping[str, str]) -> None:
        self._options = options
        self._licenses = sorted(licenses.items())
        self._expression: Expression | None = compile_expression(options.jmespath) if options.jmespath else None
        self._changes = bool(licenses or options.allow_null or options.always_list)
        self._lists = frozenset(options.always_list)
        #: Only sorting is asked for, so the JSON writer can do it.
        self.sorts_last = self._expression is None and not options.dotfield

    def shape(self, document: Document) -> Document | None:
        """The document as it is returned, or None when it is left out. The argument may be changed.

        Sorting is left to the writer when `sorts_last` is true.
        """
        options = self._options
        if self._changes:
            self._set_licenses(document)
            _set_nulls(document, options.allow_null)
            _set_lists(document, options.always_list)
        if self.sorts_last:
            return document
        if options.sorted:
            document = sort_keys(document)
        if self._expression is not None:
            changed = _transform(document, self._expression, drop_empty=options.jmespath_exclude_empty)
            if changed is None:
                return None
            document = changed
        return flatten(document, self._lists, in_order=options.sorted) if options.dotfield else document

    def _set_licenses(self, document: Document) -> None:
        for path, url in self._licenses:
            for part in objects_at(document, path):
                part["_license"] = url


def _set_nulls(document: Document, fields: Sequence[str]) -> None:
    for field in fields:
        parent, key = parent_and_key(field)
        for part in objects_at(document, parent):
            part.setdefault(key, None)


def _set_lists(document: Document, fields: Sequence[str]) -> None:
    for field in fields:
        for part, key in holders(document, field):
            value = part[key]
            if not isinstance(value, list):
                part[key] = [] if value is None else [value]


def sort_keys(value: Any) -> Any:
    """A copy with the keys of every object in alphabetical order; lists keep theirs."""
    if isinstance(value, dict):
        return {key: sort_keys(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [sort_keys(item) for item in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, (list, dict, str)) and not value)


def _transform(document: Document, expression: Expression, *, drop_empty: bool) -> Document | None:
    if not expression.target:
        return _transform_whole(document, expression, drop_empty=drop_empty)
    evaluated = [
        (part, key, expression.search(part[key]))
        for part, key in holders(document, expression.target)
        if not _is_empty(part[key])
    ]
    for part, key, result in evaluated:
        part[key] = result
    if drop_empty and evaluated and all(_is_empty(result) for _, _, result in evaluated):
        return None
    return document


def _transform_whole(document: Document, expression: Expression, *, drop_empty: bool) -> Document | None:
    result = expression.search(document)
    if _is_empty(result):
        if drop_empty:
            return None
        result = {}
    if not isinstance(result, dict):
        raise OptionError("jmespath", "an expression for the whole document must give an object")
    return {**{key: document[key] for key in _HIT_KEYS if key in document}, **result}


def flatten(document: Document, always_list: frozenset[str] = frozenset(), *, in_order: bool = True) -> Document:
    """`dotfield`: one level of dotted keys.

    Values of one path become a sorted list, a list of one becomes its value unless the path is in ``always_list``.
    Every value survives, false, 0, empty text and null included.

    Args:
        document: what to flatten.
        always_list: dotted paths that stay lists.
        in_order: sort the dotted keys.
    """
    collected: dict[str, list[Any]] = {}
    _collect(document, "", collected)
    keys = sorted(collected) if in_order else list(collected)
    return {key: _one_or_many(collected[key], keep=key in always_list) for key in keys}


def _collect(value: Any, path: str, into: dict[str, list[Any]]) -> None:
    if isinstance(value, dict) and (value or not path):
        for key, inner in value.items():
            _collect(inner, f"{path}.{key}" if path else key, into)
    elif isinstance(value, list):
        into.setdefault(path, [])
        for item in value:
            _collect(item, path, into)
        if not into[path] and value:
            del into[path]
    else:
        into.setdefault(path, []).append(value)


def _one_or_many(values: list[Any], *, keep: bool) -> Any:
    if len(values) == 1 and not keep:
        return values[0]
    return sorted(values, key=_order)


def _order(value: Any) -> tuple[int, Any]:
    if value is None:
        return 0, 0
    if isinstance(value, (bool, int, float)):
        return 1, value
    return 2, str(value)
