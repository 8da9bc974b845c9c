"""The job that takes releases off the disk, each after the steps that its source declares for that."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.dataload.lifecycle import disk
from hub.dataload.lifecycle.declared import Steps
from hub.dataload.lifecycle.environment import Place
from hub.dataload.lifecycle.running import Outcome, Runner
from hub.dataload.releases import SourceFolder
from hub.jobs.port import JobContext


@dataclass(frozen=True)
class RemoveRequest:
    """What to remove; picklable.

    Attributes:
        source: whose releases.
        root: folder of the releases.
        folders: names of the folders of those to remove.
        plugin: folder of the plugin; empty when there are no steps to run.
        steps: what the source declares.
        logs: folder of the logs of its steps.
        threads, passed, python_paths, python: see `Runner` and `Place`.
    """

    source: str
    root: str
    folders: Sequence[str]
    plugin: str
    steps: Steps
    logs: str
    threads: int
    passed: tuple[str, ...]
    python_paths: tuple[str, ...]
    python: str = sys.executable


def remove_releases(ctx: JobContext, request: RemoveRequest) -> list[str]:
    """Take releases off the disk; the names of their folders.

    Raises:
        ProcessError: a declared step failed; its release and those after it are still there.
        SourceBusyError: another process dumps the source.
    """
    folder = SourceFolder(Path(request.root), request.source)
    if not folder.root.is_dir():
        return list(request.folders)
    with folder.locked():
        for done, name in enumerate(request.folders):
            ctx.check()
            ctx.progress(done, len(request.folders), unit="releases", note=name)
            if request.steps.remove and (folder.root / name).is_dir():
                _runner(ctx, request, folder, name).run("remove", request.steps.remove)
            disk.remove_release(folder, name)
    return list(request.folders)


def _runner(ctx: JobContext, request: RemoveRequest, folder: SourceFolder, name: str) -> Runner:
    record = folder.record(name)
    place = Place(
        source=request.source,
        plugin=Path(request.plugin),
        root=folder.root,
        archive=folder.root.parent,
        folder=name,
        release=record.release if record else name,
        remote=record.base if record else name,
        removed=record.release if record else name,
        logs=Path(request.logs) / name,
        job=ctx.job_id,
        passed=request.passed,
        python=request.python,
    )

    def report(phase: str, outcome: Outcome) -> None:
        ctx.emit("process", phase=phase, **asdict(outcome))

    return Runner(ctx, place, report, request.threads, request.python_paths)
