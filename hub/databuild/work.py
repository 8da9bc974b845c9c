"""The function that runs as a job to merge: ranges of ``_id`` of sorted collections into the one under construction.

It gets a picklable request, opens the stores by their specs, and speaks to the hub through its context only. What it
writes goes to a collection that no reader sees; the manager renames it when it is whole.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import Any

from hub.databuild.fields import FieldRules
from hub.databuild.finish import Finisher
from hub.databuild.join import NO_RULES, Join, Part
from hub.databuild.rules import MergeRule
from hub.jobs.port import JobContext
from hub.store import open_store
from hub.store.port import Codec, Collection, DocumentStore, IdRange, Record, StoreSpec

BATCH = 5000  # records a write
CHECKPOINT_SECONDS = 5.0
QUIET_DOCUMENTS = 50_000  # documents read without a word, when nearly all of them are left out


@dataclass(frozen=True)
class RangeState:
    """How far one range of ``_id`` is merged; kept in the build's record, so that a later run continues there.

    Attributes:
        number: position among the ranges of the build.
        start: first ``_id``, or None from the beginning.
        end: the first ``_id`` that is not part of it, or None to the end.
        position: everything up to this ``_id`` is safely in the target.
        done: the whole range is.
        written: documents in the target from this range.
        read: documents read, by source.
        unmatched: documents left out because no earlier source had created them, by source.
    """

    number: int
    start: str | None = None
    end: str | None = None
    position: str | None = None
    done: bool = False
    written: int = 0
    read: Mapping[str, int] = field(default_factory=dict)
    unmatched: Mapping[str, int] = field(default_factory=dict)

    def to_list(self) -> list[Any]:
        """As a list, for the build's record (source names may not be keys there)."""
        counts = [sorted(self.read.items()), sorted(self.unmatched.items())]
        pairs = [[list(pair) for pair in part] for part in counts]
        return [self.number, self.start, self.end, self.position, self.done, self.written, *pairs]

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> RangeState:
        """Back from `to_list`."""
        number, start, end, position, done, written, read, unmatched = values
        return cls(number, start, end, position, done, written, dict(read), dict(unmatched))


@dataclass(frozen=True)
class PartSpec:
    """One collection that takes part in a merge.

    Attributes:
        rule: how its documents are merged.
        collection: its name.
        staged: it is in the target store (written by `stage_source`, or the build that is added to).
    """

    rule: MergeRule
    collection: str
    staged: bool = False


@dataclass(frozen=True)
class MergeRequest:
    """What `merge_range` needs.

    Attributes:
        build: name of the build.
        src: the source store.
        target: the target store.
        temp: the collection under construction.
        parts: in merge order.
        ranges: the ranges to merge, one after the other.
        total: documents to read in all, for progress; 0 when unknown.
        ids: only these ids, sorted; None for all.
        checkpoint: documents written between two checkpoints; there is one every few seconds too.
        fields: merge rules of single fields.
        finisher: what is done to each merged document, or None.
    """

    build: str
    src: StoreSpec
    target: StoreSpec
    temp: str
    parts: Sequence[PartSpec]
    ranges: Sequence[RangeState]
    total: int = 0
    ids: Sequence[str] | None = None
    checkpoint: int = 250_000
    fields: FieldRules = NO_RULES
    finisher: Finisher | None = None


def merge_range(ctx: JobContext, request: MergeRequest) -> list[RangeState]:
    """Merge the ranges of a request into the collection under construction.

    Emits ``checkpoint`` with ``range=<RangeState as a list>`` each time documents are safe on disk. A range that was
    partly merged before is continued after its position; what was written beyond it is written again, with the same
    result, because sources do not change during a build.

    Returns:
        The ranges with their final counts.
    """
    with ExitStack() as stack:
        src = stack.enter_context(closing(open_store(request.src)))
        target = stack.enter_context(closing(open_store(request.target)))
        done = sum(sum(state.read.values()) for state in request.ranges)
        finished = []
        for state in request.ranges:
            run = _RangeRun(ctx, request, src, target, state, done)
            finished.append(state if state.done else run.merge())
            done = run.done
        return finished


class _RangeRun:
    """Merges one range."""

    def __init__(
        self,
        ctx: JobContext,
        request: MergeRequest,
        src: DocumentStore,
        target: DocumentStore,
        state: RangeState,
        done: int,
    ) -> None:
        self.ctx, self.request, self.src, self.target, self.state, self.done = ctx, request, src, target, state, done
        self.out = target.collection(request.temp)
        self._saved = time.monotonic()
        self._unsaved = 0

    def merge(self) -> RangeState:
        start = self.state
        parts = [self._part(part) for part in self.request.parts]
        join = Join(self.request.build, parts, self.target.codec, self.request.fields, self.request.finisher)
        written, before = start.written, self.done
        pending: list[Record] = []
        for batch in join:
            pending.extend(batch)
            if len(pending) < BATCH and before + join.read.total() - self.done < QUIET_DOCUMENTS:
                continue
            _write(self.out, pending)
            written += len(pending)
            self._unsaved += len(pending)
            pending = []
            self.done = before + join.read.total()
            self.ctx.check()
            self.ctx.progress(self.done, self.request.total or None, unit="documents")
            if self._due():
                self._save(self._state(join, written))
        _write(self.out, pending)
        self.done = before + join.read.total()
        self.ctx.progress(self.done, self.request.total or None, unit="documents")
        final = replace(self._state(join, written + len(pending)), done=True)
        self._save(final)
        return final

    def _state(self, join: Join, written: int) -> RangeState:
        read = Counter(self.state.read) + join.read
        unmatched = Counter(self.state.unmatched) + join.unmatched
        position = join.position if join.position is not None else self.state.position
        return replace(self.state, position=position, written=written, read=dict(read), unmatched=dict(unmatched))

    def _due(self) -> bool:
        return self._unsaved >= self.request.checkpoint or time.monotonic() - self._saved >= CHECKPOINT_SECONDS

    def _save(self, state: RangeState) -> None:
        self.out.flush()
        self.ctx.emit("checkpoint", range=state.to_list())
        self._saved, self._unsaved = time.monotonic(), 0

    def _part(self, part: PartSpec) -> Part:
        store = self.target if part.staged else self.src
        records = self._records(store, store.collection(part.collection), part)
        if store.codec.name != self.target.codec.name:
            records = _translated(records, store.codec, self.target.codec)
        return Part(part.rule, records)

    def _records(self, store: DocumentStore, collection: Collection, part: PartSpec) -> Iterator[Record]:
        state, ids = self.state, self.request.ids
        after = state.position
        if ids is not None and not part.staged:
            wanted = [i for i in ids if _within(i, state)]
            return _by_ids(collection, wanted)
        first = after if after is not None else state.start
        records = collection.scan(IdRange(first, state.end), batch_size=BATCH)
        return records if after is None else _after(records, after)


def _after(records: Iterator[Record], position: str) -> Iterator[Record]:
    for record in records:
        if record.id > position:
            yield record
            break
    yield from records


def _within(id_: str, state: RangeState) -> bool:
    if state.position is not None and id_ <= state.position:
        return False
    return (state.start is None or id_ >= state.start) and (state.end is None or id_ < state.end)


def _by_ids(collection: Collection, ids: Sequence[str]) -> Iterator[Record]:
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        found = collection.bodies(chunk)
        yield from (Record(id_, found[id_]) for id_ in chunk if id_ in found)


def _translated(records: Iterator[Record], old: Codec, new: Codec) -> Iterator[Record]:
    return (Record(record.id, new.encode(old.decode(record.body))) for record in records)


def _write(collection: Collection, records: list[Record]) -> None:
    """Write records; those that an interrupted run has left are written again."""
    if records:
        there = collection.insert(records)
        if there:
            collection.replace([records[position] for position in there])
