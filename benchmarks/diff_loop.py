"""How fast a diff is against a plain merge-join over the hashes of two builds, both read with plain `sqlite3`.

    python benchmarks/diff_loop.py                       # two builds of 200,000 documents, 1 % changed
    python benchmarks/diff_loop.py --size 1000000 --rounds 3

One JSON object a line. The plain side reads both tables in order of `_id`, hashes each body and counts what differs.
The hub also writes the patches, the samples and the digests of both builds: once for builds that were never compared
(`first`), and once for those whose digests are known from an earlier diff (`known`), as it is from the second diff of a
configuration on.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import itertools
import json
import multiprocessing
import random
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hub.datadiff.sides import Side
from hub.datadiff.work import DiffRequest, make_diff
from hub.jobs.port import NullContext
from hub.store import Record, StoreSpec, open_store

BATCH = 5000


def fill(location: Path, size: int, share: float) -> StoreSpec:
    """Two builds; ``share`` of the documents is changed, a tenth of that added and deleted each."""
    spec = StoreSpec("sqlite", "target", str(location))
    with closing(open_store(spec)) as store:
        for name in ("old", "new"):
            collection, codec = store.collection(name), store.codec
            documents = _documents(name, size, share)
            while batch := list(itertools.islice(documents, BATCH)):
                collection.insert([Record(d["_id"], codec.encode(d)) for d in batch])
            collection.flush()
    return spec


def _documents(name: str, size: int, share: float) -> Iterator[dict[str, Any]]:
    rng = random.Random(5)
    for n in range(size):
        document = {
            "_id": f"id{n:09d}",
            "name": f"Name {n}",
            "alpha": {"score": rng.random(), "count": rng.randrange(10_000), "label": f"alpha of {n}"},
            "tags": [f"t{rng.randrange(50)}" for _ in range(6)],
            "x": "y" * 120,
        }
        drawn = rng.random()
        if name == "new" and drawn < share:
            document["alpha"]["count"] += 1  # type: ignore[index]
        if (name == "new" and share <= drawn < share * 1.1) or (name == "old" and share * 1.1 <= drawn < share * 1.2):
            continue
        yield document


def plain_join(spec: StoreSpec) -> int:
    """What one would write without the hub: how many documents differ."""
    folder = Path(spec.location) / "target"
    old, new = (_hashes(folder / f"{name}.sqlite") for name in ("old", "new"))
    before, after, differ = next(old, None), next(new, None), 0
    while before is not None and after is not None:
        if before[0] == after[0]:
            differ += before[1] != after[1]
            before, after = next(old, None), next(new, None)
        elif before[0] < after[0]:
            differ += 1
            before = next(old, None)
        else:
            differ += 1
            after = next(new, None)
    return differ + sum(1 for _ in old) + sum(1 for _ in new) + (before is not None) + (after is not None)


def _hashes(path: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(path)) as connection:
        for id_, body in connection.execute("SELECT _id, body FROM docs ORDER BY _id"):
            yield id_, hashlib.blake2b(body, digest_size=16).digest()


def hub_diff(spec: StoreSpec, folder: Path, digests: tuple[Any, Any]) -> dict[str, Any]:
    """The hub's comparison."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    old, new = (Side(name, name, "1", spec, name, digest=d) for name, d in zip(("old", "new"), digests, strict=True))
    owners = {"name": ["a"], "alpha": ["alpha"], "tags": ["a"]}
    request = DiffRequest(old, new, str(folder), True, ("_timestamp",), False, 50 << 20, owners, 1000, 10, "", "bench")
    return dataclasses.asdict(make_diff(NullContext(), request))


def _child(target: Callable[..., Any], arguments: tuple[Any, ...], out: Connection) -> None:
    begin = time.perf_counter()
    result = target(*arguments)
    seconds = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_SELF)
    out.send((seconds, used.ru_utime + used.ru_stime, _peak(), result))


def _peak() -> float:
    """Peak memory of this process in MiB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measured(target: Callable[..., Any], *arguments: Any) -> tuple[float, float, float, Any]:
    """Seconds, processor seconds, peak MiB and result, of a process of its own."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_child, args=(target, arguments, theirs))
    process.start()
    found: tuple[float, float, float, Any] = mine.recv()
    process.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=200_000)
    parser.add_argument("--share", type=float, default=0.01, help="share of the documents that is changed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        location = Path(name)
        spec = fill(location, arguments.size, arguments.share)
        seconds: dict[str, list[tuple[float, float, float]]] = {"plain": [], "first": [], "known": []}
        digests: tuple[Any, Any] = (None, None)
        for _ in range(arguments.rounds):
            *plain, differ = measured(plain_join, spec)
            seconds["plain"].append(tuple(plain))  # type: ignore[arg-type]
            *first, result = measured(hub_diff, spec, location / "first", (None, None))
            seconds["first"].append(tuple(first))  # type: ignore[arg-type]
            assert sum(result["stats"].values()) == differ, (result["stats"], differ)
            digests = (result["old"], None)
            *known, again = measured(hub_diff, spec, location / "known", digests)
            seconds["known"].append(tuple(known))  # type: ignore[arg-type]
            assert again["new"] == result["new"]
        middle = {
            kind: [statistics.median(column) for column in zip(*rows, strict=True)] for kind, rows in seconds.items()
        }
        for kind, (wall, cpu, peak) in middle.items():
            print(
                json.dumps(
                    {
                        "side": kind,
                        "size": arguments.size,
                        "seconds": round(wall, 2),
                        "cpu": round(cpu, 2),
                        "peak_mib": round(peak, 1),
                    }
                )
            )
        for kind in ("first", "known"):
            ratios = [middle[kind][n] / middle["plain"][n] for n in (0, 1)]
            print(json.dumps({"ratio": kind, "wall": round(ratios[0], 2), "cpu": round(ratios[1], 2), "goal": 2.0}))


if __name__ == "__main__":
    main()
