"""The tree of a query, whatever it was written in (query string, query DSL, the port's own queries).

`field` is None where the query names no field: the default fields are meant. A field may hold ``*`` wildcards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Occur = Literal["must", "should", "must_not", "filter"]
ID_FIELD = "_id"
DEFAULT_FIELDS = (ID_FIELD, "all")


@dataclass(frozen=True)
class MatchAll:
    """Every document."""


@dataclass(frozen=True)
class MatchNone:
    """No document."""


@dataclass(frozen=True)
class Terms:
    """Analysed text; its words must all (or, with `any_word`, not all) be in one of the fields."""

    fields: tuple[str, ...] | None
    text: str
    analyzer: str | None = None
    any_word: bool = False
    none_if_empty: bool = False


@dataclass(frozen=True)
class Exact:
    """Values taken as they are, without analysis; any of them."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Phrase:
    """Words in order; `slop` other words may stand between."""

    fields: tuple[str, ...] | None
    text: str
    slop: int = 0
    none_if_empty: bool = False


@dataclass(frozen=True)
class Wildcard:
    """A pattern with ``*`` and ``?``; a backslash takes the next character as it is."""

    field: str | None
    pattern: str


@dataclass(frozen=True)
class Regex:
    """A regular expression that the whole term matches."""

    field: str | None
    pattern: str


@dataclass(frozen=True)
class Fuzzy:
    """A term within an edit distance; None: by length, 0 below 3 characters, 1 below 6, else 2."""

    field: str | None
    text: str
    distance: int | None = None


@dataclass(frozen=True)
class Range:
    """Bounds as texts; None is open."""

    field: str | None
    low: str | None
    high: str | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True)
class Exists:
    """Documents with a value in a field, or below an object."""

    field: str


@dataclass(frozen=True)
class Boost:
    """A query whose score is multiplied."""

    node: Node
    factor: float


@dataclass(frozen=True)
class Clause:
    """One part of a `Bool`."""

    occur: Occur
    node: Node


@dataclass(frozen=True)
class Bool:
    """Clauses; `minimum` of the optional ones must match (None: one when nothing is required)."""

    clauses: Sequence[Clause]
    minimum: int | None = None


Node = MatchAll | MatchNone | Terms | Exact | Phrase | Wildcard | Regex | Fuzzy | Range | Exists | Boost | Bool
