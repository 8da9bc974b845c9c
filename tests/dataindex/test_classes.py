"""Indexer classes of a project: which one is taken, and what it may change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.dataindex.classes import Indexer, select
from hub.dataindex.errors import IndexArgumentError, IndexerClassError
from hub.search.port import IndexConfig
from tests.dataindex.test_manager import ENV, genes

SEEN: list[Any] = []


class Own(Indexer):
    """Adds a field, and looks."""

    def index_config(self, config: IndexConfig) -> IndexConfig:
        return replace(config, properties={**config.properties, "own": {"type": "keyword"}})

    def pre_index(self, engine: Any) -> None:
        SEEN.append(("pre", self.env, engine.count(self.index)))

    def post_index(self, engine: Any) -> None:
        SEEN.append(("post", self.build["_id"], engine.count(self.index)))


class Picky(Indexer):
    """Wants more documents."""

    def post_index(self, engine: Any) -> None:
        raise ValueError(f"{engine.count(self.index)} documents are too few")


def use(shop: Any, rules: dict[Any, Any]) -> None:
    found = {path: value if isinstance(value, str) else dotted(value) for path, value in rules.items()}
    shop.settings["INDEX_CONFIG"]["indexer_select"] = found


def dotted(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


@pytest.fixture(autouse=True)
def _nothing_seen(shop: Any) -> Any:
    SEEN.clear()
    yield
    shop.settings["INDEX_CONFIG"]["indexer_select"] = {}


async def test_a_class_changes_the_index_of_builds_that_have_a_key(shop, build) -> None:
    name = await build(genes(7))
    use(shop, {None: dotted(Indexer), "build_config.special": Own})
    await shop.indices.index(ENV, name)
    assert "own" not in shop.indices.engine(ENV).properties(name)
    assert SEEN == []
    record = shop.state.builds.get(name)
    shop.state.builds.update(name, {"build_config": {**record["build_config"], "special": 1}})
    await shop.indices.index(ENV, name, "other")
    assert shop.indices.engine(ENV).properties("other")["own"]["type"] == "keyword"
    assert [("pre", ENV, 0), ("post", name, 7)] == SEEN
    assert select(shop.settings, shop.state.builds.get(name)) is Own


async def test_an_error_of_the_class_fails_the_index(shop, build) -> None:
    name = await build(genes(3))
    use(shop, {"None": Picky})
    with pytest.raises(IndexerClassError, match=r"`Picky.post_index` failed \(ValueError: 3 documents are too few\)"):
        await shop.indices.index(ENV, name)
    assert not shop.builds.info(name).get("index")
    assert shop.builds.info(name)["jobs"][-1]["status"] == "failed"
    use(shop, {})
    assert (await shop.indices.index(ENV, name)).count == 3


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"build_config.doc_type": Own, "mapping": Own}, "Let only one match"),
        ({"no.such": Own}, "Add None"),
        ({None: "no.such.Class"}, "can not be imported"),
        ({None: "pathlib.Path"}, "no subclass of hub.dataindex.classes.Indexer"),
    ],
)
async def test_rules_that_can_not_be_used_are_refused_before_anything_is_made(shop, build, rules, why) -> None:
    name = await build(genes(3))
    use(shop, rules)
    with pytest.raises(IndexArgumentError, match=why):
        await shop.indices.index(ENV, name)
    assert name not in shop.indices.engine(ENV).names()


async def test_classes_of_existing_configurations_are_ours(shop, build) -> None:
    record = {"_id": "b", "build_config": {"cold_collection": "c"}}
    use(shop, {None: "biothings.hub.dataindex.indexer.Indexer"})
    shop.settings["INDEX_CONFIG"]["indexer_select"]["build_config.cold_collection"] = (
        "biothings.hub.dataindex.indexer.ColdHotIndexer"
    )
    assert select(shop.settings, record) is Indexer
