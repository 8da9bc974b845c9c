"""One run of an uploader in a worker process: loads the plugin, calls the parser, stores what it gives."""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hub.config.settings import Settings
from hub.dataload.checks.documents import DocumentChecker
from hub.dataload.errors import MappingError, NoUploaderError, ParserError
from hub.dataload.loader import load_ref
from hub.dataload.plugin import code_position
from hub.dataload.quarantine.errors import TooManyErrorsError
from hub.dataload.quarantine.files import QuarantineFolder, Rejects, RejectSpec
from hub.dataload.quarantine.limits import Limit
from hub.dataload.quarantine.records import Origin
from hub.dataload.uploader.base import BaseSourceUploader
from hub.dataload.uploader.documents import BATCH_DOCUMENTS, Intake
from hub.dataload.uploader.pipe import DirectWriter, PipedWriter, WriterSpec
from hub.dataload.uploader.requests import UploadRequest
from hub.dataload.uploader.storages import BaseStorage, combine, is_standard, merge_rule, own_check
from hub.dataload.uploader.writing import Merge, Writer
from hub.errors import HubError
from hub.jobs.port import JobContext
from hub.jobs.worker import shortened, text_of
from hub.store import open_store
from hub.store.port import Codec, DocumentStore


class Run:
    """The uploader of a request, attached to the store and the job.

    Args:
        ctx: the job.
        request: the upload.
        collection: the collection this run writes.

    Attributes:
        uploader: the instance.
        storage: its storage, combined into one class.
        source: full source name.
        store: the source store.
        rejected: bad documents that went to quarantine, by reason.
        seen: documents that the parser gave, the bad ones included.
    """

    def __init__(self, ctx: JobContext, request: UploadRequest, collection: str) -> None:
        self.rejected: Counter[str] = Counter()
        self.seen = 0
        self.ctx, self.request, self.collection = ctx, request, collection
        self.started = time.monotonic()
        self.settings = Settings.from_snapshot(request.settings)
        self.plugin = load_ref(request.plugin, self.settings, dumper=False)
        found = self.plugin.uploader_classes.get(request.sub)
        if found is None:
            raise NoUploaderError(self.plugin.name, request.sub, self.plugin.uploader_classes)
        self.uploader: BaseSourceUploader = found.create()
        self.source = self.uploader.fullname
        self.storage: type[BaseStorage] = combine(found.storage_class)
        self.store: DocumentStore = open_store(request.store)
        self.uploader.attach(
            db=self.store,
            data_folder=request.data_folder,
            release=request.release,
            temp_collection=collection,
            logger=ctx.logger,
        )

    @functools.cached_property
    def checker(self) -> DocumentChecker:
        """The rules that the documents must keep."""
        return DocumentChecker(self.source, self.uploader.CHECKS, self.mapping())

    def check_count(self, count: int) -> None:
        """Check how many documents there are, against the rules and the collection that is about to be replaced.

        Raises:
            CheckFailedError: too few or too many.
        """
        there = self.store.exists(self.request.sub)
        self.checker.all(count, self.store.collection(self.request.sub).count() if there else None)

    @functools.cached_property
    def limit(self) -> Limit | None:
        """How many bad documents go to quarantine before the upload fails; None when the first one fails it."""
        if (self.uploader.ON_ERROR or self.setting("ON_ERROR", "fail")) == "fail":
            return None
        given = self.uploader.MAX_ERRORS
        return Limit.of(self.setting("MAX_ERRORS", 100) if given is None else given)

    def rejects(self, piece: str) -> RejectSpec | None:
        """Where bad documents go; None when the first one fails the upload.

        Args:
            piece: name of the file; each process of an upload writes its own.
        """
        if self.limit is None:
            return None
        origin = Origin(self.plugin.name, self.request.sub, self.request.release)
        folder = QuarantineFolder(self.settings["QUARANTINE_FOLDER"])
        place = folder.set(origin.source, origin.sub, self.request.temp_collection)
        return RejectSpec(str(place / f"{piece}.ndjson"), origin, self.limit)

    def check_rejected(self, first: str = "") -> None:
        """Look at all bad documents together.

        Raises:
            TooManyErrorsError: they are more than ``max_errors`` allows.
        """
        bad = self.rejected.total()
        if self.limit is not None and (self.limit.passed(bad, self.seen) or (bad and bad == self.seen)):
            raise TooManyErrorsError(self.source, self.rejected, self.limit.text, self.seen, first)

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.monotonic() - self.started

    @property
    def merge(self) -> Merge | None:
        """How the storage merges two documents, or None."""
        return merge_rule(self.storage)

    def setting(self, name: str, default: Any) -> Any:
        """A setting, or ``default`` where it is absent or None."""
        value = self.settings.get(name)
        return default if value is None else value

    def codec(self) -> Codec:
        """The store's codec with the configured rules for keys and sizes."""
        codec: Any = self.store.codec
        checked: Codec = codec.with_rules(
            keys=self.setting("INVALID_KEYS", "error"), max_bytes=self.setting("MAX_DOCUMENT_BYTES", 16 * 1024 * 1024)
        )
        return checked

    def mapping(self) -> dict[str, Any]:
        """What the uploader's ``get_mapping`` returns.

        Raises:
            ParserError: the function failed.
            MappingError: it returned no dict of properties.
        """
        try:
            found = type(self.uploader).get_mapping()
        except (Exception, SystemExit) as error:
            raise self.plugin_error(error, role="mapping function") from error
        inner = without_outer(found)
        if inner is not found:
            told = "`%s`: the mapping function returns an outer `properties`, which is left out"
            self.ctx.logger.warning(told, self.source)
        reason = mapping_fault(inner)
        if reason:
            raise MappingError(self.source, reason)
        return inner or {}

    def plugin_error(self, error: BaseException, *, role: str = "parser", ordinal: int = 0) -> ParserError:
        """An exception of plugin code, told with file and line."""
        file, line = code_position(error, self.plugin.folder)
        said = shortened(text_of(error), 2_000)
        text = f"{type(error).__name__}: {said}" if said else type(error).__name__
        return ParserError(self.source, text, ordinal=ordinal, file=file, line=line, role=role)

    # -- parsing and writing ---------------------------------------------------------------------------------------

    def store_calls(
        self, calls: list[tuple[Any, ...]], *, part: str = "", kind: str | None = None, label: str = ""
    ) -> tuple[Any, int]:
        """Run the parser once for each tuple of arguments and store everything.

        Args:
            calls: arguments of the calls, in order.
            part: name of the part, for messages.
            kind: how to write, instead of the storage's own way.
            label: what is parsed, for messages.

        Returns:
            The sink, with its counts, and the number of dropped items.

        Raises:
            hub.errors.HubError: parser, document or store failed.
        """
        storage = self.storage(self.store, self.collection, self.ctx.logger)
        piece = self.collection.removeprefix(self.request.temp_collection)
        spec = self.rejects(f"parser{piece}")
        rejects = spec.open() if spec else None
        intake = self._intake(storage, label or self._data_file(), rejects, part, keep_all=kind == "keep_all")
        sink = self._sink(storage, kind or storage.on_repeated, part, self.rejects(f"writer{piece}"), own=kind is None)
        size = int(self.setting("BATCH_SIZE", BATCH_DOCUMENTS))
        try:
            with _printed_to(self.ctx.logger):
                for arguments in calls:
                    for batch in self._batches(intake, arguments, size):
                        sink.write(batch)
                        self.ctx.progress(intake.position, unit="documents", note=part)
                        self.ctx.check()
            sink.finish()
        finally:
            sink.close()
            if rejects is not None:
                rejects.close()
        self.ctx.progress(intake.position, unit="documents", note=part)
        self.seen = intake.position - intake.dropped
        self.rejected = sink.rejected + (rejects.reasons if rejects else Counter())
        if not part:
            self.check_rejected(rejects.first if rejects else "")
        return sink, intake.dropped

    def _batches(self, intake: Intake, arguments: tuple[Any, ...], size: int) -> Iterator[Any]:
        self.ctx.check()
        try:
            yield from intake.batches(_LazyCall(self.uploader.load_data, arguments)(), size)
        except (HubError, GeneratorExit, KeyboardInterrupt):
            raise
        except BaseException as error:  # also SystemExit, and what compiled code raises when it panics
            raise self.plugin_error(error, ordinal=intake.position) from error

    def _intake(self, storage: BaseStorage, file: str, rejects: Rejects | None, part: str, *, keep_all: bool) -> Intake:
        return Intake(
            self.source,
            self.codec(),
            max_id_length=int(self.setting("MAX_ID_LENGTH", 512)),
            file=file,
            check_doc=own_check(storage),
            skip_too_large=storage.skip_too_large,
            keep_list_key=keep_all or self.merge is None,
            logger=self.ctx.logger,
            check_stored=self.checker.one if self.checker.looks_at_each else None,
            reject=rejects.add if rejects else None,
            part=part,
        )

    def _sink(
        self, storage: BaseStorage, kind: str, part: str, rejects: RejectSpec | None, *, own: bool
    ) -> PipedWriter | DirectWriter:
        if own and not is_standard(self.storage):
            writer: Writer = storage.writer(self.source)
            writer.rejects = rejects.open() if rejects else None
            return DirectWriter(writer)
        return PipedWriter(WriterSpec(self.request.store, self.collection, self.source, part, kind, rejects))

    def _data_file(self) -> str:
        """The only file of the data folder, or the folder: what a message about a document can name."""
        folder = Path(self.request.data_folder)
        try:
            names = [entry.name for entry in os.scandir(folder) if not entry.name.startswith(".")]
        except OSError:
            return str(folder)
        return str(folder / names[0]) if len(names) == 1 else str(folder)


MOST_PRINTED = 1024 * 1024  #: characters that a parser may print into the log


class _LazyCall:
    """Calls the parser when its documents are asked for, so that its exceptions are those of the parser."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._function, self._arguments = function, arguments

    def __call__(self) -> Any:
        return self._function(*self._arguments)


class _LogText(io.TextIOBase):
    """Where ``print`` of a parser goes: one log line for each line, the first `MOST_PRINTED` characters in all."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger, self._rest, self._left = logger, "", MOST_PRINTED

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left <= 0:
            return len(text)
        *lines, self._rest = (self._rest + text[: self._left]).split("\n")
        self._left -= len(text)
        if self._left <= 0:
            lines += [self._rest, "(the parser prints more than is kept: log what matters with self.logger)"]
        for line in lines:
            if line.strip():
                self._logger.info("%s", shortened(line), extra={"action": "parser_print"})
        return len(text)


@contextlib.contextmanager
def _printed_to(logger: logging.Logger) -> Iterator[None]:
    stream = _LogText(logger)
    with contextlib.redirect_stdout(stream):
        yield
        stream.write("\n")


def without_outer(found: Any) -> Any:
    """Properties out of the ``{"properties": {...}}`` that existing plugins return; anything else as it is."""
    if not isinstance(found, dict) or set(found) != {"properties"} or not isinstance(found["properties"], dict):
        return found
    inner = found["properties"]
    field = isinstance(inner.get("type"), str) or set(inner) == {"properties"}
    return found if field or not all(isinstance(value, dict) for value in inner.values()) else inner


def mapping_fault(found: Any) -> str:
    """Why a value is no dict of Elasticsearch properties; empty when it is one, or None."""
    if found is None:
        return ""
    if not isinstance(found, dict):
        return f"not `{found!r:.80}`"
    if set(found) == {"properties"} and isinstance(found["properties"], dict) and "type" not in found["properties"]:
        return "without the outer `properties`"
    for name, properties in found.items():
        if not isinstance(name, str) or not isinstance(properties, dict):
            return f"not {{{name!r}: {properties!r:.60}}}"
    return ""
