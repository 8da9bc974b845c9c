"""Combining the parts of a parallel upload into one collection, exactly as one call after the other would have made it.

Every part was written to a collection of its own. All of them are scanned together in `_id` order; the documents of one
``_id`` meet in the order of parts, then of documents, and are folded by the storage's rule. Each document is written
once and memory is bounded by the batches.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence

from hub.dataload.errors import DuplicateIdError
from hub.dataload.merge import AS_LIST_OF_DICT
from hub.dataload.quarantine.files import Rejects
from hub.dataload.quarantine.records import Refusal
from hub.dataload.uploader.documents import BATCH_BYTES, Batch
from hub.dataload.uploader.writing import MARK, Merge, fold
from hub.store.errors import StoreError
from hub.store.port import Codec, Collection, Record

Item = tuple[str, int, bytes]  # key, part, body
_SCAN_AT_ONCE = 4000  # records in memory over all parts
_LIST_KEY = AS_LIST_OF_DICT.encode()


class Combiner:
    """Joins collections in ``_id`` order.

    Args:
        source: full source name, for messages.
        codec: the store's codec.
        kind: key of `hub.dataload.uploader.writing.WRITERS`.
        merge: how to merge two documents, for storages that merge.
        labels: what each part is called in messages.
        rejects: takes documents that can not be combined; None lets the first one fail the upload.

    Attributes:
        duplicates: documents whose ``_id`` had come before.
    """

    def __init__(
        self,
        source: str,
        codec: Codec,
        kind: str,
        merge: Merge | None,
        labels: Sequence[str],
        rejects: Rejects | None = None,
    ) -> None:
        self._rejects = rejects
        self.source, self._codec, self._kind, self._merge, self._labels = source, codec, kind, merge, labels
        self.duplicates = 0

    def batches(self, parts: Sequence[Collection], size: int) -> Iterator[Batch]:
        """The combined documents.

        Args:
            parts: collections in the order of parts.
            size: documents in a batch.

        Raises:
            DuplicateIdError: an ``_id`` is in two parts and that is an error.
        """
        batch, filled = Batch(), 0
        for position, record in enumerate(self._records(parts), 1):
            batch.records.append(record)
            filled += len(record.body)
            if len(batch.records) >= size or filled >= BATCH_BYTES:
                yield batch
                batch, filled = Batch(start=position + 1), 0
        if batch.records:
            yield batch

    def _records(self, parts: Sequence[Collection]) -> Iterator[Record]:
        at_once = max(50, _SCAN_AT_ONCE // max(1, len(parts)))
        streams = [_tagged(part, number, at_once) for number, part in enumerate(parts)]
        for id_, group in itertools.groupby(heapq.merge(*streams), key=_real_id):
            first, *others = group
            if not others and not (self._merge and _LIST_KEY in first[2]):
                yield Record(id_, first[2])
            else:
                self.duplicates += len(others)
                yield self._joined(id_, [first, *others])

    def _joined(self, id_: str, items: list[Item]) -> Record:
        items.sort(key=lambda item: (item[1], item[0]))
        if self._merge:
            return self._merged(id_, items, self._merge)
        if self._kind == "error":
            if self._rejects is None:
                raise DuplicateIdError(self.source, id_, part=self._labels[items[1][1]])
            for item in items[1:]:
                self._reject(id_, item, "duplicate", "its `_id` has come before, in another part.")
        return Record(id_, items[-1 if self._kind == "upsert" else 0][2])

    def _merged(self, id_: str, items: list[Item], merge: Merge) -> Record:
        documents = [{**self._codec.decode(body), "_id": id_} for _, _, body in items]
        try:
            return Record(id_, self._codec.encode(fold(documents, merge)))
        except StoreError as error:
            if len(items) == 1 or self._rejects is None:
                raise
            self._reject(id_, items[-1], "unmergeable", f"merged with the others, it can not be stored: {error}")
            return self._merged(id_, items[:-1], merge)

    def _reject(self, id_: str, item: Item, reason: str, message: str) -> None:
        assert self._rejects is not None
        self.duplicates -= 1
        document = {**self._codec.decode(item[2]), "_id": id_}
        self._rejects.add(Refusal(reason, message, id=id_, part=self._labels[item[1]]), document)


def _tagged(part: Collection, number: int, at_once: int) -> Iterator[Item]:
    for id_, body in part.scan(batch_size=at_once):
        yield id_, number, body


def _real_id(item: Item) -> str:
    return item[0].partition(MARK)[0]
