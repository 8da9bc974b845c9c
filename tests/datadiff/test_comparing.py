"""Two builds compared: by reading both, and from a diff that is there."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from hub.databuild.errors import BuildBusyError
from hub.datadiff.comparing import CompareRequest, compare, compare_sides
from hub.datadiff.errors import SideNotReadyError
from hub.datadiff.manager import EXCLUDE, SUMMARY
from hub.errors import NotFound
from hub.jobs.port import NullContext
from tests.datadiff.test_diffs import KIND, changed, genes, two

FOUND = {
    "added": 2,
    "removed": 2,
    "changed": 2,
    "same": 46,
    "fields": {"name": 1, "tags": 1},
    "examples": {"added": ["h1", "h2"], "removed": ["g0001", "g0002"], "changed": ["g0003", "g0004"]},
}


async def test_both_are_read_or_the_diff_answers(shop: Any) -> None:
    old, new = await two(shop, genes(50), changed(50))
    assert await compare(shop.diffs, old, new) == {"old": old, "new": new, **FOUND}
    metadata = await shop.diffs.diff(KIND, old, new)
    assert await compare(shop.diffs, old, new) == {"old": old, "new": new, **FOUND}
    folder = shop.diffs.folder / f"{old}-{new}"
    told = orjson.loads((folder / SUMMARY).read_bytes())
    told["counts"]["add"] = 77
    (folder / SUMMARY).write_bytes(orjson.dumps(told))
    assert (await compare(shop.diffs, old, new))["added"] == 77  # it is the diff that answered
    shop.state.builds.update(new, {"content": {**metadata["new"], "digest": "0" * 64, "of": "another merge"}})
    assert (await compare(shop.diffs, old, new))["added"] == 2  # not of these documents: both were read


async def test_what_counts_is_what_counts_in_a_diff(shop: Any) -> None:
    before = [{"_id": "a", "l": [1, 2], "o": {"k": 1, "m": 1}, "_timestamp": 1, "n": 1}]
    after = [{"_id": "a", "l": [2, 1], "o": {"k": 1}, "_timestamp": 2, "n": 1.0}]
    old, new = await two(shop, before, after, mapping={"n": {"type": "long"}})
    assert (await compare(shop.diffs, old, new))["fields"] == {"n": 1, "o.m": 1}
    sides = shop.diffs.sides.build_side(old), shop.diffs.sides.build_side(new)
    strict = compare_sides(NullContext(), CompareRequest(*sides, EXCLUDE, ordered=True))
    assert strict["fields"] == {"l": 1, "n": 1, "o.m": 1}


async def test_a_build_stays_while_it_is_compared(shop: Any) -> None:
    old, new = await two(shop, genes(9), changed(9))
    submit, refused = shop.jobs.submit, []

    def submitting(spec: Any) -> Any:
        if spec.kind == "compare":
            with pytest.raises(BuildBusyError):
                shop.builds.delete_merge(old)
            refused.append(spec.kind)
        return submit(spec)

    shop.jobs.submit = submitting
    await compare(shop.diffs, old, new)
    assert refused == ["compare"]


async def test_what_can_not_be_compared(shop: Any) -> None:
    old, new = await two(shop, genes(9), changed(9))
    with pytest.raises(NotFound, match="no build `nothing`"):
        await compare(shop.diffs, old, "nothing")
    shop.builds.archive_merge(old)
    with pytest.raises(SideNotReadyError, match="archived"):
        await compare(shop.diffs, old, new)
