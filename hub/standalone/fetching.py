"""Files of a release are fetched here: bounded, compared with their checksums, kept for the next try."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.config.secret import Secret, reveal
from hub.datadiff.applying import described_files
from hub.datadiff.errors import DamagedFileError
from hub.datadiff.files import check_file, dump_json, write_whole
from hub.datadiff.manager import METADATA
from hub.dataload.transport import Transports
from hub.dataload.transport.guard import options_from
from hub.dataload.transport.port import Watch
from hub.datarelease.errors import DamagedSnapshotError
from hub.datarelease.portable import DESCRIPTION, parsed
from hub.datarelease.versions import FULL
from hub.jobs.port import JobContext
from hub.standalone.errors import BadReleaseError, DiskSpaceError
from hub.standalone.published import Version, parse_json, release_of, resolved, versions_of

MAX_DOCUMENT = 64 * 1024 * 1024  #: bytes of a file that describes others
MAX_NOTE = 4 * 1024 * 1024  #: bytes of a release note
RELEASE = "release.json"


class _Bounded(Watch):
    """Ends a transfer that brings more than it should."""

    def __init__(self, ctx: JobContext, name: str, url: str, limit: int) -> None:
        super().__init__()
        self._ctx, self._name, self._url, self._limit = ctx, name, url, limit

    def at(self, key: str, done: int) -> None:
        super().at(key, done)
        self._ctx.check()
        if done > self._limit:
            raise BadReleaseError(
                self._name, f"{self._url[:200]} is larger than {self._limit:,} bytes, as it should be"
            )


class Fetcher:
    """Fetches what a publisher offers.

    Args:
        settings: limits of downloads, allow-list, mirrors, keys.
        name: of the release, for messages.
        ctx: the job.
    """

    def __init__(self, settings: Settings, name: str, ctx: JobContext) -> None:
        options = options_from(settings)
        keys = settings.get("STANDALONE_AWS_CREDENTIALS") or {}
        user, password = reveal(keys.get("AWS_ACCESS_KEY_ID")), reveal(keys.get("AWS_SECRET_ACCESS_KEY"))
        self._plain = Transports(options)
        self._signed = self._plain
        if user and password:
            login = replace(options.request, login=Secret(f"{user}:{password}"))
            self._signed = Transports(replace(options, request=login))
        self._name, self._ctx = name, ctx

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *error: object) -> None:
        self._plain.close()
        self._signed.close()

    def fetch(self, url: str, path: Path, limit: int) -> None:
        """Fetch a file of at most ``limit`` bytes; goes on with what an interrupted try left.

        Raises:
            hub.errors.HubError: it can not be fetched, or is larger.
        """
        # Keys are for the store only; a web server is not told them.
        transports = self._signed if url.startswith("s3:") else self._plain
        try:
            transports.fetch(url, path, _Bounded(self._ctx, self._name, url, limit))
        except BadReleaseError:
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
            raise

    def read(self, url: str, folder: Path, limit: int = MAX_DOCUMENT) -> bytes:
        """The content of a small file, fetched anew."""
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=folder) as scratch:
            path = Path(scratch) / "content"
            self.fetch(url, path, limit)
            return path.read_bytes()

    def fetch_known(self, url: str, path: Path, known: Mapping[str, Any]) -> None:
        """Fetch a file whose size and checksums are known, unless it is here.

        Raises:
            BadReleaseError: it is not what was described.
        """
        size = known.get("size")
        if type(size) is not int or size < 0:
            raise BadReleaseError(self._name, f"the size of `{path.name}` is not told")
        if path.is_file():
            try:
                return check_file(path, known)
            except DamagedFileError:
                path.unlink()
        self.fetch(url, path, size)
        try:
            check_file(path, known)
        except DamagedFileError as error:
            path.unlink(missing_ok=True)
            raise BadReleaseError(self._name, str(error).partition(". ")[0]) from error
        return None


@dataclass(frozen=True)
class DownloadRequest:
    """What `download_release` needs.

    Attributes:
        settings: snapshot of the configuration.
        name: of the release.
        versions: releases to fetch.
        folder: where each gets a folder of its name.
    """

    settings: Mapping[str, Any]
    name: str
    versions: tuple[Version, ...]
    folder: str


@dataclass(frozen=True)
class VersionsRequest:
    """What `fetch_versions` and `fetch_info` need."""

    settings: Mapping[str, Any]
    name: str
    url: str
    folder: str
    version: Version | None = None


def fetch_versions(ctx: JobContext, request: VersionsRequest) -> list[Version]:
    """What was published.

    Raises:
        hub.errors.HubError: it can not be fetched, or is no list of versions.
    """
    with Fetcher(Settings.from_snapshot(request.settings), request.name, ctx) as fetcher:
        content = fetcher.read(request.url, Path(request.folder))
    return versions_of(request.name, request.url, content)


def fetch_info(ctx: JobContext, request: VersionsRequest) -> dict[str, Any]:
    """Metadata and release note of one version: ``{"info", "release_note": {"txt", "json"}}``."""
    version = request.version
    assert version is not None
    folder = Path(request.folder)
    with Fetcher(Settings.from_snapshot(request.settings), request.name, ctx) as fetcher:
        release = release_of(request.name, version, fetcher.read(version.url, folder))
        notes: dict[str, Any] = {}
        changes = release.get("changes")
        for kind in ("txt", "json"):
            entry = changes.get(kind) if isinstance(changes, Mapping) else None
            if isinstance(entry, Mapping) and entry.get("url"):
                content = fetcher.read(resolved(request.name, version.url, entry["url"]), folder, MAX_NOTE)
                text = content.decode("utf-8", "replace")
                notes[kind] = text if kind == "txt" else parse_json(request.name, "the release note", content)
    return {"info": release, "release_note": notes}


def download_release(ctx: JobContext, request: DownloadRequest) -> dict[str, int]:
    """Fetch all files of some releases and compare them with their checksums; nothing is installed.

    A file that is here already is not fetched again.

    Returns:
        Bytes of each release on disk.

    Raises:
        hub.errors.HubError: one can not be fetched, or is not what was published.
    """
    sizes = {}
    with Fetcher(Settings.from_snapshot(request.settings), request.name, ctx) as fetcher:
        for version in request.versions:
            folder = Path(request.folder) / version.build_version
            folder.mkdir(parents=True, exist_ok=True)
            release = release_of(request.name, version, fetcher.read(version.url, folder))
            _fetch_files(ctx, fetcher, request.name, version, release, folder)
            write_whole(folder / RELEASE, dump_json(release))
            sizes[version.build_version] = sum(p.stat().st_size for p in folder.iterdir() if p.is_file())
    return sizes


def _fetch_files(
    ctx: JobContext, fetcher: Fetcher, name: str, version: Version, release: dict[str, Any], folder: Path
) -> None:
    metadata = release["metadata"]
    repository = metadata.get("repository")
    if version.kind == FULL and isinstance(repository, Mapping) and repository.get("type") in ("s3", "fs"):
        return  # the search engine fetches it by itself
    url = resolved(name, version.url, metadata.get("url"))
    description = folder / (DESCRIPTION if version.kind == FULL else METADATA)
    content = fetcher.read(url, folder)
    if metadata.get("sha256") is not None:
        write_whole(description, content)
        try:
            check_file(description, {"sha256": metadata["sha256"]})
        except DamagedFileError as error:
            raise BadReleaseError(name, str(error).partition(". ")[0]) from error
    files = _described(name, version, content)
    needed = sum(int(entry["size"]) for entry in files if type(entry.get("size")) is int)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskSpaceError(name, needed, free)
    for number, entry in enumerate(files):
        ctx.progress(number, len(files), unit="files", note=f"fetching {entry['name']}")
        fetcher.fetch_known(resolved(name, url, str(entry["name"])), folder / entry["name"], entry)
    write_whole(description, content)


def _described(name: str, version: Version, content: bytes) -> list[dict[str, Any]]:
    try:
        if version.kind == FULL:
            return [dict(entry) for entry in parsed(version.build_version, content)["files"]]
        return described_files(safe_metadata(parse_json(name, METADATA, content)))
    except (DamagedFileError, DamagedSnapshotError) as error:
        raise BadReleaseError(name, str(error).partition(". ")[0]) from error


def safe_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Metadata of a diff with the files of the safe format, where a publisher offers both."""
    diff = metadata.get("diff")
    safe = diff.get("safe") if isinstance(diff, Mapping) else None
    if isinstance(diff, Mapping) and isinstance(safe, Mapping):
        return {**metadata, "diff": {**diff, **safe}}
    return metadata
