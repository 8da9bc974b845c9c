"""An opened index: its mapping, its columns and a searcher that follows what any process commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.search.embedded import analysis
from hub.search.embedded.layout import DESCRIPTION, SEGMENTS, Layout, signature
from hub.search.embedded.schema import ID, SOURCE, Columns
from hub.search.errors import DamagedIndexError
from hub.search.mapping import flatten

if TYPE_CHECKING:
    import tantivy


class OpenIndex:
    """One index as this process sees it. Safe to use from several threads."""

    def __init__(self, layout: Layout, name: str) -> None:
        import tantivy

        self.name = name
        self.folder = layout.folder(name)
        self.identity = signature(self.folder / DESCRIPTION)
        self.description = layout.describe(name)
        self.columns = Columns(flatten(self.description["properties"]))
        try:
            self.index: tantivy.Index = tantivy.Index.open(str(self.folder / SEGMENTS))
            analysis.register(self.index, self.columns.analyzers)
            self.index.config_reader("manual")
        except (ValueError, OSError) as error:
            raise DamagedIndexError(name, str(self.folder), str(error)) from error
        self.schema: tantivy.Schema = self.index.schema
        self._committed = self.folder / SEGMENTS / "meta.json"
        self._seen = signature(self._committed)
        self.index.reload()
        self._searcher: tantivy.Searcher = self.index.searcher()

    def is_current(self) -> bool:
        """Whether the folder still holds this index, with this description."""
        return signature(self.folder / DESCRIPTION) == self.identity

    def searcher(self) -> tantivy.Searcher:
        """A searcher over the last commit of any process."""
        seen = signature(self._committed)
        if seen != self._seen and seen is not None:
            self.index.reload()
            self._searcher = self.index.searcher()
            self._seen = seen
        return self._searcher


def find_address(searcher: tantivy.Searcher, schema: tantivy.Schema, id_: str) -> tantivy.DocAddress | None:
    """Where a document is, by its ``_id``."""
    import tantivy

    query = tantivy.Query.term_query(schema, ID, id_, "basic")
    hits = searcher.search(query, 1, count=False).hits
    return hits[0][1] if hits else None


def stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> tuple[str, bytes]:
    """``_id`` and source bytes of a document."""
    document: Any = searcher.doc(address)
    return document.get_first(ID), document.get_first(SOURCE)


def count_matches(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many documents a query finds."""
    return total_of(searcher.search(query, 1))


def total_of(result: Any) -> int:
    """The number of all documents behind a result (its type stub forgets it)."""
    return int(result.count)
