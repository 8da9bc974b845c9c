"""Where the log of a job lies, below ``LOG_FOLDER``. Clients compose these paths, so they are fixed."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hub import loglines
from hub.jobs.port import JobSpec

LONGEST = 20 * 1024**2  #: bytes of a log file, after which the next job begins a new one and one old one is kept


def log_path(spec: JobSpec, job_id: str) -> PurePosixPath:
    """Path relative to the log folder.

    Dumps and uploads add to one file a source (``dataload/dump_hpo.log``), builds to one a build
    (``build/<name>/build.log``), other work on a build to the file that ``spec.log`` names (`of_build`); any other job
    has its own file, ``jobs/<kind>/<subject>_<id>.log``.
    """
    if spec.log:
        return PurePosixPath(spec.log)
    subject = safe(spec.subject)
    if spec.kind == "dump":
        return PurePosixPath("dataload", f"dump_{subject}.log")
    if spec.kind in ("upload", "combine"):
        return PurePosixPath("dataload", f"upload_{subject}.log")
    if spec.kind in ("build", "merge"):
        return PurePosixPath("build", subject, "build.log")
    return PurePosixPath("jobs", safe(spec.kind), f"{subject}_{job_id}.log")


def of_build(build: str, *path: str) -> str:
    """The log file of some work on a build, for `JobSpec.log`: ``build/<name>/diff/diff_<old>_<new>.log``.

    Args:
        build: name of the build; empty where the work is on none, which gives an empty path.
        path: folder, where there is one, and name without ``.log``.
    """
    if not build:
        return ""
    *folders, name = (safe(part) for part in path)
    return str(PurePosixPath("build", safe(build), *folders, f"{name}.log"))


@contextlib.contextmanager
def written(path: Path, log_format: str) -> Iterator[logging.Logger]:
    """A logger for work that is no job; an error inside is noted there too, with its message.

    Args:
        path: the file, added to.
        log_format: ``text`` or ``json``.
    """
    prepare(path)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(loglines.formatter(log_format))
    logger = logging.Logger(path.stem, logging.INFO)
    logger.addHandler(handler)
    try:
        yield logger
    except Exception as error:
        logger.error("failed: %s", error, extra={"action": "work_failed"})
        raise
    finally:
        handler.close()


def prepare(path: Path) -> int:
    """Make the folder of a log file, and put the file aside as ``<name>.1`` when it has become long; gives its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = size_of(path)
    if size > LONGEST:
        path.replace(path.with_name(f"{path.name}.1"))
        return 0
    return size


def size_of(path: Path) -> int:
    """Bytes of a file; 0 when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True)
class Part:
    """Some bytes of what a job has logged.

    Attributes:
        text: what is there; broken characters are replaced.
        start: where it begins, counted from the beginning of the job's own part of the file.
        next: where the next piece begins.
        size: bytes that the job has logged until now.
    """

    text: str
    start: int
    next: int
    size: int


def read_part(path: Path, begin: int, end: int | None, start: int, most: int) -> Part:
    """A piece of the part of a log file that is of one job.

    Args:
        path: the file.
        begin: where the part begins in it.
        end: where it ends; None for the end of the file.
        start: where to read from, counted from there; negative from the end of the part.
        most: bytes at most. The piece ends with a whole line where there is one.
    """
    length = size_of(path)
    begin = begin if begin <= length else 0  # the file was begun anew meanwhile
    size = max(0, (length if end is None or end > length else end) - begin)
    start = max(0, size + start) if start < 0 else min(start, size)
    if start == size:
        return Part("", start, start, size)
    with path.open("rb") as file:
        file.seek(begin + start)
        piece = file.read(min(most, size - start))
    if start + len(piece) < size and (cut := piece.rfind(b"\n")) >= 0:
        piece = piece[: cut + 1]
    return Part(piece.decode("utf-8", "replace"), start, start + len(piece), size)


def safe(text: str) -> str:
    """The text as one part of a path."""
    part = re.sub(r"[^\w.@+-]+", "_", text)[:100].lstrip(".")
    return part or "_"
