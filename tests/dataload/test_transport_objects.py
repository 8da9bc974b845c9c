"""``s3:`` against moto's server: listing, resume by range, changed objects, log-in, and a stop in the middle."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("s3fs")
pytest.importorskip("moto")

from hub.config.allowlist import AllowList
from hub.dataload.transport import TransportOptions, Transports, Watch, objects
from hub.dataload.transport.errors import (
    AccessDeniedError,
    BadUrlError,
    ConnectionLostError,
    RemoteAnswerError,
    RemoteNotFoundError,
    StoppedError,
    UrlRefusedError,
)
from hub.dataload.transport.guard import guard
from hub.dataload.transport.partial import PartialFile
from tests.servers.plugin_source import PluginSource
from tests.servers.s3_server import BUCKET, S3Site, running_s3_server

ROOT = f"s3://{BUCKET}"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Site]:
    with running_s3_server() as running:
        yield running


@pytest.fixture
def site(server: S3Site) -> S3Site:
    for entry in server.client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        server.client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    return server


@pytest.fixture
def options(site: S3Site) -> TransportOptions:
    return TransportOptions(attempts=1, store_endpoint=site.endpoint)


def test_keys_look_like_folders(site: S3Site, options: TransportOptions, tmp_path: Path) -> None:
    names = ["a.tsv", "with blank.tsv", "ünï.tsv", "a#b?c%d.tsv", "x&y=<z>;'q'.tsv", "-dash", "a+b.tsv"]
    for number, name in enumerate(names, 1):
        site.put(f"in/{name}", b"x" * number)
    site.put("in/sub/inner.tsv", b"inner")
    site.put("in/marker/", b"")
    transports = Transports(options)
    found = {entry.name: entry for entry in transports.listdir(f"{ROOT}/in")}
    assert set(found) == {*names, "sub", "marker"}
    assert {name for name, entry in found.items() if entry.is_dir} == {"sub", "marker"}
    for number, name in enumerate(names, 1):
        got = transports.fetch(found[name].url, tmp_path / "copy")
        assert (got.size, found[name].size, transports.stat(found[name].url).size) == (number, number, number)
        assert got.etag == found[name].etag != ""
        assert got.mtime == found[name].mtime is not None
    assert [entry.name for entry in transports.listdir(found["sub"].url)] == ["inner.tsv"]
    assert transports.listdir(found["marker"].url) == []
    assert [entry.name for entry in transports.listdir(f"{ROOT}/")] == ["in"]


def test_a_partial_file_goes_on(
    site: S3Site, options: TransportOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "BLOCK", 1_000_000)
    data = os.urandom(3_500_000)
    site.put("big", data)
    transports = Transports(options)
    sink = tmp_path / "copy"
    with PartialFile(sink) as part:
        part.begin(transports.stat(f"{ROOT}/big"), 0)
        part.write(data[:2_000_000])
    counted: list[int] = []
    watch = Watch()
    watch.at = lambda key, done: counted.append(done)  # type: ignore[method-assign]
    assert transports.fetch(f"{ROOT}/big", sink, watch).size == len(data)
    assert counted == [2_000_000, 3_000_000, 3_500_000]
    assert sink.read_bytes() == data


def test_an_object_that_changed_begins_anew(site: S3Site, options: TransportOptions, tmp_path: Path) -> None:
    site.put("a", b"old data")
    transports = Transports(options)
    with PartialFile(tmp_path / "copy") as part:
        part.begin(transports.stat(f"{ROOT}/a"), 0)
        part.write(b"old")
    site.put("a", b"new data")
    transports.fetch(f"{ROOT}/a", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"new data"


def test_an_object_that_changes_meanwhile_is_read_again(
    site: S3Site, options: TransportOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "BLOCK", 4)
    site.put("a", b"old data")
    watch, swapped = Watch(), threading.Event()

    def swap(key: str, done: int) -> None:
        if done == 4 and not swapped.is_set():
            swapped.set()
            site.put("a", b"new date")

    watch.at = swap  # type: ignore[method-assign]
    Transports(replace(options, attempts=3, first_wait=0.01)).fetch(f"{ROOT}/a", tmp_path / "copy", watch)
    assert swapped.is_set()
    assert (tmp_path / "copy").read_bytes() == b"new date"


def test_empty_and_missing_and_wrong(site: S3Site, options: TransportOptions, tmp_path: Path) -> None:
    site.put("empty", b"")
    site.put("in/a", b"x")
    transports = Transports(options)
    assert transports.fetch(f"{ROOT}/empty", tmp_path / "copy").size == 0
    for url in (f"{ROOT}/none", "s3://no-such-bucket/a"):
        with pytest.raises(RemoteNotFoundError):
            transports.stat(url)
    with pytest.raises(RemoteNotFoundError):
        transports.listdir(f"{ROOT}/none/")
    with pytest.raises(RemoteAnswerError, match="folder"):
        transports.stat(f"{ROOT}/in")
    for url in (f"{ROOT}/a?versionId=1", f"{ROOT}/", "s3://"):
        with pytest.raises(BadUrlError):
            transports.stat(url)
    nobody = Transports(TransportOptions(attempts=1, connect=2, store_endpoint="http://127.0.0.1:9"))
    with pytest.raises(ConnectionLostError):
        nobody.stat(f"{ROOT}/a")


def test_a_private_object_needs_a_log_in(site: S3Site, options: TransportOptions) -> None:
    site.put("a", b"x", private=True)
    with pytest.raises(AccessDeniedError):
        Transports(options).stat(f"{ROOT}/a")
    assert Transports(options).stat(f"s3://reader:s3cret%2Fword@{BUCKET}/a").size == 1


def test_the_allow_list_knows_buckets_and_the_service(site: S3Site, options: TransportOptions) -> None:
    site.put("a", b"x")
    listed = replace(options, check=guard(AllowList((ROOT + "/", "127.0.0.1"))))
    assert Transports(listed).stat(f"{ROOT}/a").size == 1
    with pytest.raises(UrlRefusedError):
        Transports(listed).stat("s3://other-bucket/a")
    public = replace(options, check=guard(AllowList()))
    with pytest.raises(UrlRefusedError, match="no public address"):
        Transports(public).stat(f"{ROOT}/a")


def test_a_stop_ends_a_read_that_waits(site: S3Site, options: TransportOptions, tmp_path: Path) -> None:
    import socket

    watch = Watch()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        waiting = replace(options, store_endpoint=f"http://{host}:{port}")

        def stop_when_asked() -> None:
            with silent.accept()[0]:
                watch.stop()
                done.wait(30)

        done = threading.Event()
        thread = threading.Thread(target=stop_when_asked)
        thread.start()
        with pytest.raises(StoppedError):
            Transports(waiting).fetch(f"{ROOT}/a", tmp_path / "copy", watch)
        done.set()
        thread.join()


def test_a_manifest_names_a_bucket(site: S3Site, tmp_path: Path) -> None:
    site.put("in/a.tsv", b"a\tb\n1\t2\n", private=True)
    source = PluginSource(
        tmp_path,
        f"{ROOT}/in/",
        files=[r".*\.tsv"],
        options={"store_endpoint": site.endpoint},
        credentials="secret:store",
    )
    source.settings["SECRETS"] = {"store": "reader:s3cret/word"}
    report = source.dump()
    assert [file.name for file in report.files] == ["a.tsv"]
    assert not source.dump().changed
    site.put("in/b.tsv", b"more", private=True)
    assert [file.name for file in source.dump().files] == ["a.tsv", "b.tsv"]
