"""Scrolls: everything a query finds, page by page, as of the moment it began.

A scroll keeps its searcher, so commits, deletions and even the removal of the index do not change what it sees. Pages
are in the order of ``_id``. Addresses are fetched in runs, by "after the last id": memory does not grow with the
result.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.search.embedded.ranges import TermRange, range_query, speakable
from hub.search.embedded.reader import count_matches, stored
from hub.search.embedded.schema import ID
from hub.search.embedded.searching import Search
from hub.search.errors import EngineUnavailableError, ScrollExpiredError
from hub.search.port import Hit, ScrollPage, SearchResult

if TYPE_CHECKING:
    import tantivy

KEEP_ALIVE = 60.0  #: seconds a scroll stays without being used
RUN = 20_000  #: addresses fetched at a time
MAX_OPEN = 500  #: scrolls of one engine


class Scroll:
    """The state of one scroll."""

    def __init__(self, search: Search, page_size: int) -> None:
        import tantivy

        self._tantivy = tantivy
        self._search = search
        self._page_size = page_size
        self._run: list[tantivy.DocAddress] = []
        self._last_id: str | None = None
        self.total = int(count_matches(search.searcher, search.shown.query))
        self.given = 0
        self.lock = threading.Lock()

    def page(self) -> list[Hit]:
        """The next hits; empty after the last."""
        if len(self._run) < self._page_size and self.given + len(self._run) < self.total:
            self._run += self._fetch()
        addresses, self._run = self._run[: self._page_size], self._run[self._page_size :]
        self.given += len(addresses)
        scores = self._scores(addresses)
        return [self._search.hit(scores.get((a.segment_ord, a.doc)), a) for a in addresses]

    def _fetch(self) -> list[tantivy.DocAddress]:
        """The next run, behind the last id, or at an offset when that id cannot be a bound."""
        searcher, query = self._search.searcher, self._tantivy.Query
        wanted, offset = self._search.shown.query, 0
        if self._last_id is not None and speakable(self._last_id):
            must = self._tantivy.Occur.Must
            beyond = range_query(self._search.opened, searcher, ID, TermRange(low=self._last_id, with_low=False))
            wanted = query.boolean_query([(must, wanted), (must, beyond)])
        elif self._last_id is not None:
            offset = self.given + len(self._run)
        limit = max(RUN, self._page_size)
        order = self._tantivy.Order.Asc
        hits = searcher.search(wanted, limit, count=False, order_by_field=ID, offset=offset, order=order).hits
        if hits:
            self._last_id = stored(searcher, hits[-1][1])[0]
        return [address for _, address in hits]

    def _scores(self, addresses: list[tantivy.DocAddress]) -> dict[tuple[int, int], float]:
        """Scores of one page: the same query, restricted to its ids."""
        constant = self._search.shown.constant
        if constant is not None:
            return {(a.segment_ord, a.doc): constant for a in addresses}
        if not addresses:
            return {}
        query, must = self._tantivy.Query, self._tantivy.Occur.Must
        ids = [stored(self._search.searcher, a)[0] for a in addresses]
        among = query.const_score_query(query.term_set_query(self._search.opened.schema, ID, ids), 0.0)
        both = query.boolean_query([(must, self._search.shown.query), (must, among)])
        hits = self._search.searcher.search(both, len(ids), count=False).hits
        return {(a.segment_ord, a.doc): score for score, a in hits}


class Scrolls:
    """The open scrolls of an engine; idle ones are dropped whenever another is used."""

    def __init__(self, location: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._location = location
        self._clock = clock
        self._open: dict[str, tuple[float, Scroll]] = {}
        self._lock = threading.Lock()

    def begin(self, scroll: Scroll) -> ScrollPage:
        """The first page of a new scroll."""
        with self._lock:
            self._drop_idle()
            if len(self._open) >= MAX_OPEN:
                raise EngineUnavailableError("embedded", self._location, f"{MAX_OPEN} scrolls are open already")
        return self._page(secrets.token_urlsafe(24), scroll)

    def proceed(self, scroll_id: str) -> ScrollPage:
        """The next page.

        Raises:
            ScrollExpiredError: unknown or idle for a minute.
        """
        with self._lock:
            self._drop_idle()
            entry = self._open.get(scroll_id)
        if entry is None:
            raise ScrollExpiredError(scroll_id)
        return self._page(scroll_id, entry[1])

    def close(self) -> None:
        """Drop them all."""
        with self._lock:
            self._open.clear()

    def _page(self, scroll_id: str, scroll: Scroll) -> ScrollPage:
        started = time.perf_counter()
        with scroll.lock:
            hits = scroll.page()
            over = scroll.given >= scroll.total
        with self._lock:
            if over:
                self._open.pop(scroll_id, None)
            else:
                self._open[scroll_id] = (self._clock() + KEEP_ALIVE, scroll)
        scores = [hit.score for hit in hits if hit.score is not None]
        result = SearchResult(
            hits=hits,
            total=scroll.total,
            max_score=max(scores, default=None),
            took=int((time.perf_counter() - started) * 1000),
        )
        return ScrollPage(result=result, scroll_id=None if over else scroll_id)

    def _drop_idle(self) -> None:
        now = self._clock()
        for scroll_id in [k for k, (deadline, _) in self._open.items() if deadline < now]:
            del self._open[scroll_id]
