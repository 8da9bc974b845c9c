"""Uploads that go on after a break, spoken as a client of the tus protocol does."""

from __future__ import annotations

import base64
import os
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from hub.api import resumable
from tests.api.live import LIMIT, LiveHub

TUS = {"Tus-Resumable": "1.0.0"}
BODY = os.urandom(300_000)


def named(name: str) -> dict[str, str]:
    return {"Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()},other"}


def create(live: LiveHub, length: int, name: str = "big.bin", **more: Any) -> requests.Response:
    headers = {**TUS, "Upload-Length": str(length), **named(name), **more}
    return live.ask("POST", "/dataupload/pear/resumable", headers=headers)


def piece(live: LiveHub, path: str, offset: int, data: bytes, **more: str) -> requests.Response:
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": resumable.TYPE, **more}
    return live.ask("PATCH", path, headers=headers, data=data)


def held(live: LiveHub, path: str) -> int:
    return int(live.ask("HEAD", path, headers=TUS).headers["Upload-Offset"])


@pytest.fixture
def folder(live: LiveHub) -> Path:
    return Path(live.settings["DATA_UPLOAD_FOLDER"]) / "pear"


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".resumable-*")]


def test_a_file_comes_in_pieces_and_takes_its_name_at_the_end(live: LiveHub, folder: Path) -> None:
    made = create(live, len(BODY), "pieces.bin")
    assert made.status_code == 201
    path = made.headers["Location"]
    assert held(live, path) == 0
    answer = piece(live, path, 0, BODY[:100_000])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "100000")
    assert not (folder / "pieces.bin").exists()
    assert piece(live, path, 100_000, BODY[100_000:]).headers["Upload-Offset"] == str(len(BODY))
    assert (folder / "pieces.bin").read_bytes() == BODY
    assert left_over(folder) == []
    assert live.ask("HEAD", path, headers=TUS).status_code == 404


def test_what_came_before_the_line_broke_stays(live: LiveHub, folder: Path) -> None:
    path = create(live, len(BODY), "broken.bin").headers["Location"]
    target = urlsplit(live.base)
    with socket.create_connection((target.hostname, target.port)) as line:
        head = f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        line.sendall((head + f"Content-Type: {resumable.TYPE}\r\nContent-Length: {len(BODY)}\r\n\r\n").encode())
        line.sendall(BODY[:200_000])
        until = time.monotonic() + LIMIT
        while held(live, path) < 200_000:
            assert time.monotonic() < until
        assert piece(live, path, 200_000, BODY[200_000:]).status_code == 423, "the line still stands"
    until = time.monotonic() + LIMIT
    while (answer := piece(live, path, 200_000, BODY[200_000:])).status_code == 423:
        assert time.monotonic() < until
    assert answer.status_code == 204
    assert (folder / "broken.bin").read_bytes() == BODY


def test_wrong_pieces_change_nothing(live: LiveHub, folder: Path) -> None:
    path = create(live, 10, "wrong.bin").headers["Location"]
    assert piece(live, path, 5, b"x").status_code == 409
    assert piece(live, path, 0, b"x", **{"Content-Type": "text/plain"}).status_code == 415
    assert piece(live, path, 0, b"x" * 11).status_code == 400
    assert piece(live, path, 0, b"x", **{"Upload-Offset": "-1"}).status_code == 400
    assert held(live, path) == 0
    assert live.ask("DELETE", path, headers=TUS).status_code == 204
    assert live.ask("HEAD", path, headers=TUS).status_code == 404
    assert left_over(folder) == []


def test_uploads_that_may_not_begin(live: LiveHub, folder: Path) -> None:
    limit = int(live.settings["DATA_UPLOAD_MAX_BYTES"])
    assert create(live, limit + 1).status_code == 413
    assert create(live, 3, "../../x").status_code == 400
    assert create(live, 3, ".hidden").status_code == 400
    assert create(live, 3, **{"Upload-Metadata": "filename !!"}).status_code == 400
    assert create(live, 3, **{"Upload-Metadata": ""}).status_code == 400
    assert create(live, 3, **{"Upload-Length": "many"}).status_code == 400
    assert create(live, 3, **{"Tus-Resumable": "0.2.2"}).status_code == 412
    assert create(live, 3, Origin="https://evil.example.org").status_code == 403
    for number in ("..%2f..%2fx", "0" * 32, "x"):
        assert live.ask("HEAD", f"/dataupload/pear/resumable/{number}", headers=TUS).status_code == 404
    headers = {**TUS, "Upload-Length": "1", **named("x")}
    assert "`pear`" in live.error("POST", "/dataupload/paer/resumable", 404, headers=headers)
    assert live.ask("POST", "/dataupload/pear/resumable", base=live.readonly, headers=headers).status_code == 404
    assert left_over(folder) == []


def test_an_empty_file_is_complete_at_once_and_old_pieces_are_swept(live: LiveHub, folder: Path) -> None:
    old = create(live, 10, "old.bin").headers["Location"].rpartition("/")[2]
    for path in folder.glob(f".resumable-{old}*"):
        os.utime(path, (1, 1))
    assert create(live, 0, "empty.bin").status_code == 201
    assert (folder / "empty.bin").read_bytes() == b""
    assert left_over(folder) == []


def test_what_is_spoken_is_told(live: LiveHub) -> None:
    page = {"Origin": "https://studio.example.org"}
    told = live.ask("OPTIONS", "/dataupload/pear/resumable", headers=page)
    assert told.status_code == 204
    assert (told.headers["Tus-Version"], told.headers["Tus-Extension"]) == ("1.0.0", "creation,termination")
    assert "PATCH" in told.headers["Access-Control-Allow-Methods"]
    assert "Upload-Offset" in told.headers["Access-Control-Allow-Headers"]
