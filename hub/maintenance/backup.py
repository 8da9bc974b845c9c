"""The hub's own records in one file, and back.

The file is NDJSON, packed with gzip. Its first line tells what it is and how many records of each collection follow;
each further line is one record, in the form of `hub.store.codec`, so that dates and binary data come back as they were
(``tagged`` says that there are such); the last line holds the SHA-256 of all lines before it. Reading it runs no code.
Data of sources, builds and indices are not in it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from hub import __version__
from hub.maintenance.errors import BackupExistsError, BackupFileError, NotEmptyError
from hub.store.codec import JsonCodec
from hub.store.state_port import StateStore

FORMAT = "entrepot-backup"
VERSION = 1
SUFFIX = ".ndjson.gz"
#: What a hub fills again by itself and no restore stumbles over: the history of commands and events, and jobs.
TRANSIENT = ("CMD_COLLECTION", "EVENT_COLLECTION", "JOB_COLLECTION")
LONGEST_LINE = 64 * 1024 * 1024  #: bytes of one record; a line that is longer is not read to its end

_CODEC = JsonCodec(keys="allow")

Record = tuple[str, dict[str, Any]]


def file_name(name: str) -> str:
    """A name for a backup that is made now."""
    clean = "".join(c if c.isalnum() else "_" for c in name) or "hub"
    return f"{clean}_backup_{datetime.now(UTC):%Y%m%d_%H%M%S}{SUFFIX}"


def write_backup(store: StateStore, path: Path) -> dict[str, int]:
    """Write all records of ``store`` to ``path``, which appears when it is whole; readable by its owner only.

    Returns:
        Number of records by collection.

    Raises:
        BackupExistsError: there is such a file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise BackupExistsError(path)
    records = {name: store.find(name) for name in store.collections()}
    counts = {name: len(found) for name, found in records.items()}
    head = {"format": FORMAT, "version": VERSION, "hub": __version__, "at": _now(), "collections": counts}
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # of mode 0600
    try:
        with os.fdopen(handle, "wb") as raw:
            _write_lines(raw, head, ((name, record) for name, found in records.items() for record in found))
            raw.flush()
            os.fsync(raw.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            raise BackupExistsError(path) from None
    finally:
        Path(partial).unlink(missing_ok=True)
    return counts


def read_backup(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of a backup by collection, checked to its last line.

    Raises:
        BackupFileError: no such file, no backup, or not whole.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    digest, head, ended, number = hashlib.sha256(), None, False, 0
    for number, line in enumerate(_lines(path), 1):
        if ended:
            raise BackupFileError(path, "there is something after its end", number)
        entry = _parsed(path, number, line)
        if head is None:
            head = _head(path, entry)
        elif "sha256" in entry:
            ended = True
            if entry["sha256"] != digest.hexdigest():
                raise BackupFileError(path, "its checksum is wrong: it was damaged or changed", number)
        else:
            name, record = _record(path, number, entry)
            found.setdefault(name, []).append(record)
        digest.update(line)
    if head is None or not ended:
        raise BackupFileError(path, "it is not whole: its last line is missing", number)
    if {name: len(records) for name, records in found.items()} != {n: c for n, c in head["collections"].items() if c}:
        raise BackupFileError(path, "it does not hold as many records as its first line says", 1)
    return found


def restore_backup(store: StateStore, path: Path, *, drop: bool, keep: Path, ignored: set[str]) -> dict[str, Any]:
    """Put the records of a backup into ``store``. When that fails half-way, the records that were there come back.

    Args:
        store: the records of the hub.
        path: the backup.
        drop: replace the records that are there.
        keep: folder for a backup of what is there now.
        ignored: collections that may hold something without ``drop``; the backup's records join them.

    Returns:
        ``{"restored": {collection: records}, "saved": file with what was there before, or None}``.

    Raises:
        BackupFileError: see `read_backup`.
        NotEmptyError: records are there, and ``drop`` is not set.
    """
    records = read_backup(path)
    present = {name for name in store.collections() if name not in ignored}
    if present and not drop:
        raise NotEmptyError(present)
    saved: Path | None = None
    if store.collections():
        saved = keep / file_name("before_restore")
        write_backup(store, saved)
    try:
        if drop:
            _empty(store)
        _fill(store, records)
    except BaseException:
        with contextlib.suppress(Exception):
            _empty(store)
            _fill(store, read_backup(saved) if saved else {})
        raise
    return {"restored": {n: len(r) for n, r in records.items()}, "saved": str(saved) if saved else None}


def _empty(store: StateStore) -> None:
    for name in store.collections():
        for record in store.find(name):
            store.delete(name, record["_id"])


def _fill(store: StateStore, records: dict[str, list[dict[str, Any]]]) -> None:
    for name, found in records.items():
        for record in found:
            store.put(name, record)


def _write_lines(raw: Any, head: dict[str, Any], records: Iterator[Record]) -> None:
    digest = hashlib.sha256()
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as out:

        def line(data: bytes) -> None:
            digest.update(data + b"\n")
            out.write(data + b"\n")

        line(orjson.dumps(head))
        for name, record in records:
            body = _CODEC.encode(record)
            tagged = b"" if body[:1] == b"{" else b',"tagged":true'
            line(b'{"collection":%b%b,"record":%b}' % (orjson.dumps(name), tagged, body[body.index(b"{") :]))
        line(orjson.dumps({"sha256": digest.hexdigest()}))


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise BackupFileError(path, "a line is far too long")
                yield line
    except FileNotFoundError:
        raise BackupFileError(path, "there is no such file") from None
    except (OSError, EOFError) as error:
        raise BackupFileError(path, f"it cannot be read ({error})") from None


def _parsed(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise BackupFileError(path, "this is no record", number) from None
    if not isinstance(entry, dict):
        raise BackupFileError(path, "this is no record", number)
    return entry


def _head(path: Path, entry: dict[str, Any]) -> dict[str, Any]:
    if entry.get("format") != FORMAT or not isinstance(entry.get("collections"), dict):
        raise BackupFileError(path, "it is no backup of a hub", 1)
    if entry.get("version") != VERSION:
        raise BackupFileError(path, f"it has version {entry.get('version')}, and this hub reads {VERSION}", 1)
    return entry


def _record(path: Path, number: int, entry: dict[str, Any]) -> Record:
    name, record = entry.get("collection"), entry.get("record")
    if not isinstance(name, str) or not isinstance(record, dict) or "_id" not in record:
        raise BackupFileError(path, "this is no record of a collection", number)
    return name, _CODEC.decode(b"x" + orjson.dumps(record)) if entry.get("tagged") else record


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
