"""All jobs that are known, a few facts of each: enough to filter, count and page without reading their records."""

from __future__ import annotations

import itertools
import operator
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.jobs.port import Job, JobState

#: Fields of a record that a row is made of.
FIELDS = ("created_at", "started_at", "kind", "subject", "state", "owner", "origin")


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a job here. ``at`` is the time it was submitted, in seconds since 1970."""

    id: str
    at: float
    kind: str
    subject: str
    state: JobState
    owner: str
    command: int | None
    has_started: bool


@dataclass(frozen=True)
class Wanted:
    """Which jobs somebody wants to see; None means any.

    Attributes:
        states: in one of these.
        kind: of this kind.
        subject: on this subject, or on a part of it (``hpo`` fits ``hpo.terms`` too).
        owner: of this owner.
        command: started by the command with this number.
    """

    states: frozenset[JobState] | None = None
    kind: str | None = None
    subject: str | None = None
    owner: str | None = None
    command: int | None = None


class History:
    """Rows of all jobs in the order of their submission."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._last = 0.0

    def __len__(self) -> int:
        return len(self._rows)

    def load(self, rows: Iterable[Row]) -> None:
        """Begin with these."""
        self._rows = {row.id: row for row in sorted(rows, key=lambda row: (row.at, row.id))}
        self._last = max((row.at for row in self._rows.values()), default=0.0)

    def note(self, job: Job) -> None:
        """Add a job, or take its new state."""
        row = row_of_job(job)
        is_new = job.id not in self._rows
        self._rows[job.id] = row
        if is_new and row.at < self._last:  # the clock was put back
            self.load(self._rows.values())
        self._last = max(self._last, row.at)

    def rows(self, wanted: Wanted) -> Iterable[Row]:
        """Those that are wanted, newest first."""
        found: Iterable[Row] = reversed(self._rows.values())
        for name in ("kind", "owner", "command"):
            value = getattr(wanted, name)
            if value is not None:
                fits = operator.attrgetter(name)
                found = [row for row in found if fits(row) == value]
        if wanted.states is not None:
            found = [row for row in found if row.state in wanted.states]
        if wanted.subject is not None:
            inside = f"{wanted.subject}."
            found = [row for row in found if row.subject == wanted.subject or row.subject.startswith(inside)]
        return found

    def page(self, wanted: Wanted, offset: int, limit: int) -> tuple[list[str], int]:
        """Ids of a page, newest first, and how many there are on all pages."""
        found = self.rows(wanted)
        total = len(found) if isinstance(found, list) else len(self._rows)
        return [row.id for row in itertools.islice(found, offset, offset + limit)], total

    def oldest_ended(self, keep: int) -> list[str]:
        """Ids of the ended jobs that are not among the newest ``keep`` jobs."""
        old = itertools.islice(self._rows.values(), max(0, len(self._rows) - keep))
        return [row.id for row in old if row.state.ended]

    def forget(self, ids: Iterable[str]) -> None:
        """Take jobs out."""
        for id_ in ids:
            self._rows.pop(id_, None)


def row_of_job(job: Job) -> Row:
    """The row of a job."""
    return Row(
        job.id,
        job.created_at.timestamp(),
        sys.intern(job.kind),
        sys.intern(job.subject),
        job.state,
        sys.intern(job.owner),
        (job.origin or {}).get("number"),
        job.started_at is not None,
    )


def row_of_document(document: Mapping[str, Any]) -> Row:
    """The row of a record that has at least `FIELDS`."""
    at = document["created_at"]
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return Row(
        str(document["_id"]),
        at.timestamp(),
        sys.intern(document.get("kind") or ""),
        sys.intern(document.get("subject") or ""),
        JobState(document["state"]),
        sys.intern(document.get("owner") or ""),
        (document.get("origin") or {}).get("number"),
        document.get("started_at") is not None,
    )
