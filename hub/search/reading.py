"""Reading an index from one end to the other."""

from __future__ import annotations

from collections.abc import Iterator

from hub.search.port import Document, Everything, SearchEngine, SearchRequest

PAGE = 2000  #: documents of one page


def every_document(engine: SearchEngine, index: str, *, page_size: int = PAGE) -> Iterator[Document]:
    """All documents of an index with their ``_id``, in no order, as of now; memory is bounded by the page."""
    page = engine.scroll(index, SearchRequest(Everything()), page_size=page_size)
    while True:
        for hit in page.result.hits:
            yield {"_id": hit.id, **hit.source}
        if page.scroll_id is None:
            return
        page = engine.scroll_next(page.scroll_id)
