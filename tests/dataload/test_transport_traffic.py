"""Retries by text, permanent errors, slots, rates, and hosts that are left alone."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hub.dataload.transport import TransportOptions, Transports, Watch
from hub.dataload.transport.errors import ConnectionLostError, HostDownError, RemoteBusyError, RemoteNotFoundError
from hub.dataload.transport.pace import Pace
from hub.dataload.transport.retry_text import stop_condition, wait_policy
from hub.dataload.transport.slots import Slots
from hub.dataload.transport.traffic import Traffic
from tests.servers.http_server import Fault, HttpServer

BODY = bytes(range(256)) * 8192  # 2 MiB
OPTIONS = TransportOptions(attempts=3, first_wait=0.01, max_wait=0.02)


def test_a_stop_condition_counts_the_tries(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"a", faults=[Fault(503)] * 9)
    options = replace(OPTIONS, stop=stop_condition("stop_after_attempt(5)"), wait=wait_policy("wait_none"))
    with pytest.raises(RemoteBusyError):
        Transports(options).fetch(url, tmp_path / "a")
    assert len(http_server.asked("/a")) == 5


def test_tries_are_counted_anew_after_progress(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=300_000) for _ in range(5)])
    options = replace(OPTIONS, stop=stop_condition("stop_after_attempt(2)"), wait=wait_policy("wait_none"))
    Transports(options).fetch(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY
    assert len(http_server.asked("/a")) == 6


def test_permanent_errors_are_tried_again_only_when_asked_for(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"a", faults=[Fault(404)])
    with pytest.raises(RemoteNotFoundError):
        Transports(OPTIONS).fetch(url, tmp_path / "a")
    assert len(http_server.asked("/a")) == 1
    http_server.pages["/a"].faults.append(Fault(404))
    Transports(replace(OPTIONS, retry_permanent=True)).fetch(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"a"


def test_no_more_transfers_of_a_host_than_allowed_go_on_at_once(tmp_path: Path, http_server: HttpServer) -> None:
    held = http_server.put("/held", BODY, faults=[Fault(hold_after=1000)])
    url = http_server.put("/b", b"b")
    options = replace(OPTIONS, traffic=Traffic(tmp_path / "run", per_host=1))
    first = threading.Thread(target=Transports(options).fetch, args=(held, tmp_path / "held"))
    first.start()
    assert http_server.holding.wait(300)
    waits = Watch()
    waiting = threading.Event()
    pause = waits.pause
    waits.pause = lambda seconds: (waiting.set(), pause(seconds))[1]  # type: ignore[method-assign,func-returns-value]
    # another object, as in another process: they meet in the folder
    other = Transports(replace(OPTIONS, traffic=Traffic(tmp_path / "run", per_host=1)))
    second = threading.Thread(target=other.fetch, args=(url, tmp_path / "b", waits))
    second.start()
    assert waiting.wait(300)
    assert http_server.asked("/b") == []
    http_server.release()
    first.join(300)
    second.join(300)
    assert (tmp_path / "b").read_bytes() == b"b"


def test_a_place_is_free_again_after_an_error(tmp_path: Path) -> None:
    slots, watch = Slots(tmp_path), Watch()
    with pytest.raises(KeyError), slots.hold("all", 1, "http://h/", watch):
        raise KeyError
    with slots.hold("all", 1, "http://h/", watch):
        assert slots._take("all", 1) is None


def test_takers_of_one_file_share_its_rate(tmp_path: Path) -> None:
    one, other = Pace(1000, tmp_path / "rate"), Pace(1000, tmp_path / "rate")
    waits = [pace.take(1_000_000) for pace in (one, other, one)]
    assert 0 < waits[0] <= 1000 < waits[1] <= 2000 < waits[2] <= 3000
    (tmp_path / "rate").write_bytes(b"torn")
    assert one.take(1_000_000) <= 1000


def test_a_rate_makes_a_transfer_wait(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY)
    waits: list[float] = []
    watch = Watch()
    watch.pause = waits.append  # type: ignore[method-assign]
    Transports(replace(OPTIONS, traffic=Traffic(rate=1024))).fetch(url, tmp_path / "a", watch)
    assert 1024 < max(waits) <= 2048
    Transports(replace(OPTIONS, traffic=Traffic())).fetch(url, tmp_path / "b", watch)
    assert (tmp_path / "b").read_bytes() == BODY


def test_a_host_that_fails_again_and_again_is_left_alone_by_all(tmp_path: Path, http_server: HttpServer) -> None:
    dead = "http://127.0.0.1:9"  # the discard port: nobody listens
    options = replace(OPTIONS, stop=stop_condition("stop_after_attempt(1)"))

    def transports() -> Transports:
        return Transports(replace(options, traffic=Traffic(tmp_path / "run", host_failures=2)))

    for _ in range(2):
        with pytest.raises(ConnectionLostError):
            transports().stat(f"{dead}/a")
    with pytest.raises(HostDownError, match=r"2 files of 127\.0\.0\.1:9 failed.*left alone.*Dump again then"):
        transports().fetch(f"{dead}/b", tmp_path / "b")
    transports().stat(http_server.put("/a", b"a"))  # other hosts are not concerned
    over = Transports(replace(options, traffic=Traffic(tmp_path / "run", host_failures=2, host_pause=0)))
    with pytest.raises(ConnectionLostError):
        over.stat(f"{dead}/a")


def test_an_answer_of_any_kind_ends_the_count_of_failures(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"a", faults=[Fault(503), Fault(404), Fault(503)])
    options = replace(OPTIONS, attempts=1, traffic=Traffic(tmp_path / "run", host_failures=2))
    for error in (RemoteBusyError, RemoteNotFoundError, RemoteBusyError):
        with pytest.raises(error):
            Transports(options).fetch(url, tmp_path / "a")
    Transports(options).fetch(url, tmp_path / "a")
    assert list((tmp_path / "run").glob("failing-*")) == []
