"""One file over HTTP from a server that misbehaves."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.config.allowlist import AllowList
from hub.dataload.transport import TransportOptions, Transports, Watch
from hub.dataload.transport.errors import (
    AccessDeniedError,
    BadUrlError,
    CertificateError,
    ConnectionLostError,
    DiskFullError,
    RemoteBusyError,
    RemoteNotFoundError,
    StalledError,
    StoppedError,
    TotalTimeError,
    UnknownSchemeError,
    UrlRefusedError,
)
from hub.dataload.transport.guard import guard
from hub.dataload.transport.http_errors import retry_after
from hub.dataload.transport.names import disposition_name, local_name, masked
from tests.servers.http_server import MODIFIED, Fault, HttpServer
from tests.servers.tls import Certificates, make_certificates

FAST = TransportOptions(connect=30, stall=30, attempts=3, first_wait=0.01, max_wait=0.02)
BODY = bytes(range(256)) * 4096  # 1 MiB


def fetch(url: str, sink: Path, options: TransportOptions = FAST, watch: Watch | None = None) -> bytes:
    transports = Transports(options)
    try:
        transports.fetch(url, sink, watch)
    finally:
        transports.close()
    return sink.read_bytes()


def test_a_file_comes_whole_with_the_change_time_of_the_server(tmp_path: Path, http_server: HttpServer) -> None:
    sink = tmp_path / "a"
    assert fetch(http_server.put("/a", BODY), sink) == BODY
    assert sink.stat().st_mtime == MODIFIED.timestamp()
    assert list(tmp_path.iterdir()) == [sink]


def test_a_connection_that_is_cut_goes_on_where_it_stopped(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=300_000), Fault(cut_after=200_000)])
    assert fetch(url, tmp_path / "a") == BODY
    assert http_server.sent("/a") == len(BODY)
    assert [a.headers.get("Range") for a in http_server.asked("/a")] == [None, "bytes=300000-", "bytes=500000-"]


def test_more_cuts_than_tries_are_fine_while_bytes_come(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=100_000) for _ in range(8)])
    assert fetch(url, tmp_path / "a") == BODY
    assert http_server.sent("/a") == len(BODY)


def test_a_later_process_goes_on_from_the_partial_file(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=300_000)])
    with pytest.raises(ConnectionLostError):
        fetch(url, tmp_path / "a", TransportOptions(attempts=1))
    assert not (tmp_path / "a").exists()
    assert fetch(url, tmp_path / "a") == BODY
    assert http_server.sent("/a") == len(BODY)


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=300_000)])
    with pytest.raises(ConnectionLostError):
        fetch(url, tmp_path / "a", TransportOptions(attempts=1))
    new = BODY[::-1]
    http_server.put("/a", new, modified=MODIFIED + timedelta(seconds=1))
    assert fetch(url, tmp_path / "a") == new


def test_a_server_that_ignores_if_range_cannot_mix_two_versions(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, etag='"one"', faults=[Fault(cut_after=300_000)])
    with pytest.raises(ConnectionLostError):
        fetch(url, tmp_path / "a", TransportOptions(attempts=1))
    new = BODY[::-1]
    lie = Fault(206, {"ETag": '"two"', "Content-Range": f"bytes 300000-{len(BODY) - 1}/{len(BODY)}"}, new[300_000:])
    http_server.put("/a", new, etag='"two"', faults=[lie])
    assert fetch(url, tmp_path / "a") == new


def test_a_server_without_ranges_sends_all_again(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, ranges=False, faults=[Fault(cut_after=300_000)])
    assert fetch(url, tmp_path / "a") == BODY
    assert http_server.sent("/a") == len(BODY) + 300_000


def test_without_a_validator_nothing_is_gone_on_from(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, etag=None, modified=None, faults=[Fault(cut_after=300_000)])
    assert fetch(url, tmp_path / "a") == BODY
    assert http_server.asked("/a")[1].headers.get("Range") is None


def test_a_partial_file_that_is_complete_asks_for_its_last_byte_only(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=300_000)])
    with pytest.raises(ConnectionLostError):
        fetch(url, tmp_path / "a", TransportOptions(attempts=1))
    (tmp_path / "a.part").write_bytes(BODY)
    assert fetch(url, tmp_path / "a") == BODY
    assert http_server.asked("/a")[1].sent == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_passing_status_is_tried_again(tmp_path: Path, http_server: HttpServer, status: int) -> None:
    url = http_server.put("/a", b"data", faults=[Fault(status)])
    assert fetch(url, tmp_path / "a") == b"data"


def test_retry_after_is_waited_for(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"data", faults=[Fault(503, {"Retry-After": "1"})])
    before = datetime.now(UTC)
    assert fetch(url, tmp_path / "a") == b"data"
    assert datetime.now(UTC) - before >= timedelta(seconds=1)


def test_a_retry_after_of_a_day_fails_at_once_and_says_so(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"data", faults=[Fault(429, {"Retry-After": "86400"})])
    with pytest.raises(RemoteBusyError, match="asks to wait 86400 s"):
        fetch(url, tmp_path / "a")
    assert len(http_server.asked("/a")) == 1


def test_retry_after_may_be_a_date() -> None:
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after("120") == 120
    assert retry_after("soon") is None


@pytest.mark.parametrize(
    ("status", "error"), [(404, RemoteNotFoundError), (410, RemoteNotFoundError), (403, AccessDeniedError)]
)
def test_a_permanent_status_is_not_tried_again(
    tmp_path: Path, http_server: HttpServer, status: int, error: type[Exception]
) -> None:
    url = http_server.put("/a", b"data", faults=[Fault(status)])
    with pytest.raises(error, match=str(status)):
        fetch(url, tmp_path / "a")
    assert len(http_server.asked("/a")) == 1


def test_tries_are_used_up(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"data", faults=[Fault(500) for _ in range(9)])
    with pytest.raises(RemoteBusyError, match="500"):
        fetch(url, tmp_path / "a")
    assert len(http_server.asked("/a")) == 3


def test_a_stalled_transfer_is_given_up(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(hold_after=100_000)])
    with pytest.raises(StalledError, match=r"0\.5 s.*stall"):
        fetch(url, tmp_path / "a", TransportOptions(stall=0.5, attempts=1))
    assert fetch(url, tmp_path / "a") == BODY


def test_the_total_time_ends_a_transfer_that_trickles(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, faults=[Fault(cut_after=50_000) for _ in range(20)])
    with pytest.raises(TotalTimeError, match="total"):
        fetch(url, tmp_path / "a", TransportOptions(total=0.000001, attempts=50, first_wait=0.001, max_wait=0.001))


def test_stopping_wakes_a_blocked_transfer_and_keeps_what_came(tmp_path: Path, http_server: HttpServer) -> None:
    url, watch = http_server.put("/a", BODY, faults=[Fault(hold_after=100_000)]), Watch()

    def stop() -> None:
        assert http_server.holding.wait(300)
        watch.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with pytest.raises(StoppedError):
        fetch(url, tmp_path / "a", TransportOptions(stall=60), watch)
    stopper.join()
    assert (tmp_path / "a.part").exists()


def test_head_may_be_refused(http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, head=False)
    transports = Transports(FAST)
    remote = transports.stat(url)
    transports.close()
    assert (remote.size, remote.mtime) == (len(BODY), MODIFIED)
    assert http_server.sent("/a") == 1


def test_chunked_answers_have_no_length(tmp_path: Path, http_server: HttpServer) -> None:
    assert fetch(http_server.put("/a", BODY, chunked=True), tmp_path / "a") == BODY


def test_a_chunked_answer_that_is_cut_is_noticed(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", BODY, chunked=True, faults=[Fault(cut_after=300_000)])
    with pytest.raises(ConnectionLostError):
        fetch(url, tmp_path / "a", TransportOptions(attempts=1))
    assert fetch(url, tmp_path / "a") == BODY


def test_bytes_packed_for_the_transfer_are_unpacked(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", gzip.compress(BODY), headers={"Content-Encoding": "gzip"})
    assert fetch(url, tmp_path / "a") == BODY


def test_a_file_stored_packed_stays_packed(tmp_path: Path, http_server: HttpServer) -> None:
    packed = gzip.compress(BODY)
    url = http_server.put("/a.tsv.gz", packed, headers={"Content-Encoding": "gzip"})
    assert fetch(url, tmp_path / "a") == packed


def test_redirects_are_followed(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.put("/b", b"data")
    assert fetch(http_server.put("/a", b"", redirect="/b"), tmp_path / "a") == b"data"


def test_a_redirect_loop_ends(tmp_path: Path, http_server: HttpServer) -> None:
    with pytest.raises(BadUrlError, match="redirects more than 20 times"):
        fetch(http_server.put("/a", b"", redirect="/a"), tmp_path / "a")


def test_each_redirect_must_pass_the_allow_list(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a", b"", redirect="http://169.254.169.254/latest/meta-data")
    options = TransportOptions(check=guard(AllowList(private=True)))
    with pytest.raises(UrlRefusedError, match=r"169\.254\.169\.254.*redirected from.*/a"):
        fetch(url, tmp_path / "a", options)


def test_a_redirect_to_a_file_is_refused(tmp_path: Path, http_server: HttpServer) -> None:
    with pytest.raises(UrlRefusedError, match="only lead to http"):
        fetch(http_server.put("/a", b"", redirect="file:///etc/passwd"), tmp_path / "a", TransportOptions(attempts=1))
    assert not (tmp_path / "a").exists()


def test_an_address_outside_the_allow_list_is_not_even_asked(tmp_path: Path, http_server: HttpServer) -> None:
    options = TransportOptions(check=guard(AllowList(private=False)))
    with pytest.raises(UrlRefusedError, match="ALLOWED_URLS"):
        fetch(http_server.put("/a", b"data"), tmp_path / "a", options)
    assert http_server.log == []


def test_a_certificate_of_an_unknown_authority_is_refused(tmp_path: Path, https_server: HttpServer) -> None:
    with pytest.raises(CertificateError, match=r"certificate.*REQUESTS_CA_BUNDLE"):
        fetch(https_server.put("/a", b"data"), tmp_path / "a")
    assert https_server.log == []


def test_a_known_authority_is_trusted(
    tmp_path: Path, https_server: HttpServer, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    assert fetch(https_server.put("/a", b"data"), tmp_path / "a") == b"data"


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.servers.http_server import running_http_server

    certificates = make_certificates(tmp_path, "other.example")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    with running_http_server(certificates.server) as server, pytest.raises(CertificateError, match=r"127\.0\.0\.1"):
        fetch(server.put("/a", b"data"), tmp_path / "a")


def test_a_port_where_nobody_listens_is_a_passing_error(tmp_path: Path) -> None:
    with pytest.raises(ConnectionLostError, match="refused"):
        fetch("http://127.0.0.1:9/a", tmp_path / "a")


def test_a_full_disk_is_told_and_not_tried_again(tmp_path: Path, http_server: HttpServer) -> None:
    import resource
    import signal

    old, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    url = http_server.put("/a", BODY)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, old[1]))
    try:
        with pytest.raises(DiskFullError, match="Make room"):
            fetch(url, tmp_path / "a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert len(http_server.asked("/a")) == 1
    assert fetch(url, tmp_path / "a") == BODY


@pytest.mark.parametrize("url", ["http://127.0.0.1/a\r\nX: y", "http:///a", "http://127.0.0.1:99999/a"])
def test_a_url_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadUrlError):
        fetch(url, tmp_path / "a")


def test_an_unknown_scheme_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownSchemeError, match=r"file, ftp.*http, https"):
        fetch("gopher://127.0.0.1/a", tmp_path / "a")


def test_passwords_are_never_shown() -> None:
    assert masked("ftp://me:p%40ss@h/a") == "ftp://me:***@h/a"
    assert "secret" not in str(RemoteNotFoundError("http://me:secret@h/a", "404"))
    assert masked("http://h/a:b@c") == "http://h/a:b@c"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=a.tsv", "a.tsv"),
        ('attachment; filename="a b;c.tsv"', "a b;c.tsv"),
        ("attachment; filename*=UTF-8''na%C3%AFve.tsv", "naïve.tsv"),
        ('attachment; filename="..\\..\\x.tsv"', "x.tsv"),
        ('attachment; filename="/etc/passwd"', "passwd"),
        ('attachment; filename=".."', None),
        ("inline", None),
        (None, None),
    ],
)
def test_names_given_by_servers_are_cleaned(header: str | None, name: str | None) -> None:
    assert disposition_name(header) == name


@pytest.mark.parametrize("url", ["http://h/a/", "http://h/a/..", "http://h/a\n", "http://h/" + "x" * 300])
def test_a_url_that_gives_no_file_name_is_refused(url: str) -> None:
    with pytest.raises(BadUrlError, match="local file name"):
        local_name(url)
