"""Making a build of a former one: submits the jobs of `hub.databuild.apply`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from hub.databuild.apply import ApplyReport, ApplyRequest, CompareRequest, apply_changes, compare_stages
from hub.databuild.increment import Increment
from hub.databuild.locate import BuildServices, log_name
from hub.databuild.plan import BuildPlan, submit
from hub.databuild.work import PartSpec


class Application:
    """Carries out an increment.

    Args:
        services: stores, state, jobs.
        plan: the build.
        owner: who asked.
        start: the former build and what changed since.
    """

    def __init__(self, services: BuildServices, plan: BuildPlan, owner: str, start: Increment) -> None:
        self._services, self._plan, self._owner, self._start = services, plan, owner, start

    async def run(self, parts: Sequence[PartSpec], temp: str) -> dict[str, Any]:
        """Make the collection under construction.

        Args:
            parts: what takes part, staged where needed.
            temp: its name.

        Returns:
            What was done: ``base``, ``revision``, ``count``, ``looked_at``, ``counts``, the pairs ``read`` and
            ``unmatched``.
        """
        logs = await asyncio.gather(*(self._logs(number, part) for number, part in enumerate(parts)))
        request = ApplyRequest(
            build=self._plan.name,
            src=self._services.src_store.spec,
            target=self._services.target_store.spec,
            base=self._start.base,
            count=self._start.count,
            temp=temp,
            log=log_name(self._plan.name),
            parts=parts,
            logs=logs,
            fields=self._plan.config.merge_rules,
            ids=self._plan.ids,
            finisher=self._plan.builder.document_finisher(),
        )
        what = f"merge what changed since {self._start.base}"
        report: ApplyReport = await submit(
            self._services, self._plan, self._owner, what, apply_changes, request
        ).result()
        for part, found in zip(parts, logs, strict=True):
            for name in found if part.staged else ():
                await asyncio.to_thread(self._services.target_store.drop, name)
        return {
            "base": self._start.base,
            "revision": self._start.revision,
            "count": report.count,
            "looked_at": report.looked_at,
            "counts": dict(report.counts),
            "read": [list(pair) for pair in report.read.items()],
            "unmatched": [list(pair) for pair in report.unmatched.items()],
        }

    async def _logs(self, number: int, part: PartSpec) -> Sequence[str]:
        """The logs of a part; of a staged one it is written now."""
        _, collection = self._plan.positions()[number]
        if not part.staged:
            return self._start.logs[collection]
        log = f"{part.collection}_changes"
        request = CompareRequest(
            part.rule.source, self._services.target_store.spec, self._start.stages[collection], part.collection, log
        )
        what = f"compare {collection} with what it was"
        found: int = await submit(self._services, self._plan, self._owner, what, compare_stages, request).result()
        return [log] if found else []
