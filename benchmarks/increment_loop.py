"""How much faster a build of five sources is when 1 % of the documents of each changed, against merging all again.

    python benchmarks/increment_loop.py                     # builds of 200,000 documents
    python benchmarks/increment_loop.py --size 2000000 --rounds 1
    python benchmarks/increment_loop.py --index             # also the index of the build

One JSON object a line. Both sides are the functions that the jobs of a build run, in a fresh process each; seconds of
the clock and of the processor, and megabytes that were written, are told. The comparison at the end of an upload, which
finds what changed, is told beside them: it belongs to the upload. At the end both results are compared document by
document.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hub.databuild.apply import ApplyRequest, apply_changes
from hub.databuild.rules import MergeRule
from hub.databuild.work import MergeRequest, PartSpec, RangeState, merge_range
from hub.dataindex.indexer import IndexRequest, load_index
from hub.dataindex.update import UpdateRequest, update_index
from hub.jobs.port import NullContext
from hub.search import open_engine
from hub.search.port import IndexConfig, SearchSpec
from hub.store import Record, StoreSpec, open_store
from hub.store.changes import Comparison, write_log

SOURCES = ("alpha", "beta", "gamma", "delta", "omega")
BATCH = 5000
PROPERTIES = {
    "name": {"type": "text", "copy_to": ["all"]},
    **{name: {"properties": {"count": {"type": "long"}, "label": {"type": "keyword"}}} for name in SOURCES},
}


@dataclass(frozen=True)
class Place:
    """Where it happens."""

    location: str
    size: int
    share: float
    changing: int

    @property
    def src(self) -> StoreSpec:
        """The source database."""
        return StoreSpec("sqlite", "src", self.location)

    @property
    def target(self) -> StoreSpec:
        """The database of builds."""
        return StoreSpec("sqlite", "target", self.location)

    @property
    def engine(self) -> SearchSpec:
        """The search engine."""
        return SearchSpec("embedded", f"{self.location}/search")

    def parts(self, suffix: str = "") -> list[PartSpec]:
        """What takes part in a merge."""
        return [PartSpec(MergeRule(name), f"{name}{suffix}") for name in SOURCES]


def fill(place: Place) -> None:
    """Two releases of five sources: the first has every document, each other one half of them."""
    with closing(open_store(place.src)) as store:
        for number, name in enumerate(SOURCES):
            for suffix in ("", "_new"):
                documents = _documents(place, number, name, changed=bool(suffix) and number < place.changing)
                collection = store.collection(f"{name}{suffix}")
                while batch := list(itertools.islice(documents, BATCH)):
                    collection.insert([Record(d["_id"], store.codec.encode(d)) for d in batch])
                collection.flush()


def _documents(place: Place, number: int, name: str, *, changed: bool) -> Iterator[dict[str, Any]]:
    rng, chance = random.Random(number), random.Random(100 + number)
    for n in range(place.size):
        value, touched = rng.random(), chance.random() < place.share
        if number and (n + number) % 2:
            continue
        if changed and touched:
            value = -value
            if n % 10 == 0:
                continue  # gone
        yield {
            "_id": f"id{n:09d}",
            "name": f"Name of {n}",
            name: {"score": value, "count": n % 10_000, "label": f"{name} {n}"},
            "tags": [f"t{(n + i) % 50}" for i in range(6)],
            "x": "y" * 120,
        }


# -- what is measured ----------------------------------------------------------------------------------------------


def full(place: Place, suffix: str, name: str) -> int:
    """A full merge."""
    with closing(open_store(place.target)) as store:
        store.drop(name)
    request = MergeRequest("bench", place.src, place.target, name, place.parts(suffix), [RangeState(0)])
    return sum(state.written for state in merge_range(NullContext(), request))


def compare(place: Place) -> int:
    """What uploads do at their end."""
    found = 0
    with closing(open_store(place.src)) as store:
        for name in SOURCES:
            store.drop(f"{name}_log")
            old, new = (store.collection(f"{name}{s}").scan(batch_size=BATCH) for s in ("", "_new"))
            found += write_log(store.collection(f"{name}_log"), store.codec, Comparison(store.codec, old, new))
    return found


def increment(place: Place, count: int) -> int:
    """The changed documents again."""
    with closing(open_store(place.src)) as store:
        logs = [[f"{name}_log"] if store.exists(f"{name}_log") else [] for name in SOURCES]
    request = ApplyRequest(
        build="bench",
        src=place.src,
        target=place.target,
        base="base",
        count=count,
        temp="increment",
        log="increment__changes",
        parts=place.parts("_new"),
        logs=logs,
    )
    return apply_changes(NullContext(), request).count


def index_full(place: Place, build: str, name: str) -> int:
    """All documents into a new index."""
    with closing(open_engine(place.engine)) as engine:
        engine.delete(name)
        engine.create(name, IndexConfig(PROPERTIES))
    return load_index(NullContext(), IndexRequest(place.target, build, place.engine, name)).count


def index_update(place: Place, count: int) -> int:
    """An index of the former one."""
    with closing(open_engine(place.engine)) as engine:
        engine.delete("update")
        engine.fork("base", "update", {})
    request = IndexRequest(place.target, "increment", place.engine, "update", mode="update")
    return update_index(NullContext(), UpdateRequest(request, ["increment__changes"], count)).count


# -- measuring -----------------------------------------------------------------------------------------------------


@dataclass
class Cost:
    """What a call took: seconds of the clock, of the processor, and megabytes handed to the file system."""

    answer: int
    seconds: float
    cpu: float
    written: float
    peak: float


def in_child(fn: Callable[..., int], *args: object) -> Cost:
    """Run a call in a fresh process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_measured, args=(sender, fn, args))
    child.start()
    sender.close()
    try:
        cost: Cost = receiver.recv()
    except EOFError:
        child.join()
        raise SystemExit(f"{fn.__name__} ended with exit code {child.exitcode}") from None
    child.join()
    return cost


def _measured(sender: Connection, fn: Callable[..., int], args: tuple[object, ...]) -> None:
    begin, cpu, written = time.perf_counter(), time.process_time(), _written()
    answer = fn(*args)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    sender.send(Cost(answer, seconds, cpu, (_written() - written) / 2**20, _peak()))


def _peak() -> float:
    """MiB; `ru_maxrss` would count the parent's at the fork."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def _written() -> int:
    lines = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(lines["wchar"])


def same(place: Place, one: str, other: str) -> bool:
    """Whether two collections hold the same documents."""
    with closing(open_store(place.target)) as store:
        scans = [store.collection(name).scan(batch_size=BATCH) for name in (one, other)]
        return not any(True for _ in Comparison(store.codec, *scans))


def told(what: str, size: int, slow: list[Cost], quick: list[Cost], **more: Any) -> None:
    """One line."""

    def middle(costs: list[Cost], key: str) -> float:
        return statistics.median(getattr(cost, key) for cost in costs)

    line: dict[str, Any] = {"benchmark": "increment_loop", "what": what, "documents": size}
    for name, costs in (("full", slow), ("update", quick)):
        line |= {f"{name}_{key}": round(middle(costs, key), 2) for key in ("seconds", "cpu", "written", "peak")}
    for key in ("seconds", "cpu", "written"):
        line[f"times_{key}"] = round(middle(slow, key) / max(middle(quick, key), 0.001), 1)
    print(json.dumps({**line, **more}), flush=True)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=200_000, help="documents of the build")
    parser.add_argument("--share", type=float, default=0.01, help="share of changed documents in each source")
    parser.add_argument("--changing", type=int, default=5, help="how many of the five sources changed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--index", action="store_true", help="measure indices, too")
    parser.add_argument("--folder", help="where to work; default: a temporary folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        place = Place(folder, args.size, args.share, args.changing)
        fill(place)
        count = in_child(full, place, "", "base").answer
        compared = in_child(compare, place)
        slow, quick = [], []
        for _ in range(args.rounds):
            slow.append(in_child(full, place, "_new", "full"))
            quick.append(in_child(increment, place, count))
        assert slow[0].answer == quick[0].answer, "both must come to the same number of documents"
        assert same(place, "full", "increment"), "both must come to the same documents"
        extra: dict[str, Any] = {
            "changing_sources": args.changing,
            "compare_cpu": round(compared.cpu, 2),
            "changes": compared.answer,
            "goal": "20 times at 2,000,000",
        }
        told("build", args.size, slow, quick, **extra)
        if args.index:
            in_child(index_full, place, "base", "base")
            new = slow[0].answer
            slow = [in_child(index_full, place, "full", "full") for _ in range(args.rounds)]
            quick = [in_child(index_update, place, new) for _ in range(args.rounds)]
            assert slow[0].answer == quick[0].answer == new
            told("index", args.size, slow, quick)


if __name__ == "__main__":
    main()
