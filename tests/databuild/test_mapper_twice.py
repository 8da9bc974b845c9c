"""A mapper that gives one id twice, for one document or for several."""

from __future__ import annotations

import pytest

from hub.databuild.errors import MergeDocumentError
from hub.databuild.mappers import IDBaseMapper


class Broken(IDBaseMapper):
    name = "broken"

    def process(self, docs, key_to_convert="_id", transparent=True):
        for doc in docs:
            yield {**doc, "_id": None if doc["_id"] == "b" else doc["_id"]}


async def test_an_id_that_is_given_twice_is_one_document(shop) -> None:
    shop.upload("one", [{"_id": "a", "n": 1}, {"_id": "b", "m": 2}, {"_id": "c"}], mapper="table")
    shop.builds.register_mapper(IDBaseMapper("table", map={"a": ["x", "x", "y"], "b": "x"}))
    shop.configure(["one"])
    name = await shop.builds.merge("genes")
    assert shop.documents(name) == {
        "x": {"_id": "x", "n": 1, "m": 2},
        "y": {"_id": "y", "n": 1},
        "c": {"_id": "c"},
    }
    report = await shop.indices.index("localhub", name)
    assert report.count == 3


async def test_a_mapper_that_gives_no_text_names_the_document(shop) -> None:
    shop.upload("one", [{"_id": "a"}, {"_id": "b"}], mapper="broken")
    shop.builds.register_mapper(Broken())
    shop.configure(["one"])
    with pytest.raises(MergeDocumentError, match=r"'b'.*must be text"):
        await shop.builds.merge("genes")
    assert shop.builds.list()[0]["status"] == "failed"
