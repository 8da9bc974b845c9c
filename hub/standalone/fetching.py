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
from hub.dataload.transport.errors import RemoteNotFoundError
from hub.dataload.transport.guard import options_from
from hub.dataload.transport.port import Watch
from hub.datarelease.errors import DamagedSnapshotError
from hub.datarelease.portable import DESCRIPTION, parsed
from hub.datarelease.versions import FULL
from hub.jobs.port import JobContext
from hub.standalone.archived import Archive, archive_of, limits_of, unpack_documents
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
        into_elastic: whether they are installed into Elasticsearch, which can restore its own snapshots.
    """

    settings: Mapping[str, Any]
    name: str
    versions: tuple[Version, ...]
    folder: str
    into_elastic: bool = True


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
    settings = Settings.from_snapshot(request.settings)
    with Fetcher(settings, request.name, ctx) as fetcher:
        for version in request.versions:
            folder = Path(request.folder) / version.build_version
            folder.mkdir(parents=True, exist_ok=True)
            release = release_of(request.name, version, fetcher.read(version.url, folder))
            download = _Download(ctx, fetcher, request, settings, version, release, folder)
            download.fetch()
            write_whole(folder / RELEASE, dump_json(release))
            sizes[version.build_version] = sum(p.stat().st_size for p in folder.iterdir() if p.is_file())
    return sizes


class _Download:
    """The files of one release."""

    def __init__(
        self,
        ctx: JobContext,
        fetcher: Fetcher,
        request: DownloadRequest,
        settings: Settings,
        version: Version,
        release: Mapping[str, Any],
        folder: Path,
    ) -> None:
        self._ctx, self._fetcher, self._settings = ctx, fetcher, settings
        self._name, self._version, self._folder = request.name, version, folder
        self._into_elastic = request.into_elastic
        self._metadata = release["metadata"]
        self._archive = archive_of(request.name, version, release, folder) if version.kind == FULL else None

    def fetch(self) -> None:
        """Fetch them, each way that the release allows.

        Raises:
            hub.errors.HubError: one can not be fetched, or is not what was published.
        """
        repository = self._metadata.get("repository")
        kind = repository.get("type") if isinstance(repository, Mapping) else None
        if self._version.kind == FULL and kind in ("s3", "fs"):
            # The search engine fetches it by itself, but for a folder on the disk of another machine.
            if kind == "fs" and self._archive is not None and self._into_elastic:
                self._fetch_archive(self._archive)
        elif self._archive is not None and not self._metadata.get("url"):
            self._from_archive(self._archive)
        else:
            try:
                self._by_file()
            except RemoteNotFoundError:
                if self._archive is None:
                    raise
                self._from_archive(self._archive)

    def _by_file(self) -> None:
        url = resolved(self._name, self._version.url, self._metadata.get("url"))
        content = self._fetcher.read(url, self._folder)
        description = self._describe(content)
        files = _described(self._name, self._version, content)
        self._check_room(sum(int(entry["size"]) for entry in files if type(entry.get("size")) is int))
        for number, entry in enumerate(files):
            self._ctx.progress(number, len(files), unit="files", note=f"fetching {entry['name']}")
            where = resolved(self._name, url, str(entry["name"]))
            self._fetcher.fetch_known(where, self._folder / entry["name"], entry)
        write_whole(description, content)

    def _from_archive(self, archive: Archive) -> None:
        self._fetch_archive(archive)
        self._ctx.progress(0, note=f"unpacking {archive.path.name}")
        limits = limits_of(self._settings)
        try:
            content = unpack_documents(self._name, self._version, archive.path, limits, self._ctx.check)
        except DamagedSnapshotError as error:
            raise BadReleaseError(self._name, str(error).partition(". ")[0]) from error
        for entry in _described(self._name, self._version, content):
            try:
                check_file(self._folder / entry["name"], entry)
            except DamagedFileError as error:
                raise BadReleaseError(self._name, str(error).partition(". ")[0]) from error
        write_whole(self._describe(content), content)

    def _fetch_archive(self, archive: Archive) -> None:
        self._ctx.progress(0, note=f"fetching {archive.path.name}")
        if not archive.known:
            # Nothing tells whether what an earlier try left is still what is published.
            archive.path.unlink(missing_ok=True)
            most = min(int(self._settings["UNCOMPRESS_MAX_BYTES"]), shutil.disk_usage(self._folder).free)
            return self._fetcher.fetch(archive.url, archive.path, most)
        size = archive.known.get("size")
        if not archive.path.is_file():
            self._check_room(size if type(size) is int else 0)
        return self._fetcher.fetch_known(archive.url, archive.path, archive.known)

    def _check_room(self, needed: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise DiskSpaceError(self._name, needed, free)

    def _describe(self, content: bytes) -> Path:
        """Where the description is kept; compared with its checksum if that is known."""
        description = self._folder / (DESCRIPTION if self._version.kind == FULL else METADATA)
        if self._metadata.get("sha256") is not None:
            write_whole(description, content)
            try:
                check_file(description, {"sha256": self._metadata["sha256"]})
            except DamagedFileError as error:
                raise BadReleaseError(self._name, str(error).partition(". ")[0]) from error
        return description


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
