"""Loading speed of the embedded engine against a plain loop over tantivy's writer with the same schema.

    python benchmarks/index_loop.py [--documents 200000] [--rounds 3] [--folder DIR]

Both sides make the JSON bytes of each document and index the same columns with the same heap and one writer thread. The
plain loop knows the documents: no mapping, no checks, no overwriting. Printed: documents a second of each side for each
round and the median ratio (goal: at most 1.5).
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import tantivy

from hub.search import open_engine
from hub.search.embedded import analysis
from hub.search.embedded.schema import ID, PRESENT, SOURCE, Columns, build_schema
from hub.search.embedded.writing import DEFAULT_HEAP
from hub.search.mapping import flatten
from hub.search.port import IndexConfig, SearchSpec

PROPERTIES: dict[str, Any] = {
    "name": {"type": "text", "copy_to": ["all"]},
    "definition": {"type": "text"},
    "synonyms": {"type": "text"},
    "xrefs": {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"},
    "n": {"type": "long"},
    "score": {"type": "double"},
    "ok": {"type": "boolean"},
}


def write_documents(path: Path, count: int) -> None:
    """A file of NDJSON, documents of about 350 bytes, always the same."""
    with path.open("wb") as file:
        for document in invented(count):
            file.write(orjson.dumps(document) + b"\n")


def documents(path: Path) -> Iterator[dict[str, Any]]:
    """The documents of the file. Both sides read it, which costs each about a hundredth of its time."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def invented(count: int) -> Iterator[dict[str, Any]]:
    """Documents with words drawn evenly from 5,000."""
    rng = random.Random(1)
    letters = "abcdefghijklmnop"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(5000)]
    for n in range(count):
        yield {
            "_id": f"HP:{n:07d}",
            "name": " ".join(rng.choices(words, k=4)),
            "definition": " ".join(rng.choices(words, k=18)),
            "synonyms": [" ".join(rng.choices(words, k=2)) for _ in range(3)],
            "xrefs": [f"umls:c{rng.randrange(10**7):07d}" for _ in range(3)],
            "n": n,
            "score": rng.random(),
            "ok": n % 2 == 0,
        }


def through_the_engine(folder: Path, data: Path, count: int) -> float:
    """Seconds of create, bulk and finish."""
    engine = open_engine(SearchSpec("embedded", str(folder)))
    started = time.perf_counter()
    engine.create("bench", IndexConfig(PROPERTIES))
    report = engine.bulk("bench", documents(data))
    engine.finish("bench")
    seconds = time.perf_counter() - started
    assert report.indexed == engine.count("bench") == count
    engine.close()
    return seconds


def through_a_plain_loop(folder: Path, data: Path) -> float:
    """Seconds of a loop that knows its documents."""
    columns = Columns(flatten(PROPERTIES))
    names = {path: column.name for path, column in columns.by_path.items()}
    folder.mkdir(parents=True)
    started = time.perf_counter()
    index = tantivy.Index(build_schema(columns), path=str(folder))
    analysis.register(index, columns.analyzers)
    writer = index.writer(DEFAULT_HEAP, 1)
    text = [names["name"], names["all"], names["definition"], names["synonyms"]]
    greatest = columns.by_path["xrefs"].greatest
    for document in documents(data):
        id_ = document.pop("_id")
        xrefs = sorted(document["xrefs"])
        row = {
            ID: id_,
            SOURCE: orjson.dumps(document),
            names["name"]: document["name"],
            names["all"]: document["name"],
            names["definition"]: document["definition"],
            names["synonyms"]: document["synonyms"],
            names["xrefs"]: xrefs,
            greatest: xrefs[-1],
            names["n"]: document["n"],
            names["score"]: document["score"],
            names["ok"]: "true" if document["ok"] else "false",
            PRESENT: text,
        }
        writer.add_document(tantivy.Document.from_dict(row))
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - started


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="where the indices are written (a temporary folder)")
    arguments = parser.parse_args()
    count = arguments.documents
    ratios = []
    for number in range(arguments.rounds):
        folder = Path(tempfile.mkdtemp(prefix="index-loop-", dir=arguments.folder))
        try:
            write_documents(folder / "documents.ndjson", count)
            engine = through_the_engine(folder / "engine", folder / "documents.ndjson", count)
            plain = through_a_plain_loop(folder / "plain", folder / "documents.ndjson")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        ratios.append(engine / plain)
        print(
            f"round {number + 1}: engine {count / engine:,.0f} documents/s "
            f"plain loop {count / plain:,.0f} documents/s, ratio {ratios[-1]:.2f}",
            flush=True,
        )
    print(f"median ratio {statistics.median(ratios):.2f} (goal: at most 1.50)")


if __name__ == "__main__":
    main()
