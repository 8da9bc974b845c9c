"""One build from its first job to its metadata.

The order makes a crash harmless: documents go to a collection that nobody sees, the build's record says how far they
are, then what the finished build will say of itself, then the collection gets its name, then the record says `success`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from hub.databuild import increment
from hub.databuild.application import Application
from hub.databuild.errors import MergeCountError, SourceChangedError
from hub.databuild.explain import field_sources, noted_parts
from hub.databuild.increment import Increment
from hub.databuild.locate import BuildServices, building_name, log_name, stage_name
from hub.databuild.mapping import SourceMapping, merge_mappings
from hub.databuild.metadata import build_metadata, merge_metadata, source_metadata
from hub.databuild.plan import BuildPlan, submit
from hub.databuild.prepare import Preparation, call
from hub.databuild.work import MergeRequest, PartSpec, RangeState, merge_range
from hub.jobs.errors import JobCancelledError, JobInterruptedError, WorkerLostError
from hub.jobs.port import Job
from hub.jobs.resources import worker_count
from hub.store.port import Collection

DOCUMENTS_PER_RANGE = 100_000


class BuildRun:
    """Carries out a plan.

    Args:
        services: stores, state, jobs.
        plan: what to build; its ``src_build`` document exists.
        owner: who asked.
        current: gives the fingerprints of the sources as they are now.
    """

    def __init__(
        self, services: BuildServices, plan: BuildPlan, *, owner: str, current: Callable[[], list[list[Any]]]
    ) -> None:
        self.services, self.plan, self.owner, self._current = services, plan, owner, current
        self.temp = building_name(plan.name)
        self._preparation = Preparation(services, plan, owner)
        self._mapping: dict[str, Any] = {}

    async def execute(self) -> None:
        """Build.

        Raises:
            hub.errors.HubError: what went wrong; the build's record says ``failed`` with the reason, or ``canceled``.
        """
        with self._merge_steps():
            parts = await self._preparation.parts()
            self._mapping = await self._preparation.mapping(parts)
            if not self.plan.builder.links:
                await self._merge(parts)
        with self._step("finalizing"):
            await self._finalize()
        self._attach_builder()
        if self.plan.post:
            with self._step("post-merge"):
                names = [source.name for source in self.plan.sources]
                await call(self.plan.builder.post_merge, names, DOCUMENTS_PER_RANGE, self.services.jobs)
                self._attach_builder()  # it may have put another collection in its place
        with self._step("metadata"):
            await self._finish()
        self.services.state.store.update(
            self.services.settings["DATA_SRC_BUILD_COLLECTION"], self.plan.name, unset=["merge_state"]
        )

    @contextmanager
    def _merge_steps(self) -> Iterator[None]:
        """Roots and others are merged in one pass; both steps are recorded with its times."""
        roots = [source.name for source in self.plan.sources if source.is_root]
        others = [source.name for source in self.plan.sources if not source.is_root]
        with ExitStack() as stack:
            if roots:
                stack.enter_context(self._step("merge-root", sources=roots))
            if others:
                stack.enter_context(self._step("merge-others", sources=others))
            yield

    @contextmanager
    def _step(self, step: str, **more: Any) -> Iterator[None]:
        builds, name = self.services.state.builds, self.plan.name
        builds.job_started(name, step, status="building", logfile=None, pid=os.getpid(), **more)
        begin = time.monotonic()
        try:
            yield
        except BaseException as error:
            told = str(error) or type(error).__name__
            builds.job_ended(name, step, status=_ended_as(error), seconds=time.monotonic() - begin, err=told)
            raise
        builds.job_ended(name, step, status="success", seconds=time.monotonic() - begin)

    # -- merge -----------------------------------------------------------------------------------------------------

    async def _merge(self, parts: Sequence[PartSpec]) -> None:
        plan = self.plan
        if plan.merged:
            return
        if not plan.ranges:
            await asyncio.to_thread(self.services.target_store.drop, self.temp)
            plan.ranges = await asyncio.to_thread(self._ranges, parts)
            self._save_progress()
        if plan.increment is not None:
            await self._apply(parts, plan.increment)
        else:
            await self._merge_all(parts)
        plan.merged = True
        self._save_progress()

    async def _apply(self, parts: Sequence[PartSpec], start: Increment) -> None:
        """Take over the former build, and merge again what changed since."""
        plan = self.plan
        plan.applied = await Application(self.services, plan, self.owner, start).run(parts, self.temp)
        read = Counter(start.read)
        read.update(dict(plan.applied["read"]))
        unmatched = Counter(start.unmatched)
        unmatched.update(dict(plan.applied["unmatched"]))
        left_out = {name: count for name, count in unmatched.items() if count}
        plan.ranges = [RangeState(0, None, None, None, True, plan.applied["count"], dict(read), left_out)]

    async def _merge_all(self, parts: Sequence[PartSpec]) -> None:
        plan = self.plan
        total = await asyncio.to_thread(self._total)
        groups = self._groups(plan.ranges)
        handles = []
        for number, group in enumerate(groups):
            what = "merge" if len(groups) == 1 else f"merge, part {number + 1} of {len(groups)}"
            request = MergeRequest(
                build=plan.name,
                src=self.services.src_store.spec,
                target=self.services.target_store.spec,
                temp=self.temp,
                parts=parts,
                ranges=group,
                total=total if len(groups) == 1 else 0,
                ids=plan.ids,
                checkpoint=plan.builder.checkpoint_documents,
                fields=plan.config.merge_rules,
                finisher=plan.builder.document_finisher(),
            )
            job = submit(self.services, plan, self.owner, what, merge_range, request, on_event=self._on_event)
            handles.append(job)
        for states in await asyncio.gather(*(handle.result() for handle in handles)):
            for state in states:
                plan.ranges[state.number] = state

    def _ranges(self, parts: Sequence[PartSpec]) -> list[RangeState]:
        """The whole in one range for the embedded store, which has one writer; else ranges of about equal size."""
        if self.services.target_store.spec.engine == "sqlite" or self.plan.ids is not None:
            return [RangeState(0)]
        collections = [self._collection(part) for part in parts]
        counts = [collection.count() for collection in collections]
        biggest = counts.index(max(counts))
        wanted = max(1, counts[biggest] // DOCUMENTS_PER_RANGE)
        return [RangeState(n, r.start, r.end) for n, r in enumerate(collections[biggest].split(wanted))]

    def _groups(self, ranges: Sequence[RangeState]) -> list[list[RangeState]]:
        """Ranges by job: neighbours together, as many jobs as there are workers."""
        workers = max(1, worker_count(self.services.settings))
        todo = [state for state in ranges if not state.done]
        size = -(-len(todo) // min(workers, len(todo))) if todo else 1
        return [todo[n : n + size] for n in range(0, len(todo), size)]

    def _total(self) -> int:
        """Documents to read, as the uploads counted them; for progress only."""
        if self.plan.ids is not None:
            return 0
        base = 0 if self.plan.base is None else self.services.target_store.collection(self.plan.base).count()
        return base + sum(int(source.upload.get("count") or 0) for source in self.plan.sources)

    def _collection(self, part: PartSpec) -> Collection:
        store = self.services.target_store if part.staged else self.services.src_store
        return store.collection(part.collection)

    def _on_event(self, job: Job, event: str, data: Mapping[str, Any]) -> None:
        """Keep what a merge job has safely written."""
        if event == "checkpoint":
            state = RangeState.from_list(data["range"])
            self.plan.ranges[state.number] = state
            self._save_progress()

    def _save_progress(self) -> None:
        self.services.state.builds.update(self.plan.name, self.plan.progress())

    # -- the end ---------------------------------------------------------------------------------------------------

    async def _finalize(self) -> None:
        changed = _changed(self.plan.fingerprints(), self._current())
        if changed:
            raise SourceChangedError(self.plan.name, changed)
        if not self.plan.builder.links:
            written = sum(state.written for state in self.plan.ranges)
            found = await asyncio.to_thread(self.services.target_store.collection(self.temp).count)
            if written != found:
                raise MergeCountError(self.plan.name, written, found)

    def _attach_builder(self) -> None:
        plan, services = self.plan, self.services
        plan.builder.source_store = services.src_store
        if plan.builder.links:
            plan.builder.target = services.src_store.collection(plan.sources[0].collections[0])
        else:
            plan.builder.target = services.target_store.collection(self.temp)

    async def _finish(self) -> None:
        plan, builds = self.plan, self.services.state.builds
        counts = await self._processed()
        facts = [source.facts(counts[source.name]) for source in plan.sources]
        src = await asyncio.to_thread(source_metadata, facts)
        meta = build_metadata(
            doc_type=plan.config.doc_type,
            build_version=plan.version,
            started_at=plan.started_at,
            src=src,
            stats=await call(plan.builder.get_stats, src, self.services.jobs),
            custom=await call(plan.builder.get_custom_metadata, src, self.services.jobs),
            configured=plan.config.params.get("_meta"),
        )
        result: dict[str, Any] = {
            "mapping": self._mapping,
            "_meta": meta,
            "merge_stats": counts,
            "fingerprints": plan.fingerprints(),
        }
        if plan.base is not None:
            result = _added(builds.get(plan.name) or {}, result)
        if not plan.builder.links:
            result["merged_count"] = await asyncio.to_thread(plan.builder.target.count)
        unmatched: Counter[str] = Counter()
        for state in plan.ranges:
            unmatched.update(state.unmatched)
        result["revision"] = secrets.token_hex(8)  # stands for these documents: others may be added to the build
        result |= {"merge_notes": self._preparation.notes, "unmatched": dict(unmatched), **self._provenance()}
        builds.update(plan.name, {**result, **increment.noted(plan), "made": self._made(), "changes": self._changes()})
        if not plan.builder.links:
            await asyncio.to_thread(self._publish)

    def _provenance(self) -> dict[str, Any]:
        """Where the values come from; of a build that sources were added to, nobody can say any more."""
        if self.plan.base is not None:
            return {"parts": [], "fields": []}
        parts = noted_parts(self.plan)
        rules = self.plan.config.params.get("merge_rules")
        return {"parts": parts, "fields": field_sources(self._preparation.found, parts, rules)}

    def _made(self) -> dict[str, Any]:
        """For people: how it was made, and why it was not made in less time."""
        applied = self.plan.applied
        if not applied:
            return {"how": "full", "reason": self.plan.reason}
        return {"how": "incremental", "base": applied["base"], "looked_at": applied["looked_at"], **applied["counts"]}

    def _changes(self) -> dict[str, Any]:
        """Which build it differs from as the log of changes says; empty after a full merge."""
        applied = self.plan.applied
        if not applied:
            return {}
        told = {"base": applied["base"], "revision": applied["revision"], "counts": applied["counts"]}
        return {**told, "log": log_name(self.plan.name)}

    async def _processed(self) -> dict[str, int]:
        if self.plan.builder.links:
            return {self.plan.sources[0].name: await asyncio.to_thread(self.plan.builder.target.count)}
        return self._preparation.processed()

    def _publish(self) -> None:
        """Give the finished collection its name; an empty build has none."""
        store = self.services.target_store
        if store.exists(self.temp):
            store.collection(self.temp).flush()
            store.rename(self.temp, self.plan.name)
        wanted = {stage_name(self.plan.name, number) for number, _ in self.plan.staged_positions()}
        for name in store.names(stage_name(self.plan.name, "")):
            if name not in wanted or not increment.recipe(self.plan):
                store.drop(name)


def drop_stages(services: BuildServices, build: str) -> None:
    """Drop the staged collections of a build, which only serve to make the next one."""
    for name in services.target_store.names(stage_name(build, "")):
        services.target_store.drop(name)


def drop_leftovers(services: BuildServices, build: str) -> list[str]:
    """Drop all that a build has beside its documents: its collection under construction, the staged ones, its log.

    Returns:
        Their names.
    """
    store, others = services.target_store, (building_name(build), log_name(build))
    found = [n for n in store.names(f"{build}__") if n in others or n.startswith(stage_name(build, ""))]
    for name in found:
        store.drop(name)
    return found


def is_interruption(error: BaseException) -> bool:
    """Whether a build that ended so may be continued later."""
    return isinstance(error, JobInterruptedError | WorkerLostError | asyncio.CancelledError)


def _ended_as(error: BaseException) -> str:
    return "canceled" if is_interruption(error) or isinstance(error, JobCancelledError) else "failed"


def _changed(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> list[str]:
    known = {entry[0]: list(entry) for entry in now}
    return [str(entry[0]) for entry in before if known.get(entry[0]) != list(entry)]


def _added(known: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What the record of a build says after sources were added to it."""
    old = [SourceMapping("the build", known.get("mapping") or {}), SourceMapping("the added sources", new["mapping"])]
    fingerprints = {entry[0]: entry for entry in [*(known.get("fingerprints") or []), *new["fingerprints"]]}
    return {
        "mapping": merge_mappings(old).properties,
        "_meta": merge_metadata(known.get("_meta") or {}, new["_meta"]),
        "merge_stats": {**(known.get("merge_stats") or {}), **new["merge_stats"]},
        "fingerprints": list(fingerprints.values()),
    }
