"""Updates of sources: in which order, from which step, and what becomes of each step. Part of the source manager."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import errors
from hub.dataload.dumper import ManualDumper
from hub.dataload.dumper.work import DumpReport, DumpRequest
from hub.dataload.lifecycle import depends
from hub.dataload.lifecycle.declared import Steps, read_steps
from hub.dataload.lifecycle.errors import DependencyError
from hub.dataload.lifecycle.linking import Dependency
from hub.dataload.lifecycle.names import ORDER, Step
from hub.dataload.lifecycle.plan import UNFINISHED, Plan, Wish, make_plan
from hub.dataload.lifecycle.work import UpdateRequest, update_source
from hub.jobs.errors import JobCancelledError, JobInterruptedError
from hub.jobs.logfiles import safe
from hub.jobs.port import Job, JobHandle, JobSpec, Retry

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager
    from hub.dataload.plugin import Plugin

log = logging.getLogger("hub.sources")
Once = dict[str, "asyncio.Task[DumpReport]"]


class Updates:
    """Submits updates.

    Args:
        sources: the source manager.
    """

    def __init__(self, sources: SourceManager) -> None:
        self._sources = sources

    # -- with dependencies ---------------------------------------------------------------------------------------------

    async def update(
        self,
        name: str,
        *,
        wish: Wish | None = None,
        only_new: bool = False,
        arguments: Mapping[str, Any] | None = None,
        owner: str = "",
        once: Once | None = None,
    ) -> DumpReport:
        """Bring a source up to date, after everything that it depends on.

        Args:
            name: main source.
            wish: which steps.
            only_new: see `submit`; counts for those it depends on as well.
            arguments: see `submit`.
            owner: who asks.
            once: updates of the same round; a source that is in it is not updated again.

        Raises:
            CycleError: sources depend on each other in a circle.
            DependencyError: one of those it depends on failed, or has no release.
            hub.errors.HubError: why it failed.
        """
        self._sources.plugin(name)
        depends.order(name, self._graph())
        round_ = {} if once is None else once
        if name not in round_:
            call = self._update(name, wish or Wish(), only_new, arguments, owner, round_)
            round_[name] = asyncio.ensure_future(call)
        return await round_[name]

    async def _update(
        self, name: str, wish: Wish, only_new: bool, arguments: Mapping[str, Any] | None, owner: str, once: Once
    ) -> DumpReport:
        plan = self.plan(name, wish)
        if plan.first.number <= Step.DEPENDS.number or not plan.folder:
            needed = self._graph().get(name, [])
            results = await asyncio.gather(
                *(self._dependency(d, only_new, owner, once) for d in needed), return_exceptions=True
            )
            for dependency, result in zip(needed, results, strict=True):
                if isinstance(result, errors.HubError):
                    raise self._not_run(name, DependencyError(name, dependency, f"which failed: {result}"), owner)
                if isinstance(result, BaseException):
                    raise result
        handle = self.submit(name, wish=wish, only_new=only_new, arguments=arguments, owner=owner)
        report: DumpReport = await handle.result()
        return report

    async def _dependency(self, name: str, only_new: bool, owner: str, once: Once) -> None:
        plugin = self._sources.plugin(name)
        dumper = plugin.dumper_class
        if dumper is None or dumper.DISABLED or issubclass(dumper, ManualDumper):
            return
        await self.update(name, only_new=only_new, owner=owner, once=once)

    def _not_run(self, name: str, error: DependencyError, owner: str) -> DependencyError:
        """Write down why a source was not run."""
        record = _new_run(self._sources.state.runs.next_id(), name, owner, Wish())
        record["steps"][Step.DEPENDS] |= {"state": "failed", "error": str(error), "ended_at": _now()}
        record |= {"state": "failed", "error": str(error), "ended_at": _now()}
        self._sources.state.runs.put(record)
        log.error("%s", error, extra={"action": "dependency_failed", "source": name})
        self._sources.bus.publish("dump.failed", source=name, error=str(error))
        return error

    def _graph(self) -> dict[str, list[str]]:
        return depends.as_graph(self._sources.plugins)

    def dependencies(self, name: str) -> dict[str, Dependency]:
        """The current releases of what a source depends on.

        Raises:
            DependencyError: one has none.
        """
        dumper = self._sources.plugin(name).dumper_class
        wanted: Mapping[str, Any] = getattr(dumper, "COPY_FROM", None) or {}
        found = {}
        for dependency in self._graph().get(name, []):
            if dependency not in self._sources.plugins:
                raise DependencyError(name, dependency, "and there is no such source.")
            current = self._sources.releases.current(dependency)
            if current is None:
                raise DependencyError(name, dependency, "which has no current release. Run dump() for it first.")
            patterns = wanted.get(dependency) or []
            patterns = [patterns] if isinstance(patterns, str) else list(patterns)
            found[dependency] = Dependency(dependency, str(current["release"]), str(current["data_folder"]), patterns)
        return found

    def due(self, name: str) -> list[str]:
        """Why a source should be made again although nothing may be new upstream: a dependency has a new release."""
        needed = self._graph().get(name, [])
        made = self._newest(name)
        if not needed or made is None:
            return []
        releases = self._sources.releases
        now = [(d, str(current["release"])) for d in needed if (current := releases.current(d)) is not None]
        return depends.changed(made.get("depends") or {}, now)

    def _newest(self, name: str) -> Mapping[str, Any] | None:
        """The record of the last release that was downloaded."""
        folder = ((self._sources.state.sources.get(name) or {}).get("download") or {}).get("data_folder")
        rows = self._sources.state.releases.of(name) if folder else []
        return next((r for r in rows if r["data_folder"] == folder), None)

    # -- one update ----------------------------------------------------------------------------------------------------

    def plan(self, name: str, wish: Wish) -> Plan:
        """What an update would run now.

        Raises:
            hub.errors.HubError: see `make_plan`.
        """
        plugin = self._sources.plugin(name)
        plan = make_plan(name, wish, self._sources.state.runs.last(name), _steps(plugin))
        if plan.folder and not Path(plan.folder).is_dir():
            if wish.from_step:
                raise errors.Conflict(f"`{name}`: {plan.folder}, which the last run made, is gone.")
            return Plan(last=plan.last)
        return plan

    def submit(
        self,
        name: str,
        *,
        wish: Wish | None = None,
        check_only: bool = False,
        only_new: bool = False,
        arguments: Mapping[str, Any] | None = None,
        owner: str = "",
    ) -> JobHandle:
        """Submit an update of one source, without those it depends on. The job's result is a `DumpReport`.

        Args:
            name: main source.
            wish: which steps; everything that is to be done by default.
            check_only: only find out the new release and its files; nothing is written down.
            only_new: leave a known release alone, also for a dumper that can not tell whether there is a new one.
            arguments: ``path`` and ``release``, for a source that is dumped by hand.
            owner: who asks.

        Raises:
            hub.errors.HubError: it can not be run like that.
        """
        plugin = self._sources.plugin(name)
        if plugin.dumper_class is None:
            raise errors.BadArgument(f"`{name}` has no dumper: its manifest has no `dumper` section.")
        given = {key: value for key, value in (arguments or {}).items() if value is not None}
        if given and not issubclass(plugin.dumper_class, ManualDumper):
            raise errors.BadArgument(f"`{name}` finds {' and '.join(given)} by itself: it is not dumped by hand.")
        wish = wish or Wish()
        self.plan(name, wish)  # refused now rather than when the job starts
        options: dict[str, Any] = self._sources.settings["DOWNLOAD_RETRY"] or {}
        run = _Run(self._sources, plugin, wish, {"only_new": only_new, "arguments": given}, owner, check_only)
        needed = self._graph().get(name, [])
        return self._sources.jobs.submit(
            JobSpec(
                kind="dump",
                subject=name,
                description="check for a new release" if check_only else "download the current release",
                fn=update_source,
                args=run.arguments,
                resources={"download": 1},
                exclusive=frozenset({f"source:{name}"}),
                shared=frozenset(f"source:{d}" for d in needed),
                retry=Retry(attempts=int(options.get("job_attempts", 1))),
                owner=owner,
                on_start=run.begin,
                on_event=run.event,
                on_done=run.done,
                on_error=run.failed,
            )
        )


class _Run:
    """One update: its record, and what the hub does of it. What is to be run is decided when the job starts."""

    def __init__(
        self, sources: SourceManager, plugin: Plugin, wish: Wish, more: Mapping[str, Any], owner: str, look: bool
    ) -> None:
        self.sources, self.plugin, self.wish, self.more, self.owner, self.look = (
            sources,
            plugin,
            wish,
            more,
            owner,
            look,
        )
        self.name = plugin.name
        self.plan = Plan()
        self.record: dict[str, Any] = {}
        self.arguments: list[Any] = []

    # -- start ---------------------------------------------------------------------------------------------------------

    def begin(self, job: Job) -> None:
        sources = self.sources
        last = sources.state.runs.last(self.name)
        if not self.record:
            self.plan = Plan() if self.look else sources.updates.plan(self.name, self.wish)
            self.record = self._opened(last, job)
        if self.plan.runs(Step.DEPENDS):
            self._step(Step.DEPENDS, "running")
        needed = {} if self.plan.folder else sources.updates.dependencies(self.name)
        due = [] if self.plan.folder else sources.updates.due(self.name)
        self.record["depends"] = {d.source: d.release for d in needed.values()} or self.record.get("depends") or {}
        if self.plan.runs(Step.DEPENDS):
            self._step(Step.DEPENDS, "done")
        self.arguments[:] = [self._request(needed, bool(due), job)]
        self._save()

    def _opened(self, last: Mapping[str, Any] | None, job: Job) -> dict[str, Any]:
        """The record of the run that is gone on with, or a new one."""
        state = self.sources.state
        if self.plan.run is not None and last is not None:
            record = dict(last)
            record |= {"attempt": record.get("attempt", 1) + 1, "error": None, "ended_at": None}
        else:
            record = _new_run(0 if self.look else state.runs.next_id(), self.name, self.owner, self.wish)
        for step in ORDER[self.plan.first.number :]:
            record["steps"][step] = {"state": "waiting"}
        for phase in ("pre", "post"):
            if self.plan.runs(Step(phase)):
                kept = self.plan.done.get(phase, frozenset())
                known = record["processes"].get(phase) or {}
                record["processes"][phase] = {n: p for n, p in known.items() if n in kept}
        return record | {"state": "running", "job": job.id, "logfile": job.logfile}

    def _request(self, needed: Mapping[str, Dependency], due: bool, job: Job) -> UpdateRequest:
        sources = self.sources
        download = (sources.state.sources.get(self.name) or {}).get("download") or {}
        dump = DumpRequest(
            plugin=self.plugin.ref,
            settings=sources.settings.snapshot(),
            current={k: download.get(k) for k in ("release", "data_folder", "status")} if download else None,
            force=self.plan.force,
            check_only=self.look,
            **self.more,
        )
        logs = Path(sources.settings["LOG_FOLDER"]) / "steps" / safe(self.name) / str(self.record["_id"])
        told = {n: p.get("files") or [] for n, p in (self.record["processes"].get("post") or {}).items()}
        root = str(sources.releases.folder(self.name).root)
        return UpdateRequest(dump, self.plan, root, str(self.record["_id"]), str(logs), needed, due, told)

    # -- while it runs -------------------------------------------------------------------------------------------------

    def event(self, job: Job, event: str, data: Mapping[str, Any]) -> None:
        if event == "downloading":
            self.sources.state.sources.dump_started(self.name, logfile=job.logfile, pid=job.pid)
            self.sources.bus.publish("dump.started", source=self.name, release=data.get("release"))
        elif event == "step":
            self._step(data["name"], data["state"], data.get("error"))
        elif event == "process":
            phase = self.record["processes"].setdefault(data["phase"], {})
            phase[data["name"]] = {key: value for key, value in data.items() if key != "phase"}
        elif event == "released":
            self.record |= {"release": data["release"], "data_folder": data["folder"]}
            self.sources.releases.note(self.name, data["folder"])
        else:
            return
        self._save()

    # -- end -----------------------------------------------------------------------------------------------------------

    def done(self, job: Job, report: DumpReport) -> None:
        if self.look:
            return
        if report.stopped:
            self._stopped(report)
        elif not report.changed:
            self._unchanged(report)
        else:
            self._released(job, report)

    def _stopped(self, report: DumpReport) -> None:
        self.sources.state.sources.dump_stopped(self.name)
        self._end("stopped")

    def _unchanged(self, report: DumpReport) -> None:
        for step, part in self.record["steps"].items():
            if part["state"] == "waiting":
                self.record["steps"][step] = {"state": "skipped"}
        self.record["release"] = report.release
        self.sources.restore_download(self.name)
        self._end("unchanged")
        self.sources.bus.publish("dump.unchanged", source=self.name, release=report.release)

    def _released(self, job: Job, report: DumpReport) -> None:
        promote = self.plan.runs(Step.PROMOTE) and bool(getattr(self.plugin.dumper_class, "AUTO_PROMOTE", True))
        self.sources.record_release(self.name, report, promote=promote)
        self.record |= {"release": report.release, "data_folder": report.data_folder}
        if self.plan.last.number < Step.PROMOTE.number:
            self._end("stopped")
            return
        for step in ORDER[: Step.PROMOTE.number]:
            if self.record["steps"][step]["state"] == "waiting":  # a folder that was put there by hand is not fetched
                self.record["steps"][step] = {"state": "skipped"}
        self._step(Step.PROMOTE, "done" if promote else "skipped")
        if self.plan.runs(Step.CLEAN):
            if self.sources.releases.to_prune(self.name):
                self.sources.releases.prune(self.name, owner=job.owner)
            self._step(Step.CLEAN, "done")
            self._end("done")
        else:
            self._end("stopped")

    def failed(self, job: Job, error: BaseException) -> None:
        status = "canceled" if isinstance(error, JobCancelledError | JobInterruptedError) else "failed"
        self.sources.state.sources.dump_failed(self.name, error, status=status)
        self.sources.bus.publish("dump.failed", source=self.name, error=str(error))
        if self.look or not self.record:
            return
        ended = "canceled" if isinstance(error, JobCancelledError) else "failed"
        ended = "interrupted" if isinstance(error, JobInterruptedError) else ended
        for part in (*self.record["steps"].values(), *_processes(self.record)):
            if part["state"] == "running":
                part |= {"state": ended, "error": str(error), "ended_at": _now()}
        if all(part["state"] in ("done", "skipped", "waiting") for part in self.record["steps"].values()):
            waiting = next((s for s, part in self.record["steps"].items() if part["state"] == "waiting"), None)
            if waiting:
                self.record["steps"][waiting] |= {"state": ended, "error": str(error), "ended_at": _now()}
        self.record["error"] = str(error)
        self._end(ended)

    def _step(self, name: str, state: str, error: str | None = None) -> None:
        part = self.record["steps"].setdefault(str(name), {})
        if state == "running":
            part.clear()
            part["started_at"] = _now()
        else:
            part["ended_at"] = _now()
        part |= {"state": state} | ({"error": error} if error else {})
        self.sources.bus.publish("source.step", source=self.name, step=str(name), state=state)

    def _end(self, state: str) -> None:
        self.record |= {"state": state, "ended_at": _now()}
        if not self.look and self.sources.state.runs.ended(self.record):
            self.sources.state.runs.prune(self.name, self.sources.settings["KEEP_RUNS"])

    def _save(self) -> None:
        if not self.look:
            self.sources.state.runs.put(self.record)


def _new_run(number: int, source: str, owner: str, wish: Wish) -> dict[str, Any]:
    return {
        "_id": number,
        "source": source,
        "state": "running",
        "owner": owner,
        "attempt": 1,
        "release": None,
        "data_folder": None,
        "started_at": _now(),
        "ended_at": None,
        "error": None,
        "options": {key: value for key, value in vars(wish).items() if value},
        "steps": {step.value: {"state": "waiting"} for step in ORDER},
        "processes": {},
        "depends": {},
    }


def _steps(plugin: Plugin) -> Steps:
    return read_steps(getattr(plugin.dumper_class, "STEPS", None))[0]


def _processes(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [process for phase in record["processes"].values() for process in phase.values()]


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["UNFINISHED", "Updates"]
