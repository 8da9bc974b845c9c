"""What sources contradict each other in is told before anything is built."""

from __future__ import annotations

import pytest

from hub.databuild.errors import MappingConflictError


async def test_contradictions_are_told_with_examples_and_proposals(shop) -> None:
    shop.upload("one", [{"_id": "a"}], mapping={"n": {"type": "long"}, "o": {"type": "keyword"}, "f": {"type": "long"}})
    shop.upload("two", [{"_id": "a"}], mapping={"n": {"type": "keyword"}, "o": {"properties": {"x": {"type": "long"}}}})
    shop.upload("three", [{"_id": "a"}], mapping={"f": {"type": "double"}})
    shop.upload("four", [{"_id": "a"}])
    shop.upload("five", [{"_id": "a"}])
    shop.state.store.update("src_master", "five", set={"inferred": {"mapping": {"n": {"type": "text"}}}})
    rows = [{"field": "n", "kinds": [{"kind": "str", "count": 2, "examples": ["a", "b"]}]}]
    inspection = {"results": {"__metadata__": {"evidence": rows, "conflicts": []}}}
    shop.state.sources.inspect_succeeded("two", "two", inspection=inspection, seconds=1)
    shop.configure(["one", "two", "three", "four", "five"])
    found = shop.builds.preview_mapping("genes")
    assert found["conflicts"] == [
        {
            "field": "n",
            "types": {"one": "long", "two": "keyword"},
            "examples": {"two": ["a", "b"]},
            "proposal": "commit `keyword` for it in one (source_save_mapping), which takes the values of all.",
        },
        {
            "field": "o",
            "types": {"one": "keyword", "two": "object"},
            "examples": {},
            "proposal": "an object and a value can not share a field: rename it in one of the sources.",
        },
        {
            "field": "f",
            "types": {"one": "long", "three": "double"},
            "examples": {},
            "proposal": "commit `double` for it in one (source_save_mapping), which takes the values of all.",
        },
    ]
    assert found["unknown"] == ["four"]
    assert found["notes"] == ["`n`: one declares long, documents of five hold text: the declared type stands"]
    with pytest.raises(MappingConflictError, match="`n` is long in one, keyword in two"):
        await shop.builds.merge("genes")
    assert shop.builds.list() == []
