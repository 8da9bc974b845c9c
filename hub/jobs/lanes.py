"""Lanes: names under which jobs can be held back and limited while the hub runs.

Every job is in the lane ``all``, in that of its kind (``dump``), in one for each resource it takes (``download``), and
in that of its source (``source:hpo``). What is set by hand is kept in the hub's database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from hub.config import Settings
from hub.errors import BadArgument, NotFound
from hub.jobs.port import JobSpec
from hub.jobs.resources import resource_limits

ALL = "all"
OF_SOURCE = "source:"
#: Kinds of jobs that the hub itself has.
KINDS = ("dump", "upload", "build", "index", "inspect", "plugin", "quarantine", "clean", "metadata")
MOST = 1000  #: that a limit may be


class LaneRepository(Protocol):
    """Where what was set by hand is kept."""

    def all(self) -> Iterable[Mapping[str, Any]]:
        """Every record."""
        ...

    def put(self, document: dict[str, Any], /) -> None:
        """Insert or replace a record."""
        ...

    def delete(self, id_: str, /) -> bool:
        """Remove a record."""
        ...


class Lanes:
    """Who is held back, and how many jobs of each lane run.

    Args:
        settings: ``RESOURCES``, ``SOURCE_LIMITS``.
        repository: where it is kept; None for nowhere.
    """

    def __init__(self, settings: Settings, repository: LaneRepository | None = None) -> None:
        self._settings, self._repository = settings, repository
        self._by_hand: dict[str, dict[str, Any]] = {}
        self.running: Counter[str] = Counter()

    def load(self) -> None:
        """Read what was set by hand."""
        if self._repository is not None:
            self._by_hand = {str(record["_id"]): dict(record) for record in self._repository.all()}

    # -- admission -----------------------------------------------------------------------------------------------------

    def why_not(self, spec: JobSpec) -> str:
        """Why a job may not start, in words; "" when it may."""
        for name in lanes_of(spec):
            if self.is_paused(name):
                return f"lane `{name}`, which is paused"
            limit = self.limit(name)
            if limit is not None and self.running[name] >= limit:
                return f"lane `{name}` ({self.running[name]} of {limit} jobs run)"
        return ""

    def take(self, spec: JobSpec) -> None:
        """Count a job that starts."""
        self.running.update(lanes_of(spec))

    def give_back(self, spec: JobSpec) -> None:
        """Undo `take`."""
        self.running.subtract(lanes_of(spec))

    def is_paused(self, name: str) -> bool:
        """Whether jobs of a lane are held back."""
        return bool(self._by_hand.get(name, {}).get("paused"))

    def limit(self, name: str) -> int | None:
        """How many jobs of a lane may run at once; None for any number."""
        by_hand = self._by_hand.get(name, {}).get("limit")
        return int(by_hand) if by_hand else self.usual_limit(name)

    def slots(self, name: str) -> int | None:
        """What was set by hand as the number of places of a resource."""
        return self._by_hand.get(name, {}).get("limit")

    def usual_limit(self, name: str) -> int | None:
        """The limit that the settings give. That of a resource counts places, which `hub.jobs.admission` gives out."""
        if name.startswith(OF_SOURCE):
            limits: Mapping[str, int] = self._settings["SOURCE_LIMITS"]
            return limits.get(name.removeprefix(OF_SOURCE), limits.get("*")) or None
        return None

    # -- by hand -------------------------------------------------------------------------------------------------------

    def set_paused(self, name: str, paused: bool, *, by: str = "") -> None:
        """Hold the jobs of a lane back, or let them go. Those that run go on."""
        self._change(name, by, paused=paused)

    def set_limit(self, name: str, limit: int | None, *, by: str = "") -> None:
        """Let at most so many jobs of a lane run at once; None for what the settings say.

        Raises:
            BadArgument: no number of jobs.
        """
        if limit is not None and not 1 <= limit <= MOST:
            raise BadArgument(f"a lane takes from 1 to {MOST} jobs, not {limit}. To stop it, pause it.")
        self._change(name, by, limit=limit)

    def _change(self, name: str, by: str, **change: Any) -> None:
        record = {"_id": name, **self._by_hand.get(name, {}), **change, "by": by}
        if record.get("paused") or record.get("limit"):
            self._by_hand[name] = record
            if self._repository is not None:
                self._repository.put(record)
        elif self._by_hand.pop(name, None) is not None and self._repository is not None:
            self._repository.delete(name)

    # -- looking -------------------------------------------------------------------------------------------------------

    def check(self, name: str, others: Callable[[], Iterable[str]] = tuple) -> None:
        """Refuse a name that is no lane.

        Args:
            name: the name.
            others: gives the lanes that there are besides those that are always there; asked for these only when it is
                none of the latter.

        Raises:
            NotFound: there is no such lane.
        """
        known = {ALL, *KINDS, *self._settings["RESOURCES"], *self._by_hand, *self.running}
        if name not in known and name not in (known := known.union(others())):
            raise NotFound("lane", name, known)

    def view(self, waiting: Iterable[JobSpec]) -> list[dict[str, Any]]:
        """Lanes that have jobs, a limit, or are paused, and those of all resources.

        Args:
            waiting: jobs that wait.

        Returns:
            ``{"lane", "running", "waiting", "limit", "paused"}`` each.
        """
        queued: Counter[str] = Counter(name for spec in waiting for name in lanes_of(spec))
        resources = resource_limits(self._settings)
        names = {ALL, *resources, *self._by_hand, *queued, *(+self.running)}
        return [
            {
                "lane": name,
                "running": self.running[name],
                "waiting": queued[name],
                "limit": self.limit(name) or resources.get(name),
                "paused": self.is_paused(name),
            }
            for name in sorted(names, key=lambda n: (n != ALL, n.startswith(OF_SOURCE), n))
        ]


def lanes_of(spec: JobSpec) -> list[str]:
    """The lanes of a job."""
    main = spec.subject.partition(".")[0]
    return list(dict.fromkeys([ALL, spec.kind, *spec.resources, f"{OF_SOURCE}{main}"]))
