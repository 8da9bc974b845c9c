"""The state of the job manager in the documented shape of ``/job_manager``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from hub.jobs.admission import Admission
from hub.jobs.entry import Entry
from hub.jobs.resources import memory_used

_CATEGORIES = {
    "dump": "dumper",
    "upload": "uploader",
    "combine": "uploader",
    "build": "builder",
    "merge": "builder",
    "index": "indexer",
    "inspect": "inspector",
    "diff": "differ",
    "compare": "differ",
    "snapshot": "snapshooter",
    "release": "releaser",
}


def taken(entries: Sequence[Entry], admission: Admission) -> dict[str, Any]:
    """Processes, threads, queue and memory; looks at every process of the machine, so not in the hub's loop.

    Returns:
        ``{"queue": {"process": {"running": [pid], "pending": [number], "max", "all": {pid: {"memory", "cpu", "io",
        "job"}}}, "thread": {"running": [name], "pending", "max", "all": {name: {"is_alive", "is_daemon", "job"}}}},
        "memory", "available_system_memory", "max_memory_usage", "hub_pid"}``; sizes in bytes, ``io`` values -1 where
        the system does not tell.
    """
    import psutil

    processes = {str(e.run.pid): _process(e, e.run.pid) for e in entries if e.run and e.run.pid}
    threads = {e.run.name: _thread(e) for e in entries if e.run and not e.run.pid and e.run.name}
    return {
        "queue": {
            "process": {
                "running": [int(pid) for pid in processes],
                "pending": _pending(entries, "process"),
                "max": admission.workers,
                "all": processes,
            },
            "thread": {
                "running": list(threads),
                "pending": _pending(entries, "thread"),
                "max": admission.threads,
                "all": threads,
            },
        },
        "memory": memory_used(),
        "available_system_memory": psutil.virtual_memory().available,
        "max_memory_usage": admission.memory.ceiling,
        "hub_pid": os.getpid(),
    }


def _pending(entries: Sequence[Entry], where: str) -> list[int]:
    return [e.number for e in entries if e.run is None and e.spec.where == where]


def _process(entry: Entry, pid: int) -> dict[str, Any]:
    import psutil

    shown: dict[str, Any] = {
        "memory": {"size": 0, "percent": 0.0},
        "cpu": {"status": "ended", "percent": 0.0},
        "io": dict.fromkeys(("read_count", "write_count", "read_bytes", "write_bytes"), -1),
        "job": _job(entry, pid),
    }
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            shown["memory"] = {"size": process.memory_info().rss, "percent": process.memory_percent()}
            shown["cpu"] = {"status": process.status(), "percent": _cpu_percent(entry, process)}
            if hasattr(process, "io_counters"):
                counters = process.io_counters()
                shown["io"] = {name: getattr(counters, name) for name in shown["io"]}
    except psutil.Error:  # ended meanwhile, or not ours to see
        pass
    return shown


def _cpu_percent(entry: Entry, process: Any) -> float:
    """Share of one core since the start of the job."""
    times = process.cpu_times()
    seconds = entry.job.duration or 0.0
    return round(100 * (times.user + times.system) / seconds, 1) if seconds > 0 else 0.0


def _thread(entry: Entry) -> dict[str, Any]:
    assert entry.run is not None
    return {"is_alive": True, "is_daemon": False, "job": _job(entry, entry.run.name)}


def _job(entry: Entry, id_: int | str) -> dict[str, Any]:
    job = entry.job
    return {
        "started_at": job.started_at.timestamp() if job.started_at else None,
        "duration": _seconds(job.duration or 0.0),
        "func_name": getattr(entry.spec.fn, "__name__", str(entry.spec.fn)),
        "category": _CATEGORIES.get(job.kind, job.kind),
        "description": job.description,
        "source": job.subject,
        "step": job.progress.note or job.kind,
        "id": id_,
        "job_id": job.id,
    }


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m{rest:02d}s" if hours else f"{minutes}m{rest:02d}s"
