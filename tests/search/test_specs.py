"""INDEX_CONFIG names the engines."""

from __future__ import annotations

from typing import Any

import pytest

from hub.search import specs
from hub.search.errors import EngineSpecError
from hub.search.port import SearchSpec


@pytest.mark.parametrize("host", [None, "", "embedded"])
def test_an_environment_without_host_is_the_embedded_engine(host: str | None) -> None:
    settings: dict[str, Any] = {"SEARCH_FOLDER": "/s", "INDEX_CONFIG": {"env": {"test": {"host": host}}}}
    assert specs(settings)["test"] == SearchSpec("embedded", "/s")


def test_localhub_is_always_there() -> None:
    assert specs({"SEARCH_FOLDER": "/s", "INDEX_CONFIG": {}}) == {"localhub": SearchSpec("embedded", "/s")}


def test_a_host_is_elasticsearch_with_its_arguments() -> None:
    env = {"host": "es:9200", "indexer": {"args": {"request_timeout": 5}, "bulk": {"chunk_size": 50}, "concurrency": 3}}
    found = specs({"SEARCH_FOLDER": "/s", "INDEX_CONFIG": {"env": {"prod": env}}})["prod"]
    assert found == SearchSpec("elastic", "http://es:9200", {"request_timeout": 5, "bulk": {"chunk_size": 50}})


def test_an_environment_must_be_an_object() -> None:
    with pytest.raises(EngineSpecError):
        specs({"SEARCH_FOLDER": "/s", "INDEX_CONFIG": {"env": {"prod": "es:9200"}}})
