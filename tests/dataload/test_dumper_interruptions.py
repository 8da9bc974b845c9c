"""Dumps that are killed, cancelled, or meet each other."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from hub.dataload.release_errors import SourceBusyError
from hub.dataload.releases import SourceFolder
from hub.dataload.transport.errors import RemoteNotFoundError
from hub.errors import HubError
from tests.servers.child_dump import dump_in_child
from tests.servers.http_server import Fault, HttpServer
from tests.servers.plugin_source import PluginSource

BODY = bytes(range(256)) * 8192  # 2 MiB


def test_kill_9_in_the_middle_of_a_download_leaves_nothing_visible_and_the_next_dump_goes_on(
    tmp_path: Path, http_server: HttpServer
) -> None:
    urls = [http_server.put("/big.tsv", BODY, faults=[Fault(hold_after=1_000_000)]), http_server.put("/b.tsv", b"b")]
    source = PluginSource(tmp_path, urls)
    child = multiprocessing.get_context("spawn").Process(target=dump_in_child, args=(source.request(),))
    child.start()
    while not http_server.holding.wait(1):
        assert child.is_alive()
    parts = source.archive / ".partial" / "2026-01-10.work"
    while not any(p.stat().st_size >= 500_000 for p in parts.glob("*.part")):  # until the child has read them
        assert child.is_alive()
        child.join(0.02)
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join(300)
    assert source.releases == [".lock", ".partial"]
    (source.archive / ".partial" / "2026-01-10" / "stray.tmp").write_bytes(b"half")
    source.current = {"status": "downloading"}
    report = source.dump()
    assert report.changed
    assert sorted(p.name for p in Path(report.data_folder).iterdir()) == ["b.tsv", "big.tsv"]
    assert source.read("big.tsv") == BODY
    again = http_server.asked("/big.tsv")[1]
    assert again.headers["Range"].startswith("bytes=")
    assert again.sent <= len(BODY) - 500_000
    assert source.releases == [".lock", ".releases", "2026-01-10"]


def test_a_cancelled_dump_stops_at_once_and_keeps_what_came(tmp_path: Path, http_server: HttpServer) -> None:
    class Cancelled(HubError):
        pass

    url = http_server.put("/big.tsv", BODY, faults=[Fault(hold_after=1_000_000)])
    source = PluginSource(tmp_path, url)
    report_progress = source.ctx.progress

    def cancel_when_held(done: int, total: int | None = None, **more: str) -> None:
        report_progress(done, total, **more)
        if http_server.holding.is_set():
            source.ctx.fail_check = Cancelled("a person cancelled the job")

    source.ctx.progress = cancel_when_held  # type: ignore[method-assign,assignment]
    with pytest.raises(Cancelled):
        source.dump()
    source.ctx = type(source.ctx)()
    source.dump()
    assert source.read("big.tsv") == BODY


def test_one_failing_file_stops_the_others_which_go_on_later(tmp_path: Path, http_server: HttpServer) -> None:
    urls = [
        http_server.put("/big.tsv", BODY, faults=[Fault(hold_after=1_000_000)]),
        http_server.put("/bad.tsv", b"x", faults=[Fault(404)]),
    ]
    source = PluginSource(tmp_path, urls)
    with pytest.raises(RemoteNotFoundError, match=r"bad\.tsv"):
        source.dump()
    source.dump()
    assert source.read("big.tsv") == BODY


def test_two_dumps_of_one_source_cannot_run_at_once(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a"))
    with SourceFolder(source.archive).locked(), pytest.raises(SourceBusyError, match="another process"):
        source.dump()
