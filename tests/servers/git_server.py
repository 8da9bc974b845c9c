"""A git server on loopback: git's own `http-backend` behind a small HTTP server, with passwords and faults on request;
the same folder is also served as plain files (the "dumb" protocol)."""

from __future__ import annotations

import base64
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class GitRepository:
    """A bare repository and a working copy to commit from."""

    def __init__(self, root: Path, name: str, work: Path, branch: str = "main") -> None:
        self.bare, self.work = root / f"{name}.git", work / name
        self.bare.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", f"--initial-branch={branch}", cwd=self.bare)
        self.work.mkdir(parents=True)
        self.git("init", "--quiet", f"--initial-branch={branch}")
        self.git("remote", "add", "origin", str(self.bare))

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=cwd or self.work, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, *, branch: str = "main", amend: bool = False, **files: str) -> str:
        """Write files (``parser`` is ``parser.py``, ``manifest`` is ``manifest.json``), commit, push; the commit."""
        if self.git("branch", "--list", branch):
            self.git("checkout", "--quiet", branch)
        elif self.git("for-each-ref"):
            self.git("checkout", "--quiet", "-b", branch)
        for name, text in files.items():
            (self.work / ("manifest.json" if name == "manifest" else f"{name}.py")).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", *(["--amend"] if amend else []), "-m", "change")
        self.git("push", "--quiet", "--force", "--tags", "origin", branch)
        self.git("update-server-info", cwd=self.bare)
        return self.git("rev-parse", "HEAD")


class GitServer:
    """Serves the bare repositories below a folder.

    Attributes:
        passwords: ``user:password`` by repository name; others are open.
        cut: answers of this repository end in the middle.
        held: answers of this repository wait for `release`.
        asked: paths that were asked for.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.passwords: dict[str, str] = {}
        self.cut: set[str] = set()
        self.held: set[str] = set()
        self.reached, self.release = threading.Event(), threading.Event()
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, name: str, *, dumb: bool = False, user: str = "") -> str:
        return f"http://{f'{user}@' if user else ''}127.0.0.1:{self.port}/{'dumb' if dumb else 'git'}/{name}.git"

    @contextmanager
    def running(self) -> Iterator[GitServer]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.release.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _handler(server: GitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            server.asked.append(self.path)
            kind, _, path = unquote(parts.path).strip("/").partition("/")
            name = path.partition(".git")[0]
            wanted = server.passwords.get(name)
            given = self.headers.get("Authorization", "").removeprefix("Basic ")
            if wanted and base64.b64decode(given).decode() != wanted:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.end_headers()
                return
            if name in server.held:
                server.reached.set()
                server.release.wait(60)
            if kind == "dumb":
                self._file(server.root / path)
            else:
                self._backend(f"/{path}", parts.query, cut=name in server.cut)

        def _file(self, path: Path) -> None:
            found = path.is_file()
            self.send_response(200 if found else 404)
            self.end_headers()
            if found:
                self.wfile.write(path.read_bytes())

        def _backend(self, path: str, query: str, *, cut: bool) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            environment = {
                "PATH": "/usr/bin:/bin:/usr/local/bin",
                "GIT_PROJECT_ROOT": str(server.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(length),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_ADDR": "127.0.0.1",
            }
            command = ["git", "-c", "safe.directory=*", "http-backend"]
            done = subprocess.run(
                command, input=self.rfile.read(length), env=environment, capture_output=True, check=False
            )
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            headers = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
            status = next((value for key, value in headers if key == "Status"), "200")
            self.send_response(int(status.split()[0]))
            for key, value in headers:
                if key != "Status":
                    self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = cut and b"PACK" in body
            self.wfile.write(body[: body.index(b"PACK") + 40] if half else body)
            self.wfile.flush()
            if half:
                self.close_connection = True

    return Handler
