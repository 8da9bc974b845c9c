"""A workshop with a finished build."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from hub.search import open_engine
from hub.search.port import IndexConfig, SearchEngine, SearchSpec
from hub.store import StoreSpec, open_store
from tests.databuild.workshop import Workshop, fill_collection

PROPERTIES = {"name": {"type": "text", "copy_to": ["all"]}, "n": {"type": "long"}}

Build = Callable[..., Awaitable[str]]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    workshop = Workshop(tmp_path / "home")
    await workshop.jobs.start()
    yield workshop
    await workshop.jobs.stop()
    workshop.close()


@pytest.fixture
def build(shop: Workshop) -> Build:
    """Uploads documents, merges them, and gives the name of the build."""

    async def make(documents: Iterable[dict[str, Any]], **more: Any) -> str:
        shop.upload("one", documents, mapping=more.pop("mapping", PROPERTIES))
        if shop.state.build_configs.get("genes") is None:
            shop.configure(["one"], params=more)
        return await shop.builds.merge("genes")

    return make


@pytest.fixture
def shop_with_index(tmp_path: Path) -> Iterator[Any]:
    """A collection ``docs`` and an empty index ``i``: the store's recipe, the engine's, and the engine."""
    with ExitStack() as stack:

        def make(documents: Iterable[dict[str, Any]]) -> tuple[StoreSpec, SearchSpec, SearchEngine]:
            spec = StoreSpec("sqlite", "target", str(tmp_path))
            engine_spec = SearchSpec("embedded", str(tmp_path / "search"))
            store = stack.enter_context(closing(open_store(spec)))
            fill_collection(store, "docs", documents)
            engine = stack.enter_context(closing(open_engine(engine_spec)))
            engine.create("i", IndexConfig(properties=PROPERTIES))
            return spec, engine_spec, engine

        yield make
