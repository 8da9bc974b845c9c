"""Storages: how documents of a parser are written to a collection.

A storage names what happens when an ``_id`` comes again, and may look at each document before it is stored. Uploaders
name one in ``storage_class``; several in a tuple are combined by inheritance.

The standard ones are written by a second process while the parser runs (`hub.dataload.uploader.pipe`). A subclass that
overrides ``merge_func`` or ``process`` runs as it is, in the parser's process.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, ClassVar

from hub.dataload.merge import merge_root_keys, merge_struct
from hub.dataload.uploader.documents import BATCH_DOCUMENTS, CheckDoc, Intake
from hub.dataload.uploader.writing import WRITERS, Merging, Writer
from hub.store.port import Document, DocumentStore


class BaseStorage:
    """What all storages share.

    Args:
        db: the store.
        collection_name: the collection that is written.
        logger: where remarks go.
    """

    on_repeated: ClassVar[str] = "error"  #: key of `hub.dataload.uploader.writing.WRITERS`
    skip_too_large: ClassVar[bool] = False

    def __init__(self, db: DocumentStore, collection_name: str, logger: logging.Logger | None = None) -> None:
        self.db, self.collection_name = db, collection_name
        self.logger = logger or logging.getLogger("hub.upload")

    def check_doc_func(self, doc: Any) -> Any:
        """Look at a document before it is stored.

        Returns:
            The document to store, or something false to drop it.
        """
        return doc

    def writer(self, source: str = "") -> Writer:
        """The writer of this storage in this process."""
        return WRITERS[self.on_repeated](self.db, self.collection_name, source or self.collection_name, "")

    def process(self, iterable: Any, batch_size: int = BATCH_DOCUMENTS, max_batch_num: int | None = None) -> int:
        """Store the documents.

        Args:
            iterable: generator, list, or dict ``{_id: document}``.
            batch_size: documents in one write.
            max_batch_num: stop after so many batches; None for all.

        Returns:
            The number of documents stored.
        """
        writer = self.writer()
        intake = Intake(
            self.collection_name,
            self.db.codec,
            check_doc=own_check(self),
            skip_too_large=self.skip_too_large,
            keep_list_key=not isinstance(writer, Merging),
            logger=self.logger,
        )
        for number, batch in enumerate(intake.batches(iterable, batch_size), 1):
            writer.write(batch)
            if max_batch_num is not None and number >= max_batch_num:
                break
        writer.finish()
        return writer.count


class BasicStorage(BaseStorage):
    """A repeated ``_id`` is an error: the upload fails and the old data stay."""


class IgnoreDuplicatedStorage(BasicStorage):
    """The first document of an ``_id`` stays, the others are left out."""

    on_repeated = "ignore"


class NoBatchIgnoreDuplicatedStorage(IgnoreDuplicatedStorage):
    """The same, under the name of the variant that used to keep the order; here every variant does."""


class UpsertStorage(BasicStorage):
    """The last document of an ``_id`` stays."""

    on_repeated = "upsert"


class MergerStorage(BasicStorage):
    """Documents of one ``_id`` are merged in order by `hub.dataload.merge.merge_struct`.

    A document may name in ``__aslistofdict__`` a root key under which different objects become a list of objects.
    """

    on_repeated = "merge"

    @classmethod
    def merge_func(cls, doc1: Document, doc2: Document, **kwargs: Any) -> Document:
        """Merge two documents; subclasses may have rules of their own.

        Args:
            doc1: the next document, without its ``_id``.
            doc2: the merged documents so far.
            **kwargs: ``aslistofdict``.

        Returns:
            The merged document.
        """
        return merge_struct(doc1, doc2, **kwargs)  # type: ignore[no-any-return]

    def writer(self, source: str = "") -> Writer:
        """A writer that merges with this storage's rule."""
        merge = merge_rule(type(self))
        assert merge is not None
        return Merging(self.db, self.collection_name, source or self.collection_name, merge=merge)


class RootKeyMergerStorage(MergerStorage):
    """Documents of one ``_id`` are joined at the root: each key that both have holds a list of both values."""

    on_repeated = "root_merge"

    @classmethod
    def merge_func(cls, doc1: Document, doc2: Document, **kwargs: Any) -> Document:
        """Join the root keys; ``kwargs`` change nothing."""
        return merge_root_keys(doc1, doc2)


class CheckSizeStorage(BasicStorage):
    """Documents over the size limit (`MAX_DOCUMENT_BYTES`) are skipped with a warning."""

    skip_too_large = True


class NoStorage(BaseStorage):
    """Stores nothing: for uploaders that only register a mapping and metadata."""

    on_repeated = "none"


#: storage by the manifest's ``on_duplicates``
BY_MANIFEST: dict[str, type[BaseStorage]] = {
    "error": BasicStorage,
    "ignore": IgnoreDuplicatedStorage,
    "merge": MergerStorage,
}


def combine(storage_class: type[BaseStorage] | tuple[type[BaseStorage], ...]) -> type[BaseStorage]:
    """One class for an uploader's ``storage_class``; a tuple is combined by inheritance."""
    if not isinstance(storage_class, tuple):
        return storage_class
    if len(storage_class) == 1:
        return storage_class[0]
    return type("And".join(c.__name__ for c in storage_class), storage_class, {})


def own_check(storage: BaseStorage) -> CheckDoc | None:
    """The storage's ``check_doc_func`` if it is not the one that only drops empty documents."""
    return None if type(storage).check_doc_func is BaseStorage.check_doc_func else storage.check_doc_func


def merge_rule(storage: type[BaseStorage]) -> Callable[..., Document] | None:
    """How a storage merges documents of one ``_id``: ``merge(stored, new, aslistofdict=...)``; None: it does not."""
    if not issubclass(storage, MergerStorage):
        return None
    return storage.merge_func if _has_known_rule(storage) else functools.partial(_merged, storage.merge_func)


def _merged(rule: Callable[..., Document], stored: Document, new: Document, **kwargs: Any) -> Document:
    """Ask a plugin's own rule, which expects the new document first."""
    merged = rule({key: value for key, value in new.items() if key != "_id"}, stored, **kwargs)
    return {**merged, "_id": stored["_id"]}


def _has_known_rule(storage: type[MergerStorage]) -> bool:
    known = (MergerStorage.merge_func.__func__, RootKeyMergerStorage.merge_func.__func__)  # type: ignore[attr-defined]
    return storage.merge_func.__func__ in known  # type: ignore[attr-defined]


def is_standard(storage: type[BaseStorage]) -> bool:
    """Whether another process can write for it: it overrides neither ``process``, ``writer`` nor ``merge_func``."""
    if storage.process is not BaseStorage.process:
        return False
    if not issubclass(storage, MergerStorage):
        return storage.writer is BaseStorage.writer
    return storage.writer is MergerStorage.writer and _has_known_rule(storage)
