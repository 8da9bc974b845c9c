"""``irods:`` at the boundary of its client library: no iRODS server can be installed beside the tests."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub.config.allowlist import AllowList
from hub.config.secret import Secret
from hub.dataload.transport import TransportOptions, Transports, Watch
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
from hub.dataload.transport.irods import IrodsTransport
from hub.dataload.transport.partial import PartialFile
from hub.dataload.transport.request import Request

ROOT = "irods://reader@127.0.0.1/zone/home"
DAY = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC).replace(tzinfo=None)  # as the library gives it


class DataObjectDoesNotExist(Exception):
    """Named as in the library."""


class CAT_INVALID_AUTHENTICATION(Exception):
    """Named as in the library."""


class NetworkException(Exception):
    """Named as in the library."""


@dataclass
class Zone:
    """Answers as a session of the library; objects by path."""

    objects: dict[str, bytes] = field(default_factory=dict)
    error: Exception | None = None
    opened: list[dict[str, Any]] = field(default_factory=list)
    ended: int = 0

    def __call__(self, **options: Any) -> Zone:
        self.opened.append(options)
        return self

    @property
    def data_objects(self) -> Any:
        return SimpleNamespace(get=self._get, open=self._open)

    @property
    def collections(self) -> Any:
        return SimpleNamespace(get=self._collection, exists=lambda path: bool(self._below(path)))

    def cleanup(self) -> None:
        self.ended += 1

    def _get(self, path: str) -> Any:
        if self.error:
            raise self.error
        if path not in self.objects:
            raise DataObjectDoesNotExist
        name, size = path.rpartition("/")[2], len(self.objects[path])
        return SimpleNamespace(name=name, size=size, modify_time=DAY, checksum=f"sha2:{hash(self.objects[path])}")

    def _open(self, path: str, mode: str, *, allow_redirect: bool) -> Any:
        assert (mode, allow_redirect) == ("r", False)
        return io.BytesIO(self.objects[path])

    def _below(self, path: str) -> list[str]:
        return [name.removeprefix(f"{path}/") for name in self.objects if name.startswith(f"{path}/")]

    def _collection(self, path: str) -> Any:
        below = self._below(path)
        if not below:
            raise DataObjectDoesNotExist
        folders = sorted({name.partition("/")[0] for name in below if "/" in name})
        return SimpleNamespace(
            subcollections=[SimpleNamespace(name=name) for name in folders],
            data_objects=[self._get(f"{path}/{name}") for name in below if "/" not in name],
        )


@pytest.fixture
def zone() -> Zone:
    return Zone({"/zone/home/a b.tsv": b"data", "/zone/home/sub/c": b"", "/zone/home/ü#1": b"x"})


def transports(zone: Zone, **options: Any) -> Transports:
    return Transports(TransportOptions(attempts=1, **options), {"irods": lambda given: IrodsTransport(given, zone)})


def test_a_collection_is_listed_and_fetched(zone: Zone, tmp_path: Path) -> None:
    fetching = transports(zone)
    found = {entry.name: entry for entry in fetching.listdir(ROOT)}
    assert {name: (entry.size, entry.is_dir) for name, entry in found.items()} == {
        "a b.tsv": (4, False),
        "ü#1": (1, False),
        "sub": (None, True),
    }
    for name, body in (("a b.tsv", b"data"), ("ü#1", b"x")):
        got = fetching.fetch(found[name].url, tmp_path / "copy")
        assert (got.size, got.mtime) == (len(body), DAY.replace(tzinfo=UTC))
        assert (tmp_path / "copy").read_bytes() == body
    assert fetching.fetch(f"{ROOT}/sub/c", tmp_path / "copy").size == 0
    assert [entry.name for entry in fetching.listdir(found["sub"].url)] == ["c"]
    assert len(zone.opened) == 1
    assert zone.opened[0] | {"password": ""} == {
        "host": "127.0.0.1",
        "port": 1247,
        "user": "reader",
        "password": "",
        "zone": "zone",
    }
    fetching.close()
    assert zone.ended == 1


def test_a_partial_file_goes_on_unless_the_object_changed(zone: Zone, tmp_path: Path) -> None:
    fetching, url = transports(zone), f"{ROOT}/a%20b.tsv"
    for body, expected in ((b"data", b"DAta"), (b"else", b"else")):
        with PartialFile(tmp_path / "copy") as part:
            part.begin(fetching.stat(url), 0)
            part.write(b"DA")
        zone.objects["/zone/home/a b.tsv"] = body
        fetching.fetch(url, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == expected


def test_a_stop_wakes_a_read_that_waits(zone: Zone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, ended, watch = threading.Event(), threading.Event(), Watch()

    def read(size: int) -> bytes:
        reading.set()
        assert ended.wait(300)
        raise RuntimeError("the connection is gone")

    file = SimpleNamespace(seek=lambda offset: None, read=read, close=lambda: None)
    monkeypatch.setattr(zone, "_open", lambda path, mode, allow_redirect: file)
    monkeypatch.setattr(zone, "cleanup", ended.set)
    stopper = threading.Thread(target=lambda: reading.wait(300) and watch.stop())
    stopper.start()
    with pytest.raises(StoppedError):
        transports(zone).fetch(f"{ROOT}/a%20b.tsv", tmp_path / "copy", watch)
    stopper.join()


def test_errors_are_told_in_the_words_of_the_hub(zone: Zone) -> None:
    fetching = transports(zone)
    with pytest.raises(RemoteNotFoundError):
        fetching.stat(f"{ROOT}/none")
    with pytest.raises(RemoteNotFoundError):
        fetching.listdir(f"{ROOT}/none")
    with pytest.raises(RemoteAnswerError, match="collection"):
        fetching.stat(f"{ROOT}/sub")
    for url in ("irods://127.0.0.1/", f"{ROOT}/a?b"):
        with pytest.raises(BadUrlError):
            fetching.stat(url)
    for error, kind in (
        (CAT_INVALID_AUTHENTICATION("wrong password"), AccessDeniedError),
        (NetworkException("reset"), ConnectionLostError),
        (OSError("refused"), ConnectionLostError),
        (RuntimeError("odd"), RemoteAnswerError),
    ):
        zone.error = error
        with pytest.raises(kind, match=str(error)):
            fetching.stat(f"{ROOT}/a%20b.tsv")


def test_the_log_in_and_the_allow_list_count(zone: Zone) -> None:
    transports(zone, request=Request(login=Secret("writer:s3cret"))).stat("irods://h:99/zone/home/a%20b.tsv")
    transports(zone).stat("irods://h/zone/home/a%20b.tsv")
    assert [(o["user"], o["password"], o["port"]) for o in zone.opened] == [
        ("writer", "s3cret", 99),
        ("anonymous", "", 1247),
    ]
    with pytest.raises(UrlRefusedError):
        transports(zone, check=guard(AllowList(("example.org",)))).stat(f"{ROOT}/a%20b.tsv")
