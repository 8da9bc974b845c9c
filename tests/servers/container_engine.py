"""A stand-in for a container engine: the part of its HTTP API that the hub uses, with folders as containers.

Commands really run, in the folder, under ``sh``; files are really sent as tar streams. Nothing is isolated.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import struct
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

API = "1.45"


class Engine:
    """Images, containers and volumes by name; ``log`` holds what was asked of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.images: dict[str, dict[str, str]] = {}
        self.pullable: dict[str, dict[str, str]] = {}
        self.containers: dict[str, dict[str, Any]] = {}
        self.volumes: dict[str, dict[str, Any]] = {}
        self.execs: dict[str, dict[str, Any]] = {}
        self.log: list[str] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self.started = threading.Event()
        self.url = ""

    def container(self, name: str, status: str = "running", labels: dict[str, str] | None = None) -> Path:
        """Add a container; its folder."""
        folder = self.root / name
        folder.mkdir(parents=True)
        self.containers[name] = {"Id": name, "Name": f"/{name}", "Status": status, "Labels": labels or {}}
        return folder

    def named(self, name: str) -> dict[str, Any]:
        """A container as the API shows it."""
        about = self.containers[name]
        return {
            "Id": about["Id"],
            "Name": about["Name"],
            "State": {"Status": about["Status"]},
            "Config": {"Labels": about["Labels"], "Image": about.get("Image", "")},
        }


class _Missing(Exception):
    pass


class _Handler(BaseHTTPRequestHandler):
    engine: Engine

    def log_message(self, *args: Any) -> None: ...

    def do_GET(self) -> None:
        self._route()

    def do_POST(self) -> None:
        self._route()

    def do_DELETE(self) -> None:
        self._route()

    def _route(self) -> None:
        parts = urlsplit(self.path)
        self.query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        self.body = json.loads(self.rfile.read(length) or b"{}")
        path = re.sub(r"^/v[\d.]+", "", unquote(parts.path))
        for method, pattern, handle in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == self.command:
                try:
                    handle(self, *match.groups())
                except (KeyError, _Missing) as error:
                    self.answer({"message": f"No such image or thing: {error}"}, 404)
                return
        self.answer({"message": f"{self.command} {path} is not known here"}, 501)

    def answer(self, value: Any = None, status: int = 200) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status if body else 204)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # -- images and volumes ------------------------------------------------------------------------------------------

    def version(self) -> None:
        self.answer({"ApiVersion": API, "MinAPIVersion": "1.24", "Version": "27.0"})

    def image(self, name: str) -> None:
        self.answer({"Id": name, "RepoTags": [name], "Config": {"Labels": self.engine.images[name]}})

    def pull(self) -> None:
        name = f"{self.query['fromImage']}:{self.query['tag']}"
        self.engine.images[name] = self.engine.pullable[name]
        self.engine.log.append(f"pull {name}")
        self.answer({"status": "done"})

    def volume(self, name: str) -> None:
        self.answer(self.engine.volumes[name])

    def make_volume(self) -> None:
        self.engine.volumes[self.body["Name"]] = self.body
        self.engine.log.append(f"volume {self.body['Name']}")
        self.answer(self.body, 201)

    def drop_volume(self, name: str) -> None:
        del self.engine.volumes[name]
        self.engine.log.append(f"drop volume {name}")
        self.answer()

    # -- containers --------------------------------------------------------------------------------------------------

    def show(self, name: str) -> None:
        self.answer(self.engine.named(name))

    def make(self) -> None:
        name = self.query.get("name", f"made{len(self.engine.containers)}")
        self.engine.container(name, "created", dict(self.engine.images[self.body["Image"]]))
        self.engine.containers[name] |= {"Image": self.body["Image"], "Made": self.body}
        self.engine.log.append(f"create {name}")
        self.answer({"Id": name, "Warnings": []}, 201)

    def change(self, name: str, what: str) -> None:
        about = self.engine.containers[name]
        about["Status"] = {"start": "running", "unpause": "running", "pause": "paused", "stop": "exited"}[what]
        if what == "start" and about.get("Ends"):
            about["Status"] = "exited"
        self.engine.log.append(f"{what} {name}")
        self.answer()

    def remove(self, name: str) -> None:
        del self.engine.containers[name]
        shutil.rmtree(self.engine.root / name)
        self.engine.log.append(f"remove {name}")
        self.answer()

    # -- commands and files ------------------------------------------------------------------------------------------

    def make_exec(self, name: str) -> None:
        assert self.engine.containers[name]["Status"] == "running"
        number = f"exec{len(self.engine.execs)}"
        self.engine.execs[number] = {"Container": name, "Cmd": self.body["Cmd"], "ExitCode": None}
        self.answer({"Id": number}, 201)

    def start_exec(self, number: str) -> None:
        run = self.engine.execs[number]
        self.engine.log.append("run " + run["Cmd"][-1])
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.multiplexed-stream")
        self.end_headers()
        self.wfile.flush()
        self._wait_until_read()
        process = subprocess.Popen(
            run["Cmd"], cwd=self.engine.root / run["Container"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.engine.processes.append(process)
        self.engine.started.set()
        assert process.stdout is not None
        for line in process.stdout:
            self.wfile.write(struct.pack(">BxxxL", 1, len(line)) + line)
        run["ExitCode"] = process.wait()
        self.close_connection = True

    def _wait_until_read(self) -> None:
        """The client takes over the bare socket after the headers, and loses what it had already read with them."""
        port = f":{self.client_address[1]:04X}"
        while any(
            columns[1].endswith(port) and not columns[4].endswith(":00000000")
            for columns in (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        ):
            os.sched_yield()

    def show_exec(self, number: str) -> None:
        self.answer({"ExitCode": self.engine.execs[number]["ExitCode"], "Running": False})

    def archive(self, name: str) -> None:
        path = self.engine.root / name / self.query["path"].lstrip("/")
        if not path.exists():
            raise _Missing(self.query["path"])
        modified = datetime.fromtimestamp(int(path.stat().st_mtime), UTC).isoformat()
        about = {"name": path.name, "size": path.stat().st_size, "mode": 0o644, "mtime": modified, "linkTarget": ""}
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as members:
            members.add(path, path.name)
        self.send_response(200)
        self.send_header("X-Docker-Container-Path-Stat", base64.b64encode(json.dumps(about).encode()).decode())
        self.send_header("Content-Length", str(len(buffer.getvalue())))
        self.end_headers()
        self.wfile.write(buffer.getvalue())


Route = tuple[str, str, Callable[..., None]]
ROUTES: list[Route] = [
    ("GET", "/version", _Handler.version),
    ("GET", "/images/(.+)/json", _Handler.image),
    ("POST", "/images/create", _Handler.pull),
    ("GET", "/volumes/(.+)", _Handler.volume),
    ("POST", "/volumes/create", _Handler.make_volume),
    ("DELETE", "/volumes/(.+)", _Handler.drop_volume),
    ("POST", "/containers/create", _Handler.make),
    ("GET", "/containers/([^/]+)/json", _Handler.show),
    ("GET", "/containers/([^/]+)/archive", _Handler.archive),
    ("POST", "/containers/([^/]+)/(start|stop|pause|unpause)", _Handler.change),
    ("POST", "/containers/([^/]+)/exec", _Handler.make_exec),
    ("DELETE", "/containers/([^/]+)", _Handler.remove),
    ("POST", "/exec/([^/]+)/start", _Handler.start_exec),
    ("GET", "/exec/([^/]+)/json", _Handler.show_exec),
]


@contextmanager
def container_engine(root: Path) -> Iterator[Engine]:
    """A running engine on a loopback port."""
    engine = Engine(root)
    handler = type("Handler", (_Handler,), {"engine": engine})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    engine.url = f"tcp://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        for process in engine.processes:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        server.shutdown()
        server.server_close()
        thread.join()
