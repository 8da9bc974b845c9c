"""How time and peak memory of an upload, a build and an index grow with the number of documents.

    python benchmarks/growth_loop.py [--sizes 200000,2000000] [--stages upload,build,index] [--folder DIR]

One JSON line a stage and size: seconds, microseconds a document, and peak memory (MiB) of the process that does the
work together with the process that writes for it. Each is run in a fresh process; memory is the kernel's high-water
mark of each (``VmHWM``; ``ru_maxrss`` would count the parent's memory at the fork). That counts pages of mapped files,
which the kernel takes back when it wants them: ``peak_own_mib`` is the peak without them (``RssAnon`` and ``RssShmem``,
looked at ten times a second). The last line of a stage tells how much more it took at the greatest size than at the one
before (goal: less than 50 MiB from 200,000 to 2,000,000).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import build_loop
import index_loop
import psutil
import upload_loop

from hub.config import Settings
from hub.dataload import loader
from hub.dataload.uploader.work import UploadReport, UploadRequest, upload_source
from hub.jobs.port import NullContext
from hub.store.port import StoreSpec


def upload(folder: Path, documents: int) -> int:
    """Documents stored by an upload of the file in ``folder``."""
    plugin = loader.load_plugin(folder / "plugins" / "variants", {})
    spec = StoreSpec("sqlite", "source", str(folder / "store"))
    settings = Settings({}, {}).snapshot()
    request = UploadRequest(plugin.ref, "variants", settings, spec, "1", str(folder), "variants_temp_1")
    report = upload_source(NullContext(), request)
    assert isinstance(report, UploadReport)
    return report.count


def prepare_upload(folder: Path, documents: int) -> None:
    upload_loop.write_plugin(folder / "plugins" / "variants")
    upload_loop.write_data(folder, documents)


def build(folder: Path, documents: int) -> int:
    """Documents read by a merge of three sources that hold a third of ``documents`` each."""
    src, target = (StoreSpec("sqlite", name, str(folder)) for name in ("src", "target"))
    build_loop.hub_merge(src, target)
    return documents


def prepare_build(folder: Path, documents: int) -> None:
    build_loop.fill(folder, documents // len(build_loop.SOURCES))


def index(folder: Path, documents: int) -> int:
    """Documents indexed from the file in ``folder``."""
    index_loop.through_the_engine(folder / "engine", folder / "documents.ndjson", documents)
    return documents


def prepare_index(folder: Path, documents: int) -> None:
    index_loop.write_documents(folder / "documents.ndjson", documents)


STAGES: dict[str, tuple[Callable[[Path, int], None], Callable[[Path, int], int]]] = {
    "upload": (prepare_upload, upload),
    "build": (prepare_build, build),
    "index": (prepare_index, index),
}


def measured(stage: str, size: int, folder: Path) -> dict[str, float]:
    """Run ``stage`` in a fresh process.

    Raises:
        SystemExit: The process died, or fewer documents came out than went in.
    """
    prepare, _ = STAGES[stage]
    prepare(folder, size)
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(sender, stage, folder, size))
    child.start()
    sender.close()
    try:
        count, seconds, peak, own = receiver.recv()
    except EOFError:
        child.join()
        raise SystemExit(f"{stage} of {size:,} documents ended with exit code {child.exitcode}") from None
    child.join()
    if count != size:
        raise SystemExit(f"{stage}: {count:,} of {size:,} documents")
    each = seconds / size * 1e6
    return {
        "documents": size,
        "seconds": seconds,
        "microseconds_a_document": each,
        "peak_mib": peak,
        "peak_own_mib": own,
    }


def _work(sender: Connection, stage: str, folder: Path, size: int) -> None:
    watch = PeakOfChildren()
    watch.start()
    begin = time.perf_counter()
    count = STAGES[stage][1](folder, size)
    seconds = time.perf_counter() - begin
    watch.ended.set()
    peak = high_water("self") + max(watch.peaks.values(), default=0)
    sender.send((count, seconds, peak / 1024, watch.own / 1024))


class PeakOfChildren(threading.Thread):
    """Notes the high-water marks of this process's children while they live, by pid, in KiB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peaks: dict[int, int] = {}
        self.own = 0  #: most memory of all together that is no mapped file, in KiB
        self.ended = threading.Event()

    def run(self) -> None:
        process = psutil.Process()
        while not self.ended.wait(0.1):
            own = status("self", "RssAnon:", "RssShmem:")
            for child in process.children(recursive=True):
                with contextlib.suppress(OSError, ValueError):
                    self.peaks[child.pid] = high_water(str(child.pid))
                    own += status(str(child.pid), "RssAnon:", "RssShmem:")
            self.own = max(self.own, own)


def high_water(pid: str) -> int:
    """Most memory a process has had resident, in KiB."""
    return status(pid, "VmHWM:")


def status(pid: str, *names: str) -> int:
    """The sum of some lines of a process's status."""
    lines = Path("/proc", pid, "status").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(names))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="200000,2000000")
    parser.add_argument("--stages", default=",".join(STAGES))
    parser.add_argument("--folder", help="where to work; default: a temporary folder")
    chosen = parser.parse_args()
    for stage in chosen.stages.split(","):
        peaks, owns = [], []
        for size in map(int, chosen.sizes.split(",")):
            with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
                line = measured(stage, size, Path(folder))
            peaks.append(line["peak_mib"])
            owns.append(line["peak_own_mib"])
            print(json.dumps({"stage": stage} | {key: round(value, 1) for key, value in line.items()}), flush=True)
        growth, own = (round(sizes[-1] - sizes[-2], 1) if len(sizes) > 1 else 0.0 for sizes in (peaks, owns))
        told = {"stage": stage, "growth_mib": growth, "growth_own_mib": own, "goal": "less than 50"}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
