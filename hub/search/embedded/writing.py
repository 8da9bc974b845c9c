"""Loading an index: one writer, whose memory is its heap, committed in spans.

An index is a set of ``_id``, tantivy is not: before a document is added, an older one of the same ``_id`` must be
deleted. A delete is looked up in every segment at commit, so it is only asked for when the id is in the last commit
or in the present span; a fresh index that meets each id once pays for a set lookup instead. A span is bounded, so is
the set.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hub.search.documents import UnfitDocument, document_id, encode_source
from hub.search.embedded.plan import RowPlan
from hub.search.embedded.reader import OpenIndex
from hub.search.embedded.schema import ID, SOURCE
from hub.search.errors import BulkAbortedError, IndexBusyError
from hub.search.port import BulkReport, Document, Rejected

if TYPE_CHECKING:
    import tantivy

DEFAULT_HEAP = 96 * 1024 * 1024  #: bytes of documents kept in memory before a segment is written
SPAN = 100_000  #: documents between commits


class Loader:
    """The writer of one index in this process."""

    def __init__(self, opened: OpenIndex, *, heap: int = DEFAULT_HEAP, threads: int = 1) -> None:
        self._opened = opened
        self._plan = RowPlan(opened.columns)
        self._lock = threading.Lock()
        self._span: set[str] = set()
        self._committed = 0  #: documents of this load that are safe
        try:
            self._writer: tantivy.IndexWriter = opened.index.writer(heap, threads)
        except ValueError as error:
            if "lock" in str(error).lower():
                raise IndexBusyError(opened.name) from error
            raise

    def load(self, documents: Iterable[Document]) -> BulkReport:
        """Add or overwrite documents, and commit them."""
        report = BulkReport()
        with self._lock:
            self._committed = 0
            try:
                self._load(documents, report)
                self._commit()
            except BaseException:
                self._span.clear()
                with contextlib.suppress(ValueError, OSError):  # a dead writer; the first error counts
                    self._writer.rollback()
                raise
        return report

    def remove(self, ids: Iterable[str]) -> None:
        """Delete documents, and commit that."""
        with self._lock:
            for id_ in ids:
                self._writer.delete_documents_by_term(ID, id_)
            try:
                self._writer.commit()
            except (ValueError, OSError) as error:
                raise self._aborted(error) from error

    def _load(self, documents: Iterable[Document], report: BulkReport) -> None:
        import tantivy

        make, add, span = tantivy.Document.from_dict, self._writer.add_document, self._span
        searcher = self._opened.searcher()
        for document in documents:
            try:
                id_, row = self._row(document)
            except ValueError as error:
                report.rejected.append(Rejected(str(document.get("_id", "")), str(error)))
                continue
            try:
                if id_ in span or (searcher.num_docs and searcher.doc_freq(ID, id_)):
                    self._writer.delete_documents_by_term(ID, id_)
                add(make(row))
            except ValueError as error:
                raise self._aborted(error) from error
            span.add(id_)
            report.indexed += 1
            if len(span) >= SPAN:
                self._commit()
                searcher = self._opened.searcher()

    def _row(self, document: Document) -> tuple[str, dict[str, Any]]:
        id_ = document_id(document)
        source = encode_source(document)
        row = self._plan.row(document)
        row[ID] = id_
        row[SOURCE] = source
        return id_, row

    def _commit(self) -> None:
        if self._span:
            try:
                self._writer.commit()
            except (ValueError, OSError) as error:
                raise self._aborted(error) from error
            self._committed += len(self._span)
            self._span.clear()

    def _aborted(self, error: Exception) -> BulkAbortedError:
        """The engine says little of a write that failed; a full disk is the usual cause."""
        folder = self._opened.folder
        free = shutil.disk_usage(folder).free
        reason = f"{folder} could not be written, {free:,} bytes are free there ({str(error).rstrip('.')})"
        return BulkAbortedError(self._opened.name, self._committed, reason)

    def close(self) -> None:
        """Wait for the merges of segments, give the index free for other writers."""
        with self._lock:
            self._writer.wait_merging_threads()


__all__ = ["DEFAULT_HEAP", "SPAN", "Loader", "UnfitDocument"]
