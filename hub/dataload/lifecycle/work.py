"""The job functions: an update of a source from its first to its last step in the worker, and the steps of a removal.

They speak to the hub by events: ``step`` (``name``, ``state``, ``error``), ``process`` (``phase`` and the parts of an
`Outcome`), ``released`` (``release``, ``folder``). The steps `depends`, `promote` and `clean` are done by the hub.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.dataload.dumper.work import DumpReport, DumpRequest, dump_source
from hub.dataload.lifecycle import metadata
from hub.dataload.lifecycle.declared import Steps, read_steps
from hub.dataload.lifecycle.environment import Place
from hub.dataload.lifecycle.linking import Dependency
from hub.dataload.lifecycle.names import Step
from hub.dataload.lifecycle.plan import Plan
from hub.dataload.lifecycle.running import Outcome, Runner
from hub.dataload.releases import ReleaseRecord, SourceFolder, tree_of
from hub.jobs.port import JobContext

if TYPE_CHECKING:
    from hub.dataload.dumper.environment import DumpEnvironment


@dataclass(frozen=True)
class UpdateRequest:
    """What to run; picklable.

    Attributes:
        dump: the download.
        plan: which steps.
        root: folder of the source's releases.
        run: id of the run, as text.
        logs: folder of the logs of its processes.
        depends: releases of other sources it is made from.
        due: make a new release even if nothing is new upstream.
        told: groups of files by process, of processes that are not run again.
    """

    dump: DumpRequest
    plan: Plan
    root: str
    run: str = ""
    logs: str = "logs"
    depends: Mapping[str, Dependency] = field(default_factory=dict)
    due: bool = False
    told: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


class StoppedError(Exception):
    """The run ends here because it was asked to; never seen outside of this module."""


class _Tracker:
    """Tells of the steps, and ends the run before a step that is not wanted."""

    def __init__(self, ctx: JobContext, plan: Plan) -> None:
        self._ctx, self._plan = ctx, plan

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step."""
        if Step(name).number > self._plan.last.number:
            raise StoppedError
        self._ctx.emit("step", name=name, state="running")
        try:
            yield
        except StoppedError:
            raise
        except BaseException as error:
            self._ctx.emit("step", name=name, state="failed", error=str(error))
            raise
        self._ctx.emit("step", name=name, state="done")


def update_source(ctx: JobContext, request: UpdateRequest) -> DumpReport:
    """Run the steps of an update that a worker does. Runs in a worker process.

    Raises:
        ProcessError: a declared process failed.
        hub.errors.HubError: see `dump_source`.
    """
    return _Update(ctx, request).run()


class _Update:
    def __init__(self, ctx: JobContext, request: UpdateRequest) -> None:
        from hub.config.settings import Settings
        from hub.dataload.loader import load_ref

        self.ctx, self.request, self.plan = ctx, request, request.plan
        self.settings = Settings.from_snapshot(dict(request.dump.settings))
        plugin = load_ref(request.dump.plugin, self.settings)
        self.steps: Steps = read_steps(getattr(plugin.dumper_class, "STEPS", None))[0]
        self.tracker = _Tracker(ctx, self.plan)
        self.told: dict[str, list[dict[str, Any]]] = dict(request.told)
        self.place = Place(
            source=plugin.name,
            plugin=plugin.folder,
            root=Path(request.root),
            archive=Path(self.settings["DATA_ARCHIVE_ROOT"]),
            depends={name: d.folder for name, d in request.depends.items()},
            logs=Path(request.logs),
            job=ctx.job_id,
            passed=self.settings["STEP_ENVIRONMENT"],
            python=plugin.python,
        )

    def run(self) -> DumpReport:
        try:
            if not self.request.dump.check_only:
                self._before()
            report = self._known() if self.plan.folder else self._dump()
        except StoppedError:
            return DumpReport("", "", stopped=True)
        if not report.changed or self.request.dump.check_only:
            return report
        self.place = replace(
            self.place, folder=Path(report.data_folder).name, root=Path(report.data_folder).parent,
            release=report.release, remote=self._remote(report),
        )  # fmt: skip
        self.ctx.emit("released", release=report.release, folder=report.data_folder)
        try:
            self._after(report)
        except StoppedError:
            return replace(report, stopped=True)
        return report

    def _before(self) -> None:
        if self.plan.runs(Step.CHECK):
            with self.tracker.step(Step.CHECK):
                self._runner().check(self.steps)
        if self.plan.first.number <= Step.PRE.number:
            with self.tracker.step(Step.PRE):
                self._runner().run("pre", self.steps.pre, self.plan.done.get("pre", ()))

    def _dump(self) -> DumpReport:
        def adjust(environment: DumpEnvironment) -> None:
            environment.step = self.tracker.step
            environment.depends = self.request.depends
            environment.due = self.request.due
            environment.run = self.request.run
            environment.has_steps = bool(self.steps.post)

        return dump_source(self.ctx, replace(self.request.dump, discard=self.plan.discard), adjust)

    def _known(self) -> DumpReport:
        """The release that an earlier try has made."""
        path = Path(self.plan.folder)
        record = SourceFolder(path.parent).record(path.name)
        release = record.release if record else path.name
        return DumpReport(release, str(path), list(record.files) if record else [], True)

    def _remote(self, report: DumpReport) -> str:
        record = self._record(report)
        return record.base if record else report.release

    def _record(self, report: DumpReport) -> ReleaseRecord | None:
        path = Path(report.data_folder)
        return SourceFolder(path.parent).record(path.name)

    def _after(self, report: DumpReport) -> None:
        if self.plan.first.number <= Step.POST.number:
            with self.tracker.step(Step.POST):
                self._runner().run("post", self.steps.post, self.plan.done.get("post", ()))
        if self.plan.first.number <= Step.METADATA.number:
            with self.tracker.step(Step.METADATA):
                self._note(report)

    def _note(self, report: DumpReport) -> None:
        """Write down what the processes said, and that the release is complete."""
        path, record = Path(report.data_folder), self._record(report)
        if record is None:
            return
        order = [p.name for phase, p in self.steps.processes() if phase == "post"]
        formats = metadata.by_format((name, self.told.get(name, [])) for name in order)
        made = {name: size for name, size in tree_of(path).items() if name not in record.tree}
        SourceFolder(path.parent).save(replace(record, ready=True, formats=formats, made=made))

    def _runner(self) -> Runner:
        def report(phase: str, outcome: Outcome) -> None:
            if phase == "post" and outcome.state == "done":
                self.told[outcome.name] = outcome.files
            self.ctx.emit("process", phase=phase, **asdict(outcome))

        paths = self.settings["EXTRA_PYTHON_PATHS"]
        return Runner(self.ctx, self.place, report, self.settings["STEP_THREADS"], paths)
