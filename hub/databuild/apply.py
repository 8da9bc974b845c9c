"""The functions that run as jobs to make a build of a former one: compare what was staged, merge changed ids again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby, islice

from hub.databuild.fields import FieldRules
from hub.databuild.finish import Finisher
from hub.databuild.join import Join, Part
from hub.databuild.work import PartSpec
from hub.jobs.port import JobContext
from hub.store import open_store
from hub.store.changes import ADDED, CHANGED, DELETED, Change, Comparison, open_logs, write_log
from hub.store.content_hash import same_content
from hub.store.port import Collection, DocumentStore, Record, StoreSpec

CHUNK = 2000  # ids merged at a time
BATCH = 5000  # records read at a time


@dataclass(frozen=True)
class ApplyRequest:
    """What `apply_changes` needs.

    Attributes:
        build: name of the build.
        src: the source store.
        target: the target store.
        base: the collection of the former build.
        count: its documents.
        temp: the collection under construction.
        log: where it is kept what differs from the former build.
        parts: the collections in merge order.
        logs: for each part the logs of its changes, oldest first; those of a staged part are in the target store.
        fields: merge rules of single fields.
        ids: only these ids; None for all.
        finisher: what is done to each merged document, or None.
    """

    build: str
    src: StoreSpec
    target: StoreSpec
    base: str
    count: int
    temp: str
    log: str
    parts: Sequence[PartSpec]
    logs: Sequence[Sequence[str]]
    fields: FieldRules = field(default_factory=FieldRules)
    ids: Sequence[str] | None = None
    finisher: Finisher | None = None


@dataclass
class ApplyReport:
    """What `apply_changes` did.

    Attributes:
        count: documents of the new build.
        looked_at: ids that were merged again.
        counts: documents added, changed and deleted.
        read: by how much the documents read of each source are more or fewer than those of the former build.
        unmatched: the same for those left out.
    """

    count: int
    looked_at: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    unmatched: Counter[str] = field(default_factory=Counter)


def apply_changes(ctx: JobContext, request: ApplyRequest) -> ApplyReport:
    """Make the collection under construction: the former build with all changed ids merged again.

    Nothing is kept of an interrupted run; the next one starts from the former build again.
    """
    with ExitStack() as stack:
        src = stack.enter_context(closing(open_store(request.src)))
        target = stack.enter_context(closing(open_store(request.target)))
        for name in (request.temp, request.log):
            target.drop(name)
        target.fork(request.base, request.temp)
        return _Apply(ctx, request, src, target).run()


class _Apply:
    def __init__(self, ctx: JobContext, request: ApplyRequest, src: DocumentStore, target: DocumentStore) -> None:
        self.ctx, self.request, self.src, self.target = ctx, request, src, target
        self.out, self.log = target.collection(request.temp), target.collection(request.log)
        self.report = ApplyReport(request.count)

    def run(self) -> ApplyReport:
        entries = self._entries()
        while chunk := dict(islice(entries, CHUNK)):
            self.ctx.check()
            self._merge(chunk)
            self.report.looked_at += len(chunk)
            self.ctx.progress(self.report.looked_at, unit="documents", note="changed")
        self.out.flush()
        if self.report.counts:
            self.log.flush()
        return self.report

    def _entries(self) -> Iterator[tuple[str, dict[int, Change]]]:
        """Each id that changed in any part, in order, with what happened to it by number of the part."""
        wanted = None if self.request.ids is None else set(self.request.ids)
        streams = [self._changes(number) for number in range(len(self.request.parts))]
        for id_, group in groupby(merge(*streams), key=lambda entry: entry[0]):
            if wanted is None or id_ in wanted:
                yield id_, {number: change for _, number, change in group}

    def _changes(self, number: int) -> Iterator[tuple[str, int, Change]]:
        store = self.target if self.request.parts[number].staged else self.src
        return ((change.id, number, change) for change in open_logs(store, self.request.logs[number]))

    def _merge(self, chunk: Mapping[str, Mapping[int, Change]]) -> None:
        ids, codec = list(chunk), self.target.codec
        found = [self._records(part, ids) for part in self.request.parts]
        parts = [Part(spec.rule, iter(records)) for spec, records in zip(self.request.parts, found, strict=True)]
        join = Join(self.request.build, parts, codec, self.request.fields, self.request.finisher)
        merged = dict(record for batch in join for record in batch)
        there = self.out.bodies(ids)
        self._count(chunk, there, found, join)
        changes, write = [], []
        for id_ in ids:
            if id_ not in merged:
                if id_ in there:
                    changes.append(Change(id_, DELETED))
            elif id_ not in there:
                changes.append(Change(id_, ADDED))
                write.append(Record(id_, merged[id_]))
            elif not same_content(codec, there[id_], merged[id_]):
                changes.append(Change(id_, CHANGED))
                write.append(Record(id_, merged[id_]))
        self._write(changes, write)

    def _write(self, changes: Sequence[Change], records: Sequence[Record]) -> None:
        self.out.replace(records)
        self.out.delete([change.id for change in changes if change.op == DELETED])
        encode = self.target.codec.encode
        self.log.insert([Record(c.id, encode({"_id": c.id, "op": c.op})) for c in changes])
        self.report.counts.update(change.op for change in changes)
        self.report.count += sum(c.is_there - c.was for c in changes)

    def _count(
        self,
        chunk: Mapping[str, Mapping[int, Change]],
        there: Mapping[str, bytes],
        found: Sequence[Sequence[Record]],
        join: Join,
    ) -> None:
        """How the counts of a full merge differ from those of the former build's."""
        present = [{record.id for record in records} for records in found]
        self.report.unmatched.update(join.unmatched)
        for id_, steps in chunk.items():
            for number, spec in enumerate(self.request.parts):
                is_there = id_ in present[number]
                was = steps[number].was if number in steps else is_there
                self.report.read[spec.rule.source] += is_there - was
                if was and not spec.rule.creates and id_ not in there:
                    self.report.unmatched[spec.rule.source] -= 1

    def _records(self, part: PartSpec, ids: Sequence[str]) -> list[Record]:
        store = self.target if part.staged else self.src
        bodies = store.collection(part.collection).bodies(ids)
        found = [Record(id_, bodies[id_]) for id_ in ids if id_ in bodies]
        if store.codec.name == self.target.codec.name:
            return found
        decode, encode = store.codec.decode, self.target.codec.encode
        return [Record(id_, encode(decode(body))) for id_, body in found]


@dataclass(frozen=True)
class CompareRequest:
    """What `compare_stages` needs: two staged collections of the target store, and where their difference is kept."""

    source: str
    target: StoreSpec
    old: str
    new: str
    log: str


def compare_stages(ctx: JobContext, request: CompareRequest) -> int:
    """Write the log of how a staged source differs from what was staged for the former build; how many changes."""
    with closing(open_store(request.target)) as store:
        store.drop(request.log)

        def records(name: str) -> Iterator[Record]:
            collection: Collection = store.collection(name)
            return collection.scan(batch_size=BATCH)

        def tick(read: int) -> None:
            ctx.check()
            ctx.progress(read, unit="documents", note=f"compare {request.source}")

        found = Comparison(store.codec, records(request.old), records(request.new), tick)
        return write_log(store.collection(request.log), store.codec, found)
