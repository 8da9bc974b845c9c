"""What comes before the merge: sources that need it are staged, and the mapping of the build is found."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hub.databuild import mapping as mappings
from hub.databuild.config import BuildConfig
from hub.databuild.errors import MappingConflictError
from hub.databuild.locate import BuildServices, stage_name
from hub.databuild.plan import BuildPlan, submit
from hub.databuild.resolve import ResolvedSource
from hub.databuild.rules import MergeRule
from hub.databuild.stage import InferRequest, StageReport, StageRequest, infer_mapping, stage_source
from hub.databuild.work import PartSpec
from hub.datainspect.mapping import InferredMapping
from hub.dataload import content

BASE = ""  # source name of the build that sources are added to


class Preparation:
    """Prepares the sources of a plan.

    Args:
        services: stores, state, jobs.
        plan: the build.
        owner: who asked.

    Attributes:
        notes: what people should know of the mapping.
        found: mappings of the sources, once `mapping` has looked.
    """

    def __init__(self, services: BuildServices, plan: BuildPlan, owner: str) -> None:
        self._services, self._plan, self._owner = services, plan, owner
        self.notes: list[str] = []
        self.found: list[mappings.SourceMapping] = []

    # -- staging ---------------------------------------------------------------------------------------------------

    async def parts(self) -> list[PartSpec]:
        """The collections that take part, in merge order; those that need it are staged, side by side."""
        staging, parts = [], []
        for position, (source, collection) in enumerate(self._plan.positions()):
            if source is None:
                parts.append(PartSpec(MergeRule(BASE), collection, staged=True))
            elif source.staged:
                staged = stage_name(self._plan.name, position)
                staging.append(self._stage(source, collection, staged))
                parts.append(PartSpec(source.rule, staged, staged=True))
            else:
                parts.append(PartSpec(source.rule, collection))
        await asyncio.gather(*staging)
        return parts

    def processed(self) -> dict[str, int]:
        """Documents of each source that were processed: of a staged one, those read before mapping."""
        counts = self._plan.read()
        for position, (source, _) in enumerate(self._plan.positions()):
            if source is not None and source.staged:
                counts[source.name] += self._plan.stages.get(stage_name(self._plan.name, position), 0)
        for source in self._plan.sources:
            if source.staged:
                counts[source.name] -= self._plan.read()[source.name]
        return {source.name: counts[source.name] for source in self._plan.sources}

    async def _stage(self, source: ResolvedSource, collection: str, staged: str) -> None:
        store, stages = self._services.target_store, self._plan.stages
        if staged in stages and (stages[staged] == 0 or await asyncio.to_thread(store.exists, staged)):
            return
        request = StageRequest(
            build=self._plan.name,
            source=source.name,
            src=self._services.src_store.spec,
            collection=collection,
            target=store.spec,
            staged=staged,
            query=source.query,
            cleaner=source.cleaner,
            mapper=source.mapper,
            ids=self._plan.ids,
            settings=self._services.settings.snapshot(),
        )
        report: StageReport = await self._submit(f"prepare {collection}", stage_source, request)
        stages[staged] = report.read
        self._services.state.builds.update(self._plan.name, self._plan.progress())

    # -- mapping ---------------------------------------------------------------------------------------------------

    async def mapping(self, parts: Sequence[PartSpec]) -> dict[str, Any]:
        """The mapping of the build; sources that declare none have theirs inferred from all their documents.

        Args:
            parts: from `parts`; the documents of staged sources are read as they are merged.
        """
        own = await call(self._plan.builder.get_mapping, [source.name for source in self._plan.sources])
        if own is not None:
            self.found = [known for source in self._plan.sources if (known := source.declared_mapping())]
            return dict(own)
        self.found = found = await asyncio.gather(*(self._mapping_of(source, parts) for source in self._plan.sources))
        merged = mappings.merge_mappings(found)
        check_conflicts(self._plan.config, merged)
        self.notes.extend(merged.notes)
        return merged.properties

    async def _mapping_of(self, source: ResolvedSource, parts: Sequence[PartSpec]) -> mappings.SourceMapping:
        declared = source.declared_mapping()
        if declared is not None:
            return declared
        seen = source.fingerprint()[1:]
        known = {} if source.staged else source.master.get("inferred") or {}
        if known.get("of") == seen:
            self.notes.extend(f"{source.name}: {told}" for told in known.get("conflicts") or [])
            return mappings.SourceMapping(source.name, known.get("mapping") or {}, inferred=True)
        if known and await self._still_fits(source, known):
            self._services.state.store.update(
                self._services.settings["DATA_SRC_MASTER_COLLECTION"], source.name, set={"inferred.of": seen}
            )
            self.notes.extend(f"{source.name}: {told}" for told in known.get("conflicts") or [])
            return mappings.SourceMapping(source.name, known.get("mapping") or {}, inferred=True)
        store = self._services.target_store if source.staged else self._services.src_store
        names = [part.collection for part in parts if part.rule.source == source.name] or list(source.collections)
        request = InferRequest(source.name, store.spec, names)
        result: InferredMapping = await self._submit(f"read the fields of {source.name}", infer_mapping, request)
        self.notes.extend(f"{source.name}: {conflict}" for conflict in result.conflicts)
        if result.left_out:
            self.notes.append(f"{source.name}: {result.left_out} fields beyond the limit are not searchable")
        if not source.staged:
            self._remember(source, result, seen)
        return mappings.SourceMapping(source.name, result.properties, inferred=True)

    async def _still_fits(self, source: ResolvedSource, known: Mapping[str, Any]) -> bool:
        """Whether the documents that changed since a mapping was found are searchable by it as they are.

        If so it stays, and nobody has to read all documents; what only deleted documents had stays mapped, too.
        """
        before = known["of"][-1] if isinstance(known["of"][-1], list) else []
        if len(before) != len(source.content) or known.get("left_out"):
            return False
        masters, store = self._services.state.masters, self._services.src_store
        logs = []
        for name, was, now in zip(source.collections, before, source.content, strict=True):
            found = content.logs_between(masters.get(name) or {}, was, now)
            if found is None or not all(store.exists(log) for log in found):
                return False
            logs.append(found)
        request = InferRequest(source.name, store.spec, source.collections, logs)
        what = f"read the fields of {source.name} that changed"
        result: InferredMapping = await self._submit(what, infer_mapping, request)
        nothing_new = not result.conflicts and not result.left_out
        return nothing_new and mappings.fits(known.get("mapping") or {}, result.properties)

    def _remember(self, source: ResolvedSource, result: InferredMapping, seen: list[Any]) -> None:
        record = {
            "mapping": result.properties,
            "of": seen,
            "documents": result.documents,
            "conflicts": [str(conflict) for conflict in result.conflicts],
            "left_out": result.left_out,
        }
        collection = self._services.settings["DATA_SRC_MASTER_COLLECTION"]
        self._services.state.store.update(collection, source.name, set={"inferred": record})

    async def _submit(self, what: str, fn: Callable[..., Any], request: Any) -> Any:
        return await submit(self._services, self._plan, self._owner, what, fn, request).result()


def check_conflicts(config: BuildConfig, merged: mappings.MergedMapping) -> None:
    """Stop, or note, what sources declare differently.

    Raises:
        MappingConflictError: there are conflicts and the configuration does not let the first source win.
    """
    if not merged.conflicts:
        return
    told = [str(conflict) for conflict in merged.conflicts]
    if config.mapping_conflicts == "error":
        raise MappingConflictError(config.name, told)
    merged.notes.extend(f"{line}: the first wins" for line in told)


async def call(hook: Callable[..., Any], *args: Any) -> Any:
    """Call a builder's hook: awaited when it is a coroutine function, in a thread otherwise."""
    if inspect.iscoroutinefunction(hook):
        return await hook(*args)
    result = await asyncio.to_thread(hook, *args)
    return await result if inspect.isawaitable(result) else result
