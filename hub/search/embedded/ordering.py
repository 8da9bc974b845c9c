"""The order of hits: by score, or by fields, and always by ``_id`` where these tie.

tantivy orders by one fast column. Further keys are reached by descending into the groups of equal first keys, each
again a search, with ``_id`` as the last key: it is unique, so the descent ends. Only groups that reach into the
wanted page are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from hub.search.embedded.clauses import Found, Translator
from hub.search.embedded.reader import count_matches, stored, total_of
from hub.search.embedded.schema import ID, Column
from hub.search.errors import FieldUseError
from hub.search.requests import SortKey, text_field_error

if TYPE_CHECKING:
    import tantivy

MAX_TIES = 2_000  #: hits beyond a page that are looked at to order equal relevance scores by `_id`

Ranked = tuple[float | None, "tantivy.DocAddress"]


class Ordering:
    """Finds the first hits of a query in an order, for one commit of one index."""

    def __init__(self, translator: Translator, searcher: tantivy.Searcher) -> None:
        import tantivy

        self._translator = translator
        self._searcher = searcher
        self._q = tantivy.Query
        self._must, self._must_not, self._should = tantivy.Occur.Must, tantivy.Occur.MustNot, tantivy.Occur.Should
        self._several: dict[str, bool] = {}
        self._asc, self._desc = tantivy.Order.Asc, tantivy.Order.Desc

    def by_score(self, found: Found, limit: int) -> tuple[list[Ranked], int]:
        """The best hits, and how many there are in all."""
        if found.constant is not None:
            result = self._searcher.search(found.query, max(limit, 1), order_by_field=ID, order=self._asc)
            return [(found.constant, address) for _, address in result.hits[:limit]], total_of(result)
        result = self._searcher.search(found.query, limit + 1)
        hits, total = result.hits, total_of(result)
        if len(hits) > limit > 0 and hits[-1][0] == hits[-2][0]:
            hits = self._searcher.search(found.query, limit + MAX_TIES, count=False).hits
        ranked: list[Ranked] = []
        for score, group in groupby(hits, key=lambda hit: hit[0]):
            tied = [address for _, address in group]
            if len(tied) > 1 and len(ranked) < limit:
                tied.sort(key=lambda address: stored(self._searcher, address)[0])
            ranked += [(score, address) for address in tied]
        return ranked[:limit], total

    def by_fields(self, found: Found, keys: Sequence[SortKey], limit: int) -> tuple[list[Ranked], int]:
        """The first hits by fields; their scores are None unless ``_score`` is a key."""
        total = count_matches(self._searcher, found.query)
        if keys[0].field == "_score":
            ranked = self.by_score(found, limit)[0]
            return ranked, total
        columns = [(self._column(k), k.descending) for k in keys if k.field != "_score"]
        return [(None, address) for address in self._descend(found.query, columns, limit)], total

    def _column(self, key: SortKey) -> Column:
        columns = self._translator.opened.columns.find(key.field) if "*" not in key.field else []
        if not columns:
            raise FieldUseError(key.field, "sorting", "no such field is mapped")
        column = columns[0]
        if column.kind == "text":
            raise text_field_error(key.field, "sorting")
        if not column.leaf.columns:
            raise FieldUseError(key.field, "sorting", "it is mapped with `doc_values: false`")
        return column

    def _descend(
        self, query: tantivy.Query, keys: Sequence[tuple[Column, bool]], limit: int
    ) -> list[tantivy.DocAddress]:
        if limit <= 0:
            return []
        if not keys or keys[0][0].name == ID:
            order = self._desc if keys and keys[0][1] else self._asc
            hits = self._searcher.search(query, limit, count=False, order_by_field=ID, order=order).hits
            return [address for _, address in hits]
        column, descending = keys[0]
        found: list[tantivy.DocAddress] = []
        for value, group in groupby(self._valued(query, column, descending, limit), key=lambda pair: pair[0]):
            addresses = [address for _, address in group]
            if len(addresses) > 1 or len(found) + 1 == limit:
                same = self._with_value(query, column, value, descending)
                addresses = self._descend(same, keys[1:], limit - len(found))
            found += addresses
            if len(found) >= limit:
                return found[:limit]
        missing = self._q.boolean_query([(self._must, query), (self._must_not, self._q.exists_query(column.name))])
        return found + self._descend(missing, keys[1:], limit - len(found))

    def _valued(self, query: tantivy.Query, column: Column, descending: bool, limit: int) -> list[tuple[Any, Any]]:
        """(value, address) of the first documents that have a value, in order."""
        if not descending:
            return self._ordered(self._and(query, column.name), column.name, self._asc, limit)
        several = self._ordered(self._and(query, column.greatest), column.greatest, self._desc, limit)
        one = self._q.boolean_query(
            [(self._must, self._and(query, column.name)), (self._must_not, self._q.exists_query(column.greatest))]
        )
        single = self._ordered(one, column.name, self._desc, limit)
        return sorted(several + single, key=lambda pair: pair[0], reverse=True)[:limit]

    def _ordered(self, query: tantivy.Query, name: str, order: tantivy.Order, limit: int) -> list[tuple[Any, Any]]:
        hits: list[tuple[Any, Any]] = self._searcher.search(
            query, limit, count=False, order_by_field=name, order=order
        ).hits
        return hits

    def _and(self, query: tantivy.Query, existing: str) -> tantivy.Query:
        return self._q.boolean_query([(self._must, query), (self._must, self._q.exists_query(existing))])

    def _with_value(self, query: tantivy.Query, column: Column, value: Any, descending: bool) -> tantivy.Query:
        """Documents whose smallest (or greatest) value is this one."""
        schema = self._translator.opened.schema
        has = self._q.term_query(schema, column.name, value, "basic")
        several = self._q.exists_query(column.greatest)
        if self._has_several(column):
            one = self._q.boolean_query([(self._must, has), (self._must_not, several)])
            if descending:
                extreme = self._q.term_query(schema, column.greatest, value, "basic")
            else:
                lower = self._translator.lower_than(column, value).query
                extreme = self._q.boolean_query([(self._must, has), (self._must, several), (self._must_not, lower)])
            has = self._q.boolean_query([(self._should, one), (self._should, extreme)])
        return self._q.boolean_query([(self._must, query), (self._must, has)])

    def _has_several(self, column: Column) -> bool:
        """Whether any document has more than one value."""
        if column.name not in self._several:
            count = count_matches(self._searcher, self._q.exists_query(column.greatest))
            self._several[column.name] = count > 0
        return self._several[column.name]
