"""A real server that speaks MongoDB's wire protocol, as a child process on loopback (SecantusDB from PyPI).

``python tests/services/mongo_server.py --print-uri`` starts one, prints its URI and serves until it is interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

START_SECONDS = 600.0  #: until it must answer; a busy machine of two cores needs minutes

#: The server answers the heartbeat late while it writes; a client that took it for dead would drop its connections.
PATIENCE = "serverMonitoringMode=poll&connectTimeoutMS=300000&heartbeatFrequencyMS=60000"


@contextlib.contextmanager
def mongo_server(folder: Path, port: int = 0) -> Iterator[str]:
    """Start a server with its data below ``folder``; gives its URI, and stops it at the end.

    Args:
        folder: made when missing.
        port: where it listens; any that is free by default.

    Raises:
        RuntimeError: it did not answer in time, or ended; with the end of its log.
    """
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    command = [str(Path(sys.executable).with_name("secantusd-py")), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--storage-path", str(folder / "data"), "--cache-size", "256M", "--standalone"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    try:
        uri = f"mongodb://127.0.0.1:{port}/?{PATIENCE}"
        _wait(process, uri, log)
        yield uri
    finally:
        process.terminate()
        try:
            process.wait(timeout=300)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], uri: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        client: MongoClient[dict[str, object]] = MongoClient(uri, serverSelectionTimeoutMS=1000)
        try:
            client.admin.command("ping")
            return
        except PyMongoError:
            continue
        finally:
            client.close()
    raise RuntimeError(f"the MongoDB-protocol server does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print-uri", action="store_true", help="print the URI on the first line")
    parser.add_argument("--folder", type=Path, help="where the data go (default: a temporary folder)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server ends too
    with contextlib.ExitStack() as stack:
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        uri = stack.enter_context(mongo_server(folder))
        print(uri if arguments.print_uri else f"serving at {uri}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.read()


if __name__ == "__main__":
    main()
