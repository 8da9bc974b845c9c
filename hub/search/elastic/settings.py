"""What an index is created with: the documented settings and mapping (data-pipeline 8.3).

While an index is loaded it has no replicas and does not refresh; what to restore afterwards is kept in the mapping's
``_meta`` under `LOADING`, so that any process can finish what another began.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.search.mapping import with_all
from hub.search.port import IndexConfig

LOADING = "_loading"  #: key in `_meta` while an index is loaded

ANALYSIS = {
    "analyzer": {
        "string_lowercase": {"type": "custom", "tokenizer": "keyword", "filter": ["lowercase"]},
        "whitespace_lowercase": {"type": "custom", "tokenizer": "whitespace", "filter": ["lowercase"]},
    },
    "normalizer": {"keyword_lowercase_normalizer": {"type": "custom", "char_filter": [], "filter": ["lowercase"]}},
}


def final_settings(config: IndexConfig) -> dict[str, Any]:
    """The index settings once loaded; extra settings are merged flat on top."""
    settings: dict[str, Any] = {
        "query.default_field": ["_id", "all"],
        "codec": "best_compression",
        "analysis": ANALYSIS,
        "number_of_shards": config.num_shards,
        "number_of_replicas": config.num_replicas,
    }
    for key, value in config.extra_settings.items():
        settings[key.removeprefix("index.")] = value
    return settings


def creation(config: IndexConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings and mapping of a new index that is about to be loaded."""
    settings = final_settings(config)
    restore = {
        "number_of_replicas": settings["number_of_replicas"],
        "refresh_interval": settings.get("refresh_interval"),
    }
    mapping = {
        "dynamic": "false",
        "properties": with_all(config.properties),
        "_meta": {**config.meta, LOADING: restore},
    }
    return {"index": {**settings, "number_of_replicas": 0, "refresh_interval": "-1"}}, mapping


def public_meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    """``_meta`` without our own key."""
    return {key: value for key, value in meta.items() if key != LOADING}
