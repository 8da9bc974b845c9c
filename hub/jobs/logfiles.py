"""Where the log of a job lies, below ``LOG_FOLDER``. Clients compose these paths, so they are fixed."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from hub.jobs.port import JobSpec

LONGEST = 20 * 1024**2  #: bytes of a log file, after which the next job begins a new one and one old one is kept


def log_path(spec: JobSpec, job_id: str) -> PurePosixPath:
    """Path relative to the log folder.

    Dumps and uploads add to one file a source (``dataload/dump_hpo.log``), builds to one a build
    (``build/<name>/build.log``), indexing to one an index (``build/<subject>/index/index_<subject>.log``); any other
    job has its own file, ``jobs/<kind>/<subject>_<id>.log``.
    """
    subject = safe(spec.subject)
    if spec.kind == "dump":
        return PurePosixPath("dataload", f"dump_{subject}.log")
    if spec.kind in ("upload", "combine"):
        return PurePosixPath("dataload", f"upload_{subject}.log")
    if spec.kind in ("build", "merge"):
        return PurePosixPath("build", subject, "build.log")
    if spec.kind == "index":
        return PurePosixPath("build", subject, "index", f"index_{subject}.log")
    return PurePosixPath("jobs", safe(spec.kind), f"{subject}_{job_id}.log")


def prepare(path: Path) -> None:
    """Make the folder of a log file, and put the file aside as ``<name>.1`` when it has become long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONGEST:
        path.replace(path.with_name(f"{path.name}.1"))


def safe(text: str) -> str:
    """The text as one part of a path."""
    part = re.sub(r"[^\w.@+-]+", "_", text)[:100].lstrip(".")
    return part or "_"
