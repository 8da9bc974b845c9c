"""A server between the hub and a real Elasticsearch, for repositories of the type `s3`.

The distribution that tests can fetch has no module `repository-s3`, which Elastic ships in its own archives only. All
requests go to the real server as they are; only a repository of the type `s3` becomes one of the type `fs` there, in a
folder for its bucket and `base_path`, and is shown as `s3` again. What was asked for is kept.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

_DROPPED = {"content-encoding", "transfer-encoding", "content-length", "connection", "date", "server"}


@dataclass
class S3Front:
    """The running server: its ``url``, and the repositories of the type `s3` by name, as they were asked for."""

    url: str = ""
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def s3_in_front(elastic: str, folder: Path) -> Iterator[S3Front]:
    """Have a server in front of Elasticsearch.

    Args:
        elastic: URL of the real one.
        folder: where it may have repositories.
    """
    front, session = S3Front(), requests.Session()
    session.trust_env = False

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = [p for p in urlsplit(self.path).path.split("/") if p]
            repository = parts[1] if len(parts) == 2 and parts[0] == "_snapshot" else ""
            if repository and self.command in ("PUT", "POST"):
                body = _there(front, repository, body, folder)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
            answer = session.request(self.command, elastic + self.path, data=body, headers=headers, timeout=300)
            content = _back(front, answer.content) if repository and self.command == "GET" else answer.content
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in _DROPPED:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        front.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield front
        finally:
            server.shutdown()
            thread.join()
            session.close()


def _there(front: S3Front, name: str, body: bytes, folder: Path) -> bytes:
    """The request as the real server can carry it out."""
    asked = json.loads(body)
    if asked["type"] != "s3":
        return body
    front.asked[name] = asked
    told = asked["settings"]
    settings = {"location": str(folder / told["bucket"] / told.get("base_path", ""))}
    if "readonly" in told:
        settings["readonly"] = told["readonly"]
    return json.dumps({"type": "fs", "settings": settings}).encode()


def _back(front: S3Front, content: bytes) -> bytes:
    """The answer as a server with the module gives it: values of settings are texts there."""
    found = json.loads(content)
    for name in set(found) & set(front.asked):
        asked = front.asked[name]
        shown = {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in asked["settings"].items()}
        found[name] = {**found[name], "type": "s3", "settings": shown}
    return json.dumps(found).encode()
