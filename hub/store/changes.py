"""What changed between two states of a collection, and the log that keeps it.

A log is a collection of its own with one small document for each ``_id`` that is new, other or gone, so whoever holds
something made of the old state reads only what it must do again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from hub.store.content_hash import same_content
from hub.store.errors import CollectionNotFoundError
from hub.store.port import Codec, Collection, DocumentStore, Record

ADDED, CHANGED, DELETED = "added", "changed", "deleted"
_WINDOW = 5000  # records of each side in memory
_BATCH = 5000  # entries of a log a write
_KEY = "op"
_id = itemgetter(0)


class Change(NamedTuple):
    """One ``_id`` and what happened to it: `ADDED`, `CHANGED` or `DELETED`."""

    id: str
    op: str

    @property
    def was(self) -> bool:
        """Whether the document was there before."""
        return self.op != ADDED

    @property
    def is_there(self) -> bool:
        """Whether the document is there now."""
        return self.op != DELETED


class _Side:
    def __init__(self, records: Iterable[Record]) -> None:
        self._records = iter(records)
        self.buffer: list[Record] = []

    def fill(self) -> bool:
        if not self.buffer:
            self.buffer = list(islice(self._records, _WINDOW))
        return bool(self.buffer)

    def take(self, bound: str) -> list[Record]:
        buffer = self.buffer
        cut = len(buffer) if buffer and buffer[-1][0] <= bound else bisect_right(buffer, bound, key=_id)
        self.buffer = buffer[cut:]
        return buffer[:cut]


class Comparison:
    """Compares two states of a collection; iterate for the changes in ``_id`` order.

    Args:
        codec: codec of the records.
        old: records of the old state in ``_id`` order.
        new: those of the new one.
        tick: told how many records of the new state were looked at, every few thousand; may raise.

    Attributes:
        read: records of the new state that were looked at.
        counts: changes so far, by kind.
    """

    def __init__(
        self,
        codec: Codec,
        old: Iterable[Record],
        new: Iterable[Record],
        tick: Callable[[int], None] = lambda read: None,
    ) -> None:
        self._codec, self._old, self._new, self._tick = codec, _Side(old), _Side(new), tick
        self.read = 0
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Change]:
        old, new = self._old, self._new
        while (more_old := old.fill()) | (more_new := new.fill()):
            bound = min(side.buffer[-1][0] for side, more in ((old, more_old), (new, more_new)) if more)
            before, after = old.take(bound), new.take(bound)
            self.read += len(after)
            self._tick(self.read)
            if before == after:
                continue
            for change in self._window(before, after):
                self.counts[change.op] += 1
                yield change

    def _window(self, before: list[Record], after: list[Record]) -> Iterator[Change]:
        differing = set(before) ^ set(after)
        old = dict(record for record in before if record in differing)
        new = dict(record for record in after if record in differing)
        for id_ in sorted(old.keys() | new.keys()):
            if id_ not in old:
                yield Change(id_, ADDED)
            elif id_ not in new:
                yield Change(id_, DELETED)
            elif not same_content(self._codec, old[id_], new[id_]):
                yield Change(id_, CHANGED)


def write_log(log: Collection, codec: Codec, changes: Iterable[Change]) -> int:
    """Keep changes in a collection that does not exist yet, and make it durable; how many there were.

    Args:
        log: where; nothing is created when there are no changes.
        codec: codec of its store.
        changes: in ``_id`` order, each ``_id`` once.
    """
    entries = iter(changes)
    written = 0
    while batch := list(islice(entries, _BATCH)):
        log.insert([Record(id_, codec.encode({"_id": id_, _KEY: op})) for id_, op in batch])
        written += len(batch)
    if written:
        log.flush()
    return written


def read_log(log: Collection, codec: Codec) -> Iterator[Change]:
    """The changes of a log, in ``_id`` order."""
    decode = codec.decode
    return (Change(id_, decode(body)[_KEY]) for id_, body in log.scan(batch_size=_BATCH))


def net(logs: Sequence[Iterator[Change]]) -> Iterator[Change]:
    """What several changes in a row come to, in ``_id`` order.

    Args:
        logs: oldest first. A document that came and went again is left out.
    """
    numbered = [_numbered(log, number) for number, log in enumerate(logs)]
    for id_, group in groupby(merge(*numbered), key=_id):
        steps = [change for _, _, change in group]
        was, is_there = steps[0].was, steps[-1].is_there
        if was and is_there:
            yield Change(id_, CHANGED)
        elif was or is_there:
            yield Change(id_, DELETED if was else ADDED)


def _numbered(log: Iterator[Change], number: int) -> Iterator[tuple[str, int, Change]]:
    return ((change.id, number, change) for change in log)


def open_logs(store: DocumentStore, names: Sequence[str]) -> Iterator[Change]:
    """What several logs in a row come to; see `net`.

    Raises:
        hub.store.errors.CollectionNotFoundError: one of them is gone, so that nobody knows what changed.
    """
    missing = [name for name in names if not store.exists(name)]
    if missing:
        raise CollectionNotFoundError(missing[0], store.names())
    return net([read_log(store.collection(name), store.codec) for name in names])


def split_ids(changes: Iterable[Change], size: int) -> Iterator[list[Change]]:
    """The changes in lists of at most ``size``."""
    entries = iter(changes)
    while batch := list(islice(entries, size)):
        yield batch
