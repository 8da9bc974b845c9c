"""What people and programs see of runs and of the state of a source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import errors
from hub.dataload.lifecycle.declared import read_steps
from hub.dataload.lifecycle.names import ORDER

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager
    from hub.store.state import State

LOG_BYTES = 1024**2
Record = Mapping[str, Any]


def run_record(state: State, number: int) -> Record:
    """The record of a run.

    Raises:
        hub.errors.NotFound: there is none.
    """
    record = state.runs.get(number)
    if record is None:
        raise errors.NotFound("run", str(number), [str(r["_id"]) for r in state.runs.of(limit=8)])
    return record


def run_view(record: Record) -> dict[str, Any]:
    """A run with its steps in order."""
    steps = [{"step": str(step), **_part((record.get("steps") or {}).get(step) or {})} for step in ORDER]
    processes = [
        {"phase": phase, "process": name, **_part({k: v for k, v in part.items() if k not in ("digest", "name")})}
        for phase, parts in (record.get("processes") or {}).items()
        for name, part in parts.items()
    ]
    rest = {key: value for key, value in record.items() if key not in ("_id", "steps", "processes")}
    return {"id": record["_id"], **rest, "seconds": _seconds(record), "steps": steps, "processes": processes}


def process_log(record: Record, name: str) -> str:
    """The end of the log of a process.

    Raises:
        hub.errors.NotFound: the run has no such process, or its log is gone.
    """
    parts = {n: part for phase in (record.get("processes") or {}).values() for n, part in phase.items()}
    if name not in parts:
        raise errors.NotFound(f"process of run {record['_id']}", name, parts)
    path = Path(parts[name].get("log") or "")
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - LOG_BYTES))
            return log.read().decode("utf-8", "replace")
    except OSError:
        raise errors.NotFound("log", str(path), []) from None


def source_status(sources: SourceManager, name: str) -> dict[str, Any]:
    """Where a source stands.

    Raises:
        hub.errors.NotFound: there is none.
    """
    releases = sources.releases.views(name)
    plugin = sources.plugins.get(name)
    dumper = plugin.dumper_class if plugin else None
    record = sources.state.sources.get(name) or {}
    last = sources.state.runs.last(name)
    declared = read_steps(getattr(dumper, "STEPS", None))[0]
    return {
        "source": name,
        "current": sources.releases.current(name),
        "download": (record.get("download") or {}).get("status"),
        "pending": record.get("pending") or [],
        "due": sources.updates.due(name) if plugin else [],
        "depends_on": list(getattr(dumper, "DEPENDS_ON", None) or []),
        "dependents": sources.dependents(name),
        "declared": [f"{phase}: {process.name}" for phase, process in declared.processes()],
        "keep_releases": sources.releases.keep(name),
        "releases": releases,
        "last_run": run_view(last) if last else None,
    }


def _part(part: Record) -> dict[str, Any]:
    return {**part, "seconds": _seconds(part)}


def _seconds(part: Record) -> float | None:
    started, ended = part.get("started_at"), part.get("ended_at")
    return round((ended - started).total_seconds(), 2) if started and ended else None
