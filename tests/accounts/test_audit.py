"""The audit: what is kept, what is hidden, and that changes of it are noticed."""

from __future__ import annotations

import stat
import threading

import pytest

from hub.accounts import Audit, Caller, Role
from hub.accounts.audit import LONGEST
from hub.accounts.hiding import shown
from hub.config import Secret
from hub.config.secret import STARS

ADA = Caller("ada", Role.ADMIN, "session", "10.0.0.1")


@pytest.fixture
def audit(tmp_path):
    return Audit(tmp_path / "audit")


def files(audit):
    return sorted(audit.folder.iterdir())


def test_lines_come_back_newest_first_and_filtered(audit):
    for n in range(5):
        audit.write("command", ADA, command=f"c{n}", outcome="done")
    audit.write("login", Caller("bob", Role.VIEWER, "console"))
    assert [e.get("command") for e in audit.recent(3)] == [None, "c4", "c3"]
    assert [e["command"] for e in audit.recent(10, user="ada", what="command", command="c2")] == ["c2"]
    assert audit.recent(10, user="nobody") == []
    at = audit.recent(1, command="c3")[0]["at"]
    assert [e.get("command") for e in audit.recent(10, since=at)] == [None, "c4", "c3"]
    assert "before" not in audit.recent(1)[0]


def test_only_the_owner_reads_the_files(audit):
    audit.write("login", ADA)
    assert [stat.S_IMODE(f.stat().st_mode) for f in files(audit)] == [0o600]
    assert stat.S_IMODE(audit.folder.stat().st_mode) == 0o700


def test_texts_are_bounded_and_lose_credentials(audit):
    audit.write("statement", ADA, "get('https://me:secret@example.org/')\n" + "x" * 10 * LONGEST)
    (entry,) = audit.recent(1)
    assert "secret" not in entry["text"]
    assert len(entry["text"]) == LONGEST
    audit.write("statement", ADA, "odd \ud800 text\u2028 \r\n of two lines")
    assert len(audit.recent(10)) == 2
    assert audit.verify()["ok"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [lines[0], lines[1].replace(b"c1", b"c9"), *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: lines[:-1],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:3], b"no JSON", *lines[3:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [*lines, b'"text"'],
    ],
)
def test_lines_that_were_touched_are_noticed(audit, spoil):
    for n in range(6):
        audit.write("command", ADA, command=f"c{n}")
    assert audit.verify() == {"ok": True, "lines": 6, "problem": None}
    (file,) = files(audit)
    file.write_bytes(b"\n".join(spoil(file.read_bytes().splitlines())) + b"\n")
    assert audit.verify()["ok"] is False
    assert audit.recent(10)


def test_the_chain_goes_on_after_a_restart(audit):
    audit.write("login", ADA)
    again = Audit(audit.folder)
    again.write("logout", ADA)
    assert again.verify() == {"ok": True, "lines": 2, "problem": None}


def test_many_threads_write_whole_lines(audit):
    threads = [
        threading.Thread(target=lambda: [audit.write("command", ADA, command="c") for _ in range(50)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.verify() == {"ok": True, "lines": 400, "problem": None}


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path, caplog):
    (tmp_path / "audit").write_text("a file is in the way")
    Audit(tmp_path / "audit").write("login", ADA)
    assert "audit cannot be written" in caplog.text


def test_arguments_are_written_without_secrets():
    told = shown(
        {
            "password": "pw",
            "api_key": "k",
            "nested": {"AUTH_TOKEN": "t", "author": "ada", "list": ["https://u:p@h/"]},
            "text": "x" * 1000,
            "secret": Secret("s"),
            "flag": True,
            "none": None,
        }
    )
    assert told["password"] == told["api_key"] == told["nested"]["AUTH_TOKEN"] == told["secret"] == STARS
    assert told["nested"]["author"] == "ada"
    assert told["nested"]["list"] == ["https://****@h/"]
    assert told["text"].endswith("(1000 characters)")
    assert (told["flag"], told["none"]) == (True, None)
    assert shown(Secret("s")) == STARS
