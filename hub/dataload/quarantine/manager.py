"""The quarantine of all sources: look at it, export it, replay it, discard it."""

from __future__ import annotations

import builtins
import contextlib
import dataclasses
import itertools
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hub import errors
from hub.config import Settings
from hub.dataload.publish import temp_name
from hub.dataload.quarantine.errors import ExportPathError, QuarantineChangedError
from hub.dataload.quarantine.files import QuarantineFolder
from hub.dataload.quarantine.records import Origin
from hub.dataload.quarantine.replay import (
    DiscardRequest,
    ReplayReport,
    ReplayRequest,
    apply,
    discard,
    read_marker,
    replay,
)
from hub.dataload.uploader.requests import UploadRequest
from hub.jobs.events import EventBus
from hub.jobs.port import Job, JobContext, JobRunner, JobSpec
from hub.store import open_store
from hub.store.port import DocumentStore, StoreSpec
from hub.store.state import State

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager

log = logging.getLogger("hub.upload")
JsonDict = dict[str, Any]


class QuarantineManager:
    """Documents that uploads refused.

    Args:
        settings: configuration.
        state: the hub's records.
        store: the source database.
        jobs: where work is submitted.
        bus: where changes are announced.
        sources: the source manager, for the plugins.
    """

    def __init__(
        self,
        settings: Settings,
        state: State,
        store: DocumentStore,
        jobs: JobRunner,
        bus: EventBus,
        sources: SourceManager,
    ) -> None:
        self.settings, self.state, self.store, self.jobs, self.bus = settings, state, store, jobs, bus
        self._sources = sources
        self._folder = QuarantineFolder(settings["QUARANTINE_FOLDER"])

    # -- looking ---------------------------------------------------------------------------------------------------

    def list(self, name: str | None = None) -> list[JsonDict]:
        """Sub-sources with documents in quarantine, with counts by reason.

        Args:
            name: only this source, or this sub-source (``main.sub``).
        """
        if name is not None:
            self._require_source(name)
        return [
            {
                "source": source,
                "sub": sub,
                "release": told["release"],
                "count": told["count"],
                "reasons": dict(told["reasons"]),
                "at": told["at"].isoformat(timespec="seconds"),
            }
            for source, sub, told in self._all()
            if name in (None, source, f"{source}.{sub}")
        ]

    def show(self, name: str, *, reason: str = "", start: int = 0, limit: int = 100) -> builtins.list[JsonDict]:
        """Bad documents with everything that is known of them, in order.

        Args:
            name: source, or ``main.sub``.
            reason: only those with this reason.
            start: leave out so many.
            limit: at most so many; 0 for all.
        """
        found = self._records(name, reason)
        return list(itertools.islice(found, start, start + limit if limit else None))

    def export(self, name: str, path: str = "", reason: str = "") -> tuple[Path, int]:
        """Write bad documents to a file, one a line.

        Args:
            name: source, or ``main.sub``.
            path: name or path inside ``DATA_EXPORT_FOLDER``; by default ``quarantine/<name>.ndjson``.
            reason: only those with this reason.

        Returns:
            The file and the number of documents.

        Raises:
            ExportPathError: the path leads out of the folder.
        """
        folder = Path(self.settings["DATA_EXPORT_FOLDER"]).resolve()
        target = (folder / (path or f"quarantine/{name}.ndjson")).resolve()
        if not target.is_relative_to(folder) or target == folder:
            raise ExportPathError(path, str(folder))
        self._one(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial, count = target.with_name(f"{target.name}.partial"), 0
        with partial.open("wb") as file:
            for record in self._records(name, reason):
                file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        partial.replace(target)
        return target, count

    def _records(self, name: str, reason: str) -> Iterator[JsonDict]:
        self._require_source(name)
        for source, sub, told in self._all():
            if name in (source, f"{source}.{sub}"):
                for record in self._folder.read(source, sub, told["set"]):
                    if reason in ("", record["reason"]):
                        yield record

    def _all(self) -> Iterator[tuple[str, str, JsonDict]]:
        for document in self.state.sources.all():
            for sub, job in ((document.get("upload") or {}).get("jobs") or {}).items():
                if told := job.get("quarantine"):
                    yield document["_id"], sub, told

    def _require_source(self, name: str) -> None:
        known = {*self._sources.plugins, *(document["_id"] for document in self.state.sources.all())}
        subs = {f"{source}.{sub}" for source, sub, _ in self._all()}
        if name not in known | subs and name.partition(".")[0] not in known:
            raise errors.NotFound("source", name, known | subs)

    def _one(self, name: str) -> tuple[str, str, JsonDict]:
        """The only sub-source of a name that has documents in quarantine."""
        self._require_source(name)
        found = [entry for entry in self._all() if name in (entry[0], f"{entry[0]}.{entry[1]}")]
        if len(found) > 1:
            names = ", ".join(f"`{source}.{sub}`" for source, sub, _ in found)
            raise errors.BadArgument(f"`{name}` has several sub-sources with bad documents: name one of {names}.")
        if not found:
            raise errors.BadArgument(f"`{name}` has no documents in quarantine.")
        return found[0]

    # -- changing --------------------------------------------------------------------------------------------------

    async def replay(self, name: str, *, reason: str = "", path: str = "", owner: str = "") -> ReplayReport:
        """Put bad documents through the upload again; those that are good now join the collection.

        Args:
            name: source, or ``main.sub``.
            reason: only those with this reason.
            path: file with edited records: in ``DATA_EXPORT_FOLDER`` or ``DATA_UPLOAD_FOLDER``, or absolute.
            owner: who asks.

        Raises:
            hub.errors.HubError: why nothing was changed.
        """
        source, sub, told = self._one(name)
        plugin = self._sources.plugin(source)
        record = self.state.sources.get(source) or {}
        upload = UploadRequest(
            plugin=plugin.ref,
            sub=sub,
            settings=self.settings.snapshot(),
            store=self.store.spec,
            release=told["release"],
            data_folder=record["upload"]["jobs"][sub].get("data_folder") or "",
            temp_collection=temp_name(sub),
        )
        request = ReplayRequest(upload, told["set"], reason, str(self._edited_file(path)) if path else "")

        def done(job: Job, report: ReplayReport) -> None:
            self._finish(source, sub, report, upload.temp_collection)

        self.state.masters.set_content(sub, {})
        spec = self._spec(source, sub, "replay", replay, request, owner)
        try:
            report: ReplayReport = await self.jobs.submit(dataclasses.replace(spec, on_done=done)).result()
        except errors.HubError:
            await self._after_failure(source, sub, told["set"], upload, owner)
            raise
        self.bus.publish("quarantine.replayed", source=source, sub=sub, stored=report.stored, count=report.count)
        return report

    async def discard(self, name: str, *, reason: str = "", owner: str = "") -> int:
        """Forget bad documents.

        Args:
            name: source, or ``main.sub``.
            reason: only those with this reason.
            owner: who asks.

        Returns:
            How many.
        """
        source, sub, told = self._one(name)
        origin = Origin(source, sub, told["release"])
        request = DiscardRequest(str(self._folder.root), origin, told["set"], temp_name(sub), reason)

        def done(job: Job, result: tuple[int, JsonDict | None]) -> None:
            self._check_current(source, sub, told["set"])
            self.state.sources.quarantine_replaced(source, sub, result[1], None)
            self._folder.keep_only(source, sub, (result[1] or {}).get("set"))

        spec = self._spec(source, sub, "discard", discard, request, owner)
        gone, _ = await self.jobs.submit(dataclasses.replace(spec, on_done=done)).result()
        self.bus.publish("quarantine.discarded", source=source, sub=sub, count=gone)
        return int(gone)

    def recover(self) -> None:
        """Finish replays that a crash interrupted, and remove what failed uploads and replays left. Before any job."""
        current = {(source, sub): told["set"] for source, sub, told in self._all()}
        for source, sub in self._folder.subs():
            present = current.get((source, sub))
            for name in self._folder.sets(source, sub):
                if name != present:
                    self._recover_set(source, sub, name, present)

    def _recover_set(self, source: str, sub: str, name: str, present: str | None) -> None:
        place = self._folder.set(source, sub, name)
        marker = read_marker(place)
        if marker is not None and marker["base"] == present:
            self._finish(source, sub, apply(self.store, place, sub, marker), name)
            log.warning("Finished the interrupted replay of %s", sub, extra={"action": "replay_recovered"})
            return
        if name.startswith(f"{sub}_temp_"):
            self.store.drop(name)
        self._folder.remove(source, sub, name)

    def _finish(self, source: str, sub: str, report: ReplayReport, temp: str) -> None:
        self.state.sources.quarantine_replaced(source, sub, report.quarantine, report.count if report.stored else None)
        self.state.masters.set_content(sub, {})
        self.store.drop(temp)
        self._folder.keep_only(source, sub, (report.quarantine or {}).get("set"))

    async def _after_failure(self, source: str, sub: str, base: str, upload: UploadRequest, owner: str) -> None:
        """A replay whose process died after it had begun to count is finished, one that died before is dropped."""
        place = self._folder.set(source, sub, upload.temp_collection)

        def done(job: Job, report: ReplayReport | None) -> None:
            if report is not None and self._current(source, sub) == base:
                self._finish(source, sub, report, upload.temp_collection)
            else:
                self.store.drop(upload.temp_collection)
                self._folder.remove(source, sub, upload.temp_collection)

        spec = self._spec(source, sub, "clean up", finish_replay, (upload.store, str(place), sub), owner)
        with contextlib.suppress(errors.HubError):  # the hub stops: its next start does it
            await self.jobs.submit(dataclasses.replace(spec, on_done=done)).wait()

    def _current(self, source: str, sub: str) -> str | None:
        return next((told["set"] for s, name, told in self._all() if (s, name) == (source, sub)), None)

    def _check_current(self, source: str, sub: str, expected: str) -> None:
        if self._current(source, sub) != expected:
            raise QuarantineChangedError(f"{source}.{sub}")

    def _edited_file(self, path: str) -> Path:
        for folder in ("DATA_EXPORT_FOLDER", "DATA_UPLOAD_FOLDER"):
            found = Path(self.settings[folder]) / path
            if found.is_file():
                return found
        return Path(path)

    def _spec(self, source: str, sub: str, what: str, fn: Any, request: Any, owner: str) -> JobSpec:
        return JobSpec(
            kind="quarantine",
            subject=sub if sub == source else f"{source}.{sub}",
            description=what,
            fn=fn,
            args=(request,),
            shared=frozenset({f"source:{source}"}),
            exclusive=frozenset({f"upload:{sub}"}),
            owner=owner,
        )


def finish_replay(ctx: JobContext, request: tuple[StoreSpec, str, str]) -> ReplayReport | None:
    """Finish a replay if it counts: the job function.

    Args:
        ctx: the job.
        request: store, folder of the new set, collection.
    """
    spec, place, sub = request
    marker = read_marker(Path(place))
    if marker is None:
        return None
    store = open_store(spec)
    try:
        return apply(store, Path(place), sub, marker)
    finally:
        store.close()
