"""Where the documents of a build are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub.store.port import Collection, DocumentStore

if TYPE_CHECKING:
    from hub.config import Settings
    from hub.jobs.events import EventBus
    from hub.jobs.port import JobRunner
    from hub.store.state import State


@dataclass(frozen=True)
class BuildPlaces:
    """Where builds are noted and kept: enough to read them."""

    state: State
    src_store: DocumentStore
    target_store: DocumentStore

    def documents(self, build: Mapping[str, Any]) -> Collection:
        """The merged collection of a ``src_build`` document; for a link, the source's."""
        url = build.get("backend_url")
        if isinstance(url, list | tuple):
            return self.src_store.collection(str(url[1]))
        return self.target_store.collection(str(url or build["_id"]))


@dataclass(frozen=True)
class BuildServices(BuildPlaces):
    """What builds work with."""

    settings: Settings
    jobs: JobRunner
    bus: EventBus


def own_collection(build: Mapping[str, Any]) -> str | None:
    """The collection of the target database that is a build's own; None for a link to a source."""
    url = build.get("backend_url")
    return None if isinstance(url, list | tuple) else str(url or build["_id"])


def building_name(build: str) -> str:
    """Name of the collection under construction."""
    return f"{build}__building"


def stage_name(build: str, number: int | str) -> str:
    """Name of a source's staged collection; with an empty text, what all of them begin with."""
    return f"{build}__stage_{number}"


def log_name(build: str) -> str:
    """Name of the log of what a build made of a former one has changed."""
    return f"{build}__changes"


def last_status(build: Mapping[str, Any]) -> str:
    """The visible status of a build: that of its last job, or ``unknown``."""
    jobs = build.get("jobs") or []
    return str(jobs[-1].get("status") or "unknown") if jobs else "unknown"
