"""The content of documents as numbers: one hash a document, one digest a collection or index.

These numbers go out with diffs, snapshots and releases, and are compared wherever these arrive. So a hash is of what a
document says, whatever engine keeps it: keys in any order, lists in any order, datetimes as the ISO text that an index
holds. 1 and 1.0 differ, and so do 1 and true. `hub.store.content_hash` is stricter and stays here: it tells whether a
stored record has to be written again, for which the order of lists and the type of dates count.

A digest is the sum of the hashes of all documents, so that it does not depend on their order, and follows from another
one by what was added and taken away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

_BYTES = 32
_MODULO = 1 << (8 * _BYTES)
_SORTED = orjson.OPT_SORT_KEYS
_MIXED = "\0"  # first in a list with members that are not all text, so that ["1"] and [1] differ

_ONLY_TEXT = {str}

NOTHING_EXCLUDED: frozenset[str] = frozenset()


def content_hash(document: Mapping[str, Any], exclude: frozenset[str] = NOTHING_EXCLUDED) -> int:
    """The hash of one document, below 2**256.

    Args:
        document: with its ``_id``.
        exclude: root keys that do not count.
    """
    if exclude and not exclude.isdisjoint(document):
        document = {key: value for key, value in document.items() if key not in exclude}
    return int.from_bytes(hashlib.sha256(canonical(document)).digest(), "big")


def canonical(value: Any) -> bytes:
    """The same bytes for values that say the same."""
    return orjson.dumps(_plain(value), default=_text, option=_SORTED)


def short(value: int) -> str:
    """A hash as 16 hexadecimal digits, which tell the states of one document apart."""
    return f"{value >> (8 * _BYTES - 64):016x}"


def _plain(value: Any) -> Any:
    """The value with its lists in one order; on the path of every document, hence so terse."""
    kind = type(value)
    if kind is dict:
        kinds = set(map(type, value.values()))
        if list not in kinds and dict not in kinds:
            return value
        return {
            key: _plain(member) if type(member) is dict or type(member) is list else member
            for key, member in value.items()
        }
    if kind is list:
        if set(map(type, value)) <= _ONLY_TEXT:
            return sorted(value)
        return [_MIXED, *sorted([canonical(member).decode() for member in value])]
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    return value


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$binary": value.hex()}
    return value.isoformat() if isinstance(value, datetime) else str(value)


@dataclass
class Digest:
    """What a collection or index holds.

    Attributes:
        count: number of documents.
        value: sum of their hashes.
    """

    count: int = 0
    value: int = 0

    def add(self, hashed: int) -> None:
        """One document more."""
        self.count += 1
        self.value = (self.value + hashed) % _MODULO

    def take(self, hashed: int) -> None:
        """One document less."""
        self.count -= 1
        self.value = (self.value - hashed) % _MODULO

    def change(self, before: int, after: int) -> None:
        """One document has other content."""
        self.value = (self.value - before + after) % _MODULO

    def plus(self, delta: Digest) -> Digest:
        """This one after a change."""
        return Digest(self.count + delta.count, (self.value + delta.value) % _MODULO)

    def minus(self, delta: Digest) -> Digest:
        """This one before a change."""
        return Digest(self.count - delta.count, (self.value - delta.value) % _MODULO)

    @property
    def text(self) -> str:
        """The sum as 64 hexadecimal digits."""
        return f"{self.value:0{2 * _BYTES}x}"

    def as_dict(self) -> dict[str, Any]:
        """As metadata keep it."""
        return {"count": self.count, "digest": self.text}

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, Any]], exclude: frozenset[str] = NOTHING_EXCLUDED) -> Digest:
        """The digest of these documents."""
        digest = cls()
        for document in documents:
            digest.add(content_hash(document, exclude))
        return digest

    @classmethod
    def read(cls, written: Any) -> Digest | None:
        """What `as_dict` gave; None when it is nothing of the kind."""
        if not isinstance(written, Mapping):
            return None
        count, text = written.get("count"), written.get("digest")
        if type(count) is not int or count < 0 or not isinstance(text, str) or len(text) != 2 * _BYTES:
            return None
        try:
            return cls(count, int(text, 16))
        except ValueError:
            return None
