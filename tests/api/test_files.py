"""Logs that are read and files that are uploaded, inside their folders only."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from hub.api.logfiles import BLOCK, read
from hub.api.uploads import FileNameError, PartReader, UploadFormError, checked_name

BOUNDARY = b"xXx"


def form(content: bytes, name: str = "a.txt", kind: str = "application/octet-stream", more: bytes = b"") -> bytes:
    disposition = f'Content-Disposition: form-data; name="f"; filename="{name}"'
    head = f"{disposition}\r\nContent-Type: {kind}\r\n\r\n".encode()
    return b"--xXx\r\n" + head + content + b"\r\n--xXx" + more + b"--\r\n"


# -- reading files ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbered")
    text = b"".join(b"line %06d of a log\n" % n for n in range(1, 50_001))
    assert len(text) > 3 * BLOCK
    (folder / "a.log").write_bytes(text)
    (folder / "b.log.gz").write_bytes(gzip.compress(text, 1))
    return folder, text.splitlines(keepends=True)


@pytest.mark.parametrize("name", ["a.log", "b.log.gz"])
@pytest.mark.parametrize("lines", [1, 2, 1000, 20_000, 50_000, 60_000])
def test_the_last_lines_of_a_file(numbered, name, lines):
    folder, all_lines = numbered
    assert b"".join(read(folder / name, lines)) == b"".join(all_lines[-lines:])


@pytest.mark.parametrize("name", ["a.log", "b.log.gz"])
def test_a_range_of_lines_and_the_whole_file(numbered, name):
    folder, all_lines = numbered
    assert b"".join(read(folder / name, 3, start=10)) == b"".join(all_lines[9:12])
    assert b"".join(read(folder / name, start=49_999)) == b"".join(all_lines[-2:])
    assert b"".join(read(folder / name, 5, start=60_000)) == b""
    assert b"".join(read(folder / name)) == b"".join(all_lines)


@pytest.mark.parametrize("text", [b"", b"\n", b"a", b"a\n", b"a\nb", b"\n\n\n", b"a\n\nb\n"])
@pytest.mark.parametrize("lines", [1, 2, 5])
def test_the_last_lines_of_short_files(tmp_path, text, lines):
    (tmp_path / "x.log").write_bytes(text)
    assert b"".join(read(tmp_path / "x.log", lines)) == b"".join(text.splitlines(keepends=True)[-lines:])


# -- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("content", [b"", b"\r\n", b"\r\n--xX", b"--xXx", b"a\r\n--xXy\r\n\r\n", b"\x00\xff" * 3000])
def test_a_form_is_read_in_pieces_of_any_size(size, content):
    reader, text, out = PartReader(BOUNDARY), form(content), b""
    for at in range(0, len(text), size):
        out += reader.feed(text[at : at + size])
    assert (out, reader.name, reader.complete) == (content, "a.txt", True)


@pytest.mark.parametrize(
    "text",
    [
        b"no form" * 10_000,
        b"--xXx--\r\n",
        b"--xXxjunk\r\n",
        b"--xXx\r\n\r\n\r\nbody",
        b"--xXx\r\n" + b"h: v\r\n" * 10_000,
        b'--xXx\r\nContent-Disposition: form-data; filename="\xff"\r\n\r\n',
        form(b"x", kind="text/plain"),
        form(b"x", name=""),
        form(b"x", more=b"\r\n" + form(b"y")),
    ],
)
def test_a_form_that_is_none_is_refused(text):
    with pytest.raises(UploadFormError):
        PartReader(BOUNDARY).feed(text)


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/b", "a\\b", "..", ".", ".x", "a\0b", "a\nb", " a", "x" * 300, ""]
)
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(FileNameError):
        checked_name(name)


# -- over HTTP -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def logs(live):
    folder = Path(live.settings["LOG_FOLDER"])
    (folder / "dataload").mkdir(parents=True, exist_ok=True)
    text = "".join(f"10:00:0{n} [1:Main] - dump - INFO -- <b>{n}</b> ü\n" for n in range(5))
    (folder / "dataload" / "dump_x.log").write_text(text)
    (folder / "dataload" / "dump_x.log.2026-01-01.gz").write_bytes(gzip.compress(text.encode()))
    (folder / "dataload" / "upload_x.log").write_text("")
    (folder / "bad.log.gz").write_text("no gzip")
    secret = live.root / "secret.txt"
    secret.write_text("secret")
    for name, target in (("out", live.root), ("link.log", secret)):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    return text


def test_a_folder_of_logs_is_a_bare_array(live, logs):
    answer = live.ask("GET", "/logs/dataload/?json&filter=dump_x.log")
    assert answer.json() == ["dump_x.log", "dump_x.log.2026-01-01.gz"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert live.ask("GET", "/logs/dataload?json&filter=upload_x,nothing").json() == ["upload_x.log"]
    assert {"dump_x.log", "upload_x.log"} <= set(live.ask("GET", "/logs/dataload/?json&filter=").json())
    top = live.ask("GET", "/logs?json").json()
    assert "dataload/" in top
    assert not {"out/", "link.log"} & set(top)
    assert live.ask("GET", "/logs/build/nothing/?json&filter=build").status_code == 404
    assert 'href="/logs/dataload/dump_x.log"' in live.ask("GET", "/logs/dataload/").text


@pytest.mark.parametrize("name", ["dump_x.log", "dump_x.log.2026-01-01.gz"])
def test_a_log_is_plain_text(live, logs, name):
    answer = live.ask("GET", f"/log/dataload/{name}?lines=2")
    assert answer.content.decode() == "".join(logs.splitlines(keepends=True)[-2:])
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert live.ask("GET", f"/log/dataload/{name}").content.decode() == logs
    assert live.ask("GET", f"/log/dataload/{name}?start=2&lines=1").text.startswith("10:00:01")
    head = live.ask("HEAD", f"/log/dataload/{name}")
    assert (head.status_code, head.content) == (200, b"")
    page = live.ask("GET", f"/logs/dataload/{name}?lines=1").text
    assert "&lt;b&gt;4&lt;/b&gt;" in page
    assert "***Logs were capped at 1 lines***" in page


@pytest.mark.parametrize("door", ["log", "logs"])
@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "..%2f..%2fsecret.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "link.log",
        "out/secret.txt",
    ],
)
def test_nothing_outside_the_log_folder_is_read(live, logs, door, path):
    answer = live.ask("GET", f"/{door}/{path}")
    assert answer.status_code in (403, 404)
    assert "secret" not in answer.text.replace("secret.txt", "")
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/log/dataload/dump_y.log", 404, "`dump_x.log`"),
        ("/log/dataload/dump_x.log?lines=many", 400, "`lines`"),
        ("/log/dataload/dump_x.log?lines=0", 400, "`lines`"),
        ("/log/dataload/dump_x.log?lines=%ff", 400, "lines"),
        ("/log/dataload", 400, "is a folder"),
        ("/log/bad.log.gz", 500, "cannot be read"),
        ("/log/a%00b", 403, "not inside"),
        ("/log/" + "x" * 3000, 404, "no log"),
    ],
)
def test_mistakes_about_logs_get_a_short_answer(live, logs, path, status, said):
    assert said in live.error("GET", path, status)


def test_the_read_only_port_has_no_logs_and_takes_no_files(live, logs):
    assert live.error("GET", "/logs/?json", 404, base=live.readonly)
    assert live.error("POST", "/dataupload/apple", 404, base=live.readonly)


def folder_of(live) -> Path:
    return Path(live.settings["DATA_UPLOAD_FOLDER"]) / "apple"


def test_a_file_is_uploaded_and_replaced(live):
    for content in (b"first", bytes(range(256)) * 40_000, b""):
        sent = {"file": ("data ü.bin", content, "application/octet-stream")}
        assert live.result("POST", "/dataupload/apple", files=sent) == "ok"
        assert [f.name for f in folder_of(live).iterdir()] == ["data ü.bin"]
        assert (folder_of(live) / "data ü.bin").read_bytes() == content


def post(
    live, body: bytes, status: int, *, kind: str = "multipart/form-data; boundary=xXx", path: str = "apple", **more
):
    headers = {"Content-Type": kind, **more}
    return live.error("POST", f"/dataupload/{path}", status, data=body, headers=headers)


def test_uploads_that_are_wrong_leave_nothing(live):
    before = sorted(f.name for f in folder_of(live).iterdir()) if folder_of(live).is_dir() else []
    assert "type of the file" in post(live, form(b"x", kind="text/plain"), 400)
    assert "plain name" in post(live, form(b"x", name="../../x"), 400)
    assert "cut off" in post(live, form(b"x" * 100_000)[:-20], 400)
    assert "more than one part" in post(live, form(b"x" * 100_000, more=b"\r\n" + form(b"y")), 400)
    assert "no boundary" not in post(live, b"x", 400, kind="multipart/form-data")
    assert "application/json" in post(live, json.dumps({}).encode(), 400, kind="application/json")
    assert "`apple`" in post(live, form(b"x"), 404, path="aple")
    assert "no source" in post(live, form(b"x"), 404, path="a..b")
    assert "HUB_CORS_ORIGINS" in post(live, form(b"x"), 403, Origin="https://evil.example")
    assert before == (sorted(f.name for f in folder_of(live).iterdir()) if folder_of(live).is_dir() else [])


def test_a_file_above_the_limit_is_refused(live):
    live.result("PUT", "/config", json={"name": "DATA_UPLOAD_MAX_BYTES", "value": "100000"})
    try:
        assert "too large" in post(live, form(b"x" * 400_000), 413)
        whole = form(b"x" * 400_000)
        pieces = (whole[at : at + 50_000] for at in range(0, len(whole), 50_000))
        answer = live.ask(
            "POST", "/dataupload/apple", data=pieces, headers={"Content-Type": "multipart/form-data; boundary=xXx"}
        )
        assert answer.status_code == 413
    finally:
        live.result("DELETE", "/config", json={"name": "DATA_UPLOAD_MAX_BYTES"})
