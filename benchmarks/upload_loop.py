"""How long an upload takes beside a plain loop that parses the same file and writes it with ``executemany``.

    python benchmarks/upload_loop.py [--documents 200000] [--rounds 3] [--folder DIR] [--profile]

Prints one JSON line a round and one with the medians. ``ratio`` is upload / plain loop of the same round, so a busy
machine slows both; ``upload`` is a call of `upload_source` in this process: loading the plugin, parsing, checking,
encoding, and writing in its second process, synced to disk. ``alone`` are the parts of the work on their own.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import json
import os
import pstats
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.dataload import loader
from hub.dataload.uploader.documents import Intake
from hub.dataload.uploader.work import UploadReport, UploadRequest, upload_source
from hub.jobs.port import NullContext
from hub.store import open_store
from hub.store.port import StoreSpec

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "protein", "binding"]
PARSER = """
import csv
import os


def load_data(data_folder):
    with open(os.path.join(data_folder, "variants.tsv"), encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\\t"):
            yield {
                "_id": row["id"],
                "chrom": row["chrom"],
                "position": int(row["position"]),
                "alleles": {"ref": row["ref"], "alt": row["alt"]},
                "gene": {"symbol": row["gene"]},
                "score": float(row["score"]),
                "text": row["text"],
            }
"""
MANIFEST = {
    "version": "0.2",
    "dumper": {"data_url": "https://example.org/variants.tsv"},
    "uploader": {"parser": "parser:load_data"},
}


def write_data(folder: Path, documents: int) -> None:
    pick = random.Random(1)
    with (folder / "variants.tsv").open("w", encoding="utf-8") as file:
        file.write("id\tchrom\tposition\tref\talt\tgene\tscore\ttext\n")
        for number in range(documents):
            chrom, position = number % 22 + 1, pick.randrange(10**8)
            text = " ".join(pick.choices(WORDS, k=30))
            fields = (f"chr{chrom}:g.{position}_{number}A>G", chrom, position, "A", "G", f"GENE{number % 20000}")
            file.write("\t".join(map(str, (*fields, round(pick.random(), 4), text))) + "\n")


def write_plugin(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "parser.py").write_text(PARSER, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")


def plain_loop(parse: Callable[[str], Iterator[dict[str, Any]]], data: Path, target: Path) -> int:
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE documents (_id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID")
    documents = parse(str(data))
    while batch := list(itertools.islice(documents, 10_000)):
        rows = [(document["_id"], json.dumps(document)) for document in batch]
        with connection:
            connection.executemany("INSERT INTO documents VALUES (?, ?)", rows)
    (count,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    connection.close()
    return int(count)


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def consume(items: Iterator[Any]) -> None:
    for _ in items:
        pass


def alone(parse: Callable[[str], Iterator[dict[str, Any]]], data: Path, spec: StoreSpec) -> dict[str, float]:
    """Seconds of parsing, of parsing with checking and encoding, and of writing, each alone in one process."""
    store = open_store(spec)
    parsing, _ = timed(lambda: consume(parse(str(data))))
    encoding, batches = timed(lambda: list(Intake("alone", store.codec).batches(parse(str(data)))))
    collection = store.collection("alone")
    writing, _ = timed(lambda: [collection.insert(batch.records) for batch in batches])
    flushing, _ = timed(collection.flush)
    store.drop("alone")
    store.close()
    return {"parse": parsing, "parse_encode": encoding, "write": writing, "flush": flushing}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--documents", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", help="where to work; default: a temporary folder")
    options.add_argument("--profile", action="store_true", help="also print where the parsing process spends its time")
    chosen = options.parse_args()
    root = Path(tempfile.mkdtemp(prefix="upload_loop_", dir=chosen.folder))
    try:
        run(root, chosen.documents, chosen.rounds, chosen.profile)
    finally:
        shutil.rmtree(root)


def run(root: Path, documents: int, rounds: int, profile: bool) -> None:
    plugin_folder, data = root / "plugins" / "variants", root / "data"
    write_plugin(plugin_folder)
    data.mkdir()
    write_data(data, documents)
    plugin = loader.load_plugin(plugin_folder, {})
    parse = plugin.module("parser").load_data
    spec = StoreSpec("sqlite", "source", str(root / "store"))
    store = open_store(spec)

    def upload(number: int) -> UploadReport:
        request = UploadRequest(
            plugin.ref, "variants", Settings({}, {}).snapshot(), spec, "1", str(data), f"variants_temp_{number}"
        )
        report = upload_source(NullContext(), request)
        assert isinstance(report, UploadReport)
        assert report.count == documents
        return report

    ratios, uploads, loops = [], [], []
    for number in range(rounds):
        loop, count = timed(lambda n=number: plain_loop(parse, data, root / f"loop{n}.sqlite"))
        assert count == documents
        seconds, report = timed(lambda n=number: upload(n))
        store.drop(report.temp_collection)
        (root / f"loop{number}.sqlite").unlink()
        ratios.append(seconds / loop)
        uploads.append(seconds)
        loops.append(loop)
        line = {"round": number + 1, "plain_loop": loop, "upload": seconds, "ratio": seconds / loop}
        print(json.dumps({key: round(value, 3) for key, value in line.items()}), flush=True)
    medians = {
        "documents": documents,
        "plain_loop": statistics.median(loops),
        "upload": statistics.median(uploads),
        "ratio": statistics.median(ratios),
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps({key: round(value, 3) for key, value in medians.items()}))
    print(json.dumps({"alone": {key: round(value, 3) for key, value in alone(parse, data, spec).items()}}))
    if profile:
        profiler = cProfile.Profile()
        profiler.runcall(upload, rounds)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(15)


if __name__ == "__main__":
    main()
