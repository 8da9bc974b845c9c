"""Requests that nobody sends by mistake: each gets a short answer or a closed connection, and the hub goes on."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from tests.api.live import LIMIT


def raw(live, data, *, close=True, most=1 << 20):
    """What the listener answers to some bytes; b"" when it closes."""
    where = urlsplit(live.base)
    with socket.create_connection((where.hostname, where.port), timeout=LIMIT) as connection:
        answer = b""
        try:
            connection.sendall(data)
            if close:
                connection.shutdown(socket.SHUT_WR)
            while len(answer) < most and (piece := connection.recv(65536)):
                answer += piece
        except OSError:
            pass  # closed while it was being told
        return answer


@pytest.fixture(autouse=True)
def _serves_afterwards(live):
    yield
    assert live.ask("GET", "/health/ready").status_code == 200


def test_a_body_of_100_megabytes(live):
    body = b'{"cmd": "' + b"x" * 100_000_000 + b'"}'
    for path in ("/shell", "/buildconf", "/source/apple/dump"):
        answer = live.ask("PUT", path, data=body)
        assert (answer.status_code, answer.json()["error"]) == (
            413,
            "the request body is too large: at most 16,777,216 bytes are taken here",
        )


def test_a_body_of_100_megabytes_without_a_length(live):
    answer = live.ask("PUT", "/source/apple/dump", data=(b"x" * 1_000_000 for _ in range(100)))
    assert answer.status_code == 413


@pytest.mark.parametrize(("count", "size", "address"), [(10_000, 10, 1), (3, 100_000, 1), (0, 0, 100_000)])
def test_ten_thousand_headers_and_a_long_address(live, count, size, address):
    headers = b"".join(b"X-%d: %s\r\n" % (n, b"y" * size) for n in range(count))
    start = b"GET /status?a=" + b"b" * address + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    answer = raw(live, start + headers + b"\r\n", close=False)
    assert answer.startswith(b"HTTP/1.1 431 "), answer[:200]
    assert b"address and headers of the request are too large: at most 65,536 bytes are taken" in answer


def test_headers_without_end_close_the_connection(live):
    headers = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(5000))
    answer = raw(live, b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n")
    assert not answer.startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"mapping": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b', "env": "localhub"}',
        b'{"name": "x", "value": ' + b"9" * 100_000 + b"}",
        b'{"' + b"k" * 5_000_000 + b'": 1}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff\xfe"}',
        b'{"name": 1e999}',
        b'{"a": 1, "a": 2}',
        b"{" + b",".join(b'"k%d":0' % n for n in range(200_000)) + b"}",
    ],
    ids=["arrays", "objects", "900 deep", "number", "key", "half a pair", "not utf-8", "infinity", "twice", "keys"],
)
@pytest.mark.parametrize("path", ["/config", "/mapping/validate", "/buildconf"])
def test_json_that_is_made_to_hurt(live, path, body):
    method = "PUT" if path != "/mapping/validate" else "POST"
    answer = live.ask(method, path, data=body)
    assert 400 <= answer.status_code < 500, answer.text[:500]
    assert len(answer.json()["error"]) < 2000
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 10_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500,
        b"GET /status\r\n\r\n",
        b"GET /status HTTP/9.9\r\n\r\n",
        b"GET /status HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"PUT /shell HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PUT /shell HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
        b"GET " + b"/a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nBad Header: x\r\n\r\n",
        b"BREW /status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_no_http(live, data):
    answer = raw(live, data)
    assert not answer.startswith(b"HTTP/1.1 2"), answer[:300]
    assert b"Traceback" not in answer


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "a%00b", "%ff%fe", "a/../../b", "x" * 5000])
@pytest.mark.parametrize(
    "path",
    ["/source/{}", "/build/{}", "/job/{}", "/job/{}/log", "/log/{}", "/logs/{}", "/lane/{}/pause", "/schedule/{}/run"],
)
def test_names_that_lead_elsewhere(live, path, name):
    where = path.format(name)
    answer = raw(live, f"GET {where} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode(), close=False)
    status = int(answer.split(b" ", 2)[1])
    assert 400 <= status < 500 or (status == 200 and path == "/logs/{}" and name == "a/../../b"), answer[:300]
    assert b"root:" not in answer


def test_connections_that_say_nothing_hold_up_nobody(live):
    where = urlsplit(live.base)
    silent = [socket.create_connection((where.hostname, where.port), timeout=LIMIT) for _ in range(300)]
    try:
        for number, connection in enumerate(silent):
            connection.sendall([b"", b"GET /st", b"PUT /shell HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"][number % 3])
        assert live.ask("GET", "/status").status_code == 200
    finally:
        for connection in silent:
            connection.close()


def test_a_slow_request_is_ended(live, monkeypatch):
    from hub.api import handler

    monkeypatch.setattr(handler, "SLOWEST", 0.2)
    form = "Content-Type: multipart/form-data; boundary=x\r\n"
    for line, more in (("PUT /shell", ""), ("POST /dataupload/apple", form), ("GET /status", "")):
        data = f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}Content-Length: 100\r\n\r\n{{"
        assert raw(live, data.encode(), close=False) == b"", line
