"""What the record of a build says of the work on it: steps with their outcome, and results by name."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hub.jobs.errors import JobCancelledError, JobInterruptedError, WorkerLostError
from hub.store.records.builds import BuildRecords

LONGEST_ERROR = 2000  #: characters of an error in a record


@contextmanager
def step(builds: BuildRecords, build: str, name: str, status: str, **more: Any) -> Iterator[dict[str, Any]]:
    """One step of a build's record; what is put into the given dict is kept with its outcome. Without a build, none.

    Args:
        builds: the records.
        build: name of the build, or empty.
        name: of the step: ``diff-content``.
        status: while it runs: ``diffing``.
        more: what else the record says from the start.
    """
    outcome: dict[str, Any] = {}
    if not build:
        yield outcome
        return
    builds.job_started(build, name, status=status, logfile=None, pid=os.getpid(), **more)
    begin = time.monotonic()
    try:
        yield outcome
    except BaseException as error:
        ended = "canceled" if was_interrupted(error) else "failed"
        told = (str(error) or type(error).__name__)[:LONGEST_ERROR]
        builds.job_ended(build, name, status=ended, seconds=time.monotonic() - begin, err=told)
        raise
    builds.job_ended(build, name, status="success", seconds=time.monotonic() - begin, **outcome)


def was_interrupted(error: BaseException) -> bool:
    """Whether somebody or something stopped the work, so that it is neither well nor badly done."""
    kinds = (JobInterruptedError, JobCancelledError, WorkerLostError, asyncio.CancelledError)
    return isinstance(error, kinds)


def keep(builds: BuildRecords, build: str, group: str, key: str, value: Mapping[str, Any] | None) -> None:
    """Set or remove one entry of an object of a build's record, whatever characters its name has.

    Args:
        builds: the records.
        build: name of the build; nothing happens without one, or when there is none of it.
        group: the object: ``diff``, ``snapshot``, ``release_note``, ``publish``.
        key: the entry.
        value: its new value; None removes it.
    """
    record = builds.get(build) if build else None
    if record is None:
        return
    entries = dict(record.get(group) or {})
    entries.pop(key, None)
    if value is not None:
        entries[key] = dict(value)
    builds.update(build, {group: entries})
