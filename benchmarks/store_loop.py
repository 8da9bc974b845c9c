"""The embedded store against a plain loop over sqlite3, both encoding and decoding documents of about 350 bytes.

``python benchmarks/store_loop.py [documents] [repeats]`` prints documents a second and our time as a multiple of the
loop's, by the medians and by the best of the rounds; the bound is 1.3. The contestants take turns, so a busy machine
slows all of them; where it is throttled in bursts only the best of many short rounds (``20000 15``) means anything. The
plain loop is what a careful programmer writes: one table, one transaction a batch, journal off.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bson
import orjson

from hub.store import Record, StoreSpec, open_store

BATCH = 10_000


def make_documents(count: int, *, shuffled: bool) -> list[dict[str, Any]]:
    numbers = list(range(count))
    if shuffled:
        random.Random(1).shuffle(numbers)
    return [
        {
            "_id": f"GENE:{n:09d}",
            "symbol": f"S{n % 20_000}",
            "taxid": 9606,
            "score": n / 7,
            "alias": [f"a{n % 977}", f"b{n % 971}", "c3"],
            "go": {"id": f"GO:{n % 40_000:07d}", "term": "binding of a thing", "evidence": "IEA"},
            "summary": "The protein encoded by this gene is a member of a family. " * 2,
            "url": "https://example.org/gene/x",
        }
        for n in numbers
    ]


def batches(documents: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(documents), BATCH):
        yield documents[start : start + BATCH]


def plain(encode: Callable[[Any], bytes], decode: Callable[[bytes], Any]) -> Callable[..., tuple[float, float]]:
    def run(documents: list[dict[str, Any]], folder: Path) -> tuple[float, float]:
        connection = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("CREATE TABLE docs (_id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
        start = time.perf_counter()
        for batch in batches(documents):
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO docs VALUES (?, ?)", ((d["_id"], encode(d)) for d in batch))
            connection.execute("COMMIT")
        inserted = time.perf_counter()
        total = sum(len(decode(body)) for (body,) in connection.execute("SELECT body FROM docs ORDER BY _id"))
        scanned = time.perf_counter()
        connection.close()
        assert total == 8 * len(documents)
        return inserted - start, scanned - inserted

    return run


def through_store(documents: list[dict[str, Any]], folder: Path) -> tuple[float, float]:
    store = open_store(StoreSpec("sqlite", "bench", str(folder)))
    codec = store.codec
    collection = store.collection("docs")
    start = time.perf_counter()
    for batch in batches(documents):
        collection.insert([Record(d["_id"], codec.encode(d)) for d in batch])
    inserted = time.perf_counter()
    total = sum(len(codec.decode(record.body)) for record in collection.scan())
    scanned = time.perf_counter()
    store.close()
    assert total == 8 * len(documents)
    return inserted - start, scanned - inserted


def main(count: int = 200_000, repeats: int = 3) -> dict[str, dict[str, float]]:
    """Run and print; returns seconds and ratios for each order of ids."""
    contestants = {
        "orjson loop": plain(orjson.dumps, orjson.loads),
        "bson loop": plain(bson.encode, bson.decode),
        "hub store": through_store,
    }
    results: dict[str, dict[str, float]] = {}
    for shuffled in (False, True):
        documents = make_documents(count, shuffled=shuffled)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
        for _ in range(repeats):
            for name, run in contestants.items():
                with tempfile.TemporaryDirectory() as folder:
                    times[name].append(run(documents, Path(folder)))
        order = "shuffled" if shuffled else "sorted"
        results[order] = _report(order, count, times)
    return results


def _report(order: str, count: int, times: dict[str, list[tuple[float, float]]]) -> dict[str, float]:
    size = len(orjson.dumps(make_documents(1, shuffled=False)[0]))
    print(f"{count:,} documents of {size} bytes, {order} ids", flush=True)
    ratios: dict[str, float] = {}
    for label, reduce in (("median", statistics.median), ("best", min)):
        seconds = {name: [reduce(column) for column in zip(*runs, strict=True)] for name, runs in times.items()}
        for name, (insert, scan) in seconds.items():
            print(f"  {label:6} {name:12} insert {count / insert:10,.0f}/s   scan {count / scan:10,.0f}/s")
        for loop in ("orjson loop", "bson loop"):
            pair = [ours / plain for ours, plain in zip(seconds["hub store"], seconds[loop], strict=True)]
            ratios[f"{label} insert / {loop}"], ratios[f"{label} scan / {loop}"] = pair
            print(f"  {label:6} hub store / {loop}: insert {pair[0]:.2f}   scan {pair[1]:.2f}", flush=True)
    return ratios


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
