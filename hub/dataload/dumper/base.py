"""The dumper that all others derive from: names, folders, client, release, and what a subclass may override."""

from __future__ import annotations

import copy
import functools
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from hub.config.secret import Secret
from hub.dataload.archives import uncompress_all
from hub.dataload.drafts import Draft
from hub.dataload.dumper import remote_options
from hub.dataload.dumper.crew import Crew
from hub.dataload.dumper.environment import DumpEnvironment
from hub.dataload.dumper.errors import DumperException, TooFewLinesError
from hub.dataload.dumper.listed import Found
from hub.dataload.file_specs import FileSpec
from hub.dataload.known import StateCollection
from hub.dataload.releases import LATEST, PARTIAL, SourceFolder, folder_name
from hub.dataload.transport import RemoteFile, TransportOptions, Transports
from hub.dataload.transport.options import OPTIONS
from hub.dataload.transport.port import FileRules
from hub.dataload.transport.registry import Factory


class BaseDumper:
    """Downloads one source.

    A subclass overrides `create_todump_list`, which sets ``self.release`` and fills ``self.to_dump``, and what else it
    needs of `prepare_client`, `remote_is_better`, `download`, `post_download`, `post_dump`, `set_release`. The files
    come into `new_data_folder`, which becomes the release's final folder only when everything is there.

    Attributes:
        SRC_NAME: source name.
        SRC_ROOT_FOLDER: folder of all releases; ``DATA_ARCHIVE_ROOT/<name>`` by default.
        ROOT_FOLDER_NAME: that name; the source name by default, the plugin's folder name for manifest plugins.
        AUTO_UPLOAD: upload after a successful dump.
        SUFFIX_ATTR: attribute whose value names the folder of a release.
        MAX_PARALLEL_DUMP: files downloaded at the same time; 3 by default.
        SLEEP_BETWEEN_DOWNLOAD: seconds to wait before each further file.
        ARCHIVE: one folder for each release; False keeps only ``latest``.
        SCHEDULE: cron text, or None.
        DISABLED: never dump.
        UNCOMPRESS: extract archives after the download.
        ALLOW_EMPTY_FILES: accept files of no bytes.
        CHECKS: rules for the files, by name or pattern; see `hub.dataload.checks`.
        OPTIONS: download options by name, as in ``dumper.options`` of a manifest.
        TIMEOUT: seconds: ``connect``, ``stall`` (without a byte), ``total`` (0 for no limit); others as configured.
        CREDENTIALS: ``user:password``, ``Bearer ...``, or ``secret:NAME`` for one of the setting SECRETS.
        PROXY: proxy for HTTP, instead of the configured one.
        MAX_RATE: bytes a second, all files together; None for the configured rate.
        CHECKSUM: published checksums: ``auto`` uses those that are downloaded or listed beside the data, ``required``
            looks for them and fails without, ``off`` does not look.
        REUSE: unchanged files of the last release: ``link`` (a copy where the disk cannot), ``copy``, or ``never``.
        FILE_SPECS: what single files need, by URL; see `hub.dataload.file_specs`.
        KEEP_RELEASES: releases kept beside those in use, or ``"all"``; None for the setting of that name.
        AUTO_PROMOTE: a new release becomes the current one by itself.
        DEPENDS_ON: sources that this one is made from.
        COPY_FROM: regular expressions by such a source: files of it that are linked into ``<release>/<source>/``.
        STEPS: programs and functions to run before and after; see `hub.dataload.lifecycle.declared`.
        to_check: pairs of a path in the release folder and the least number of its lines (file) or entries (folder).
    """

    SRC_NAME: Any = None
    SRC_ROOT_FOLDER: Any = None
    ROOT_FOLDER_NAME: str | None = None
    AUTO_UPLOAD: bool = True
    SUFFIX_ATTR: str = "release"
    MAX_PARALLEL_DUMP: int | None = None
    SLEEP_BETWEEN_DOWNLOAD: float = 0.0
    ARCHIVE: bool = True
    SCHEDULE: str | None = None
    DISABLED: bool = False
    UNCOMPRESS: bool = False
    ALLOW_EMPTY_FILES: bool = False
    CHECKS: Mapping[str, Any] = {}
    OPTIONS: Mapping[str, Any] = {}
    TIMEOUT: Mapping[str, float] = {}
    CREDENTIALS: str | Secret | None = None
    PROXY: str | None = None
    MAX_RATE: float | None = None
    CHECKSUM: str = "auto"
    REUSE: str = "link"
    FILE_SPECS: Mapping[str, FileSpec] = {}
    KEEP_RELEASES: int | str | None = None
    AUTO_PROMOTE: bool = True
    DEPENDS_ON: list[str] = []
    COPY_FROM: Mapping[str, Any] = {}
    STEPS: Mapping[str, Any] = {}
    to_check: list[tuple[str, int]] = []
    __metadata__: dict[str, Any] = {}

    def __init__(
        self,
        src_name: str | None = None,
        src_root_folder: str | os.PathLike[str] | None = None,
        log_folder: str | None = None,
        archive: bool | None = None,
    ) -> None:
        self.src_name: str = str(src_name or self.SRC_NAME or type(self).__name__.lower())
        self._root_folder = src_root_folder
        self.log_folder = log_folder
        self.archive = self.ARCHIVE if archive is None else archive
        self.release: Any = None
        self.to_dump: list[dict[str, Any]] = []
        self.to_delete: list[str] = []
        self.unchanged: list[dict[str, Any]] = []
        self.timestamp = datetime.now(UTC).strftime("%Y%m%d")
        self.steps = ["dump", "post"]
        self.logfile: str | None = None
        self.fetched: dict[str, RemoteFile] = {}
        self._client: Any = None
        self._transports: Transports | None = None
        self._stats: dict[str, RemoteFile] = {}
        self._options: TransportOptions | None = None
        self._rules: dict[str, FileRules] = {}
        self._listed: dict[str, Found] = {}
        self.checksum_files: list[str] = []
        self.list_changed = False
        self._final_folder: str | None = None
        self._draft: tuple[tuple[str, str], Draft] | None = None
        self.bind(DumpEnvironment())

    # -- the run -----------------------------------------------------------------------------------------------------

    def bind(self, environment: DumpEnvironment) -> None:
        """Give the dumper what it needs for one run; called before anything else."""
        self.env = environment
        self._options = None
        self._rules = {}
        self.logger = environment.logger
        known = environment.current
        self.src_doc: dict[str, Any] = {"_id": self.src_name, "download": dict(known)} if known else {}

    def for_thread(self) -> Self:
        """A copy with connections of its own, for downloads beside others. It shares the list of fetched files."""
        twin = copy.copy(self)
        twin._client, twin._transports, twin._rules = None, None, {}
        return twin

    # -- folders -----------------------------------------------------------------------------------------------------

    @property
    def src_root_folder(self) -> str:
        """Folder of all releases of the source."""
        given = self._root_folder or self.SRC_ROOT_FOLDER
        name = self.ROOT_FOLDER_NAME or self.src_name
        return _absolute(str(given)) if given else _absolute(os.path.join(self.env.archive_root, name))  # noqa: PTH118

    @property
    def folder(self) -> SourceFolder:
        """The same, with what can be done with it."""
        return SourceFolder(Path(self.src_root_folder), self.src_name)

    @property
    def release_folder_name(self) -> str:
        """Name of the folder of the new release.

        Raises:
            DumperException: the release is not set yet.
        """
        if not self.archive:
            return LATEST
        value = getattr(self, self.SUFFIX_ATTR, None)
        if value in (None, ""):
            raise DumperException(
                f"`{self.src_name}`: `self.{self.SUFFIX_ATTR}` is not set yet, and it names the data folder. Set it "
                "first in create_todump_list()."
            )
        return folder_name(str(value))

    @property
    def new_data_folder(self) -> str:
        """Folder that receives the new release: hidden while the dump runs, final afterwards."""
        if self._final_folder is not None:
            return self._final_folder
        return os.path.join(self.src_root_folder, PARTIAL, self.release_folder_name)  # noqa: PTH118 - a str for plugins

    @property
    def current_data_folder(self) -> str | None:
        """Folder of the release on record; without one the new one, or None while that has no name."""
        recorded = (self.env.current or {}).get("data_folder")
        if recorded:
            return str(recorded)
        try:
            return self.new_data_folder
        except DumperException:
            return None

    @property
    def current_release(self) -> str | None:
        """Release on record."""
        return (self.env.current or {}).get("release")

    @property
    def src_dump(self) -> StateCollection:
        """What is known of all sources. To read only."""
        return StateCollection("DATA_SRC_DUMP_COLLECTION", "src_dump")

    def publish_as(self, folder: Path) -> None:
        """Tell that the release is complete and where."""
        self._final_folder = str(folder)

    def prepare_local_folders(self, localfile: str) -> None:
        """Make the folder that ``localfile`` lies in."""
        os.makedirs(os.path.dirname(localfile) or ".", exist_ok=True)  # noqa: PTH103, PTH120 - for each file

    # -- client ------------------------------------------------------------------------------------------------------

    @property
    def client(self) -> Any:
        """The connection that this kind of dumper speaks through; made when first used."""
        if self._client is None and self.need_prepare():
            self.prepare_client()
        return self._client

    @client.setter
    def client(self, value: Any) -> None:
        self._client = value

    def need_prepare(self) -> bool:
        """Whether `prepare_client` has to run before the client can be used."""
        return self._client is None

    def prepare_client(self) -> None:
        """Set ``self.client``."""

    def release_client(self) -> None:
        """Close ``self.client``."""
        self._client = None

    def disconnect(self) -> None:
        """Release the client, if there is one: subclasses without one may forbid the call."""
        if self._client is not None:
            self.release_client()

    def unprepare(self) -> None:
        """Drop connections; they come back when needed."""
        self.disconnect()
        if self._transports is not None:
            self._transports.close()
            self._transports = None

    # -- transport ---------------------------------------------------------------------------------------------------

    def transport_options(self) -> TransportOptions:
        """Limits and rules of this dumper's downloads."""
        if self._options is None:
            self._options = remote_options.of_dumper(self)
        return self._options

    def file_rules(self, url: str) -> FileRules | None:
        """What one file needs that the others do not; None for files like the others."""
        spec = self.FILE_SPECS.get(url)
        if spec is None:
            return None
        if url not in self._rules:
            self._rules[url] = remote_options.of_file(self, self.transports.options, spec)
        return self._rules[url]

    def transport_factories(self) -> dict[str, Factory]:
        """Transports that use ``self.client`` instead of the registered ones, by scheme."""
        return {}

    @property
    def transports(self) -> Transports:
        """What looks at and fetches remote files."""
        if self._transports is None:
            self._transports = Transports(
                self.transport_options(), self.transport_factories(), self.logger, self.file_rules
            )
        return self._transports

    def skips_archive_test(self, remote: Any) -> bool:
        """Whether a downloaded archive is taken untested (``skip_check_uncompress``)."""
        spec = self.FILE_SPECS.get(self.url_of(remote))
        name = "skip_check_uncompress"
        given = {**self.env.download_options, **self.OPTIONS, **(spec.options if spec else {})}
        return bool(OPTIONS[name].read(given.get(name, False)))

    def url_of(self, remote: Any) -> str:
        """The URL of an entry of ``to_dump``."""
        return str(remote)

    def stat(self, remote: Any) -> RemoteFile:
        """What the server tells of a remote file; asked once in a run.

        Raises:
            TransportError: see `hub.dataload.transport.errors`.
        """
        url = self.url_of(remote)
        if url not in self._stats:
            self._stats[url] = self.transports.stat(url, self.env.watch)
        return self._stats[url]

    def stat_all(self, remotes: Iterable[Any]) -> None:
        """Ask for many remote files at once, so that `stat` knows them.

        Raises:
            TransportError: the first failure.
        """
        unknown = [r for r in remotes if self.url_of(r) not in self._stats]
        if len(unknown) < 2:
            for remote in unknown:
                self.stat(remote)
            return
        with Crew(self, min(self.parallel, len(unknown))) as crew:
            for _ in crew.map(lambda twin, remote: twin.stat(remote), unknown):
                self.env.ctx.check()

    @property
    def parallel(self) -> int:
        """Files that are fetched at the same time."""
        return max(1, self.MAX_PARALLEL_DUMP or self.env.parallel)

    def known_stat(self, remote: Any) -> RemoteFile | None:
        """The same as far as it was asked for already."""
        return self._stats.get(self.url_of(remote))

    # -- what a subclass overrides -----------------------------------------------------------------------------------

    def create_todump_list(self, force: bool = False, **kwargs: Any) -> Any:
        """Set ``self.release`` and append ``{"remote": ..., "local": ...}`` to ``self.to_dump`` for what is to fetch.

        Args:
            force: fetch everything.
            kwargs: for later versions.
        """
        raise DumperException(f"`{self.src_name}`: {type(self).__name__} has no create_todump_list(). Write one.")

    def set_release(self) -> None:
        """Set ``self.release``."""

    def remote_is_better(self, remotefile: Any, localfile: Any) -> bool:
        """Whether the remote file must be fetched although ``localfile`` is there."""
        return True

    def download(self, remotefile: Any, localfile: str) -> None:
        """Fetch one file to ``localfile``. Runs in a thread, on a copy of the dumper.

        Raises:
            TransportError: see `hub.dataload.transport.errors`.
        """
        sink = self._sink(localfile)
        remote = self.transports.fetch(self.url_of(remotefile), sink, self.env.watch)
        self.fetched[localfile] = remote
        self.prepare_local_folders(localfile)
        sink.replace(localfile)

    def _sink(self, localfile: str) -> Path:
        key = (self.src_root_folder, self.release_folder_name)
        if self._draft is None or self._draft[0] != key:
            self._draft = key, Draft(self.folder, key[1])
        draft = self._draft[1]
        return draft.sink(os.path.relpath(localfile, draft.folder))

    def post_download(self, remotefile: Any, localfile: str) -> None:
        """Called in the main thread after each file."""

    def post_dump(self, *args: Any, **kwargs: Any) -> Any:
        """Called when all files are there: extracts archives if UNCOMPRESS is set, then runs the checks."""
        if self.UNCOMPRESS:
            self.uncompress()
        self.check_minimums()

    # -- for subclasses ----------------------------------------------------------------------------------------------

    def uncompress(self) -> list[Path]:
        """Extract the archives in the new data folder.

        Raises:
            ArchiveError: see `hub.dataload.archive_errors`.
        """
        folder = Path(self.new_data_folder)
        return uncompress_all(folder, self.env.limits, self.env.ctx.check)

    def check_minimums(self) -> None:
        """The checks of ``to_check``; a missing path only warns.

        Raises:
            TooFewLinesError: a file or folder has less than it should.
        """
        for name, minimum in self.to_check:
            path = Path(self.new_data_folder, name)
            if not path.exists():
                self.logger.warning("`%s`: `%s` of to_check is not there", self.src_name, name)
                continue
            found = sum(1 for _ in path.iterdir()) if path.is_dir() else _count_lines(path)
            if found < minimum:
                raise TooFewLinesError(self.src_name, name, minimum, found)

    def post_dump_delete_files(self) -> None:
        """Remove the files and empty folders of ``to_delete``, which are relative to the new data folder."""
        root = Path(self.new_data_folder).resolve()
        for name in self.to_delete:
            path = root / name
            if root not in path.resolve().parents:
                raise DumperException(f"`{self.src_name}`: `{name}` of to_delete is outside the data folder.")
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)

    def get_pinfo(self) -> dict[str, Any]:
        """A description for job lists."""
        return {"category": "dumper", "source": self.src_name, "step": None, "description": None}


def _count_lines(path: Path) -> int:
    """Lines of a file, unpacked when its suffix says that it is packed; other archives count as one line a member."""
    from hub.dataload import archive_readers

    kind = archive_readers.kind_of(path.name)
    if kind is None or kind.form != "single":
        with path.open("rb") as lines:
            return sum(1 for _ in lines)
    with archive_readers.unpacked(path, kind) as lines:
        return sum(1 for _ in lines)


@functools.lru_cache(maxsize=256)
def _absolute(folder: str) -> str:
    return str(Path(folder).absolute())


def with_free_space(folder: Path) -> int:
    """Free bytes on the disk of ``folder``, or of its nearest existing parent."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def with_headers(options: TransportOptions, last_modified: str, etag: str, verify: bool) -> TransportOptions:
    """The options with a dumper class's own HTTP rules."""
    return replace(options, last_modified_header=last_modified, etag_header=etag, verify=verify and options.verify)
