"""The files of one release fetched by threads; the job's thread watches, reports progress, and stops them together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.dataload.drafts import Draft
from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.errors import SameLocalNameError
from hub.dataload.dumper.guarded import plugin_code
from hub.dataload.dumper.verify import sha256_of, verify_file
from hub.dataload.releases import FileRecord
from hub.dataload.transport.errors import RemoteAnswerError, RemoteBusyError, StoppedError, TransportError
from hub.dataload.transport.names import masked

DEFAULT_PARALLEL = 3
_TICK = 0.2


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

    def run(self) -> list[FileRecord]:
        """Fetch all.

        Returns:
            The records of the fetched files.

        Raises:
            HubError: the first failure; the other transfers are stopped and keep their partial files.
        """
        workers = max(1, self.dumper.MAX_PARALLEL_DUMP or DEFAULT_PARALLEL)
        with ThreadPoolExecutor(workers, thread_name_prefix="download") as pool:
            try:
                pending: set[Future[FileRecord | None]] = set()
                for future in self._submit(pool):
                    pending = self._collect({*pending, future}, timeout=0)
                while pending:
                    pending = self._collect(pending, timeout=_TICK)
            except BaseException:
                self.env.watch.stop()
                pool.shutdown(cancel_futures=True)
                raise
        return self.records

    def _submit(self, pool: ThreadPoolExecutor) -> Iterator[Future[FileRecord | None]]:
        for number, item in enumerate(self.wanted):
            if number and self.dumper.SLEEP_BETWEEN_DOWNLOAD:
                self.env.watch.pause(self.dumper.SLEEP_BETWEEN_DOWNLOAD)
            yield pool.submit(self._fetch, item)

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

    def _fetch(self, item: Wanted) -> FileRecord | None:
        """In a thread of the pool: fetch and check one file; None when its status is one to ignore."""
        twin, started = self.dumper.for_thread(), time.monotonic()
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
        finally:
            twin.unprepare()
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
                path, twin.src_name, url, allow_empty=twin.ALLOW_EMPTY_FILES, archive=not twin.UNCOMPRESS, check=stop
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
            sha256=sha256_of(path, stop),
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


def _code(error: TransportError) -> int:
    if isinstance(error, RemoteAnswerError | RemoteBusyError):
        return error.code
    answer = str(getattr(error, "answer", ""))[:3]
    return int(answer) if answer.isdigit() else 0
