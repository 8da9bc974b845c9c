"""How fast the data API answers, over loopback with keep-alive connections, beside a bare Tornado handler.

    python benchmarks/query_load.py --documents 200000 --seconds 4

One process serves, this one asks. Every phase is bounded in time. Figures: requests per second, the 50th and 99th
percentile of the time to an answer, and the processor time the server spent on one (which does not depend on what else
the machine is doing). The goals (two cores): GET by id at least 1,000 per second; 99th percentile of a
field query below 20 ms at 200,000 documents. `bare` is a Tornado handler that returns a constant of the same size: what
the framework alone costs on this machine at this moment.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from hub.search.port import IndexConfig, SearchSpec

KEYWORD = {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"}
PROPERTIES = {
    "symbol": {**KEYWORD, "copy_to": ["all"]},
    "name": {"type": "text", "copy_to": ["all"]},
    "taxid": {"type": "integer"},
    "score": {"type": "double"},
    "go": {"properties": {"id": KEYWORD, "term": {"type": "text"}}},
}
WORDS = [
    "kinase",
    "cyclin",
    "receptor",
    "tumor",
    "protein",
    "cell",
    "cycle",
    "dependent",
    "growth",
    "factor",
    "binding",
]


def documents(count: int) -> Iterator[dict[str, Any]]:
    """Documents of about 400 bytes, always the same."""
    chance = random.Random(7)
    for number in range(count):
        yield {
            "_id": str(number),
            "symbol": f"SYM{number}",
            "name": " ".join(chance.choices(WORDS, k=6)),
            "taxid": chance.choice((9606, 10090, 10116)),
            "score": chance.random(),
            "go": [{"id": f"GO:{chance.randrange(40_000):07}", "term": " ".join(chance.choices(WORDS, k=3))}] * 3,
        }


def serve(folder: str, pipe: Connection) -> None:
    """The server's process: the API and the bare handler on two ports, until the pipe says stop."""
    asyncio.run(_serve(folder, pipe))


async def _serve(folder: str, pipe: Connection) -> None:
    import tornado.web

    from hub.queryapi import listen, make_app
    from hub.search import open_engine

    body = json.dumps({"_id": "1", "value": "x" * 400})

    class Bare(tornado.web.RequestHandler):
        def get(self) -> None:
            self.finish(body)

    engine = open_engine(SearchSpec("embedded", folder))
    listening = listen(make_app(engine, {"gene": "genes"}), 0)
    bare = tornado.web.Application([("/", Bare)], log_function=lambda handler: None)
    bare_port = _listen_bare(bare)
    pipe.send((listening.port, bare_port))
    while await asyncio.get_running_loop().run_in_executor(None, pipe.recv) != "stop":
        pipe.send(time.process_time())
    await listening.stop()
    engine.close()


def _listen_bare(app: Any) -> int:
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    sockets = bind_sockets(0, "127.0.0.1")
    HTTPServer(app).add_sockets(sockets)
    return int(sockets[0].getsockname()[1])


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    """One GET on a kept connection; the body."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {head.splitlines()[0].decode()}")
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    return await reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))


@dataclass(frozen=True)
class Bounds:
    """When a phase ends: after some seconds, or after so many answers."""

    seconds: float
    requests: int


async def load(port: int, next_path: Callable[[], str], connections: int, bounds: Bounds) -> list[float]:
    """Ask over some connections within the bounds; the time of each answer in seconds."""
    times: list[float] = []
    end = time.perf_counter() + bounds.seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begin := time.perf_counter()) < end and len(times) < bounds.requests:
            await ask(reader, writer, next_path())
            times.append(time.perf_counter() - begin)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one() for _ in range(connections)))
    return times


def report(name: str, times: list[float], seconds: float, cpu: float) -> None:
    """One line of figures."""
    ordered = sorted(times)
    middle, late = (1000 * ordered[min(int(len(ordered) * part), len(ordered) - 1)] for part in (0.5, 0.99))
    own = 1000 * cpu / len(times)
    rate = len(times) / seconds
    print(
        f"{name:<42}{rate:>7.0f}/s   p50 {middle:7.2f} ms   p99 {late:7.2f} ms   server CPU {own:6.3f} ms", flush=True
    )


def server_cpu(pipe: Connection) -> float:
    """Seconds of processor time the server has used."""
    pipe.send("cpu")
    return float(pipe.recv())


def build(folder: str, count: int) -> None:
    """Fill the index, unless it is there with as many documents."""
    from hub.search import open_engine

    engine = open_engine(SearchSpec("embedded", folder))
    try:
        if engine.exists("genes") and engine.count("genes") == count:
            return
        engine.delete("genes")
        begin = time.perf_counter()
        engine.create("genes", IndexConfig(PROPERTIES, {"biothing_type": "gene"}))
        engine.bulk("genes", documents(count))
        engine.finish("genes", merge=True)
        print(f"indexed {count} documents in {time.perf_counter() - begin:.1f} s")
    finally:
        engine.close()


def measure(pipe: Connection, count: int, connections: int, bounds: Bounds) -> None:
    """Every phase, one after the other."""
    port, bare = pipe.recv()
    chance = random.Random(1)

    def number() -> int:
        return chance.randrange(count)

    def words() -> str:
        return f"/v1/query?q=name:({' '.join(chance.sample(WORDS, 2))})"

    reduced = "?fields=symbol,go.id"
    phases: list[tuple[str, int, Callable[[], str], int]] = [
        ("bare Tornado handler", bare, lambda: "/", connections),
        ("GET /v1/gene/<id>", port, lambda: f"/v1/gene/{number()}", connections),
        (f"GET /v1/gene/<id>{reduced}", port, lambda: f"/v1/gene/{number()}{reduced}", connections),
        ("field query, one client", port, lambda: f"/v1/query?q=symbol:SYM{number()}", 1),
        ("field query, all connections", port, lambda: f"/v1/query?q=symbol:SYM{number()}", connections),
        ("two words of every name, one client", port, words, 1),
        ("facet over everything, one client", port, lambda: "/v1/query?facets=taxid", 1),
    ]
    for name, to, next_path, many in phases:
        path_of = _quoted(next_path)
        asyncio.run(load(to, path_of, many, Bounds(min(0.5, bounds.seconds), 500)))
        cpu, begin = server_cpu(pipe), time.perf_counter()
        times = asyncio.run(load(to, path_of, many, bounds))
        report(name, times, time.perf_counter() - begin, server_cpu(pipe) - cpu)


def _quoted(next_path: Callable[[], str]) -> Callable[[], str]:
    return lambda: next_path().replace(" ", "%20")


def main() -> None:
    """Build, serve in another process, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of each phase")
    parser.add_argument("--requests", type=int, default=20_000, help="most requests of each phase")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--folder", help="keep the index here for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or temporary
        build(folder, options.documents)
        context = multiprocessing.get_context("spawn")
        pipe, theirs = context.Pipe()
        server = context.Process(target=serve, args=(folder, theirs), daemon=True)
        server.start()
        try:
            if not pipe.poll(300):
                raise SystemExit("the server did not start within five minutes")
            measure(pipe, options.documents, options.connections, Bounds(options.seconds, options.requests))
        finally:
            pipe.send("stop")
            server.join(10)
            if server.is_alive():
                server.terminate()


if __name__ == "__main__":
    main()
