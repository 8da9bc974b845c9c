"""The function that publishes a release as a job: files first, the lists that name them last.

It can be done again after an interruption: a file that is there with the same content is left, and nobody is told of
the release before all of it is there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from hub.datadiff.files import check_file, checksums, dump_json
from hub.datarelease import versions
from hub.datarelease.places import Place, PlaceSpec, open_place
from hub.datarelease.portable import DESCRIPTION, read_description
from hub.jobs.port import JobContext


@dataclass(frozen=True)
class Upload:
    """One local file, where it goes, and its known checksums."""

    path: str
    place: PlaceSpec
    name: str
    known: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class SnapshotCopy:
    """A snapshot that goes from its repository into the release.

    Attributes:
        repository: where it is.
        snapshot: its name.
        place: where it goes.
        folder: the folder there.
    """

    repository: PlaceSpec
    snapshot: str
    place: PlaceSpec
    folder: str


@dataclass(frozen=True)
class PublishRequest:
    """What `publish_release` needs.

    Attributes:
        place: where the release goes.
        release: its metadata, the file ``<build_version>.json``.
        entry: its entry of ``versions.json``; see `hub.datarelease.versions.check`.
        uploads: files of it.
        copies: snapshots of it.
        prefix: of the names ``versions.json`` and ``latest.json``.
        announce: write the metadata and the lists; else only the files.
        force: replace a version, or go back.
        scratch: folder for files on their way.
    """

    place: PlaceSpec
    release: Mapping[str, Any]
    entry: Mapping[str, Any]
    uploads: Sequence[Upload] = ()
    copies: Sequence[SnapshotCopy] = ()
    prefix: str = ""
    announce: bool = True
    force: bool = False
    scratch: str = ""


def publish_release(ctx: JobContext, request: PublishRequest) -> dict[str, Any]:
    """Publish a release; gives its metadata with the digests of what was stored.

    Raises:
        hub.errors.HubError: it is refused, and nothing was stored; or the place failed, and nobody was told of it.
    """
    place = open_place(request.place)
    place.prepare()
    list_name = f"{request.prefix}versions.json"
    if request.announce and not request.force:
        versions.check(_entries(place, list_name, request), request.entry, request.place.shown)
    opened: dict[str, Place] = {request.place.shown: place}
    release = {**request.release, "metadata": dict(request.release["metadata"])}
    for number, upload in enumerate(request.uploads):
        ctx.check()
        ctx.progress(number, len(request.uploads), unit="files", note=f"storing {upload.name}")
        if upload.known is not None:
            check_file(Path(upload.path), upload.known)
        _opened(opened, upload.place).put_file(Path(upload.path), upload.name)
    for copy in request.copies:
        release["metadata"]["sha256"] = _copy(ctx, copy, _opened(opened, copy.place), request.scratch)
    if not request.announce:
        return release
    ctx.check()
    # From here on it takes no time worth a look at whether to stop; the order is what matters.
    name = f"{release['build_version']}.json"
    place.put(name, dump_json(release))
    entries = _entries(place, list_name, request)
    if not request.force:
        versions.check(entries, request.entry, request.place.shown)
    place.put(list_name, versions.with_entry(entries, request.entry))
    redirect = f"/{request.place.prefix}/{name}" if request.place.prefix else f"/{name}"
    place.put(f"{request.prefix}latest.json", orjson.dumps(release["build_version"]), redirect=redirect)
    return release


def _entries(place: Place, list_name: str, request: PublishRequest) -> list[dict[str, Any]]:
    return versions.listed(place.get(list_name), request.place.shown)


def _opened(opened: dict[str, Place], spec: PlaceSpec) -> Place:
    if spec.shown not in opened:
        opened[spec.shown] = open_place(spec)
        opened[spec.shown].prepare()
    return opened[spec.shown]


def _copy(ctx: JobContext, copy: SnapshotCopy, target: Place, scratch: str) -> str:
    """Copy a snapshot file by file, each compared with its checksum; gives the SHA-256 of its description."""
    description, repository = read_description(copy.repository, copy.snapshot), open_place(copy.repository)
    Path(scratch).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="publish-", dir=scratch) as folder:
        for number, entry in enumerate(description["files"]):
            ctx.check()
            ctx.progress(number, len(description["files"]), unit="files", note=f"storing {entry['name']}")
            path = Path(folder) / entry["name"]
            repository.fetch(f"{copy.snapshot}/{entry['name']}", path)
            check_file(path, entry)
            target.put_file(path, f"{copy.folder}/{entry['name']}")
            path.unlink()
        path = Path(folder) / DESCRIPTION
        path.write_bytes(dump_json(description))
        target.put_file(path, f"{copy.folder}/{DESCRIPTION}")
        return str(checksums(path)["sha256"])
