"""Joining, splitting and walking documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

from hub.dataload import merge

Doc = TypeVar("Doc", bound=dict[Any, Any])


def merge_struct(
    v1: Any,
    v2: Any,
    aslistofdict: str | None = None,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> Any:
    """`hub.dataload.merge.merge_struct` with the checks that its callers know, of the keys that it merges.

    Raises:
        AssertionError: a dict meets a scalar.
        TypeError: a value is neither dict, list, text, number, boolean nor None.
    """
    if isinstance(v1, dict) and isinstance(v2, dict):
        for key in v1.keys() & v2.keys() - {aslistofdict} - set(exclude or ()):
            if not include or key in include:
                _check_mergeable(v1[key], v2[key])
    else:
        _check_mergeable(v1, v2)
    merged = merge.merge_struct(v1, v2, aslistofdict, include, exclude)
    if isinstance(v1, dict) and isinstance(merged, dict):
        v1.update(merged)
        return v1
    return merged


def _check_mergeable(v1: Any, v2: Any) -> None:
    for value in (v1, v2):
        if isinstance(value, tuple | set | frozenset | date | datetime | bytes):
            raise TypeError(f"cannot merge a value of type {type(value).__name__}: {value!r:.80}")
    if isinstance(v1, dict) and isinstance(v2, dict):
        for key in v1.keys() & v2.keys():
            _check_mergeable(v1[key], v2[key])
    elif (isinstance(v1, dict) or isinstance(v2, dict)) and not (isinstance(v1, list) or isinstance(v2, list)):
        kinds = f"a {type(v1).__name__} with a {type(v2).__name__}"
        raise AssertionError(f"cannot merge {kinds}: {v1!r:.80}, {v2!r:.80}")  # noqa: TRY004 - what callers catch


def merge_root_keys(doc1: Doc, doc2: Mapping[str, Any], exclude: Collection[str] | None = None) -> Doc:
    """Add the values of ``doc2`` to the lists under the same root keys of ``doc1``, which is changed and returned."""
    left_out = set(exclude or ())
    merged = merge.merge_root_keys(
        {k: v for k, v in doc1.items() if k not in left_out}, {k: v for k, v in doc2.items() if k not in left_out}
    )
    doc1.update(merged)
    return doc1


def merge_duplicate_rows(rows: Iterable[Doc], db: str) -> Doc:
    """Join documents of one ``_id`` under one key: a differing value is appended, a missing one added.

    *Quirk*: a value is compared with what is there only while that is no list, so it may come twice.

    Args:
        rows: the documents, each with a dict under ``db``. The first is changed.
        db: the key.

    Returns:
        The first document.
    """
    first, *others = list(rows)
    for row in others:
        for key, value in row[db].items():
            if key not in first[db]:
                first[db][key] = value
            elif first[db][key] != value:
                there = first[db][key]
                first[db][key] = [*(there if isinstance(there, list) else [there]), value]
    return first


def normalized_value(value: Any, sort: bool = True) -> Any:
    """A list without empty items and repetitions, sorted if possible; its only item if one is left."""
    if not isinstance(value, list):
        return value
    kept: list[Any] = []
    for item in value:
        if item and item not in kept:
            kept.append(item)
    if sort:
        try:
            kept.sort()
        except TypeError:
            kept.sort(key=str)
    return kept[0] if len(kept) == 1 else kept


def dict_nodup(_dict: Doc, sort: bool = True) -> Doc:
    """Apply `normalized_value` to every value, in place."""
    for key in _dict:
        _dict[key] = normalized_value(_dict[key], sort)
    return _dict


def dict_attrmerge(
    dict_li: Iterable[Mapping[str, Any]],
    removedup: bool = True,
    sort: bool = True,
    special_fns: Mapping[str, Callable[[list[Any]], Any]] | None = None,
) -> dict[str, Any]:
    """Union of the values of each key over several dicts, without empty ones.

    Args:
        dict_li: the dicts.
        removedup: apply `dict_nodup` to the result.
        sort: sort the values.
        special_fns: for a key, what makes its value out of the joined one.
    """
    merged: dict[str, Any] = {}
    for document in dict_li:
        for key, value in document.items():
            joined = [*_aslist(merged.get(key, [])), *_aslist(value or [])]
            merged[key] = joined[0] if len(joined) == 1 else joined
    for key, join in (special_fns or {}).items():
        if key in merged:
            merged[key] = join(merged[key])
    return dict_nodup(merged, sort) if removedup else merged


def dict_apply(d: dict[Any, Any], key: Any, value: Any, sort: bool = True) -> None:
    """Add ``value``, one or a list of them, to what is under ``key``, as a `normalized_value`; in place."""
    d[key] = normalized_value([*_aslist(d[key]), *_aslist(value)], sort) if key in d else normalized_value(value, sort)


def _aslist(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def dict_to_list(gene_d: Mapping[Any, dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents of a dict ``{id: document}``, sorted by id, each with its id as the text ``_id``."""
    return [{**gene_d[key], "_id": str(key)} for key in sorted(gene_d)]


def merge_dict(
    dict_li: Iterable[Mapping[Any, Any]], attr_li: Iterable[str], missingvalue: Any = None
) -> dict[Any, dict[str, Any]]:
    """``{key: {name: value of the dict of that name}}`` over several dicts.

    Args:
        dict_li: the dicts.
        attr_li: their names, in the same order.
        missingvalue: what a dict without the key contributes; None for nothing.
    """
    named = list(zip(attr_li, dict_li, strict=True))
    keys = {key: None for _, document in named for key in document}
    merged: dict[Any, dict[str, Any]] = {}
    for key in keys:
        merged[key] = {
            name: document.get(key, missingvalue)
            for name, document in named
            if key in document or missingvalue is not None
        }
    return merged


def list_split(d: Doc, sep: str) -> Doc:
    """Turn each text that holds ``sep`` into a list, in nested dicts too; a ``sep`` at the end is dropped."""
    for key, value in d.items():
        if isinstance(value, dict):
            list_split(value, sep)
        elif isinstance(value, str) and sep in value:
            d[key] = value.strip().removesuffix(sep).split(sep)
    return d


def dict_traverse(d: dict[Any, Any], func: Callable[[Any, Any], tuple[Any, Any]], traverse_list: bool = False) -> None:
    """Replace each leaf's key and value by what ``func(key, value)`` returns, in place, keys in sorted order.

    Args:
        d: the dict.
        func: called for every value that is no dict (and with ``traverse_list`` no list).
        traverse_list: descend into dicts in lists. A list and its key then stay as they are (*quirk*).
    """
    for key in sorted(d, key=str):
        value = d[key]
        if isinstance(value, dict):
            dict_traverse(value, func, traverse_list)
        elif traverse_list and isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    dict_traverse(item, func, traverse_list)
        else:
            new_key, new_value = func(key, value)
            if new_key != key:
                del d[key]
            d[new_key] = new_value


def dict_walk(dictionary: Mapping[Any, Any], key_func: Callable[[Any], Any]) -> dict[Any, Any]:
    """A copy with every key, also of nested dicts but not of dicts in lists, passed through ``key_func``."""
    return {
        key_func(key): dict_walk(value, key_func) if isinstance(value, dict) else value
        for key, value in dictionary.items()
    }


def update_dict_recur(d: Doc, u: Mapping[Any, Any]) -> Doc:
    """``d.update(u)`` that goes into nested dicts."""
    for key, value in u.items():
        if isinstance(value, Mapping) and isinstance(d.get(key), dict):
            update_dict_recur(d[key], value)
        elif key not in d or not isinstance(value, Mapping) or value:  # an empty dict changes nothing
            d[key] = value
    return d


def traverse_keys(
    d: Mapping[str, Any], include_keys: Iterable[str] | None = None, exclude_keys: Iterable[str] | None = None
) -> Iterator[tuple[str, Any]]:
    """Pairs of a dotted path and what is there.

    Args:
        d: the dict; lists in it are gone through, tuples are not.
        include_keys: dotted paths, each with all that is there; empty or None for every leaf.
        exclude_keys: dotted paths of leaves to leave out, when none are included.
    """
    included, excluded = set(include_keys or ()), set(exclude_keys or ())
    for path, value in _found_at(d, "", included):
        if included or path not in excluded:
            yield path, value


def _found_at(value: Any, path: str, wanted: Collection[str]) -> Iterator[tuple[str, Any]]:
    if path and path in wanted:
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _found_at(inner, f"{path}.{key}" if path else str(key), wanted)
    elif isinstance(value, list):
        for item in value:
            yield from _found_at(item, path, wanted)
    elif not wanted:
        yield path, value


class ExcludeFieldsById:
    """Decorator of a parser: long lists leave the documents that are known to be too large.

    Args:
        exclusion_ids: ``_id`` of those documents.
        field_lst: dotted paths of the lists.
        min_list_size: a list of more items goes.
    """

    def __init__(self, exclusion_ids: Iterable[str], field_lst: Iterable[str], min_list_size: int = 1000) -> None:
        self.ids, self.fields, self.min_list_size = frozenset(exclusion_ids), list(field_lst), min_list_size

    def __call__(self, parser: Callable[..., Iterable[dict[str, Any]]]) -> Callable[..., Iterator[dict[str, Any]]]:
        """The parser with the lists left out."""

        @wraps(parser)
        def parse(*args: Any, **kwargs: Any) -> Iterator[dict[str, Any]]:
            for document in parser(*args, **kwargs):
                if document.get("_id") in self.ids:
                    for field in self.fields:
                        self._exclude(document, field.split("."))
                yield document

        return parse

    def _exclude(self, value: Any, path: list[str]) -> None:
        if isinstance(value, list):
            for item in value:
                self._exclude(item, path)
        elif isinstance(value, dict) and path[0] in value:
            inner = value[path[0]]
            if len(path) > 1:
                self._exclude(inner, path[1:])
            elif isinstance(inner, list) and len(inner) > self.min_list_size:
                del value[path[0]]
