"""Search: one port (`hub.search.port`), the embedded engine and Elasticsearch behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.search.specs import open_engine, specs

if TYPE_CHECKING:
    from hub.search.port import SearchEngine, SearchSpec

__all__ = ["SearchEngine", "SearchSpec", "open_engine", "specs"]
