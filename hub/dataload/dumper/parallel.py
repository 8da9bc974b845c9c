"""The files of one release fetched by threads; the job's thread watches, reports progress, and stops them together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.dataload.drafts import Draft
from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.crew import Crew
from hub.dataload.dumper.errors import SameLocalNameError
from hub.dataload.dumper.guarded import plugin_code
from hub.dataload.dumper.verify import sha256_of, verify_file
from hub.dataload.releases import FileRecord
from hub.dataload.transport import RemoteFile
from hub.dataload.transport.errors import RemoteAnswerError, RemoteBusyError, StoppedError, TransportError
from hub.dataload.transport.names import masked

_TICK = 0.2
_AHEAD = 4  # files handed out for each thread, so that ten thousand do not wait in memory


@dataclass(frozen=True)
class Wanted:
    """One file to fetch: the dumper's words for it, and its path in the release folder."""

    remote: object
    local: str
    name: str


class Downloads:
    """Fetches, checks and notes files.

    Args:
        dumper: whose `download` is called, on a copy for each file.
        draft: the release folder.
        wanted: what to fetch.
    """

    def __init__(self, dumper: BaseDumper, draft: Draft, wanted: list[Wanted]) -> None:
        self.dumper, self.draft, self.wanted = dumper, draft, wanted
        self.names = {w.name: w for w in wanted}
        self.env = dumper.env
        sizes = [s.size for w in wanted if (s := dumper.known_stat(w.remote)) is not None and s.size is not None]
        self.total = sum(sizes) if len(sizes) == len(wanted) else None
        self.records: list[FileRecord] = []
        self.left_out = 0
        self._told = 0.0

    def run(self) -> list[FileRecord]:
        """Fetch all.

        Returns:
            The records of the fetched files.

        Raises:
            HubError: the first failure; the other transfers are stopped and keep their partial files.
        """
        workers = min(self.dumper.parallel, max(1, len(self.wanted)))
        with Crew(self.dumper, workers) as crew:
            pending: set[Future[FileRecord | None]] = set()
            for future in self._submit(crew):
                pending.add(future)
                if len(pending) >= workers * _AHEAD:
                    pending = self._collect(pending, timeout=_TICK)
            while pending:
                pending = self._collect(pending, timeout=_TICK)
        return self.records

    def _submit(self, crew: Crew) -> Iterator[Future[FileRecord | None]]:
        for number, item in enumerate(self.wanted):
            if number and self.dumper.SLEEP_BETWEEN_DOWNLOAD:
                self.env.watch.pause(self.dumper.SLEEP_BETWEEN_DOWNLOAD)
            yield crew.submit(self._fetch, item)

    def _collect(self, pending: set[Future[FileRecord | None]], timeout: float) -> set[Future[FileRecord | None]]:
        self.env.ctx.check()
        done, rest = wait(pending, timeout, return_when=FIRST_COMPLETED)
        errors = [e for f in done if (e := f.exception()) is not None]
        try:
            for future in done:
                if future.exception() is None:  # also beside a failure: the next dump takes it
                    self._ended(future.result())
        finally:
            if errors:  # it comes before what `post_download` of another file says
                raise next((e for e in errors if not isinstance(e, StoppedError)), errors[0])
        if time.monotonic() - self._told >= _TICK or not rest:
            self._told = time.monotonic()
            self._tell()
        return set(rest)

    def _ended(self, record: FileRecord | None) -> None:
        if record is None:
            self.left_out += 1
            return
        self.draft.note(record)
        self.records.append(record)
        item = self.names.get(record.name)
        if item is not None:
            with plugin_code(self.dumper, "post_download"):
                self.dumper.post_download(item.remote, item.local)
        self.env.ctx.emit("file_downloaded", url=record.url, name=record.name, size=record.size)

    def _tell(self) -> None:
        note = f"{len(self.records)} of {len(self.wanted)} files"
        self.env.ctx.progress(self.env.watch.done, self.total, unit="bytes", note=note)

    def _fetch(self, twin: BaseDumper, item: Wanted) -> FileRecord | None:
        """In a thread of the crew: fetch and check one file; None when its status is one to ignore."""
        started = time.monotonic()
        url = masked(twin.url_of(item.remote))
        try:
            self.env.watch.check(url)
            with plugin_code(twin, "download"):
                twin.download(item.remote, item.local)
        except TransportError as error:
            if _code(error) not in getattr(twin, "IGNORE_HTTP_CODE", ()):
                raise
            twin.logger.warning("`%s`: left out: %s", twin.src_name, error, extra={"action": "download_ignored"})
            return None
        record = self._check(twin, item, url)
        seconds = time.monotonic() - started
        twin.logger.info(
            "`%s`: `%s`, %s bytes in %.1f s", twin.src_name, record.name, record.size, seconds, extra={"action": "file"}
        )
        return record

    def _check(self, twin: BaseDumper, item: Wanted, url: str) -> FileRecord:
        fetched = twin.fetched.get(item.local)
        path = self._renamed(twin, item, fetched.name if fetched else None)
        stop: Callable[[], None] = lambda: self.env.watch.check(url)  # noqa: E731
        try:
            verify_file(
                path,
                twin.src_name,
                url,
                allow_empty=twin.ALLOW_EMPTY_FILES,
                archive=not twin.UNCOMPRESS and not twin.skips_archive_test(item.remote),
                check=stop,
            )
        except StoppedError:
            raise
        except Exception:
            path.unlink(missing_ok=True)  # else the next run could take it for good
            raise
        remote = fetched or twin.known_stat(item.remote)
        return FileRecord(
            url=url,
            name=str(path.relative_to(self.draft.folder)),
            size=path.stat().st_size,
            sha256=(_sha256_while_fetched(twin, fetched, path) if fetched else "") or sha256_of(path, stop),
            fetched_at=datetime.now(UTC),
            effective_url=masked(remote.effective_url) if remote else url,
            etag=remote.etag if remote else "",
            last_modified=remote.mtime if remote else None,
        )

    def _renamed(self, twin: BaseDumper, item: Wanted, given: str | None) -> Path:
        """Put the file under the name that came with it, if this dumper takes such names."""
        path = Path(item.local)
        if not given or given == path.name or not getattr(twin, "RESOLVE_FILENAME", False) or not path.exists():
            return path
        name = str(Path(item.name).with_name(given))
        if name in self.names or (self.draft.folder / name).exists():
            other = self.names[name].remote if name in self.names else name
            path.unlink()
            raise SameLocalNameError(twin.src_name, name, masked(str(other)), masked(str(item.remote)))
        return path.rename(path.with_name(given))


def _sha256_while_fetched(twin: BaseDumper, fetched: RemoteFile, path: Path) -> str:
    """The checksum taken while the bytes came, if no code of a plugin can have touched them since."""
    ours = type(twin).download is BaseDumper.download and fetched.size == path.stat().st_size
    return fetched.sha256 if ours else ""


def _code(error: TransportError) -> int:
    if isinstance(error, RemoteAnswerError | RemoteBusyError):
        return error.code
    answer = str(getattr(error, "answer", ""))[:3]
    return int(answer) if answer.isdigit() else 0
