"""Writing batches of encoded documents, and what happens when an ``_id`` comes again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import ClassVar

from hub.dataload.errors import DuplicateIdError, InvalidDocumentError
from hub.dataload.merge import AS_LIST_OF_DICT, merge_root_keys, merge_struct
from hub.dataload.quarantine.files import Rejects
from hub.dataload.quarantine.records import Refusal
from hub.dataload.uploader.documents import Batch
from hub.store.errors import StoreError
from hub.store.port import Codec, Collection, Document, DocumentStore, Load, Record

Merge = Callable[..., Document]
REPEATED = "its `_id` has come before."
MARK = "\0"  #: between an ``_id`` and the position of a repeated document, in the collection of a part


def merge_deep(stored: Document, new: Document, aslistofdict: str | None = None) -> Document:
    """Merge function of ``on_duplicates: merge``."""
    return merge_struct(stored, new, aslistofdict)  # type: ignore[no-any-return]


def merge_roots(stored: Document, new: Document, aslistofdict: str | None = None) -> Document:
    """Merge function of the root key merger; the key of ``__aslistofdict__`` changes nothing there."""
    return merge_root_keys(stored, new)


class Writer:
    """Writes batches into one collection; a repeated ``_id`` is an error.

    Args:
        store: where the collection is.
        collection: its name.
        source: full source name, for messages.
        part: which part of a parallel upload, for messages.

    Attributes:
        count: documents in the collection.
        duplicates: documents whose ``_id`` was there already.
        rejects: takes documents that can not be written; None lets the first one fail the upload.
    """

    rejects: Rejects | None = None
    sorts: ClassVar[bool] = True  #: whether it may write in the order of the ids, when all documents are there

    def __init__(self, store: DocumentStore, collection: str, source: str, part: str = "") -> None:
        self._load: Load | None = None
        self.store, self.source, self.part = store, source, part
        self.codec: Codec = store.codec
        self.collection: Collection = store.collection(collection)
        self.count = 0
        self.duplicates = 0

    @property
    def rejected(self) -> Counter[str]:
        """Documents that went to quarantine, by reason."""
        return self.rejects.reasons if self.rejects else Counter()

    def write_sorted(self) -> None:
        """Write faster, if that can be done: repeated ids are then found by `finish`."""
        if self.sorts:
            self._load = self.collection.load()

    def write(self, batch: Batch) -> None:
        """Store the batch.

        Raises:
            DuplicateIdError: an ``_id`` came again and nobody takes it.
        """
        if self._load is not None:
            self._load.add(batch.ordinals(), batch.records)
            self.count += len(batch.records)
            return
        repeated = self.collection.insert(batch.records)
        self.count += len(batch.records) - len(repeated)
        if repeated:
            self.duplicates += len(repeated)
            self.on_repeated(batch, repeated)

    def on_repeated(self, batch: Batch, repeated: list[int]) -> None:
        """Deal with the records of ``batch``, by index, that were not stored."""
        if self.rejects is not None:
            self.duplicates -= len(repeated)
            for index in repeated:
                self._reject(batch, index, "duplicate", REPEATED)
            return
        second = repeated[0]
        id_ = batch.records[second].id
        first = next(index for index, record in enumerate(batch.records) if record.id == id_)
        known = batch.ordinal(first) if first < second else 0
        raise DuplicateIdError(self.source, id_, batch.ordinal(second), known, self.part)

    def finish(self) -> None:
        """Return when everything survives a crash of the machine.

        Raises:
            DuplicateIdError: as `write`.
        """
        if self._load is not None:
            self._settle(self._load)
        if self.count:
            self.collection.flush()
        if self.rejects is not None:
            self.rejects.close()

    def close(self) -> None:
        """Leave nothing behind but the collection. Safe to call at any time."""
        if self._load is not None:
            self._load.close()
            self._load = None

    def _settle(self, load: Load) -> None:
        added, self.count = self.count, load.settle(last=isinstance(self, LastWins))
        if added != self.count:
            self.duplicates += added - self.count
            self.on_repeated_sorted(load)
        self.close()

    def on_repeated_sorted(self, load: Load) -> None:
        """Deal with repeated ids that were found when all documents were there."""
        if self.rejects is not None:
            for again in load.repeated():
                self.duplicates -= 1
                refusal = Refusal("duplicate", REPEATED, again.ordinal, again.id, part=self.part)
                self.rejects.add(refusal, self.codec.decode(again.body))
            return
        again = min(load.repeated(), key=lambda repeated: repeated.ordinal)
        raise DuplicateIdError(self.source, again.id, again.ordinal, again.first, self.part)

    def _reject(self, batch: Batch, index: int, reason: str, message: str) -> None:
        assert self.rejects is not None
        id_, body = batch.records[index]
        refusal = Refusal(reason, message, batch.ordinal(index), id_, part=self.part)
        document = self.codec.decode(body)
        if key := batch.lists.get(index):
            document[AS_LIST_OF_DICT] = key
        self.rejects.add(refusal, document)


class FirstWins(Writer):
    """Keeps the first document of an ``_id``."""

    def on_repeated(self, batch: Batch, repeated: list[int]) -> None:
        """Leave them out."""

    def on_repeated_sorted(self, load: Load) -> None:
        """They were left out."""


class LastWins(Writer):
    """Keeps the last document of an ``_id``."""

    def on_repeated_sorted(self, load: Load) -> None:
        """They have taken the places of the former ones."""

    def on_repeated(self, batch: Batch, repeated: list[int]) -> None:
        """Replace what is there by the last of them."""
        last = {batch.records[index].id: batch.records[index] for index in repeated}
        self.collection.replace(list(last.values()))


class Merging(Writer):
    """Folds the documents of an ``_id`` into one, in the order of the parser.

    Args:
        store: where the collection is.
        collection: its name.
        source: full source name, for messages.
        part: which part, for messages.
        merge: ``merge(stored, new, aslistofdict=key)`` returns the merged document.
    """

    sorts = False

    def __init__(
        self, store: DocumentStore, collection: str, source: str, part: str = "", merge: Merge = merge_deep
    ) -> None:
        super().__init__(store, collection, source, part)
        self._merge = merge

    def on_repeated(self, batch: Batch, repeated: list[int]) -> None:
        """Merge each into what is stored and write the results once."""
        changed = self.collection.get_many(sorted({batch.records[index].id for index in repeated}))
        for index in repeated:
            id_, body = batch.records[index]
            merged = self._merge(changed[id_], self.codec.decode(body), aslistofdict=batch.lists.get(index))
            if self.rejects is None or self._fits(merged, batch, index):
                changed[id_] = merged
        self.collection.replace([Record(id_, self._encoded(document, batch)) for id_, document in changed.items()])

    def _fits(self, merged: Document, batch: Batch, index: int) -> bool:
        """Whether a merged document can be stored; if not, the one that was added last is rejected."""
        try:
            self.codec.encode(merged)
        except StoreError as error:
            self.duplicates -= 1
            self._reject(batch, index, "unmergeable", f"merged with the earlier ones, it can not be stored: {error}")
            return False
        return True

    def _encoded(self, document: Document, batch: Batch) -> bytes:
        try:
            return self.codec.encode(document)
        except StoreError as error:
            id_, last = document["_id"], len(batch.records) - 1
            ordinal = batch.ordinal(max(n for n in range(last + 1) if batch.records[n].id == id_))
            reason = f"merged with the earlier ones, it can not be stored: {error}"
            raise InvalidDocumentError(self.source, reason, ordinal=ordinal, id=id_) from error


class KeepAll(Writer):
    """Keeps every document of an ``_id``, in the collection of one part of a parallel upload: the repeated ones under
    ``_id`` + NUL + position. `hub.dataload.uploader.combine` folds them in order."""

    sorts = False

    def on_repeated(self, batch: Batch, repeated: list[int]) -> None:
        """Store them beside the first."""
        records = []
        for index in repeated:
            id_, body = batch.records[index]
            key = f"{id_}{MARK}{batch.ordinal(index):015d}"
            records.append(Record(key, self.codec.encode({**self.codec.decode(body), "_id": key})))
        self.collection.insert(records)


class Discarding(Writer):
    """Stores nothing and counts."""

    sorts = False

    def write(self, batch: Batch) -> None:
        """Count the batch."""
        self.count += len(batch.records)

    def finish(self) -> None:
        """Nothing to do."""


#: by the name that storages use; each works in any process
WRITERS: Mapping[str, Callable[..., Writer]] = {
    "error": Writer,
    "ignore": FirstWins,
    "upsert": LastWins,
    "merge": Merging,
    "root_merge": partial(Merging, merge=merge_roots),
    "keep_all": KeepAll,
    "none": Discarding,
}


def fold(documents: Iterable[Document], merge: Merge) -> Document:
    """Merge documents of one ``_id`` in order, with the key each names in ``__aslistofdict__``."""
    lists: dict[int, str] = defaultdict(str)
    merged: Document | None = None
    for number, document in enumerate(documents):
        if AS_LIST_OF_DICT in document:
            lists[number] = document[AS_LIST_OF_DICT]
            document = {key: value for key, value in document.items() if key != AS_LIST_OF_DICT}
        merged = document if merged is None else merge(merged, document, aslistofdict=lists.get(number))
    assert merged is not None
    return merged
