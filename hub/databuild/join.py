"""The sorted k-way join: all collections are read once, side by side, in ``_id`` order.

Instead of taking one record at a time from a heap, the join takes a *window* from every source: all records up to the
smallest last ``_id`` among the buffers. Within a window the ids met more than once are found with set operations, the
others are copied as bytes, and one sort of nearly sorted runs puts all in order. Memory is bounded by the buffers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter

from hub.databuild.errors import MergeDocumentError
from hub.databuild.fields import FieldRuleError, FieldRules
from hub.databuild.finish import Finisher, finished
from hub.databuild.rules import MergeRule, merge_parts
from hub.errors import HubError
from hub.store.port import Codec, Document, Record

WINDOW = 2000  # records of each source in memory at a time
NO_RULES = FieldRules()
_id = itemgetter(0)

Translate = Callable[[bytes], bytes]


class Part:
    """One sorted collection that takes part.

    Args:
        rule: how its documents are merged.
        records: its records in ``_id`` order, each ``_id`` once.
    """

    def __init__(self, rule: MergeRule, records: Iterator[Record]) -> None:
        self.rule = rule
        self._records = records
        self._ended = False
        self.buffer: list[Record] = []

    def fill(self) -> bool:
        """Have records in the buffer; False when there are no more."""
        if not self.buffer and not self._ended:
            self.buffer = list(islice(self._records, WINDOW))
            self._ended = not self.buffer
        return not self._ended

    def take(self, bound: str) -> list[Record]:
        """Take the records up to and with ``bound`` from the buffer."""
        buffer = self.buffer
        if buffer[-1][0] <= bound:
            self.buffer = []
            return buffer
        cut = bisect_right(buffer, bound, key=_id)
        self.buffer = buffer[cut:]
        return buffer[:cut]


class Join:
    """Merges parts; iterate for sorted batches of target records.

    Args:
        build: name of the build, for messages.
        parts: in merge order: those that create before those that only update.
        codec: codec of the records, which is also that of the target.
        fields: merge rules of single fields.
        finisher: what is done to each merged document, or None.

    Attributes:
        read: documents read, by source.
        unmatched: documents left out because no earlier source had created them, by source.
        position: every document up to this ``_id`` has been yielded.
    """

    def __init__(
        self,
        build: str,
        parts: Sequence[Part],
        codec: Codec,
        fields: FieldRules = NO_RULES,
        finisher: Finisher | None = None,
    ) -> None:
        self._build, self._parts, self._codec, self._fields = build, list(parts), codec, fields
        self._finisher = finisher
        self.read: Counter[str] = Counter()
        self.unmatched: Counter[str] = Counter()
        self.position: str | None = None

    def __iter__(self) -> Iterator[list[Record]]:
        active = self._parts
        while active := [part for part in active if part.fill()]:
            bound = min(part.buffer[-1][0] for part in active)
            runs = [(part.rule, run) for part in active if (run := part.take(bound))]
            for rule, run in runs:
                self.read[rule.source] += len(run)
            batch = self._copy(*runs[0]) if len(runs) == 1 else self._merge(runs)
            self.position = bound
            yield batch if self._finisher is None else finished(self._build, self._finisher, self._codec, batch)

    def _copy(self, rule: MergeRule, run: list[Record]) -> list[Record]:
        if rule.creates:
            return run
        self.unmatched[rule.source] += len(run)
        return []

    def _merge(self, runs: list[tuple[MergeRule, list[Record]]]) -> list[Record]:
        shared = _shared_ids([run for _, run in runs])
        together: dict[str, list[tuple[MergeRule, bytes]]] = {}
        batch: list[Record] = []
        for rule, run in runs:
            if shared:
                alone = []
                for record in run:
                    if record[0] in shared:
                        together.setdefault(record[0], []).append((rule, record[1]))
                    else:
                        alone.append(record)
                run = alone
            batch.extend(self._copy(rule, run))
        for id_, parts in together.items():
            body = self._together(id_, parts)
            if body is not None:
                batch.append(Record(id_, body))
        batch.sort(key=_id)
        return batch

    def _together(self, id_: str, parts: list[tuple[MergeRule, bytes]]) -> bytes | None:
        if not parts[0][0].creates:
            parts = self._from_first_creating(parts)
        if not parts:
            return None
        body = parts[0][1]
        if not self._fields:
            parts = [parts[0], *(part for part in parts[1:] if part[1] != body or len(parts) > 2)]
        if len(parts) == 1:
            return body
        try:
            merged = self._merged(parts)
            return None if merged is None else self._codec.encode(merged)
        except HubError:
            raise
        except Exception as error:
            names = ", ".join(rule.source for rule, _ in parts)
            if isinstance(error, FieldRuleError):
                raise MergeDocumentError(self._build, names, id_, str(error)) from None
            raise MergeDocumentError(self._build, names, id_, f"{type(error).__name__}: {error}") from error

    def _merged(self, parts: list[tuple[MergeRule, bytes]]) -> Document | None:
        decode = self._codec.decode
        if not self._fields:
            return merge_parts([(rule, decode(body)) for rule, body in parts])
        documents = [(rule.source, decode(body)) for rule, body in parts]
        merged = merge_parts([(rule, dict(part)) for (rule, _), (_, part) in zip(parts, documents, strict=True)])
        return None if merged is None else self._fields.apply(merged, documents)

    def _from_first_creating(self, parts: list[tuple[MergeRule, bytes]]) -> list[tuple[MergeRule, bytes]]:
        first = next((n for n, (rule, _) in enumerate(parts) if rule.creates), len(parts))
        for rule, _ in parts[:first]:
            self.unmatched[rule.source] += 1
        return parts[first:]


def _shared_ids(runs: Sequence[Sequence[Record]]) -> set[str]:
    """Ids that occur in more than one run."""
    seen: set[str] = set(map(_id, runs[0]))
    shared: set[str] = set()
    for run in runs[1:]:
        ids = set(map(_id, run))
        shared |= seen & ids
        seen |= ids
    return shared
