"""Pairs of an original and a current identifier, as applications with look-ups of their own handle them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

Side = dict[Any, dict[Any, None]]  #: identifiers of the other side, in the order in which they came


def nested_lookup(doc: Any, field: str) -> Any:
    """The value at a dotted field; through a list, what its objects hold there; None when nothing is there."""
    value = doc
    parts = field.split(".")
    for number, part in enumerate(parts):
        if isinstance(value, list | tuple):
            found = (nested_lookup(item, ".".join(parts[number:])) for item in value)
            return [one for one in found if one is not None]
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


class IDStruct:
    """Pairs of identifiers.

    Args:
        field: dotted field of the identifiers that a structure begins with, each a pair with itself.
        doc_lst: the documents that hold them.

    Attributes:
        forward: current identifiers of each original one.
        inverse: original identifiers of each current one.
    """

    def __init__(self, field: str | None = None, doc_lst: Iterable[Mapping[str, Any]] | None = None) -> None:
        self.forward: Side = {}
        self.inverse: Side = {}
        if field and doc_lst:
            self._init_strct(field, doc_lst)

    def _init_strct(self, field: str, doc_lst: Iterable[Mapping[str, Any]]) -> None:
        for doc in doc_lst:
            for value in _flat(nested_lookup(doc, field)):
                self.add(value, value)

    def add(self, left: Any, right: Any) -> None:
        """Add a pair, or every pair of two lists; empty identifiers are left out."""
        rights = list(_flat(right))
        for one in _flat(left):
            for other in rights:
                self._add(one, other)

    def _add(self, left: Hashable, right: Hashable) -> None:
        self.forward.setdefault(left, {})[right] = None
        self.inverse.setdefault(right, {})[left] = None

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter([(left, right) for left, rights in self.forward.items() for right in rights])

    def __iadd__(self, other: Iterable[tuple[Any, Any]]) -> IDStruct:
        for left, right in other:
            self.add(left, right)
        return self

    def __len__(self) -> int:
        return len(self.forward)

    def __str__(self) -> str:
        return str(list(self))

    @property
    def id_lst(self) -> list[Any]:
        """The current identifiers."""
        return list(self.inverse)

    def lookup(self, left: Any, right: Any) -> bool:
        """Whether there is such a pair."""
        return right in self.find_left(left)

    def left(self, id_: Any) -> bool:
        """Whether it is an original identifier."""
        return id_ in self.forward

    def right(self, id_: Any) -> bool:
        """Whether it is a current identifier."""
        return id_ in self.inverse

    def side(self, id_: Any, where: Mapping[Any, Any]) -> bool:
        """Whether it is an identifier of one side."""
        return id_ in where

    def find(self, where: Mapping[Any, Iterable[Any]], ids: Any) -> Iterator[Any]:
        """What one side has for some identifiers."""
        for id_ in ids if isinstance(ids, list | tuple | set) else [ids]:
            yield from where.get(id_, ())

    def find_left(self, ids: Any) -> Iterator[Any]:
        """Current identifiers of original ones."""
        return self.find(self.forward, ids)

    def find_right(self, ids: Any) -> Iterator[Any]:
        """Original identifiers of current ones."""
        return self.find(self.inverse, ids)


class CIIDStruct(IDStruct):
    """The same without telling upper and lower case of the original identifiers apart."""

    def _add(self, left: Hashable, right: Hashable) -> None:
        super()._add(_lower(left), right)

    def find(self, where: Mapping[Any, Iterable[Any]], ids: Any) -> Iterator[Any]:
        """What one side has for some identifiers."""
        lower: dict[Any, list[Any]] = {}
        for key, values in where.items():
            lower.setdefault(_lower(key), []).extend(values)
        return super().find(lower, [_lower(id_) for id_ in _flat(ids)])


def _lower(id_: Any) -> Any:
    return id_.lower() if isinstance(id_, str) else id_


def _flat(value: Any) -> Iterator[Any]:
    """Identifiers of a value, through lists; zero is one, an empty text is none."""
    if isinstance(value, list | tuple | set):
        for item in value:
            yield from _flat(item)
    elif value is not None and value != "" and not isinstance(value, Mapping):
        yield value
