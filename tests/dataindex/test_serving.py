"""What the data API knows of what it serves."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from hub.dataindex.serving import ServedIndices
from hub.queryapi.catalog import Catalog
from hub.queryapi.settings import QuerySettings
from hub.search import open_engine
from hub.search.errors import EngineUnavailableError
from hub.search.port import SearchEngine, SearchSpec
from tests.databuild.workshop import Workshop


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_an_engine_that_does_not_answer_is_not_an_api_without_types(shop: Workshop, build) -> None:
    await shop.indices.index_for_serving("genes", await build([{"_id": "g1", "n": 1}]))
    spec = SearchSpec("elastic", f"http://127.0.0.1:{closed_port()}", {"max_retries": 0})
    with closing(open_engine(spec)) as down:
        engines: list[SearchEngine] = [down]
        served = ServedIndices(shop.state, lambda: engines[-1])
        catalog = Catalog(down, served, QuerySettings())
        for _ in range(2):
            with pytest.raises(EngineUnavailableError, match="does not answer"):
                catalog.index("gene")
        assert not served.is_known
        engines.append(shop.indices.serving_engine())
        served.refresh()
        assert catalog.index("gene") == "genes"
        engines.append(down)
        with pytest.raises(EngineUnavailableError):
            served.refresh()
        assert catalog.index("gene") == "genes"
