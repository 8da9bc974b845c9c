"""The function that compares two sides as a job: one pass over both, sorted, as a merge-join.

Documents of equal bytes are equal and are not looked into. At each checkpoint the parts are made durable and the place
is written down, so that a run that was killed goes on there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.datadiff.errors import PatchError
from hub.datadiff.files import PartWriter, checksums, dump_json, write_whole
from hub.datadiff.patch import apply_patch, make_patch
from hub.datadiff.sides import OpenSide, Side, put_in_order
from hub.datadiff.summary import Summary
from hub.jobs.port import JobContext
from hub.store import open_store
from hub.store.digest import Digest, content_hash, short
from hub.store.port import Record

PROGRESS = "progress.json"
CHECKPOINT = 200_000  #: documents between checkpoints
CHECK = 2000  #: documents between two looks at whether the job is to stop


@dataclass(frozen=True)
class DiffRequest:
    """What `make_diff` needs.

    Attributes:
        old, new: the two sides.
        folder: an existing folder for the files.
        self_contained: added documents are written whole, not as ids.
        exclude: root keys that do not count.
        ordered: the order of lists counts.
        max_bytes: packed bytes of one part.
        owners: root key to sources, see `hub.datadiff.summary.owners_of`.
        max_ids, max_picked: bounds of the samples.
        timestamp: date for the header of the parts.
        identity: what a run that is continued must have been asked.
        checkpoint: documents between checkpoints.
    """

    old: Side
    new: Side
    folder: str
    self_contained: bool
    exclude: tuple[str, ...]
    ordered: bool
    max_bytes: int
    owners: Mapping[str, Sequence[str]]
    max_ids: int
    max_picked: int
    timestamp: str
    identity: str
    checkpoint: int = CHECKPOINT


@dataclass
class DiffResult:
    """What `make_diff` found.

    Attributes:
        stats: number of updates, additions and deletions.
        files: the parts with their checksums and numbers of operations.
        old, new: digests of both sides.
        summary: counts and samples.
        seconds: how long the last run took.
    """

    stats: dict[str, int] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def make_diff(ctx: JobContext, request: DiffRequest) -> DiffResult:
    """Compare two sides and write the files; goes on where a run of the same request was interrupted.

    Raises:
        hub.errors.HubError: a side can not be read, or changed meanwhile.
    """
    begin = time.monotonic()
    with ExitStack() as stack:
        for side in (request.old, request.new):
            if side.engine is not None:
                ctx.progress(0, note=f"putting the documents of {side.name} in order")
                put_in_order(side)
                stack.callback(_drop, side)
        join = _Join(ctx, request, stack)
        join.run()
        result = join.result()
    result.seconds = round(time.monotonic() - begin, 3)
    return result


def _drop(side: Side) -> None:
    with closing(open_store(side.store)) as store:
        store.drop(side.collection)


class _Join:
    def __init__(self, ctx: JobContext, request: DiffRequest, stack: ExitStack) -> None:
        self.ctx, self.request = ctx, request
        self.folder = Path(request.folder)
        self.old, self.new = OpenSide(request.old, stack), OpenSide(request.new, stack)
        self.exclude = frozenset(request.exclude)
        known = self._progress()
        self.last: str | None = known.get("last")
        self.seen = int(known.get("seen") or 0)
        self.summary = self._summary(known.get("summary"))
        header = {"source": request.new.name, "timestamp": request.timestamp, "format": 1}
        try:
            self.writer = PartWriter(self.folder, "diff", header, request.max_bytes, known.get("parts"))
        except FileNotFoundError:  # somebody cleaned up between two runs
            known, self.last, self.seen = {}, None, 0
            self.summary = self._summary(None)
            self.writer = PartWriter(self.folder, "diff", header, request.max_bytes)
        stack.callback(self.writer.close)
        self._digests(known)

    def _summary(self, data: Mapping[str, Any] | None) -> Summary:
        request = self.request
        return Summary(request.owners, max_ids=request.max_ids, max_picked=request.max_picked, data=data)

    def _digests(self, known: Mapping[str, Any]) -> None:
        """One digest is summed up while reading unless one is known; the other one follows from what changed."""
        old, new = Digest.read(self.request.old.digest), Digest.read(self.request.new.digest)
        self.given: tuple[Digest | None, Digest | None] = (old, new)
        self.summing = old is None and new is None
        self.sum = Digest.read(known.get("sum")) or Digest()
        self.delta = Digest()
        if "delta" in known:
            self.delta = Digest(known["delta"]["count"], int(known["delta"]["value"], 16))

    def _progress(self) -> dict[str, Any]:
        try:
            found = orjson.loads((self.folder / PROGRESS).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) and found.get("identity") == self.request.identity else {}

    def run(self) -> None:
        """Compare to the end."""
        total = max(self.old.total(), self.new.total())
        checkpoint = self.seen + self.request.checkpoint
        for before, after in joined(self.old.records(self.last), self.new.records(self.last)):
            if after is None:
                assert before is not None
                self._deleted(before)
            elif before is None:
                self._added(after)
            elif before.body != after.body:
                self._both(before, after)
            elif self.summing:
                self.sum.add(self._hash(self.new.codec.decode(after.body)))
            self.seen += 1
            if self.seen % CHECK == 0:
                self.ctx.check()
                self.ctx.progress(self.seen, max(total, self.seen), unit="documents", note="comparing")
            if self.seen >= checkpoint:
                self._checkpoint((after or before).id)  # type: ignore[union-attr]
                checkpoint = self.seen + self.request.checkpoint
        self.writer.checkpoint()

    def _hash(self, document: Mapping[str, Any]) -> int:
        return content_hash(document, self.exclude)

    def _added(self, record: Record) -> None:
        document = self._reduced(self.new.codec.decode(record.body))
        hashed = self._hash(document)
        self.writer.write({"add": document if self.request.self_contained else record.id})
        self.summary.add(document)
        self.delta.add(hashed)
        if self.summing:
            self.sum.add(hashed)

    def _deleted(self, record: Record) -> None:
        document = self._reduced(self.old.codec.decode(record.body))
        hashed = self._hash(document)
        self.writer.write({"delete": record.id, "before": short(hashed)})
        self.summary.delete(document)
        self.delta.take(hashed)

    def _both(self, before: Record, after: Record) -> None:
        old, new = self._reduced(self.old.codec.decode(before.body)), self._reduced(self.new.codec.decode(after.body))
        old_hash, new_hash = self._hash(old), self._hash(new)
        if self.summing:
            self.sum.add(new_hash)
        if old_hash == new_hash and not self.request.ordered:
            return
        patch = make_patch(old, new, ordered=self.request.ordered)
        if not patch:
            return
        if self._hash(apply_patch(old, patch)) != new_hash:  # our own fault, found before anybody applies it
            raise PatchError(f"/{record_name(after.id)}", "it does not give the new document; please report it")
        update = {"_id": after.id, "patch": patch, "before": short(old_hash), "after": short(new_hash)}
        self.writer.write({"update": update})
        self.summary.update(after.id, patch)
        self.delta.change(old_hash, new_hash)

    def _reduced(self, document: dict[str, Any]) -> dict[str, Any]:
        for key in self.exclude:
            document.pop(key, None)
        return document

    def _checkpoint(self, last: str) -> None:
        state = {
            "identity": self.request.identity,
            "last": last,
            "seen": self.seen,
            "parts": self.writer.checkpoint(),
            "summary": self.summary.as_dict(),
            "sum": self.sum.as_dict(),
            "delta": {"count": self.delta.count, "value": f"{self.delta.value:x}"},
        }
        write_whole(self.folder / PROGRESS, dump_json(state))
        self.ctx.emit("checkpoint", seen=self.seen)

    def result(self) -> DiffResult:
        """What was found; the parts are whole now."""
        old, new = self._final_digests()
        files = []
        for part in self.writer.parts:
            facts = checksums(self.folder / part["name"])
            files.append({**facts, "raw": part["raw"], "operations": part["lines"]})
        return DiffResult(
            stats=dict(self.summary.counts),
            files=files,
            old=old.as_dict(),
            new=new.as_dict(),
            summary=self.summary.as_dict(),
        )

    def _final_digests(self) -> tuple[Digest, Digest]:
        old, new = self.given
        if self.summing:
            new = self.sum
        if new is None:
            assert old is not None
            new = Digest(old.count, old.value).plus(self.delta)
        return old or new.minus(self.delta), new


def record_name(id_: str) -> str:
    """An id short enough for a message."""
    return id_ if len(id_) <= 60 else id_[:57] + "..."


def joined(old: Iterator[Record], new: Iterator[Record]) -> Iterator[tuple[Record | None, Record | None]]:
    """Records of both sides by ``_id``; None for the side that lacks it."""
    before, after = next(old, None), next(new, None)
    while before is not None and after is not None:
        if before[0] == after[0]:
            yield before, after
            before, after = next(old, None), next(new, None)
        elif before[0] < after[0]:
            yield before, None
            before = next(old, None)
        else:
            yield None, after
            after = next(new, None)
    while before is not None:
        yield before, None
        before = next(old, None)
    while after is not None:
        yield None, after
        after = next(new, None)


__all__ = ["DiffRequest", "DiffResult", "joined", "make_diff"]
