"""How fast a merge is against the plain loop one would write: `heapq.merge` over the same stores, into the same store.

    python benchmarks/build_loop.py                 # three sources of 200,000 documents, ratio of medians
    python benchmarks/build_loop.py --size 20000 --rounds 5

One JSON object a line. Both sides do the same work: they read three sources with overlapping ids, join documents of one
``_id`` (`$set` of the root keys, sources in order), write the result sorted and make it durable.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from hub.databuild.rules import MergeRule
from hub.databuild.work import MergeRequest, PartSpec, RangeState, merge_range
from hub.jobs.port import NullContext
from hub.store import Record, StoreSpec, open_store

SOURCES = ("alpha", "beta", "gamma")
BATCH = 5000


def fill(location: Path, size: int) -> tuple[StoreSpec, StoreSpec]:
    """Three sources; a third of their ids is in all of them, a third in two, a third in one."""
    src, target = StoreSpec("sqlite", "src", str(location)), StoreSpec("sqlite", "target", str(location))
    rng = random.Random(7)
    with closing(open_store(src)) as store:
        for number, name in enumerate(SOURCES):
            collection = store.collection(name)
            for ids in _batches(_ids(number, size)):
                collection.insert([Record(i, store.codec.encode(_document(i, name, rng))) for i in ids])
            collection.flush()
    return src, target


def _ids(number: int, size: int) -> Iterator[str]:
    for n in range(size):
        kind = n % 3
        owner = "all" if kind == 0 else f"two{(number + 1) // 2}" if kind == 1 and number else f"one{number}"
        yield f"id{n:09d}{owner}"


def _document(id_: str, name: str, rng: random.Random) -> dict[str, object]:
    inner = {"score": rng.random(), "count": rng.randrange(10_000), "label": f"{name} of {id_}"}
    return {
        "_id": id_,
        "name": f"Name {id_}",
        name: inner,
        "tags": [f"t{rng.randrange(50)}" for _ in range(6)],
        "x": "y" * 120,
    }


def _batches(ids: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(itertools.islice(ids, BATCH)):
        yield batch


def plain_loop(src: StoreSpec, target: StoreSpec) -> int:
    """What one would write without the hub."""
    with closing(open_store(src)) as source, closing(open_store(target)) as out:
        out.drop("plain")
        collection, codec, pending, count = out.collection("plain"), out.codec, [], 0
        scans = [source.collection(name).scan(batch_size=BATCH) for name in SOURCES]
        for id_, group in itertools.groupby(heapq.merge(*scans, key=lambda r: r.id), key=lambda r: r.id):
            parts = list(group)
            body = parts[0].body
            if len(parts) > 1:
                document = codec.decode(body)
                for part in parts[1:]:
                    document.update(codec.decode(part.body))
                body = codec.encode(document)
            pending.append(Record(id_, body))
            if len(pending) == BATCH:
                collection.insert(pending)
                count += len(pending)
                pending = []
        collection.insert(pending)
        collection.flush()
        return count + len(pending)


def hub_merge(src: StoreSpec, target: StoreSpec) -> int:
    """The same by the function that a build's job runs."""
    with closing(open_store(target)) as out:
        out.drop("merged")
    parts = [PartSpec(MergeRule(name), name) for name in SOURCES]
    request = MergeRequest("bench", src, target, "merged", parts, [RangeState(0)])
    return sum(state.written for state in merge_range(NullContext(), request))


def in_child(fn: Callable[..., int], *args: object) -> tuple[float, int, int]:
    """Seconds, documents written and peak memory in bytes of a call in a fresh process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_measured, args=(sender, fn, args))
    child.start()
    sender.close()
    try:
        answer: tuple[float, int, int] = receiver.recv()
    except EOFError:
        child.join()
        raise SystemExit(f"{fn.__name__} ended with exit code {child.exitcode}") from None
    child.join()
    return answer


def _measured(sender: Connection, fn: Callable[..., int], args: tuple[object, ...]) -> None:
    begin = time.perf_counter()
    count = fn(*args)
    seconds = time.perf_counter() - begin
    sender.send((seconds, count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def compare(size: int, rounds: int, folder: Path) -> None:
    """Rounds of both, in turns, so that a busy machine disturbs both alike."""
    src, target = fill(folder, size)
    plain, hub = [], []
    for _ in range(rounds):
        plain.append(in_child(plain_loop, src, target))
        hub.append(in_child(hub_merge, src, target))
    assert plain[0][1] == hub[0][1], "both must write the same number of documents"
    ratios = [h[0] / p[0] for h, p in zip(hub, plain, strict=True)]
    seconds = statistics.median(h[0] for h in hub)
    print(
        json.dumps(
            {
                "benchmark": "build_loop",
                "documents_a_source": size,
                "written": hub[0][1],
                "plain_seconds": round(statistics.median(p[0] for p in plain), 3),
                "hub_seconds": round(seconds, 3),
                "hub_source_documents_a_second": round(3 * size / seconds),
                "ratio": round(statistics.median(ratios), 3),
                "ratios": [round(r, 3) for r in ratios],
                "peak_mib": round(max(h[2] for h in hub) / 2**20, 1),
                "goal": "ratio <= 1.5",
            }
        ),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=200_000, help="documents in each source")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where to work; default: a temporary folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        compare(args.size, args.rounds, Path(folder))


if __name__ == "__main__":
    main()
