"""Ranges of terms, by code point. tantivy's bindings offer them through its query parser only, whose words cannot hold
blanks, quotes and brackets: with such a bound the terms between are listed instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.search.embedded.reader import OpenIndex

if TYPE_CHECKING:
    import tantivy

_UNSPEAKABLE = frozenset('{}[]()"`')


@dataclass(frozen=True)
class TermRange:
    """Terms between two; None is open."""

    low: str | None = None
    high: str | None = None
    with_low: bool = True
    with_high: bool = True

    def holds(self, term: str) -> bool:
        """Whether a term is inside."""
        above = self.low is None or term > self.low or (self.with_low and term == self.low)
        return above and (self.high is None or term < self.high or (self.with_high and term == self.high))


def speakable(bound: str | None) -> bool:
    """Whether tantivy's query parser can read a bound."""
    return bound is None or (
        bound not in ("", "*")
        and not _UNSPEAKABLE.intersection(bound)
        and not any(c.isspace() or ord(c) < 32 for c in bound)
    )


def range_query(opened: OpenIndex, searcher: tantivy.Searcher, field: str, wanted: TermRange) -> tantivy.Query:
    """Documents with a term of a raw field in a range that has at least one bound."""
    import tantivy

    if wanted.low is not None and wanted.high is not None and wanted.low > wanted.high:
        return tantivy.Query.empty_query()
    if speakable(wanted.low) and speakable(wanted.high):
        start, end = "[" if wanted.with_low else "{", "]" if wanted.with_high else "}"
        low, high = ("*" if bound is None else bound for bound in (wanted.low, wanted.high))
        try:
            return opened.index.parse_query(f"{field}:{start}{low} TO {high}{end}")
        except ValueError:  # the analyser makes no, or several words of the bound
            pass
    return tantivy.Query.term_set_query(opened.schema, field, list(_terms(searcher, field, wanted)))


def _terms(searcher: tantivy.Searcher, field: str, wanted: TermRange) -> Iterator[str]:
    low, high = wanted.low or "", wanted.high or ""
    length = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    shared = low[:length]
    return (term for term, _ in searcher.terms_with_prefix(field, shared) if wanted.holds(term))
