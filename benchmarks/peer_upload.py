"""How long an upload takes beside ``biothings-cli dataplugin upload`` on the same plugin, both as whole processes.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install 'biothings[hub,cli]'
    python benchmarks/peer_upload.py /tmp/peer/bin/biothings-cli [--documents 200000] [--rounds 3] [--folder DIR]

The peer is never a dependency, so `make bench` does not run this. Both start a fresh interpreter, load the plugin,
parse the same file and store its documents in SQLite. The dump comes before and is not timed. Goal: at least 3 times as
fast.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import upload_loop

from hub.config import Settings
from hub.dataload import loader
from hub.dataload.uploader.work import UploadReport, UploadRequest, upload_source
from hub.jobs.port import NullContext
from hub.store.port import StoreSpec


def ours(root: Path) -> None:
    """One upload, in this process."""
    plugin = loader.load_plugin(root / "variants", {})
    spec = StoreSpec("sqlite", "source", str(root / "store"))
    settings = Settings({}, {}).snapshot()
    request = UploadRequest(plugin.ref, "variants", settings, spec, "1", str(root / "www"), "variants_temp_1")
    report = upload_source(NullContext(), request)
    assert isinstance(report, UploadReport)
    print(report.count)


def prepare(root: Path, documents: int, peer: str) -> None:
    """Write plugin and data, and have the peer dump them from a server on loopback."""
    (root / "www").mkdir()
    upload_loop.write_data(root / "www", documents)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(root / "www"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        upload_loop.write_plugin(root / "variants")
        manifest = {
            **upload_loop.MANIFEST,
            "dumper": {"data_url": f"http://127.0.0.1:{server.server_port}/variants.tsv"},
        }
        (root / "variants" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        subprocess.run([peer, "dataplugin", "dump"], cwd=root / "variants", check=True, capture_output=True)
        server.shutdown()


def seconds(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("peer", help="path of biothings-cli, or --ours FOLDER", nargs="?")
    options.add_argument("--documents", type=int, default=200_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", help="where to work; default: a temporary folder")
    options.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.ours:
        ours(chosen.ours)
        return
    root = Path(tempfile.mkdtemp(prefix="peer_upload_", dir=chosen.folder))
    try:
        prepare(root, chosen.documents, chosen.peer)
        ratios = []
        for number in range(1, chosen.rounds + 1):
            mine = seconds([sys.executable, __file__, "--ours", str(root)], root)
            shutil.rmtree(root / "store")
            theirs = seconds([chosen.peer, "dataplugin", "upload"], root / "variants")
            ratios.append(theirs / mine)
            line = {"round": number, "hub": mine, "peer": theirs, "times_as_fast": ratios[-1]}
            print(json.dumps({key: round(value, 2) for key, value in line.items()}), flush=True)
        print(json.dumps({"median_times_as_fast": round(statistics.median(ratios), 2), "goal": "at least 3"}))
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
