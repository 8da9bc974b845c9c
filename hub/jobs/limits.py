"""Time limits of jobs that have none of their own."""

from __future__ import annotations

import dataclasses

from hub.config import Settings
from hub.jobs.port import JobSpec


def with_time_limit(spec: JobSpec, settings: Settings) -> JobSpec:
    """The job with the time limit of its kind, ``JOB_TIMEOUTS``, or of all, ``JOB_TIMEOUT``; its own one goes first."""
    if spec.timeout is not None:
        return spec
    of_kind = settings["JOB_TIMEOUTS"].get(spec.kind)
    limit = settings["JOB_TIMEOUT"] if of_kind is None else of_kind
    if not limit:
        return spec
    name = "JOB_TIMEOUT" if of_kind is None else "JOB_TIMEOUTS"
    return dataclasses.replace(spec, timeout=float(limit), timeout_name=f"setting `{name}`")
