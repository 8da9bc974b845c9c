"""Five releases of three sources of real registry data: built, compared, published, followed, gone back from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from hub.store.digest import Digest
from tests.standalone import real_data
from tests.standalone.hubs import FullHub, plain

SIZES = {"bioregistry": 1500, "obofoundry": 100, "biomappings": 50}


async def follow_history(publisher: FullHub, consumer: FullHub, scratch: Path) -> None:
    """Publish five releases; the consumer follows all but one, and must hold what full builds hold."""
    sources, mappings = real_data.read(scratch)
    for name, least in SIZES.items():
        assert len(sources[name]) >= least
    builds: list[str] = []
    for number, version in enumerate(real_data.RELEASES):
        build = await publisher.build(version, real_data.at(sources, number), mappings)
        if not builds:
            await publisher.publish_full(build)
        else:
            published = await publisher.publish_step(builds[-1], build)
            _check_diff(publisher, builds[-1], build)
            assert published["require_version"] == real_data.RELEASES[number - 1]
        builds.append(build)
        if number == 2:  # the consumer misses one release, and takes two steps the next time
            continue
        way = await consumer.standalone.install("genes")
        assert way is not None
        assert len(way) == (2 if number == 3 else 1)
        expected = plain(publisher.documents(build))
        assert plain(consumer.installed("genes_current", consumer.env)) == expected
    backend = await consumer.standalone.backend("genes")
    assert (backend["version"], backend["count"]) == (real_data.RELEASES[-1], len(expected))
    assert backend["count"] == publisher.builds.info(builds[-1])["_meta"]["stats"]["total"]
    back = await consumer.standalone.rollback("genes")
    assert back["version"] == real_data.RELEASES[3]
    assert plain(consumer.installed("genes_current", consumer.env)) == plain(publisher.documents(builds[3]))
    assert await consumer.standalone.install("genes") == [f"{real_data.RELEASES[3]}.{real_data.RELEASES[4]}"]
    assert plain(consumer.installed("genes_current", consumer.env)) == expected
    # A newcomer, who takes all of it from the first release on, holds the same.
    await consumer.standalone.reset_backend("genes")
    assert len(await consumer.standalone.install("genes") or []) == 5
    assert plain(consumer.installed("genes_current", consumer.env)) == expected


def _check_diff(publisher: FullHub, old: str, new: str) -> None:
    """The diff counts what two dictionaries tell apart."""
    before, after = plain(publisher.documents(old)), plain(publisher.documents(new))
    summary = publisher.diffs.summary(old, new)
    changed = sum(1 for i in before.keys() & after.keys() if before[i] != after[i])
    counted = {"add": len(after.keys() - before.keys()), "delete": len(before.keys() - after.keys()), "update": changed}
    assert summary["counts"] == counted
    assert all(counted.values())
    assert set(summary["sources"]) >= {"bioregistry"}
    stored: dict[str, Any] = publisher.diffs.find(old, new)[1]
    assert stored["new"]["digest"] == Digest.of(publisher.documents(new).values()).text
    note = publisher.releases.notes.get(old, new, format="json")
    assert note["new"]["_summary"] == counted
    assert orjson.dumps(note)


async def test_five_releases_of_real_data_are_followed(pair, tmp_path: Path) -> None:
    await follow_history(pair.publisher, pair.consumer, tmp_path / "scratch")
