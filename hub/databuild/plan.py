"""What one build is made of, and how its jobs are submitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub.databuild.builder import DataBuilder
from hub.databuild.config import BuildConfig
from hub.databuild.locate import BuildServices
from hub.databuild.resolve import ResolvedSource
from hub.databuild.work import RangeState
from hub.jobs.port import JobHandle, JobSpec

if TYPE_CHECKING:
    from hub.databuild.increment import Increment


@dataclass
class BuildPlan:
    """What is to be built.

    Attributes:
        name: name of the build.
        config: its configuration.
        builder: the builder, for its hooks.
        sources: in merge order.
        started_at: when the build was started, with zone.
        version: build version.
        base: collection that the sources are added to, or None for a new build.
        ids: only these ids, sorted; None for all.
        ranges: how far an interrupted run came; empty for a fresh start.
        merged: the interrupted run had merged everything.
        stages: staged collections of an interrupted run that are whole, with the documents read, by name.
        full: merge all documents, even where only the changed ones would do.
        increment: the former build that it is made of; None for a full merge.
        reason: why it is merged in full.
        applied: what an incremental merge did, once it is done.
        post: call the builder's ``post_merge``.
    """

    name: str
    config: BuildConfig
    builder: DataBuilder
    sources: Sequence[ResolvedSource]
    started_at: datetime
    version: str
    base: str | None = None
    ids: Sequence[str] | None = None
    ranges: list[RangeState] = field(default_factory=list)
    merged: bool = False
    stages: dict[str, int] = field(default_factory=dict)
    full: bool = False
    increment: Increment | None = None
    reason: str = ""
    applied: dict[str, Any] = field(default_factory=dict)
    post: bool = True

    def positions(self) -> list[tuple[ResolvedSource | None, str]]:
        """Sources and collections in merge order, a build that is added to first; they number staged collections."""
        base: list[tuple[ResolvedSource | None, str]] = [] if self.base is None else [(None, self.base)]
        return base + [(source, name) for source in self.sources for name in source.collections]

    def staged_positions(self) -> list[tuple[int, str]]:
        """Number and collection of each that is staged."""
        found = enumerate(self.positions())
        return [(number, name) for number, (source, name) in found if source is not None and source.staged]

    def fingerprints(self) -> list[list[Any]]:
        """What changes when the data of a source changes."""
        return [source.fingerprint() for source in self.sources]

    def read(self) -> Counter[str]:
        """Documents that the ranges have read, by source of the rule."""
        counts: Counter[str] = Counter()
        for state in self.ranges:
            counts.update(state.read)
        return counts

    def progress(self) -> dict[str, Any]:
        """What the build's record keeps, as an update of dotted keys."""
        return {
            "merge_state.ranges": [state.to_list() for state in self.ranges],
            "merge_state.merged": self.merged,
            "merge_state.stages": [[name, read] for name, read in self.stages.items()],
            "merge_state.applied": self.applied,
        }


def submit(
    services: BuildServices, plan: BuildPlan, owner: str, what: str, fn: Callable[..., Any], request: Any, **more: Any
) -> JobHandle:
    """Submit a job of a build; while it runs, none of its sources is downloaded or published anew.

    Args:
        services: stores, state, jobs.
        plan: the build.
        owner: who asked.
        what: one line for people.
        fn: the job's function.
        request: its argument.
        more: further fields of the `JobSpec`.
    """
    locks = {f"build:{plan.config.name}"}
    locks |= {f"source:{source.main}" for source in plan.sources} | {f"upload:{source.name}" for source in plan.sources}
    return services.jobs.submit(
        JobSpec(
            kind="build",
            subject=plan.name,
            description=what,
            fn=fn,
            args=(request,),
            shared=frozenset(locks),
            owner=owner,
            **more,
        )
    )
