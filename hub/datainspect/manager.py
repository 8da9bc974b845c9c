"""The inspector: submits inspections as jobs and records what they find beside the source or build."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.datainspect.flat import flatten
from hub.datainspect.identifiers import compiled
from hub.datainspect.inspector import IDENTIFIERS, checked_modes
from hub.datainspect.work import InspectRequest, inspect_collection
from hub.errors import BadArgument, Conflict, NotFound
from hub.jobs.errors import JobCancelledError, JobInterruptedError
from hub.jobs.events import EventBus
from hub.jobs.port import Job, JobRunner, JobSpec
from hub.store import DocumentStore
from hub.store.records.base import duration, now
from hub.store.state import State

Provider = str | Sequence[str]  #: ``["src", name]``, the name of a build, or the name of a source

#: Modes whose results are no profile of fields.
WITHOUT_ROWS = ("mapping", "jsonschema", IDENTIFIERS)


class NothingToInspectError(Conflict):
    """There are no documents yet."""

    def __init__(self, name: str, hint: str) -> None:
        self.name = name
        super().__init__(f"`{name}` has no documents to inspect. {hint}")


@dataclass(frozen=True)
class _Target:
    """One collection to look into: a sub-source, or a build (then ``sub`` is empty).

    ``in_source`` says whether it is in the source database, as that of a build that is a link.
    """

    owner: str
    sub: str
    collection: str
    in_source: bool

    @property
    def name(self) -> str:
        return self.sub or self.owner


class InspectManager:
    """Inspections of sources and builds.

    Args:
        state: the hub's records.
        src_store: the source database.
        target_store: the database of builds.
        jobs: where work is submitted.
        bus: where changes are announced.
        patterns: gives ``ID_PATTERNS``, kinds of identifiers of the project.
    """

    def __init__(
        self,
        state: State,
        src_store: DocumentStore,
        target_store: DocumentStore,
        jobs: JobRunner,
        bus: EventBus,
        patterns: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self._patterns = patterns
        self.state, self.src_store, self.target_store, self.jobs, self.bus = state, src_store, target_store, jobs, bus

    async def inspect(
        self,
        provider: Provider,
        modes: str | Sequence[str] = "type",
        *,
        limit: int | None = None,
        sample: float | None = None,
        owner: str = "",
    ) -> dict[str, dict[str, Any]]:
        """Look into the documents of a source, a sub-source or a build, and record what is found.

        Args:
            provider: see `Provider`.
            modes: see `hub.datainspect.inspector.MODES`.
            limit: look at so many documents only.
            sample: look at this share of them only.
            owner: who asks.

        Returns:
            The results by sub-source, or by build.
        """
        chosen = checked_modes(modes)
        if limit is not None and limit < 1:
            raise BadArgument(f"`limit` must be 1 or more, not {limit}.")
        if sample is not None and not 0 < sample <= 1:
            raise BadArgument(f"`sample` must be above 0 and at most 1, not {sample}.")
        if IDENTIFIERS in chosen:
            compiled(self._patterns())
        targets = self._targets(provider)
        runs = [self._inspect(t, provider, chosen, limit, sample, owner) for t in targets]
        results = await asyncio.gather(*runs, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return {t.name: r for t, r in zip(targets, results, strict=True) if isinstance(r, dict)}

    def flattened(
        self, provider: Provider, modes: str | Sequence[str] = ("type", "stats"), *, warn: bool = True
    ) -> dict[str, dict[str, Any]]:
        """Recorded results as rows: ``{sub-source or build: {mode: rows}}``; a mode that was not run has no rows,
        neither have ``mapping`` and ``jsonschema``."""
        chosen = checked_modes(modes)
        found = {}
        for target in self._targets(provider):
            results = self._results(target)
            found[target.name] = {
                mode: flatten(results[mode], warn=warn) if mode in results and mode not in WITHOUT_ROWS else []
                for mode in chosen
            }
        return found

    # -- what is meant ---------------------------------------------------------------------------------------------

    def _targets(self, provider: Provider) -> list[_Target]:
        if isinstance(provider, str):
            build = self.state.builds.get(provider)
            return [self._build(build)] if build else self._sources(provider)
        kind, name = (str(part) for part in provider) if len(provider) == 2 else ("", "")
        if kind != "src" or not name:
            raise BadArgument(f'`data_provider` is ["src", name] or the name of a build, not {provider!r}.')
        return self._sources(name)

    def _build(self, record: dict[str, Any]) -> _Target:
        name = str(record["_id"])
        url = record.get("backend_url")
        linked = isinstance(url, list | tuple)
        collection = str(url[1] if isinstance(url, list | tuple) else record.get("target_name") or name)
        if not (self.src_store if linked else self.target_store).exists(collection):
            raise NothingToInspectError(name, "Its documents were deleted or not built yet.")
        return _Target(name, "", collection, linked)

    def _sources(self, name: str) -> list[_Target]:
        """The sub-sources of ``main``, ``main.sub`` or ``sub`` that have documents."""
        found, known = [], []
        for record in self.state.sources.all():
            main = str(record["_id"])
            for sub in ((record.get("upload") or {}).get("jobs")) or {}:
                known += [main, sub, f"{main}.{sub}"]
                if name in (main, sub, f"{main}.{sub}") and self.src_store.exists(sub):
                    found.append(_Target(main, sub, sub, True))
        if found:
            return found
        if name in known or self.state.sources.get(name):
            raise NothingToInspectError(name, f"Run upload({name!r}) first.")
        raise NotFound("source or build", name, {*known, *(str(b["_id"]) for b in self.state.builds.all())})

    # -- one inspection --------------------------------------------------------------------------------------------

    async def _inspect(
        self,
        target: _Target,
        provider: Provider,
        modes: list[str],
        limit: int | None,
        sample: float | None,
        owner: str,
    ) -> dict[str, Any]:
        store = self.src_store if target.in_source else self.target_store
        request = InspectRequest(store.spec, target.collection, tuple(modes), limit, sample, self._patterns())
        run = _Run(self, target, str(provider) if isinstance(provider, str) else str(list(provider)))
        lock = f"upload:{target.collection}" if target.in_source else f"build:{target.owner}"
        results: dict[str, Any] = await self.jobs.submit(
            JobSpec(
                kind="inspect",
                subject=target.name,
                description=", ".join(modes),
                fn=inspect_collection,
                args=(request,),
                shared=frozenset({lock}),
                exclusive=frozenset({f"inspect:{target.name}"}),
                owner=owner,
                on_start=run.started,
                on_done=run.done,
                on_error=run.failed,
            )
        ).result()
        return results

    def _results(self, target: _Target) -> dict[str, Any]:
        if target.sub:
            jobs = ((self.state.sources.get(target.owner) or {}).get("inspect") or {}).get("jobs") or {}
            return ((jobs.get(target.sub) or {}).get("inspect") or {}).get("results") or {}
        return ((self.state.builds.get(target.owner) or {}).get("inspect") or {}).get("results") or {}


class _Run:
    """Keeps the record of one inspection."""

    def __init__(self, manager: InspectManager, target: _Target, provider: str) -> None:
        self._manager, self._target, self._provider = manager, target, provider
        self._began, self._at = time.monotonic(), now()

    def started(self, job: Job) -> None:
        self._began, self._at = time.monotonic(), now()
        state, target = self._manager.state, self._target
        if target.sub:
            state.sources.inspect_started(target.owner, target.sub, logfile=job.logfile, pid=job.pid)
        else:
            state.builds.job_started(target.owner, "inspect", status="inspecting", logfile=job.logfile, pid=job.pid)
        self._manager.bus.publish("inspect.started", name=target.name)

    def done(self, job: Job, results: dict[str, Any]) -> None:
        seconds = time.monotonic() - self._began
        kept = {**self._manager._results(self._target), **results}
        inspection = _record(kept, self._provider, self._at, seconds)
        state, target = self._manager.state, self._target
        if target.sub:
            state.sources.inspect_succeeded(target.owner, target.sub, inspection=inspection, seconds=seconds)
        else:
            state.builds.update(target.owner, {"inspect": inspection})
            state.builds.job_ended(target.owner, "inspect", status="success", seconds=seconds)
        self._manager.bus.publish("inspect.done", name=target.name)

    def failed(self, job: Job, error: BaseException) -> None:
        status = "canceled" if isinstance(error, JobCancelledError | JobInterruptedError) else "failed"
        state, target = self._manager.state, self._target
        if target.sub:
            state.sources.inspect_failed(target.owner, target.sub, error, status=status)
        else:
            seconds = time.monotonic() - self._began
            state.builds.job_ended(target.owner, "inspect", status=status, seconds=seconds, err=str(error))
        self._manager.bus.publish("inspect.failed", name=target.name, error=str(error))


def _record(results: dict[str, Any], provider: str, began: datetime, seconds: float) -> dict[str, Any]:
    return {
        "results": results,
        "data_provider": provider,
        "started_at": began,
        "duration": duration(seconds),
    }
