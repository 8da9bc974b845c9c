"""How fast and how heavy the doors of a hub with much in it are.

    python benchmarks/doors_load.py [--only lists,events,console,start,idle] [--folder DIR] [--calls 300]

Makes a home with 200 sources, 2,000 builds, 20,000 past jobs and commands, and runs `hub serve` on it in a process
of its own. Prints one JSON line a measurement. ``cpu_ms`` is what the hub's process used, by the kernel's count, which
does not grow when the machine is busy with something else; ``p50``, ``p99`` are milliseconds as a client sees them,
``bare`` the same of a Tornado handler that returns a constant, in a process of its own at the same time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import requests

SOURCES, BUILDS, JOBS = 200, 2_000, 20_000
LISTS = [
    "/status",
    "/sources",
    "/sources?limit=50",
    "/builds?limit=50",
    "/builds?limit=50&offset=1500",
    "/builds",
    "/jobs",
    "/jobs?limit=100&offset=15000",
    "/jobs?kind=upload&subject=s007",
    "/commands",
    "/commands?running=1",
    "/schedules",
    "/lanes",
    "/job_manager",
    "/build_manager",
    "/whatsnew",
    "/runs",
]
BARE = """
import asyncio, tornado.web
class H(tornado.web.RequestHandler):
    def get(self): self.finish(b'{"result": 1, "status": "ok"}')
async def main():
    server = tornado.web.Application([("/", H)]).listen(0, "127.0.0.1")
    print([s.getsockname()[1] for s in server._sockets.values()][0], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def make_home(folder: Path, sources: int = SOURCES, builds: int = BUILDS, jobs: int = JOBS) -> None:
    """Plugins and records."""
    from hub import config
    from hub.store.state import open_state

    for number in range(sources):
        plugin = folder / "plugins" / f"s{number:03d}"
        plugin.mkdir(parents=True)
        (plugin / "parser.py").write_text("def load(data_folder):\n    yield {'_id': 'a'}\n")
        dumper = {"data_url": f"https://example.org/{number}.tsv", "schedule": "0 9 * * *"}
        manifest = {"version": "1", "dumper": dumper, "uploader": {"parser": "parser:load"}}
        (plugin / "manifest.json").write_text(json.dumps(manifest))
    (folder / "config.py").write_text(
        "from config_hub import *\nAUTO_SOURCES = []\nBUILDS = {}\nKEEP_JOBS = 100_000\nKEEP_COMMANDS = 100_000\n"
    )
    (folder / "hooks").mkdir()
    (folder / "hooks" / "maker.py").write_text(MAKER)
    if not builds and not jobs:
        return
    settings = config.load(folder / "hub_data", config=folder / "config.py", environ={})
    state = open_state(settings)
    state.store._connection.execute("BEGIN")  # one write for all
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(sources):
        _put_source(state, number, begin)
    mapping = {f"field{n}": {"properties": {"a": {"type": "text"}, "b": {"type": "keyword"}}} for n in range(100)}
    for number in range(builds):
        _put_build(state, number, begin + timedelta(hours=number), mapping, sources)
    for number in range(jobs):
        _put_job(state, number, begin + timedelta(minutes=number), sources)
    state.store._connection.execute("COMMIT")
    state.close()


def _put_source(state: Any, number: int, at: datetime) -> None:
    name = f"s{number:03d}"
    job = {
        "status": "success",
        "time": "1m2s",
        "started_at": at,
        "release": "2026-01",
        "data_folder": "/d",
        "count": 1200,
    }
    job |= {"last_success": at, "step": "update_data", "logfile": "/l"}
    state.sources.put({"_id": name, "download": job, "upload": {"jobs": {name: job}}})
    for run in range(20):
        steps = {
            s: {"state": "done", "started_at": at, "ended_at": at} for s in ("check", "release", "download", "verify")
        }
        state.runs.put({"_id": number * 20 + run, "source": name, "state": "done", "steps": steps, "started_at": at})


def _put_build(state: Any, number: int, at: datetime, mapping: dict[str, Any], sources: int) -> None:
    config = f"conf{number % 20}"
    names = [f"s{(number + n) % sources:03d}" for n in range(5)]
    steps = ("merge-root", "merge-others", "finalizing", "metadata", "index")
    jobs = [{"status": "success", "step": s, "step_started_at": at, "time": "2s", "time_in_s": 2.0} for s in steps]
    src = {n: {"version": "2026-01", "url": "https://example.org", "stats": {n: 1200}} for n in names}
    meta = {
        "biothing_type": "plant",
        "build_version": f"{at:%Y%m%d}",
        "build_date": at,
        "stats": {"total": 6000},
        "src": src,
    }
    build_config = {"_id": config, "name": config, "doc_type": "plant", "sources": names, "root": []}
    record = {"_id": f"{config}_{number:05d}", "target_backend": "mongo", "target_name": f"{config}_{number:05d}"}
    record |= {"build_config": build_config, "sources": names, "started_at": at, "jobs": jobs, "_meta": meta}
    state.builds.put({**record, "mapping": mapping, "merge_stats": dict.fromkeys(names, 1200), "merged_count": 6000})
    state.build_configs.put(build_config)


def _put_job(state: Any, number: int, at: datetime, sources: int) -> None:
    kind, subject = ("dump", "upload", "build", "index")[number % 4], f"s{number % sources:03d}"
    job = {"_id": f"{number * 7919 % 20011:012x}", "kind": kind, "subject": subject, "description": "parse and store"}
    job |= {"owner": "auto", "state": "done", "created_at": at, "started_at": at, "ended_at": at, "attempt": 1}
    job |= {"progress": {"done": 1200, "total": 1200, "unit": "documents"}, "result": {"count": 1200, "sub": subject}}
    state.jobs.put({**job, "logfile": f"/logs/{kind}_{subject}.log", "resources": {"parse": 1}})
    record = {"_id": number + 1, "cmd": f"upload(src='{subject}')", "started_at": at.timestamp(), "is_done": True}
    state.commands.put({**record, "failed": False, "results": [[{"sub": subject, "count": 1200}]], "duration": "2s"})


@contextlib.contextmanager
def hub(folder: Path) -> Iterator[tuple[psutil.Process, dict[str, str], float]]:
    """A running hub, its addresses, and the seconds it took to listen."""
    ports = [f"--{name}-port=0" for name in ("api", "readonly", "query", "ssh")]
    command = [sys.executable, "-m", "hub", "serve", "--json", "--home", str(folder / "hub_data"), *ports]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=(folder / "stderr.log").open("w"))
    try:
        assert process.stdout is not None
        told: dict[str, Any] = {}
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "listening":
                told["addresses"], told["seconds"] = event["addresses"], time.monotonic() - began
            if event["event"] == "console_user":
                (folder / "password").write_text(event["password"])
            if event["event"] in ("console_user", "ready") and "addresses" in told:
                break
            if "addresses" in told and (folder / "password").exists():
                break
        yield psutil.Process(process.pid), told["addresses"], told["seconds"]
    finally:
        process.terminate()
        process.wait(120)
        process.stdout.close()


def cpu(process: psutil.Process) -> float:
    """Seconds of processor time of the process, without its children."""
    times = process.cpu_times()
    return float(times.user + times.system)


def show(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def percentiles(times: list[float]) -> dict[str, float]:
    cut = statistics.quantiles(times, n=100)
    return {"p50": round(1e3 * cut[49], 2), "p99": round(1e3 * cut[98], 2)}


def lists(folder: Path, calls: int) -> None:
    bare = subprocess.Popen([sys.executable, "-c", BARE], stdout=subprocess.PIPE, text=True)
    assert bare.stdout is not None
    plain = f"http://127.0.0.1:{bare.stdout.readline().strip()}/"
    with hub(folder) as (process, addresses, _), requests.Session() as session:
        for path in LISTS:
            url = addresses["REST API"] + path
            session.get(url).raise_for_status()
            before, ours, theirs = cpu(process), [], []
            for _ in range(calls):
                for address, times in ((url, ours), (plain, theirs)):
                    began = time.perf_counter()
                    answer = session.get(address)
                    times.append(time.perf_counter() - began)
                    assert answer.status_code == 200, answer.text
            used = round(1e3 * (cpu(process) - before) / calls, 2)
            show(
                what=path,
                cpu_ms=used,
                **percentiles(ours),
                bare=percentiles(theirs),
                bytes=len(session.get(url).content),
            )
    bare.kill()
    bare.stdout.close()


class Listener(asyncio.Protocol):
    """A client of ``/events`` that only counts: five hundred of them have to fit beside the hub."""

    def __init__(self, total: int) -> None:
        self.total, self.seen, self._tail = total, 0, b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        transport.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n{key}AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode())
        wish = json.dumps({"subscribe": ["lane.changed"]}).encode()
        transport.write(bytes([0x81, 0x80 | len(wish), 0, 0, 0, 0]) + wish)

    def data_received(self, data: bytes) -> None:
        data = self._tail + data
        self.seen += data.count(b'"name":"lane.changed"')
        self._tail = data[max(0, data.rfind(b'"name":"lane.changed"') + 1) :][-20:]
        if self.seen >= self.total and not self.done.done():
            self.done.set_result(None)


#: Makes events in the hub itself, so that what clients cost is seen apart from what the calls of a maker cost.
MAKER = """
import time

def make_events(number: int, rate: float):
    began = time.monotonic()
    for n in range(number):
        jm.resume_lane("dump")
        time.sleep(max(0.0, began + (n + 1) / rate - time.monotonic()))
    return time.monotonic() - began

expose("make_events", make_events, "PUT")
"""


async def _by_hook(base: str, total: int, rate: int) -> float:
    """Make events inside the hub, so many a second; the seconds it took."""
    from tornado.httpclient import AsyncHTTPClient

    body = json.dumps({"number": total, "rate": rate})
    answer = await AsyncHTTPClient().fetch(f"{base}/make_events", method="PUT", body=body, request_timeout=600)
    return float(json.loads(answer.body)["result"])


async def _by_calls(base: str, total: int, rate: int) -> float:
    """Make events by calls from outside, each over a connection of its own."""
    from tornado.httpclient import AsyncHTTPClient

    client, began = AsyncHTTPClient(), time.monotonic()
    for number in range(total):
        await client.fetch(f"{base}/lane/dump/resume", method="PUT", body="{}")
        await asyncio.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
    return time.monotonic() - began


async def _events(base: str, process: psutil.Process, clients: int, rate: int, seconds: int) -> None:
    total, port = rate * seconds, int(base.rpartition(":")[2])
    alone = {}
    for name, make in (("made_inside", _by_hook), ("made_by_calls", _by_calls)):
        before = cpu(process)
        took = await make(base, total, rate)
        alone[name] = 100 * (cpu(process) - before) / took
        show(
            what=f"events without clients, {name}",
            events=total,
            seconds=round(took, 1),
            core_percent=round(alone[name], 1),
        )
    loop = asyncio.get_running_loop()
    listeners = []
    for _ in range(clients):
        _, listener = await loop.create_connection(lambda: Listener(total), "127.0.0.1", port)
        listeners.append(listener)
    while not all(listener.seen for listener in listeners):  # all have subscribed
        await _by_hook(base, 1, 2)
    await asyncio.sleep(2)
    for listener in listeners:
        listener.seen = 0
    before = cpu(process)
    took = await _by_hook(base, total, rate)
    _, late = await asyncio.wait([listener.done for listener in listeners], timeout=60)
    used = 100 * (cpu(process) - before) / took
    show(
        what="websocket",
        clients=clients,
        events=total,
        seconds=round(took, 1),
        core_percent=round(used, 1),
        for_the_clients=round(used - alone["made_inside"], 1),
        lost=sum(total - listener.seen for listener in listeners),
        unfinished=len(late),
    )
    for listener in listeners:
        listener.transport.close()


def events(folder: Path, calls: int) -> None:
    with hub(folder) as (process, addresses, _):
        asyncio.run(_events(addresses["REST API"], process, 500, 100, 10))


async def _console(where: str, password: str, calls: int, process_: psutil.Process) -> None:
    import asyncssh

    host, port = where.removeprefix("ssh://").split(":")
    options = {"known_hosts": None, "client_keys": None, "agent_path": None, "config": None}
    async with asyncssh.connect(host, int(port), username="admin", password=password, **options) as connection:
        process = await connection.create_process(encoding="utf-8")
        times = []
        for number in range(calls):
            began = time.perf_counter()
            process.stdin.write(f"{number} + 1\n")
            assert (await process.stdout.readline()).strip() == str(number + 1)
            times.append(time.perf_counter() - began)
        show(what="console, a statement and its answer", **percentiles(times))
        process.stdin.write_eof()
        async with connection.create_process(term_type="xterm", term_size=(100, 30)) as typing:
            await asyncio.wait_for(typing.stdout.readuntil("hub>"), 60)
            await asyncio.sleep(2)
            echoes, before = [], cpu(process_)
            for _ in range(min(calls, 60)):
                began = time.perf_counter()
                typing.stdin.write("x")
                while "x" not in await typing.stdout.read(4096):
                    pass
                echoes.append(time.perf_counter() - began)
                await asyncio.sleep(0.05)
            used = round(1e3 * (cpu(process_) - before) / len(echoes), 1)
            show(what="console, echo of a key", cpu_ms=used, **percentiles(echoes))


def console(folder: Path, calls: int) -> None:
    with hub(folder) as (process, addresses, _):
        asyncio.run(_console(addresses["SSH console"], (folder / "password").read_text(), calls, process))


def start(folder: Path, calls: int) -> None:
    small = folder / "hundred"
    make_home(small, sources=100, builds=0, jobs=0)
    for where, name in ((small, "100 plugins, nothing else"), (small, "the same again"), (folder, "the full home")):
        with hub(where) as (process, _, seconds):
            show(what="start to listening", home=name, seconds=round(seconds, 2), cpu_seconds=round(cpu(process), 2))


def idle(folder: Path, calls: int) -> None:
    with hub(folder) as (process, _, _):
        time.sleep(10)
        family = [process, *process.children(recursive=True)]
        before = {p.pid: cpu(p) for p in family}
        time.sleep(60)
        used = sum(cpu(p) - before[p.pid] for p in family)
        memory = sum(p.memory_full_info().uss for p in family) / 2**20
        show(what="idle", core_percent=round(100 * used / 60, 2), processes=len(family), memory_mb=round(memory))


PARTS = {"lists": lists, "events": events, "console": console, "start": start, "idle": idle}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--calls", type=int, default=300)
    chosen = parser.parse_args()
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    folder = Path(tempfile.mkdtemp(prefix="hub-doors-", dir=chosen.folder))
    try:
        make_home(folder)
        for name in chosen.only.split(","):
            PARTS[name](folder, chosen.calls)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
