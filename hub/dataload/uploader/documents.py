"""From what a parser gives to encoded records: every document is checked and serialised once, before the next is asked
for, and never changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.dataload import reading
from hub.dataload.checks.errors import CheckFailedError
from hub.dataload.errors import InvalidDocumentError, UploadError
from hub.dataload.merge import AS_LIST_OF_DICT
from hub.dataload.quarantine.records import Refusal
from hub.store.codec import check_id
from hub.store.errors import BadIdError, DocumentTooLargeError, StoreError, UnstorableKeyError, UnstorableValueError
from hub.store.port import Codec, Record

BATCH_DOCUMENTS = 2_500
BATCH_BYTES = 8 * 1024 * 1024  #: a batch is full when it holds so much, whatever the number of documents
CheckDoc = Callable[[Any], Any]
CheckStored = Callable[[Mapping[str, Any], int], None]
Reject = Callable[[Refusal, Any], None]


class ParserResultError(UploadError):
    """A parser that gave something that can not be a set of documents.

    Args:
        source: full source name.
        reason: what it gave, and what to write instead.
    """

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"`{source}`: {reason} Nothing was changed.")


@dataclass
class Batch:
    """Encoded documents in the order of the parser.

    Attributes:
        records: the documents.
        start: position of the first item of this batch in the parser's output, from 1.
        dropped: positions inside the span of this batch whose items were dropped or refused.
        lists: by index in ``records``, the key that the document named in ``__aslistofdict__``.
    """

    records: list[Record] = field(default_factory=list)
    start: int = 1
    dropped: list[int] = field(default_factory=list)
    lists: dict[int, str] = field(default_factory=dict)

    def ordinal(self, index: int) -> int:
        """Position in the parser's output, from 1, of the record at ``index``."""
        position = self.start + index
        for gap in self.dropped:
            if gap > position:
                break
            position += 1
        return position

    def ordinals(self) -> Sequence[int]:
        """Positions of all records."""
        count = len(self.records)
        return (
            [self.ordinal(index) for index in range(count)] if self.dropped else range(self.start, self.start + count)
        )


class Intake:
    """Checks and encodes the documents of one parser call.

    Args:
        source: full source name, for messages.
        codec: the store's codec, with the rules for keys and sizes.
        max_id_length: `MAX_ID_LENGTH`.
        file: what is parsed, for messages.
        check_doc: returns the document, or something false to drop it; None keeps all but None and empty ones.
        skip_too_large: drop documents over the size limit with a warning instead of failing.
        keep_list_key: leave ``__aslistofdict__`` inside the documents.
        logger: where drops are reported.
        check_stored: called with each document as it is stored, and its position; raises `CheckFailedError`.
        reject: takes each bad document with what is wrong; None lets the first one fail the upload.
        part: part of a parallel upload.

    Attributes:
        position: items taken from the parser so far.
        dropped: of these, how many were dropped.
    """

    def __init__(
        self,
        source: str,
        codec: Codec,
        *,
        max_id_length: int = 512,
        file: str = "",
        check_doc: CheckDoc | None = None,
        skip_too_large: bool = False,
        keep_list_key: bool = True,
        logger: logging.Logger | None = None,
        check_stored: CheckStored | None = None,
        reject: Reject | None = None,
        part: str = "",
    ) -> None:
        self.source, self.file, self.codec, self._part = source, file, codec, part
        self._check_stored, self._reject = check_stored, reject
        self._max_id, self._check_doc = max_id_length, check_doc
        self._skip_too_large, self._keep_list_key = skip_too_large, keep_list_key
        self._log = logger or logging.getLogger("hub.upload")
        self.position = 0
        self.dropped = 0

    def batches(self, result: Any, size: int = BATCH_DOCUMENTS) -> Iterator[Batch]:
        """Encode what a parser returned.

        Args:
            result: generator, iterator, list, tuple or dict ``{_id: document}``.
            size: documents in a batch; also limited by `BATCH_BYTES`.

        Raises:
            ParserResultError: not an iterable of documents.
            InvalidDocumentError: a document that can not be stored.
            CheckFailedError: a document that breaks a rule.
        """
        encode, max_id, new = self.codec.encode, self._max_id, tuple.__new__
        check, decode = self._check_stored, self.codec.decode
        plain = self._check_doc is None and self._keep_list_key
        batch = Batch(start=self.position + 1)
        records, filled = batch.records, 0
        reading.nowhere()
        for given in flatten(self.source, result):
            self.position += 1
            document = given
            try:
                if not plain or not document:
                    document = self._prepare(document, batch)
                    if document is None:
                        continue
                name = check_id(document.get("_id"), max_id)
                body = encode(document)
                if check is not None:
                    check(decode(body), self.position)
            except (StoreError, AttributeError, TypeError, RecursionError, CheckFailedError) as error:
                self._refuse(given, error, batch)
                continue
            records.append(new(Record, (name, body)))
            filled += len(body)
            if len(records) >= size or filled >= BATCH_BYTES:
                yield batch
                batch = Batch(start=self.position + 1)
                records, filled = batch.records, 0
        if records:
            yield batch

    # -- one document ----------------------------------------------------------------------------------------------

    def _prepare(self, document: Any, batch: Batch) -> Any:
        """The document to store, or None when it is dropped."""
        kept = self._check_doc(document) if self._check_doc and document else document
        if not kept:
            self._drop(batch)
            return None
        if not self._keep_list_key and AS_LIST_OF_DICT in kept:
            batch.lists[len(batch.records)] = kept[AS_LIST_OF_DICT]
            kept = {key: value for key, value in kept.items() if key != AS_LIST_OF_DICT}
        return kept

    def _drop(self, batch: Batch) -> None:
        self.dropped += 1
        batch.dropped.append(self.position)

    def _refuse(self, document: Any, error: Exception, batch: Batch) -> None:
        batch.lists.pop(len(batch.records), None)
        if isinstance(error, DocumentTooLargeError) and self._skip_too_large:
            self._log.warning("%s: skipped: %s", self.source, error, extra={"action": "document_too_large"})
            self._drop(batch)
            return
        refusal = self._refusal(document, error)
        if self._reject is None:
            raise error if isinstance(error, CheckFailedError) else self._invalid(refusal) from error
        self._reject(refusal, document.text if isinstance(document, reading.Unreadable) else document)
        batch.dropped.append(self.position)

    def _refusal(self, document: Any, error: Exception) -> Refusal:
        id_ = document.get("_id") if isinstance(document, Mapping) else None
        reason, message, path = _what_is_wrong(document, error)
        file, line = reading.place()
        if isinstance(document, reading.Unreadable) and document.file:
            file, line = document.file, document.line
        return Refusal(reason, message, self.position, id_, path, file or self.file, line, self._part)

    def _invalid(self, refusal: Refusal) -> InvalidDocumentError:
        return InvalidDocumentError(
            self.source,
            refusal.message,
            ordinal=refusal.ordinal,
            id=refusal.id,
            file=refusal.file,
            line=refusal.line,
            path=refusal.path,
        )


def _what_is_wrong(document: Any, error: Exception) -> tuple[str, str, str]:
    """The reason in one word, a sentence, and the dotted path of the fault."""
    if isinstance(document, reading.Unreadable):
        return "unreadable", f"{document.reason.rstrip('.')}.", ""
    if isinstance(error, CheckFailedError):
        return error.rule.replace("checks.", "check_"), f"expected {error.expected}, found {error.found}.", ""
    if not isinstance(document, Mapping):
        return "not_a_document", f"it is a `{type(document).__name__}`, not a dict.", ""
    if isinstance(error, BadIdError):
        if "_id" not in document:
            return "no_id", "it has no `_id`.", ""
        return "bad_id", f"its `_id` {error.reason}", ""
    if isinstance(error, RecursionError):
        return "bad_value", "it refers to itself or is nested too deeply.", ""
    if isinstance(error, DocumentTooLargeError):
        return "too_large", str(error), ""
    if isinstance(error, UnstorableValueError):
        return "bad_key" if isinstance(error, UnstorableKeyError) else "bad_value", str(error), error.path
    return "bad_value", str(error), ""


# -- what a parser may return ------------------------------------------------------------------------------------------


def flatten(source: str, result: Any) -> Iterable[Any]:
    """The items of whatever a parser returned, as they are.

    Args:
        source: full source name, for messages.
        result: generator, iterator, list, tuple or dict ``{_id: document}``.

    Raises:
        ParserResultError: not an iterable of documents.
    """
    if isinstance(result, Mapping):
        return _keyed(source, result)
    if isinstance(result, str | bytes) or not hasattr(result, "__iter__"):
        raise ParserResultError(source, _why_no_documents(result))
    return result if isinstance(result, list | tuple) else _flat(result)


def _keyed(source: str, result: Mapping[Any, Any]) -> Iterator[Any]:
    for id_, document in result.items():
        if not document:
            yield document
        elif isinstance(document, Mapping):
            yield {"_id": id_, **{key: value for key, value in document.items() if key != "_id"}}
        else:
            raise ParserResultError(
                source,
                "the parser returned a dict that is not of the form {_id: document}. To give one document, "
                "`yield` it or return it in a list.",
            )


def _flat(result: Iterable[Any]) -> Iterator[Any]:
    """Items of an iterator; a generator among them is walked through."""
    for item in result:
        if isinstance(item, Iterator):
            yield from _flat(item)
        else:
            yield item


def _why_no_documents(result: Any) -> str:
    if result is None:
        return "the parser returned None. Write `yield document` or return a list."
    kind = type(result).__name__
    if hasattr(result, "__aiter__") or hasattr(result, "__await__"):
        return f"the parser returned a `{kind}`: parsers are plain functions, without `async`."
    return f"the parser returned a `{kind}`, which holds no documents. Write `yield document` or return a list."
