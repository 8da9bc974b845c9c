"""The job functions of an upload. They run in worker processes and speak to the hub only through their context and
their results; the hub then puts the temporary collection in the place of the old one.

`upload_source` does the whole upload, or returns an `UploadPlan` for a source with a parallelizer: each of its parts is
then one `upload_part`, and `combine_parts` makes the one collection.
"""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from hub.dataload import content
from hub.dataload.errors import EmptyUploadError, NothingStoredError, ParallelizerError
from hub.dataload.plugin_calls import InlineJobs, call_hook
from hub.dataload.uploader.base import DummySourceUploader, NoDataSourceUploader, ParallelizedSourceUploader
from hub.dataload.uploader.combine import Combiner
from hub.dataload.uploader.documents import BATCH_DOCUMENTS
from hub.dataload.uploader.generated import metadata_of
from hub.dataload.uploader.pipe import PipedWriter, WriterSpec
from hub.dataload.uploader.requests import (
    CombineRequest,
    Part,
    PartReport,
    PartRequest,
    UploadPlan,
    UploadReport,
    UploadRequest,
)
from hub.dataload.uploader.run import Run
from hub.errors import HubError
from hub.jobs.port import JobContext

MAX_PARTS = 64  #: parts of a plan; more calls than that share parts, which bounds open files when they are combined

T = TypeVar("T")

__all__ = [
    "MAX_PARTS",
    "CombineRequest",
    "Part",
    "PartReport",
    "PartRequest",
    "UploadPlan",
    "UploadReport",
    "UploadRequest",
    "combine_parts",
    "upload_part",
    "upload_source",
]


def upload_source(ctx: JobContext, request: UploadRequest) -> UploadReport | UploadPlan:
    """Parse a release into the temporary collection.

    Args:
        ctx: the job.
        request: the upload.

    Returns:
        A report, or for a source with a parallelizer the plan of its parts.

    Raises:
        hub.errors.HubError: why nothing was stored; the temporary collection is gone, the old data are untouched.
    """
    run = Run(ctx, request, request.temp_collection)
    mapping = run.mapping()
    if isinstance(run.uploader, ParallelizedSourceUploader):
        return _plan(run, run.uploader)
    if isinstance(run.uploader, NoDataSourceUploader):
        return _report(run, mapping, count=run.store.collection(request.sub).count())
    if isinstance(run.uploader, DummySourceUploader):
        return _registered(run, mapping)
    run.store.drop(request.temp_collection)
    return _dropping(run, lambda: _upload(run, mapping))


def upload_part(ctx: JobContext, request: PartRequest) -> PartReport:
    """Parse one part of a parallel upload into its own collection.

    Args:
        ctx: the job.
        request: the part.

    Raises:
        hub.errors.HubError: why it failed; the collection of the part is gone.
    """
    run = Run(ctx, request.request, request.collection)
    run.store.drop(request.collection)
    calls = [tuple(call) for call in request.part.calls]
    kind = "keep_all" if run.merge else run.storage.on_repeated

    def work() -> PartReport:
        sink, dropped = run.store_calls(calls, part=request.part.label, kind=kind, label=request.part.label)
        return PartReport(
            request.number,
            request.part.label,
            request.collection,
            sink.count,
            sink.duplicates,
            dropped,
            run.seconds,
            run.seen,
            dict(run.rejected),
        )

    return _dropping(run, work)


def combine_parts(ctx: JobContext, request: CombineRequest) -> UploadReport:
    """Make the one collection out of those of the parts.

    Args:
        ctx: the job.
        request: the upload and the reports of all parts.

    Raises:
        hub.errors.HubError: why it failed; the temporary collection is gone, the old data are untouched.
    """
    run = Run(ctx, request.request, request.request.temp_collection)
    mapping = run.mapping()
    run.store.drop(run.collection)
    parts = sorted(request.parts, key=lambda part: part.number)
    return _dropping(run, lambda: _combine(run, mapping, parts))


# -- one call ------------------------------------------------------------------------------------------------------


def _upload(run: Run, mapping: dict[str, Any]) -> UploadReport:
    sink, dropped = run.store_calls([(run.request.data_folder,)])
    if not sink.count:
        raise EmptyUploadError(run.source, run.request.data_folder, dropped)
    run.check_count(sink.count)
    _after(run)
    told = _content(run)
    return _report(run, mapping, count=sink.count, duplicates=sink.duplicates, dropped=dropped, told=told)


def _registered(run: Run, mapping: dict[str, Any]) -> UploadReport:
    count = run.store.collection(run.request.sub).count()
    if not count:
        raise NothingStoredError(run.source, run.request.sub)
    return _report(run, mapping, count=count)


def _after(run: Run) -> None:
    """Call ``post_update_data`` of an uploader that has one."""
    try:
        steps = ("data", "post", "master", "clean")
        given = {"steps": steps, "force": False, "batch_size": 10_000, "job_manager": InlineJobs()}
        call_hook(run.uploader.post_update_data, **given)
    except HubError:
        raise
    except (Exception, SystemExit) as error:
        raise run.plugin_error(error, role="post_update_data") from error


def _content(run: Run) -> dict[str, Any]:
    """What stands for the new documents, and how they differ from the published ones."""
    before = run.request.content if run.setting("UPLOAD_CHANGES", True) else ""
    return content.compare(run.ctx, run.store, run.request.sub, run.collection, before)


def _report(
    run: Run,
    mapping: dict[str, Any],
    *,
    count: int,
    duplicates: int = 0,
    dropped: int = 0,
    told: Mapping[str, Any] | None = None,
) -> UploadReport:
    report = UploadReport(
        sub=run.request.sub,
        count=count,
        duplicates=duplicates,
        temp_collection=run.request.temp_collection,
        mapping=mapping,
        metadata=metadata_of(type(run.uploader), run.plugin),
        seconds=run.seconds,
        dropped=dropped,
        rejected=dict(run.rejected),
        content=told or {},
    )
    run.ctx.logger.info(
        "%s: stored %s documents in %.1f s",
        run.source,
        f"{count:,}",
        report.seconds,
        extra={"action": "upload_stored", "source": run.source, "count": count, "dropped": dropped},
    )
    run.ctx.progress(count, unit="documents")  # what came of those that were read
    run.store.close()
    return report


def _dropping(run: Run, work: Callable[[], T]) -> T:
    """Run ``work``; if it fails, drop what it wrote."""
    try:
        return work()
    except BaseException:
        run.store.drop(run.collection)
        run.store.drop(content.log_of(run.collection))
        run.store.close()
        raise


# -- parts ---------------------------------------------------------------------------------------------------------


def _plan(run: Run, uploader: ParallelizedSourceUploader) -> UploadPlan:
    try:
        found = uploader.jobs()
    except (Exception, SystemExit) as error:
        raise run.plugin_error(error, role="parallelizer") from error
    calls = _calls(run, found)
    per_part = math.ceil(len(calls) / MAX_PARTS)
    groups = [calls[start : start + per_part] for start in range(0, len(calls), per_part)]
    parts = [Part(group, _label(number, len(groups), group)) for number, group in enumerate(groups, 1)]
    run.store.close()
    return UploadPlan(run.request, parts, uploader.MAX_PARALLEL_UPLOAD, run.seconds)


def _calls(run: Run, found: Any) -> list[tuple[Any, ...]]:
    if isinstance(found, str | bytes | dict) or not hasattr(found, "__iter__"):
        raise ParallelizerError(run.source, f"it returned a `{type(found).__name__}`")
    calls = [tuple(call) if isinstance(call, list | tuple) else (call,) for call in found]
    if not calls:
        raise EmptyUploadError(run.source, run.request.data_folder)
    try:
        pickle.dumps(calls)
    except Exception as error:
        raise ParallelizerError(run.source, f"what it returned can not be sent to a worker: {error}") from error
    return calls


def _label(number: int, total: int, calls: list[tuple[Any, ...]]) -> str:
    first = calls[0][0] if calls[0] else ""
    name = Path(first).name if isinstance(first, str | Path) else ""
    more = f" and {len(calls) - 1} more" if len(calls) > 1 else ""
    return f"part {number} of {total}" + (f" ({name}{more})" if name else "")


def _combine(run: Run, mapping: dict[str, Any], parts: list[PartReport]) -> UploadReport:
    filled = [part for part in parts if part.count]
    run.seen = sum(part.seen for part in parts)
    run.rejected = sum((Counter(part.rejected) for part in parts), Counter())
    run.check_rejected()
    dropped = sum(part.dropped for part in parts)
    duplicates = sum(part.duplicates for part in parts)
    if not filled:
        raise EmptyUploadError(run.source, run.request.data_folder, dropped)
    spec = run.rejects("parts")
    rejects = spec.open() if spec else None
    labels = [part.label for part in filled]
    combiner = Combiner(run.source, run.codec(), run.storage.on_repeated, run.merge, labels, rejects)
    sink = PipedWriter(WriterSpec(run.request.store, run.collection, run.source, "", "error"))
    done, total = 0, sum(part.count for part in filled)
    try:
        collections = [run.store.collection(part.collection) for part in filled]
        for batch in combiner.batches(collections, int(run.setting("BATCH_SIZE", BATCH_DOCUMENTS))):
            sink.write(batch)
            done += len(batch.records)
            run.ctx.progress(done, total, unit="documents", note="combine")
            run.ctx.check()
        sink.finish()
    finally:
        sink.close()
        if rejects is not None:
            rejects.close()
    if rejects is not None:
        run.rejected += rejects.reasons
        run.check_rejected(rejects.first)
    run.check_count(sink.count)
    _after(run)
    if run.merge is None:
        duplicates += combiner.duplicates
    else:
        duplicates = combiner.duplicates
    for part in parts:
        run.store.drop(part.collection)
    return _report(run, mapping, count=sink.count, duplicates=duplicates, dropped=dropped, told=_content(run))
