"""Jobs as they are seen in a terminal: live bars on a tty, one plain line for each change elsewhere, or JSON lines."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import Any

import orjson

from hub.jobs.events import Event, EventBus
from hub.jobs.manager import JobManager
from hub.jobs.port import Job, JobState

MARKS = {
    JobState.RUNNING: "RUN",
    JobState.DONE: "OK",
    JobState.FAILED: "ERR",
    JobState.CANCELLED: "CANCELLED",
    JobState.INTERRUPTED: "INTERRUPTED",
}


@contextlib.contextmanager
def watch(bus: EventBus, jobs: JobManager, *, json: bool = False) -> Iterator[None]:
    """Show the jobs of a hub while the context is open.

    Args:
        bus: where the hub tells of changes.
        jobs: to look up a job's record.
        json: one JSON object a line on standard output.
    """
    if json:
        view: _View = _JsonLines()
    elif sys.stderr.isatty():
        view = _Bars()
    else:
        view = _PlainLines()

    def on_event(event: Event) -> None:
        try:
            view.show(jobs.get(event.data["id"]))
        except OSError:  # the terminal, or who read the lines, is gone; the hub goes on
            unsubscribe()

    unsubscribe = bus.subscribe("job.*", on_event)
    try:
        with view:
            yield
    finally:
        unsubscribe()


class _View(contextlib.AbstractContextManager["_View"]):
    def __init__(self) -> None:
        self._last: dict[str, JobState] = {}

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, job: Job) -> None:
        if self._last.get(job.id) is not job.state:
            self._last[job.id] = job.state
            self.changed(job)
        if job.state.ended:
            self._last.pop(job.id, None)

    def changed(self, job: Job) -> None:
        """A job has a new state."""


class _JsonLines(_View):
    def changed(self, job: Job) -> None:
        line: dict[str, Any] = {
            "event": "job",
            "id": job.id,
            "kind": job.kind,
            "subject": job.subject,
            "state": job.state.value,
        }
        if job.error:
            line["error"] = job.error
        sys.stdout.write(orjson.dumps(line).decode() + "\n")
        sys.stdout.flush()


class _PlainLines(_View):
    def changed(self, job: Job) -> None:
        if job.state in MARKS:
            sys.stderr.write(sentence(job) + "\n")
            sys.stderr.flush()


def sentence(job: Job) -> str:
    """One line on a job: ``[12] OK upload hpo: 17,000 documents in 1.2 s``."""
    head = f"[{job.id}] {MARKS.get(job.state, job.state.value)} {job.kind} {job.subject}"
    if job.state is JobState.FAILED:
        return f"{head}: {job.error}"
    if job.state is JobState.RUNNING:
        return f"{head}: {job.description}" if job.description else head
    done = f"{job.progress.done:,} {job.progress.unit}".strip() if job.progress.done else ""
    took = f"{job.duration:.1f} s" if job.duration is not None else ""
    return f"{head}: {' in '.join(t for t in (done, took) if t)}".rstrip(": ")


class _Bars(_View):
    """Bars of what runs, above which ended jobs scroll away as lines."""

    def __enter__(self) -> _Bars:
        from rich.console import Console
        from rich.logging import RichHandler
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[amount]}", markup=False),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, Any] = {}
        self._handler = RichHandler(console=console, show_path=False, show_time=False)
        self._replaced = logging.getLogger().handlers[:]
        logging.getLogger().handlers[:] = [self._handler]
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        logging.getLogger().handlers[:] = self._replaced

    def show(self, job: Job) -> None:
        super().show(job)
        if job.state is not JobState.RUNNING:
            return
        amount = f"{job.progress.done:,} {job.progress.unit}".strip()
        if job.progress.rate:
            amount += f"  {job.progress.rate:,.0f}/s"
        task = self._tasks.get(job.id)
        if task is None:
            task = self._tasks[job.id] = self._progress.add_task(f"{job.kind} {job.subject}", total=None, amount="")
        self._progress.update(task, completed=job.progress.done, total=job.progress.total, amount=amount)

    def changed(self, job: Job) -> None:
        if not job.state.ended:
            return
        task = self._tasks.pop(job.id, None)
        if task is not None:
            self._progress.remove_task(task)
        style = {"done": "green", "failed": "red"}.get(job.state.value, "yellow")
        from rich.text import Text

        self._progress.console.print(Text(sentence(job), style=style))
