"""One upload, from the first job to the published documents."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from hub.dataload.plugin import Plugin
from hub.dataload.quarantine.errors import in_words
from hub.dataload.quarantine.files import summary
from hub.dataload.uploader.work import (
    CombineRequest,
    PartReport,
    PartRequest,
    UploadPlan,
    UploadReport,
    UploadRequest,
    combine_parts,
    upload_part,
    upload_source,
)
from hub.jobs.errors import JobCancelledError, JobInterruptedError
from hub.jobs.port import Job, JobHandle, JobSpec
from hub.jobs.resources import memory_limit

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager

UPLOAD_GRACE = 3.0  #: seconds a cancelled upload has to stop by itself; the hub drops what it leaves
log = logging.getLogger("hub.sources")


class UploadRun:
    """One upload of one sub-source: a single job, or a plan, its parts and the job that combines them.

    Args:
        manager: the source manager, whose records it keeps.
        plugin: the source.
        sub: name of the sub-source.
        request: what the job gets.
        owner: who asks.
    """

    def __init__(self, manager: SourceManager, plugin: Plugin, sub: str, request: UploadRequest, owner: str) -> None:
        self.manager, self.plugin, self.sub, self.request, self.owner = manager, plugin, sub, request, owner
        uploader = plugin.uploader_classes[sub]
        self.keep_archive = int(getattr(uploader, "keep_archive", manager.settings["KEEP_ARCHIVE"]))

    @property
    def subject(self) -> str:
        """What its jobs are about: ``main``, or ``main.sub``."""
        return self.sub if self.sub == self.plugin.name else f"{self.plugin.name}.{self.sub}"

    async def execute(self) -> UploadReport:
        """Run it to its end: its documents are published.

        Raises:
            hub.errors.HubError: why it failed; the old data stay.
        """
        first = await self._submit(upload_source, self.request, "parse and store", last=True, first=True).result()
        if isinstance(first, UploadReport):
            return first
        return await self._run_plan(first)

    async def _run_plan(self, plan: UploadPlan) -> UploadReport:
        total = len(plan.parts)
        limit = asyncio.Semaphore(plan.max_parallel or total)

        async def run_part(number: int) -> PartReport:
            request = PartRequest(self.request, number, plan.parts[number])
            async with limit:
                report: PartReport = await self._submit(upload_part, request, f"part {number + 1} of {total}").result()
                return report

        parts = await asyncio.gather(*(run_part(number) for number in range(total)))
        combine = CombineRequest(self.request, list(parts))
        report: UploadReport = await self._submit(combine_parts, combine, f"combine {total} parts", last=True).result()
        return report

    def _submit(self, fn: Any, request: Any, what: str, *, last: bool = False, first: bool = False) -> JobHandle:
        part = fn is upload_part
        return self.manager.jobs.submit(
            JobSpec(
                kind="upload",
                subject=self.subject,
                description=what,
                fn=fn,
                args=(request,),
                resources={"parse": 1},
                timeout=self._time_limit(),
                timeout_name="`time_limit` of the uploader, or the setting `UPLOAD_TIME_LIMIT`",
                memory_limit=memory_limit(self.manager.settings["UPLOAD_MEMORY_LIMIT"]),
                memory_limit_name="setting `UPLOAD_MEMORY_LIMIT`",
                grace=UPLOAD_GRACE,
                shared=frozenset({f"source:{self.plugin.name}", *({f"upload:{self.sub}"} if part else ())}),
                exclusive=frozenset() if part else frozenset({f"upload:{self.sub}"}),
                owner=self.owner,
                on_start=self._on_start if first else None,
                on_done=self._on_done if last else None,
                on_error=self._on_error,
            )
        )

    def _time_limit(self) -> float | None:
        own = getattr(self.plugin.uploader_classes[self.sub], "TIME_LIMIT", None)
        return (self.manager.settings["UPLOAD_TIME_LIMIT"] if own is None else own) or None

    def _on_start(self, job: Job) -> None:
        self.manager.state.sources.upload_started(
            self.plugin.name,
            self.sub,
            temp_collection=self.request.temp_collection,
            release=self.request.release,
            data_folder=self.request.data_folder,
            logfile=job.logfile,
            pid=job.pid,
        )
        self.manager.bus.publish("upload.started", source=self.plugin.name, sub=self.sub)

    def _on_done(self, job: Job, report: UploadReport | UploadPlan) -> None:
        if isinstance(report, UploadPlan):
            return
        result = {
            "temp_collection": report.temp_collection,
            "count": report.count,
            "release": self.request.release,
            "data_folder": self.request.data_folder,
            "seconds": report.seconds,
            "mapping": report.mapping,
            "metadata": report.metadata,
            "keep_archive": self.keep_archive,
            "content": dict(report.content),
        }
        if report.rejected:
            result["quarantine"] = summary(report.temp_collection, self.request.release, report.rejected)
        self.manager.publisher.publish(self.plugin.name, self.sub, result, keep_archive=self.keep_archive)
        if report.rejected:
            self._tell_rejected(report)

    def _tell_rejected(self, report: UploadReport) -> None:
        count = sum(report.rejected.values())
        log.warning(
            "%s: %s bad documents are in quarantine (%s)",
            self.subject,
            f"{count:,}",
            in_words(report.rejected),
            extra={"action": "upload_quarantined", "source": self.plugin.name, "count": count},
        )
        self.manager.bus.publish(
            "upload.quarantined", source=self.plugin.name, sub=self.sub, count=count, reasons=dict(report.rejected)
        )

    def _on_error(self, job: Job, error: BaseException) -> None:
        self.manager.state.sources.upload_failed(self.plugin.name, self.sub, error, status=_ended_as(error))
        self.manager.bus.publish("upload.failed", source=self.plugin.name, sub=self.sub, error=str(error))

    def discard(self) -> None:
        """Drop what a failed run left behind."""
        for name in self.manager.store.names(self.request.temp_collection):
            self.manager.store.drop(name)
        self.manager.quarantine.remove(self.plugin.name, self.sub, self.request.temp_collection)
        self.manager.state.sources.upload_discarded(self.plugin.name, self.sub, self.request.temp_collection)


def _ended_as(error: BaseException) -> str:
    return "canceled" if isinstance(error, JobCancelledError | JobInterruptedError) else "failed"
