"""The studio's port: files, headers, where the hub is, and what it says while it is not built."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from hub.api import make_studio


@contextmanager
def serving(files: Path, *, loopback: bool = True) -> Iterator[str]:
    """A studio of these files, in a thread; its address."""
    started, found = threading.Event(), {}

    async def run() -> None:
        server = HTTPServer(make_studio(7080, loopback=loopback, files=files))
        sockets = bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        found.update(port=sockets[0].getsockname()[1], loop=asyncio.get_running_loop(), end=asyncio.Event())
        started.set()
        await found["end"].wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert started.wait(300)
    try:
        yield f"http://127.0.0.1:{found['port']}"
    finally:
        found["loop"].call_soon_threadsafe(found["end"].set)
        thread.join()


@pytest.fixture
def built(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Studio</title>")
    (tmp_path / "assets" / "main-1a2b.js").write_text("1")
    (tmp_path.parent / "secret.txt").write_text("secret")
    with serving(tmp_path) as url:
        yield url


def test_the_page_is_served_with_a_policy_that_lets_no_foreign_script_in(built):
    answer = requests.get(built, timeout=300)
    assert (answer.status_code, answer.text) == (200, "<title>Studio</title>")
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_files_with_a_checksum_in_their_name_are_kept_by_browsers(built):
    answer = requests.get(f"{built}/assets/main-1a2b.js", timeout=300)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "javascript" in answer.headers["Content-Type"]


def test_the_page_is_told_where_the_hub_is(built):
    answer = requests.get(f"{built}/hub.json", timeout=300)
    assert answer.json() == {"port": 7080}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/no.js"])
def test_nothing_outside_the_folder_is_served(built, path):
    request = requests.Request("GET", built).prepare()
    request.url = built + path
    answer = requests.Session().send(request, timeout=300)
    assert answer.status_code in (403, 404)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_foreign_name_for_this_machine_gets_nothing(built):
    assert requests.get(built, headers={"Host": "evil.example"}, timeout=300).status_code == 403
    assert requests.get(f"{built}/hub.json", headers={"Host": "evil.example"}, timeout=300).status_code == 403


def test_without_files_the_page_says_how_to_make_them(tmp_path):
    with serving(tmp_path) as url:
        answer = requests.get(f"{url}/anything", timeout=300)
    assert answer.status_code == 503
    assert "make studio" in answer.text
    assert "7080" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_hub_serves_the_studio_on_its_port(live):
    (studio,) = [a.url for a in live.server.addresses if a.what == "studio"]
    told = requests.get(f"{studio}/hub.json", timeout=300).json()
    assert live.base.endswith(f":{told['port']}")
