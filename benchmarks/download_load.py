"""Downloads of the hub against curl, from one web server on loopback.

    python benchmarks/download_load.py [--size 4096] [--files 1000] [--rounds 3] [--folder DIR] [--only big|small]

The hub's side is a whole dump of a manifest plugin: look at the server, download, check, SHA-256, publish. It runs in
a process that is up already, as in a running hub. curl only downloads: one file with ``-o``, the small ones with
``--parallel``. The web server is nginx where it is installed, else Python's own. Printed for each round: seconds of
both sides, their ratio (goals: 2 for one big file of ``--size`` MiB, 1.5 for ``--files`` files of 10 kB),
and by how much the hub's process grew (goal: 100 MB).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
CONFIG = """
daemon off; master_process off; pid {root}/nginx.pid; error_log {root}/error.log; worker_rlimit_nofile 4096;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3;
  uwsgi_temp_path {root}/t4; scgi_temp_path {root}/t5;
  server {{ listen 127.0.0.1:{port} backlog=512; root {root}/site; autoindex on; }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """A web server of ``root/site``; gives its URL."""
    port, nginx = free_port(), shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx:
        (root / "nginx.conf").write_text(CONFIG.format(root=root, port=port))
        command = [nginx, "-c", str(root / "nginx.conf"), "-p", str(root)]
    else:
        command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", str(root / "site")]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        print("server:", "nginx" if nginx else "python -m http.server", flush=True)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def make_site(site: Path, size: int, files: int) -> None:
    """One big file and many small ones, of bytes that do not pack."""
    site.mkdir()
    block = random.Random(1).randbytes(MIB)
    with (site / "big.bin").open("wb") as out:
        for _ in range(size):
            out.write(block)
    for n in range(files):
        (site / f"small{n:05d}.bin").write_bytes(block[n : n + 10_000])


def with_curl(root: Path, urls: list[str]) -> float:
    """Seconds of curl for the URLs."""
    target = root / "curl"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    config = "".join(f'url = "{url}"\noutput = "{target}/{url.rpartition("/")[2]}"\n' for url in urls)
    (root / "curl.conf").write_text(config)
    many = ["--parallel", "--parallel-max", "50"] if len(urls) > 1 else []
    started = time.perf_counter()
    command = ["curl", "-s", "-f", *many, "-K", str(root / "curl.conf")]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # it shows progress there when it is --parallel
    seconds = time.perf_counter() - started
    shutil.rmtree(target)
    return seconds


def dump(home: str, urls: list[str]) -> tuple[float, float]:
    """Seconds of a whole dump, and MB by which this process grew meanwhile."""
    from hub import config
    from hub.dataload.dumper.work import DumpRequest, dump_source
    from hub.dataload.plugin import PluginRef
    from hub.jobs.port import NullContext

    shutil.rmtree(home, ignore_errors=True)
    folder = Path(home, "plugins", "bench")
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "0.3", "dumper": {"data_url": urls}}))
    settings = config.load(Path(home), environ={}, flags={}).snapshot()
    ref = PluginRef("bench", str(folder), str(folder.parent))
    before = peak()
    started = time.perf_counter()
    report = dump_source(NullContext(), DumpRequest(ref, settings))
    seconds = time.perf_counter() - started
    assert report.fetched[0] == len(urls), report.fetched
    grown = peak() - before
    shutil.rmtree(home)
    return seconds, grown


def peak() -> float:
    """Highest memory of this process so far, MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0


def in_child(home: str, urls: list[str], answers: Any) -> None:
    import requests  # noqa: F401 - a running hub has it

    import hub.dataload.dumper.run  # noqa: F401

    small = urls[0].rpartition("/")[0] + "/small00000.bin"
    dump(home, [small])  # what is imported late
    answers.put(dump(home, urls))


def with_hub(root: Path, urls: list[str]) -> tuple[float, float]:
    """`dump` in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=in_child, args=(str(root / "home"), urls, answers))
    child.start()
    answer: tuple[float, float] = answers.get(timeout=600)
    child.join()
    return answer


def compare(name: str, root: Path, urls: list[str], rounds: int, goal: float) -> None:
    ratios = []
    for number in range(rounds):
        curl = with_curl(root, urls)
        ours, grown = with_hub(root, urls)
        ratios.append(ours / curl)
        print(
            f"{name} {number + 1}: curl {curl:.2f} s, hub {ours:.2f} s, ratio {ours / curl:.2f}, +{grown:.0f} MB",
            flush=True,
        )
    print(f"{name}: median ratio {statistics.median(ratios):.2f} (goal: at most {goal})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=4096, help="MiB of the big file")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--only", choices=["big", "small"])
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="downloads-", dir=options.folder))
    root.chmod(0o755)
    try:
        make_site(root / "site", options.size if options.only != "small" else 1, max(1, options.files))
        os.sync()
        with serving(root) as url:
            if options.only != "small":
                compare("big", root, [f"{url}/big.bin"], options.rounds, 2.0)
            if options.only != "big":
                small = [f"{url}/small{n:05d}.bin" for n in range(options.files)]
                compare("small", root, small, options.rounds, 1.5)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
