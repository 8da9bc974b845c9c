"""Putting the documents of a quarantine through the upload again, in a worker process.

What can be stored now is written to a temporary collection first, under the uploader's own rule for an ``_id`` that is
there already, and what can not to a new set. Then `MARKER` is written: from here on the replay counts, and is finished
even when the hub dies. Before it nothing has changed. Records in the temporary collection are whole documents, so that
writing them twice is no harm.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.dataload.quarantine.errors import EditedFileError, NotInQuarantineError, QuarantineChangedError
from hub.dataload.quarantine.files import QuarantineFolder, Rejects, RejectSpec, summary, sync_folder
from hub.dataload.quarantine.limits import MOST, Limit
from hub.dataload.quarantine.records import Origin, Refusal, document_of, parse_line
from hub.dataload.uploader.documents import Batch, Intake
from hub.dataload.uploader.requests import UploadRequest
from hub.dataload.uploader.run import Run
from hub.dataload.uploader.storages import own_check
from hub.jobs.port import JobContext
from hub.store.errors import StoreError
from hub.store.port import Document, DocumentStore, Record

MARKER = "replay.json"
_BATCH = 500
_NOT_EXACT = "it holds values without a JSON form: edit it (export, change `document`, replay with the file)."


@dataclass(frozen=True)
class ReplayRequest:
    """One replay of one sub-source.

    Attributes:
        upload: as for an upload; ``temp_collection`` is also the name of the new set.
        set: the set that is replayed.
        reason: only documents with this reason; "" for all.
        edited: file with edited records; "" for none. With one, only its records are replayed.
    """

    upload: UploadRequest
    set: str
    reason: str = ""
    edited: str = ""


@dataclass(frozen=True)
class ReplayReport:
    """What a replay made.

    Attributes:
        sub: sub-source.
        stored: documents that are in the collection now, or were merged into one that was there.
        ignored: documents that were left out, because the uploader keeps the first of an ``_id`` or drops them.
        remaining: documents that are still in quarantine, by reason.
        count: documents in the collection.
        quarantine: what the source's record tells of the rest; None when nothing is left.
    """

    sub: str
    stored: int
    ignored: int
    remaining: Mapping[str, int] = field(default_factory=dict)
    count: int = 0
    quarantine: dict[str, Any] | None = None


def replay(ctx: JobContext, request: ReplayRequest) -> ReplayReport:
    """Put documents of a quarantine through the upload again.

    Args:
        ctx: the job.
        request: which.

    Raises:
        hub.errors.HubError: why nothing was changed.
    """
    run = Run(ctx, request.upload, request.upload.sub)
    work = _Replay(run, request)
    try:
        marker = work.prepare()
    except BaseException:
        work.drop()
        run.store.close()
        raise
    report = apply(run.store, work.place, request.upload.sub, marker)
    run.store.close()
    return report


class _Replay:
    """The part of a replay that changes nothing yet."""

    def __init__(self, run: Run, request: ReplayRequest) -> None:
        self.run, self.request, self.name = run, request, request.upload.temp_collection
        self.folder = QuarantineFolder(run.settings["QUARANTINE_FOLDER"])
        self.origin = Origin(run.plugin.name, request.upload.sub, request.upload.release)
        self.place = self.folder.set(self.origin.source, self.origin.sub, self.name)
        self.rest: Rejects = RejectSpec(str(self.place / "rest.ndjson"), self.origin, Limit("", MOST)).open()
        self.storage = run.storage(run.store, request.upload.sub, run.ctx.logger)
        self.live = run.store.collection(request.upload.sub)
        self.temp = run.store.collection(self.name)
        self.stored = self.ignored = 0
        self._refused: list[Refusal] = []

    def prepare(self) -> dict[str, Any]:
        """Write the temporary collection and the new set; returns what the marker holds."""
        edited = _edited(Path(self.request.edited), self.request.set) if self.request.edited else None
        self.run.store.drop(self.name)
        intake = self._intake()
        total = 0
        for total, record in enumerate(self._records(), 1):
            self._one(intake, record, edited)
            if total % 100 == 0:
                self.run.ctx.progress(total, unit="documents", note="replay")
                self.run.ctx.check()
        if not total:
            raise QuarantineChangedError(self.run.source)
        if edited:
            raise NotInQuarantineError(self.run.source, f"record {min(edited)}")
        self.temp.flush()
        self.rest.close()
        return self._commit()

    def drop(self) -> None:
        """Forget all of it."""
        self.rest.close()
        self.run.store.drop(self.name)
        self.folder.remove(self.origin.source, self.origin.sub, self.name)

    def _records(self) -> Iterator[dict[str, Any]]:
        return self.folder.read(self.origin.source, self.origin.sub, self.request.set)

    def _intake(self) -> Intake:
        return Intake(
            self.run.source,
            self.run.codec(),
            max_id_length=int(self.run.setting("MAX_ID_LENGTH", 512)),
            check_doc=own_check(self.storage),
            skip_too_large=self.storage.skip_too_large,
            keep_list_key=self.run.merge is None,
            logger=self.run.ctx.logger,
            check_stored=self.run.checker.one if self.run.checker.looks_at_each else None,
            reject=lambda refusal, _: self._refused.append(refusal),
        )

    def _one(self, intake: Intake, record: dict[str, Any], edited: dict[int, dict[str, Any]] | None) -> None:
        change = edited.pop(record["number"], None) if edited is not None else None
        if (edited is not None and change is None) or self.request.reason not in ("", record["reason"]):
            self._keep(record)
            return
        if change is None and not record["exact"]:
            self._keep(record, Refusal(record["reason"], _NOT_EXACT))
            return
        if change is not None and not record["exact"] and change.get("document") == record.get("document"):
            self._keep(record, Refusal(record["reason"], _NOT_EXACT))
            return
        self._refused.clear()
        document = document_of(change if change is not None else record)
        batches = list(intake.batches([document]))
        if self._refused:
            self._keep(change or record, self._refused[0])
        elif not batches:
            self.ignored += 1
        else:
            self._store(change or record, batches[0])

    def _store(self, record: dict[str, Any], batch: Batch) -> None:
        """Write one document as the uploader would have written it after those that are there."""
        id_, body = batch.records[0]
        there = self.temp.get(id_) or self.live.get(id_)
        rule = self.storage.on_repeated
        if there is None or rule == "upsert":
            self.temp.replace([Record(id_, body)])
        elif self.run.merge is not None:
            merged = self.run.merge(there, self.run.store.codec.decode(body), aslistofdict=batch.lists.get(0))
            if not self._merged(record, id_, merged):
                return
        elif rule == "error":
            self._keep(record, Refusal("duplicate", "its `_id` is in the collection already."))
            return
        else:
            self.ignored += 1
            return
        self.stored += 1

    def _merged(self, record: dict[str, Any], id_: str, merged: Document) -> bool:
        try:
            self.temp.replace([Record(id_, self.run.codec().encode(merged))])
        except StoreError as error:
            self._keep(record, Refusal("unmergeable", f"merged with the one there, it can not be stored: {error}"))
            return False
        return True

    def _keep(self, record: dict[str, Any], refusal: Refusal | None = None) -> None:
        kept = {key: value for key, value in record.items() if key not in ("number", "set")}
        if refusal is not None:
            kept |= {"reason": refusal.reason, "message": refusal.message}
            kept |= {"path": refusal.path} if refusal.path else {}
        self.rest.reasons[kept["reason"]] += 1
        self.rest.add_line(orjson.dumps(kept))

    def _commit(self) -> dict[str, Any]:
        self.place.mkdir(parents=True, exist_ok=True)
        marker = {
            "base": self.request.set,
            "temp": self.name,
            "release": self.request.upload.release,
            "remaining": dict(self.rest.reasons),
            "stored": self.stored,
            "ignored": self.ignored,
        }
        written = self.place / f"{MARKER}.partial"
        with written.open("wb") as file:
            file.write(orjson.dumps(marker))
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.place / MARKER)
        sync_folder(self.place)
        return marker


def read_marker(place: Path) -> dict[str, Any] | None:
    """What the marker of a set holds; None when it has none."""
    try:
        marker: dict[str, Any] = orjson.loads((place / MARKER).read_bytes())
    except FileNotFoundError:
        return None
    return marker


def apply(store: DocumentStore, place: Path, sub: str, marker: Mapping[str, Any]) -> ReplayReport:
    """Write the documents of a replay that counts into the collection; doing it twice is no harm.

    Args:
        store: the source store.
        place: folder of the new set.
        sub: the collection.
        marker: what the marker of the set holds.
    """
    live, batch = store.collection(sub), []
    for record in store.collection(marker["temp"]).scan():
        batch.append(record)
        if len(batch) >= _BATCH:
            live.replace(batch)
            batch = []
    if batch:
        live.replace(batch)
    if marker["stored"]:
        live.flush()
    remaining = Counter(marker["remaining"])
    rest = summary(place.name, marker["release"], remaining) if remaining else None
    return ReplayReport(sub, marker["stored"], marker["ignored"], dict(remaining), live.count(), rest)


def _edited(file: Path, name: str) -> dict[int, dict[str, Any]]:
    """The records of a file by number.

    Raises:
        EditedFileError: it can not be read, or is no export of this set.
    """
    found: dict[int, dict[str, Any]] = {}
    try:
        with file.open("rb") as lines:
            for position, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                record = parse_line(line, str(file), position)
                _check_edited(record, name, file, position)
                found[record["number"]] = record
    except OSError as error:
        raise EditedFileError(str(file), f"can not be read: {error.strerror}.") from error
    if not found:
        raise EditedFileError(str(file), "holds no record.")
    return found


def _check_edited(record: Mapping[str, Any], name: str, file: Path, position: int) -> None:
    number, reason = record.get("number"), ""
    if not isinstance(number, int) or isinstance(number, bool) or "document" not in record:
        reason = "is no exported record: it needs `number`, `set` and `document`."
    elif record.get("set") != name:
        reason = "comes from another quarantine than the present one. Export it again."
    if reason:
        raise EditedFileError(str(file), reason, position)


@dataclass(frozen=True)
class DiscardRequest:
    """Documents to leave out of a quarantine.

    Attributes:
        folder: ``QUARANTINE_FOLDER``.
        origin: of what.
        set: the present set.
        new: name of the set that takes its place.
        reason: only documents with this reason; "" for all.
    """

    folder: str
    origin: Origin
    set: str
    new: str
    reason: str = ""


def discard(ctx: JobContext, request: DiscardRequest) -> tuple[int, dict[str, Any] | None]:
    """Write the set that is left.

    Returns:
        How many documents are left out, and what the source's record tells of the rest.
    """
    folder, origin = QuarantineFolder(request.folder), request.origin
    place = folder.set(origin.source, origin.sub, request.new)
    rest = RejectSpec(str(place / "rest.ndjson"), origin, Limit("", MOST)).open()
    gone = 0
    for number, (file, line) in enumerate(folder.lines(origin.source, origin.sub, request.set), 1):
        reason = parse_line(line, str(file), number)["reason"]
        if request.reason in ("", reason):
            gone += 1
        else:
            rest.reasons[reason] += 1
            rest.add_line(line)
    rest.close()
    if not gone:
        folder.remove(origin.source, origin.sub, request.new)
        if not request.reason:
            raise QuarantineChangedError(origin.fullname)
        raise NotInQuarantineError(origin.fullname, f"document with the reason `{request.reason}`")
    return gone, summary(request.new, origin.release, rest.reasons) if rest.reasons else None
