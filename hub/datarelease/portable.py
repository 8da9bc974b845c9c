"""Snapshots that any search engine can take and restore: the documents, the mapping and the metadata of an index.

A snapshot is a folder: ``snapshot.json`` describes it, ``documents_<n>.jsonl.zst`` hold the documents. The description
is written last, so that a snapshot without one is not there. Each file has its checksum, the whole its digest.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from hub.datadiff.errors import DamagedFileError
from hub.datadiff.files import PartWriter, check_file, checksums, dump_json, read_lines
from hub.datarelease.errors import DamagedSnapshotError
from hub.datarelease.places import PlaceSpec, open_place
from hub.jobs.port import JobContext
from hub.search import open_engine
from hub.search.port import Document, SearchSpec
from hub.search.reading import every_document
from hub.store.digest import Digest, content_hash

DESCRIPTION = "snapshot.json"
KIND = "documents"
EXCLUDE = frozenset({"_timestamp"})
_LOOK = 1000  #: documents between two looks at whether the job is to stop


@dataclass(frozen=True)
class SnapshotRequest:
    """What `take_snapshot` needs.

    Attributes:
        engine: the search engine.
        index: an index of it.
        snapshot: name of the snapshot; one of that name is replaced.
        place: the repository.
        scratch: folder for the files before they are stored.
        max_bytes: packed bytes of one file.
        settings: what else the description says.
        expected: what the index should hold, from `Digest.as_dict`, when known.
    """

    engine: SearchSpec
    index: str
    snapshot: str
    place: PlaceSpec
    scratch: str
    max_bytes: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] | None = None


def take_snapshot(ctx: JobContext, request: SnapshotRequest) -> dict[str, Any]:
    """Store a snapshot and read it back; gives its description.

    Raises:
        hub.datarelease.errors.PlaceError: the repository does not take it, or is gone.
        DamagedSnapshotError: the index does not hold what it should, or the repository gave back something else.
    """
    place = open_place(request.place)
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(request.engine)))
        Path(request.scratch).mkdir(parents=True, exist_ok=True)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="snapshot-", dir=request.scratch)))
        index = engine.aliases().get(request.index, request.index)
        properties = {key: value for key, value in engine.properties(index).items() if key != "all"}
        header = {"source": index, "timestamp": f"{datetime.now(UTC):%Y%m%d}", "format": 1}
        writer = PartWriter(folder, "documents", header, request.max_bytes)
        stack.callback(writer.close)
        digest, total = Digest(), engine.count(index)
        for document in every_document(engine, index):
            digest.add(content_hash(document, EXCLUDE))
            writer.write({"add": document})
            if digest.count % _LOOK == 0:
                ctx.check()
                ctx.progress(digest.count, total, unit="documents", note="writing the snapshot")
        writer.checkpoint()
        if request.expected is not None and Digest.read(request.expected) not in (None, digest):
            raise DamagedSnapshotError(request.snapshot, f"was not taken: `{index}` is not as its build")
        files = [{**checksums(folder / p["name"]), "raw": p["raw"], "operations": p["lines"]} for p in writer.parts]
        description = {
            "format": 1,
            "kind": KIND,
            "name": request.snapshot,
            "index": index,
            "created_at": datetime.now(UTC).isoformat(),
            **digest.as_dict(),
            "exclude": sorted(EXCLUDE),
            "properties": properties,
            "meta": engine.meta(index),
            "settings": dict(request.settings),
            "files": files,
        }
        place.remove(request.snapshot)
        for entry in files:
            ctx.check()
            ctx.progress(0, note=f"storing {entry['name']}")
            place.put_file(folder / entry["name"], f"{request.snapshot}/{entry['name']}")
        place.put(f"{request.snapshot}/{DESCRIPTION}", dump_json(description))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        verify_snapshot(ctx, request.place, request.snapshot, folder)
    return description


def read_description(place: PlaceSpec, snapshot: str) -> dict[str, Any]:
    """The description of a stored snapshot.

    Raises:
        DamagedSnapshotError: there is none, or it is no description.
    """
    content = open_place(place).get(f"{snapshot}/{DESCRIPTION}")
    if content is None:
        raise DamagedSnapshotError(snapshot, f"is not in {place.shown}")
    return parsed(snapshot, content)


def parsed(snapshot: str, content: bytes) -> dict[str, Any]:
    """A description, checked as far as that is possible without its files.

    Raises:
        DamagedSnapshotError: it is none.
    """
    try:
        found = orjson.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != 1 or found.get("kind") != KIND:
        raise DamagedSnapshotError(snapshot, "has no description of a format that is known")
    files, digest = found.get("files"), Digest.read(found)
    if not isinstance(files, list) or digest is None:
        raise DamagedSnapshotError(snapshot, "has a description without its files or its digest")
    for entry in files:
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str) or Path(name).name != name or "\\" in name or name.startswith("."):
            raise DamagedSnapshotError(snapshot, f"names a file that can not be one of it ({name!r:.100})")
        if not isinstance(entry.get("sha256"), str):
            raise DamagedSnapshotError(snapshot, f"does not tell the checksum of `{name}`")
    if not isinstance(found.get("properties"), dict) or not isinstance(found.get("meta"), dict):
        raise DamagedSnapshotError(snapshot, "has a description without mapping or metadata")
    return found


def verify_snapshot(ctx: JobContext, place: PlaceSpec, snapshot: str, folder: Path) -> dict[str, Any]:
    """Read a stored snapshot back and compare every file with its checksum; gives its description.

    Raises:
        DamagedSnapshotError: a file differs.
    """
    description, opened = read_description(place, snapshot), open_place(place)
    for entry in description["files"]:
        ctx.check()
        ctx.progress(0, note=f"verifying {entry['name']}")
        path = folder / entry["name"]
        opened.fetch(f"{snapshot}/{entry['name']}", path)
        try:
            check_file(path, entry)
        except DamagedFileError as error:
            raise DamagedSnapshotError(snapshot, f"was not stored well: {error}") from error
        finally:
            path.unlink(missing_ok=True)
    return description


def documents(folder: Path, description: Mapping[str, Any], check: Any) -> Iterator[Document]:
    """The documents of a snapshot whose files were compared with their checksums.

    Raises:
        DamagedSnapshotError: a line is no document, or there are more or fewer than there should be.
    """
    seen = 0
    for entry in description["files"]:
        for line in read_lines(folder / entry["name"], check):
            document = line.get("add")
            if not isinstance(document, dict) or not isinstance(document.get("_id"), str):
                raise DamagedSnapshotError(str(description.get("name")), f"holds no document in {entry['name']}")
            seen += 1
            if seen > description["count"]:
                break
            yield document
    if seen != description["count"]:
        raise DamagedSnapshotError(str(description.get("name")), f"does not hold {description['count']} documents")
