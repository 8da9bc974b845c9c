"""All jobs that are known, a few facts of each: enough to filter, count and page without reading their records."""

from __future__ import annotations

import bisect
import sys
from collections.abc import Iterable, Iterator, Mapping
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

    @property
    def is_all(self) -> bool:
        """Whether every job fits."""
        return self == Wanted()

    def fits(self, row: Row) -> bool:
        """Whether a job is wanted."""
        return (
            (self.states is None or row.state in self.states)
            and (self.kind is None or row.kind == self.kind)
            and (self.subject is None or row.subject == self.subject or row.subject.startswith(f"{self.subject}."))
            and (self.owner is None or row.owner == self.owner)
            and (self.command is None or row.command == self.command)
        )


class History:
    """Rows of all jobs in the order of their submission."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._order: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._order)

    def load(self, rows: Iterable[Row]) -> None:
        """Begin with these."""
        self._rows = {row.id: row for row in rows}
        self._order = sorted((row.at, row.id) for row in self._rows.values())

    def note(self, job: Job) -> None:
        """Add a job, or take its new state."""
        row = row_of_job(job)
        if job.id not in self._rows:
            bisect.insort(self._order, (row.at, row.id))
        self._rows[job.id] = row

    def rows(self, wanted: Wanted) -> Iterator[Row]:
        """Those that are wanted, newest first."""
        return (row for _, id_ in reversed(self._order) if wanted.fits(row := self._rows[id_]))

    def page(self, wanted: Wanted, offset: int, limit: int) -> tuple[list[str], int]:
        """Ids of a page, newest first, and how many there are on all pages."""
        if wanted.is_all:
            end = max(0, len(self._order) - offset)
            return [id_ for _, id_ in reversed(self._order[max(0, end - limit) : end])], len(self._order)
        found = [row.id for row in self.rows(wanted)]
        return found[offset : offset + limit], len(found)

    def oldest_ended(self, keep: int) -> list[str]:
        """Ids of the ended jobs that are not among the newest ``keep`` jobs."""
        old = self._order[: max(0, len(self._order) - keep)]
        return [id_ for _, id_ in old if self._rows[id_].state.ended]

    def forget(self, ids: Iterable[str]) -> None:
        """Take jobs out."""
        gone = set(ids)
        self._order = [entry for entry in self._order if entry[1] not in gone]
        for id_ in gone:
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
