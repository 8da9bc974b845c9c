"""Elasticsearch 8 and 9 through the official client of the 8.x line (it speaks to both; a 9.x client refuses 8)."""

from hub.search.elastic.engine import ElasticEngine

__all__ = ["ElasticEngine"]
