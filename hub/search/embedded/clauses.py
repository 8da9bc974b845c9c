"""From the tree of a query to tantivy's queries, column by column, with Elasticsearch's lenience: a clause whose
value does not fit the column's type matches nothing.

Scores: words are scored by tantivy's BM25. Clauses that Elasticsearch scores the same for every document (whole values,
numbers, patterns, ranges) get one constant here too; `Found.constant` remembers it, because hits of such a query all
tie and are then put in the order of their ``_id`` by the index instead of by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub.search.embedded import analysis, matching
from hub.search.embedded.ranges import TermRange, range_query
from hub.search.embedded.reader import OpenIndex
from hub.search.embedded.schema import ID, PRESENT, Column
from hub.search.errors import QuerySyntaxError
from hub.search.nodes import (
    DEFAULT_FIELDS,
    Bool,
    Boost,
    Exact,
    Exists,
    Fuzzy,
    MatchAll,
    MatchNone,
    Node,
    Phrase,
    Range,
    Regex,
    Terms,
    Wildcard,
)

if TYPE_CHECKING:
    import tantivy

_KEYWORD_WEIGHT = 1 - 1 / (1 + 1 / 1.2)  #: BM25 of a term that occurs once in a field without norms


@dataclass(frozen=True)
class Found:
    """A tantivy query, with the score that all its documents have when that is known beforehand."""

    query: tantivy.Query
    constant: float | None = None


class Translator:
    """Translates for one index and one commit."""

    def __init__(self, opened: OpenIndex, searcher: tantivy.Searcher) -> None:
        import tantivy

        self._q = tantivy.Query
        self._occur = {
            "must": tantivy.Occur.Must,
            "filter": tantivy.Occur.Must,
            "should": tantivy.Occur.Should,
            "must_not": tantivy.Occur.MustNot,
        }
        self.opened = opened
        self.schema = opened.schema
        self._searcher = searcher

    def translate(self, node: Node) -> Found:
        """The query of a tree; what says nothing at all (only punctuation) matches nothing."""
        return self._node(node) or self.nothing()

    def everything(self) -> Found:
        """All documents."""
        return Found(self._q.all_query(), 1.0)

    def nothing(self) -> Found:
        """No document."""
        return Found(self._q.empty_query(), 1.0)

    def constant(self, query: tantivy.Query, score: float = 1.0) -> Found:
        """A query all of whose documents have one score."""
        return Found(self._q.const_score_query(query, score), score)

    def with_filter(self, found: Found, restriction: Found) -> Found:
        """Only documents that another query finds too, scores unchanged."""
        silent = self._q.const_score_query(restriction.query, 0.0)
        must = self._occur["must"]
        return Found(self._q.boolean_query([(must, found.query), (must, silent)]), found.constant)

    # -- nodes; None means that the clause says nothing and is dropped

    def _node(self, node: Node) -> Found | None:
        match node:
            case MatchAll():
                return self.everything()
            case MatchNone():
                return self.nothing()
            case Bool():
                return self._bool(node)
            case Boost():
                return self._boost(node)
            case Terms():
                found = self._each(node.fields or DEFAULT_FIELDS, lambda c: self._terms(c, node))
                return found or (self.nothing() if node.none_if_empty else None)
            case Phrase():
                found = self._each(node.fields or DEFAULT_FIELDS, lambda c: self._phrase(c, node))
                return found or (self.nothing() if node.none_if_empty else None)
            case Exact():
                return self._each((node.field,), lambda c: self._exact(c, node.values))
            case Exists():
                return self.exists(node.field)
            case _:
                return self._pattern_or_range(node)

    def _pattern_or_range(self, node: Wildcard | Regex | Fuzzy | Range) -> Found | None:
        fields = DEFAULT_FIELDS if node.field is None else (node.field,)
        match node:
            case Wildcard():
                return self._each(fields, lambda c: self._regex(c, matching.wildcard(c, node.pattern)))
            case Regex():
                return self._each(fields, lambda c: self._regex(c, matching.regex(c, node.pattern)))
            case Fuzzy():
                return self._each(fields, lambda c: self._fuzzy(c, node))
            case Range():
                return self._each(fields, lambda c: self._range(c, node))

    def _each(self, fields: Sequence[str], clause: Callable[[Column], Found | None]) -> Found | None:
        """The best of one clause over several columns; nothing when no such column is mapped."""
        columns = [c for field in fields for c in self.opened.columns.find(field)]
        if not columns:
            return self.nothing()
        parts = [found for found in (clause(c) for c in columns) if found is not None]
        if len(parts) <= 1:
            return parts[0] if parts else None
        return Found(self._q.disjunction_max_query([p.query for p in parts]))

    def _bool(self, node: Bool) -> Found | None:
        pairs = [(c.occur, self._node(c.node)) for c in node.clauses]
        parts = [(occur, found) for occur, found in pairs if found is not None]
        if not parts:
            return None
        queries = [
            (self._occur[occur], self._q.const_score_query(f.query, 0.0) if occur == "filter" else f.query)
            for occur, f in parts
        ]
        if all(occur == "must_not" for occur, _ in parts):
            queries.append((self._occur["must"], self._q.all_query()))
        query = self._q.boolean_query(queries, node.minimum)
        return Found(query, _sum_of_musts(parts))

    def _boost(self, node: Boost) -> Found | None:
        found = self._node(node.node)
        if found is None:
            return None
        constant = None if found.constant is None else found.constant * node.factor
        return Found(self._q.boost_query(found.query, node.factor), constant)

    # -- leaves

    def _terms(self, column: Column, node: Terms) -> Found | None:
        analyzer = node.analyzer or column.leaf.search_analyzer
        if column.kind == "text":
            words = analysis.words(analyzer, node.text)
            return self._words(column, words, any_word=node.any_word)
        if node.analyzer and column.kind == "word" and column.leaf.type == "keyword":
            words = analysis.words(node.analyzer, node.text)
            return self._combine([self._value(column, w) for w in words], any_word=node.any_word)
        return self._value(column, node.text)

    def _words(self, column: Column, words: list[str], *, any_word: bool) -> Found | None:
        option = "position"
        queries = [self._q.term_query(self.schema, column.name, word, option) for word in words]
        return self._combine([Found(q) for q in queries], any_word=any_word)

    def _combine(self, parts: list[Found], *, any_word: bool) -> Found | None:
        if len(parts) <= 1:
            return parts[0] if parts else None
        occur = self._occur["should" if any_word else "must"]
        constant = None if any_word else _sum_of_musts([("must", p) for p in parts])
        return Found(self._q.boolean_query([(occur, p.query) for p in parts]), constant)

    def _phrase(self, column: Column, node: Phrase) -> Found | None:
        if column.kind != "text":
            return self._value(column, node.text)
        words = analysis.words(column.leaf.search_analyzer, node.text)
        if len(words) <= 1:
            return self._words(column, words, any_word=False)
        return Found(self._q.phrase_query(self.schema, column.name, [*words], node.slop))

    def _exact(self, column: Column, values: Sequence[str]) -> Found | None:
        if column.kind != "text":
            return self._combine([self._value(column, v) for v in values], any_word=True)
        return self._words(column, list(values), any_word=True)

    def _value(self, column: Column, text: str) -> Found:
        """Documents with one whole value."""
        bounds = matching.value_bounds(column, text)
        if bounds is None:
            return self.nothing()
        low, high = bounds
        if low == high:
            return self._term(column, low)
        return self._between(column, low, high)

    def _term(self, column: Column, value: Any) -> Found:
        query = self._q.term_query(self.schema, column.name, value, "basic")
        if column.kind != "word" or column.leaf.type != "keyword":
            return self.constant(query)
        total, holding = self._searcher.num_docs, self._searcher.doc_freq(column.name, value)
        rarity = math.log(1 + (max(total - holding, 0) + 0.5) / (holding + 0.5))
        return self.constant(query, rarity * _KEYWORD_WEIGHT)

    def _regex(self, column: Column, pattern: str | None) -> Found:
        if pattern is None or column.name == ID:
            return self.nothing()
        try:
            return self.constant(self._q.regex_query(self.schema, column.name, pattern))
        except ValueError as error:
            raise QuerySyntaxError(pattern, f"the pattern cannot be used: {error}") from error

    def _fuzzy(self, column: Column, node: Fuzzy) -> Found:
        if column.kind not in ("text", "word") or column.leaf.type not in ("text", "keyword"):
            return self.nothing()
        text = matching.normalized(column, node.text)
        distance = matching.edit_distance(text, node.distance)
        if distance == 0:
            return self._words(column, [text], any_word=False) or self.nothing()
        return self.constant(self._q.fuzzy_term_query(self.schema, column.name, text, distance, True))

    def _range(self, column: Column, node: Range) -> Found:
        if node.low is None and node.high is None:
            return self.exists(column.leaf.path)
        if column.name == ID:
            return self.nothing()
        if column.kind in ("text", "word"):
            terms = matching.text_range(column, node)
            return self.nothing() if terms is None else self._term_range(column, terms)
        bounds = matching.number_range(column, node)
        return self.nothing() if bounds is None else self._between(column, *bounds)

    def _between(self, column: Column, low: Any, high: Any) -> Found:
        """Inclusive bounds; None is open."""
        import tantivy

        if column.kind == "word":
            return self._term_range(column, TermRange(low, high))
        if low is None and high is None:
            return self.exists(column.leaf.path)
        if low is not None and high is not None and low > high:
            return self.nothing()
        kind = tantivy.FieldType.Integer if column.kind == "int" else tantivy.FieldType.Float
        slow = not column.leaf.columns
        return self.constant(
            self._q.range_query(self.schema, column.name, kind, low, high, True, True, use_inverted_index=slow)
        )

    def lower_than(self, column: Column, value: Any) -> Found:
        """Documents with any indexed value below this one."""
        if column.kind == "word":
            return self._term_range(column, TermRange(high=value, with_high=False))
        below = value - 1 if column.kind == "int" else math.nextafter(value, -math.inf)
        return self._between(column, None, below)

    def _term_range(self, column: Column, wanted: TermRange) -> Found:
        return self.constant(range_query(self.opened, self._searcher, column.name, wanted))

    def exists(self, path: str) -> Found:
        """Documents with a value in a field, in any field of a pattern, or below an object."""
        columns = self.opened.columns.find(path)
        if path == "_id" or path == "*":
            return self.everything()
        if not columns or path in self.opened.columns.mapping.objects:
            columns = list(self.opened.columns.below(path))
        if not columns:
            return self.nothing()
        should = self._occur["should"]
        return self.constant(self._q.boolean_query([(should, self._present(c)) for c in columns]))

    def _present(self, column: Column) -> tantivy.Query:
        if column.leaf.columns:
            return self._q.exists_query(column.name)
        return self._q.term_query(self.schema, PRESENT, column.name, "basic")


def _sum_of_musts(parts: Sequence[tuple[str, Found]]) -> float | None:
    """The one score of a conjunction of constants."""
    total = 0.0
    for occur, found in parts:
        if occur == "should":
            return None
        if occur == "must":
            if found.constant is None:
                return None
            total += found.constant
    return total
