"""How fast a full build of five sources is on a MongoDB-protocol server, against two loops that one would write.

    python benchmarks/build_on_mongodb.py                     # a build of 200,000 documents; starts a server for it
    python benchmarks/build_on_mongodb.py --size 2000000
    python benchmarks/build_on_mongodb.py --uri mongodb://...  # on a server that runs; makes and drops two databases

``hub`` is the function that the job of a build runs. ``plain`` reads the sources sorted, joins them as they come
(`heapq.merge`) and inserts. ``upserts`` writes source after source with one `update_one(..., upsert=True)` a document,
in bulks. Each runs in a fresh process; one JSON line with seconds, ratios and the peak memory of the hub's process.
At the end all three results are compared document by document.
"""

from __future__ import annotations

import argparse
import contextlib
import heapq
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import increment_loop
from increment_loop import BATCH, SOURCES, in_child
from pymongo import MongoClient, UpdateOne

from hub.store import Record, StoreSpec, open_store
from hub.store.changes import Comparison

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.services.mongo_server import mongo_server  # a server for this run only


@dataclass(frozen=True)
class MongoPlace(increment_loop.Place):
    """Five sources on a server; ``location`` is its URI."""

    @property
    def src(self) -> StoreSpec:
        """The source database."""
        return StoreSpec("mongo", "bench_src", self.location)

    @property
    def target(self) -> StoreSpec:
        """The database of builds."""
        return StoreSpec("mongo", "bench_target", self.location)


def fill(place: MongoPlace) -> int:
    """The five sources; every second document is in each but the first, which has all."""
    written = 0
    with closing(open_store(place.src)) as store:
        for number, name in enumerate(SOURCES):
            documents = increment_loop._documents(place, number, name, changed=False)
            collection = store.collection(name)
            while batch := list(itertools.islice(documents, BATCH)):
                collection.insert([Record(d["_id"], store.codec.encode(d)) for d in batch])
                written += len(batch)
            collection.flush()
    return written


def plain(place: MongoPlace) -> int:
    """A join of sorted reads."""
    with contextlib.closing(MongoClient(place.location)) as client:
        target = client["bench_target"]["plain"]
        target.drop()
        scans = [client["bench_src"][name].find(sort=[("_id", 1)], batch_size=BATCH) for name in SOURCES]
        merged = (
            _joined(group)
            for _, group in itertools.groupby(heapq.merge(*scans, key=lambda d: d["_id"]), key=lambda d: d["_id"])
        )
        count = 0
        while batch := list(itertools.islice(merged, BATCH)):
            target.insert_many(batch, ordered=False)
            count += len(batch)
        return count


def _joined(group: Iterator[dict[str, Any]]) -> dict[str, Any]:
    whole = next(group)
    for part in group:
        whole.update(part)
    return whole


def upserts(place: MongoPlace) -> int:
    """One source after the other, each document written into the one that is there."""
    with contextlib.closing(MongoClient(place.location)) as client:
        target = client["bench_target"]["upserts"]
        target.drop()
        for name in SOURCES:
            documents = client["bench_src"][name].find(batch_size=BATCH)
            while batch := list(itertools.islice(documents, BATCH)):
                target.bulk_write(
                    [UpdateOne({"_id": d.pop("_id")}, {"$set": d}, upsert=True) for d in batch], ordered=False
                )
        return int(target.count_documents({}))


def hub(place: MongoPlace) -> int:
    """What the job of a build does."""
    return increment_loop.full(place, "", "hub")


def same(place: MongoPlace, one: str, other: str) -> bool:
    """Whether two collections hold the same documents."""
    with closing(open_store(place.target)) as store:
        scans = [store.collection(name).scan(batch_size=BATCH) for name in (one, other)]
        return not any(True for _ in Comparison(store.codec, *scans))


def measure(place: MongoPlace) -> None:
    """All three, and the line about them."""
    read = in_child(fill, place).answer
    costs = {}
    for fn in (plain, hub, upserts):
        costs[fn.__name__] = in_child(fn, place)
        sys.stderr.write(f"{fn.__name__}: {costs[fn.__name__].seconds:.1f} s\n")
    assert len({cost.answer for cost in costs.values()}) == 1, "all must come to the same number of documents"
    assert same(place, "hub", "plain"), "the hub must come to the documents of the plain loop"
    assert same(place, "hub", "upserts"), "the hub must come to the documents of the upserts"
    line: dict[str, Any] = {"benchmark": "build_on_mongodb", "documents": place.size, "read": read}
    line |= {f"{name}_seconds": round(cost.seconds, 1) for name, cost in costs.items()}
    line |= {f"{name}_cpu": round(cost.cpu, 1) for name, cost in costs.items()}
    line["ratio_to_plain"] = round(costs["hub"].seconds / costs["plain"].seconds, 2)
    line["ratio_to_upserts"] = round(costs["hub"].seconds / costs["upserts"].seconds, 2)
    line["peak_mib"] = round(costs["hub"].peak, 1)
    print(json.dumps(line), flush=True)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=200_000, help="documents of the build")
    parser.add_argument("--uri", help="of a server that runs; default: one is started for this run")
    parser.add_argument("--folder", help="where that server keeps its data; default: a temporary folder")
    args = parser.parse_args()
    place = MongoPlace(args.uri or "", args.size, 0.0, 0)
    with contextlib.ExitStack() as stack:
        if not args.uri:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=args.folder)))
            place = replace(place, location=stack.enter_context(mongo_server(folder)))
        try:
            measure(place)
        finally:
            with contextlib.closing(MongoClient(place.location)) as client:
                for name in ("bench_src", "bench_target"):
                    client.drop_database(name)


if __name__ == "__main__":
    main()
