"""Which build a new one can be made from by doing only the changed documents again, or why there is none.

A build notes three things for its successor: its *recipe*, a hash of all that decides what becomes of given sources
(sources and their order, roots, rules, ids, builder class); what stood for the documents of each source
(`hub.dataload.content`); and the staged collections of sources that a query, cleaner or mapper changes. The successor
may start from it when the recipe is the same and the logs of all sources lead from the noted states to the present
ones. A staged source is staged anew and compared with what was staged then, so that it does not matter why it changed:
by its data, by the code of a cleaner, by the table of a mapper. A finisher belongs to
the recipe, with the source of its module.

Whatever is in doubt is done in full: the result is the same, it only takes longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from hub.databuild.builder import STANDARD, DataBuilder
from hub.databuild.finish import fingerprint
from hub.databuild.locate import BuildServices, stage_name
from hub.databuild.plan import BuildPlan
from hub.dataload import content
from hub.store.records.builds import merge_status

VERSION = 1  # of what merging does with given sources; a change of the rules makes older builds no base
MOST = 0.25  # share of changed documents above which a full merge is quicker


@dataclass(frozen=True)
class Increment:
    """What an incremental build starts from.

    Attributes:
        base: name of the former build.
        revision: what stands for its documents.
        count: its documents.
        read: its ``merge_stats``.
        unmatched: its documents left out, by source.
        logs: logs of changes of each collection, oldest first.
        stages: staged collection of the former build, by collection of the source.
    """

    base: str
    revision: str
    count: int
    read: Mapping[str, int]
    unmatched: Mapping[str, int]
    logs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)


def recipe(plan: BuildPlan) -> str:
    """A hash of all that decides what a merge makes of given sources; empty when nothing stands for it."""
    builder = plan.builder
    if plan.base is not None or builder.links or type(builder).post_merge is not DataBuilder.post_merge:
        return ""
    sources = [
        [s.name, list(s.collections), s.rule.creates, s.rule.mode, dict(s.rule.kwargs), s.staged] for s in plan.sources
    ]
    parts = [VERSION, plan.config.builder_class or STANDARD, sources, plan.config.params.get("merge_rules"), plan.ids]
    if found := fingerprint(builder.document_finisher()):
        parts.append(found)
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()


def noted(plan: BuildPlan) -> dict[str, Any]:
    """What the record of a build keeps for its successor."""
    stages = [[name, stage_name(plan.name, number)] for number, name in plan.staged_positions()]
    return {
        "recipe": recipe(plan),
        "content": [[name, token] for s in plan.sources for name, token in zip(s.collections, s.content, strict=True)],
        "stages": stages,
    }


def find(services: BuildServices, plan: BuildPlan) -> Increment | str:
    """The increment that a plan can be carried out as, or why it must be done in full."""
    wanted = recipe(plan)
    if not wanted:
        return "sources are added to a build, or the builder changes documents after the merge"
    base = services.state.builds.latest(plan.config.name)
    if base is None:
        return "there is no former build"
    name = str(base["_id"])
    if base.get("archived") or merge_status(base) != "success" or not services.target_store.exists(name):
        return f"the documents of `{name}` are not there"
    if base.get("recipe") != wanted:
        return f"`{name}` was made by other rules or of other sources"
    return _ways(services, plan, base)


def _ways(services: BuildServices, plan: BuildPlan, base: Mapping[str, Any]) -> Increment | str:
    before = dict(base.get("content") or [])
    stages = dict(base.get("stages") or [])
    logs: dict[str, list[str]] = {}
    used: dict[str, str] = {}
    changed = 0
    for source in plan.sources:
        for name, token in zip(source.collections, source.content, strict=True):
            if source.staged:
                if name not in stages:
                    return f"what was made of `{name}` then is not there"
                used[name] = stages[name]
                continue
            master = services.state.masters.get(name) or {}
            found = content.logs_between(master, before.get(name, ""), token)
            if found is None or not all(services.src_store.exists(log) for log in found):
                return f"it is not known how `{name}` changed since"
            logs[name] = found
            changed += sum(sum(e["counts"].values()) for e in master["content"]["history"] if e.get("log") in found)
    count = int(base.get("merged_count") or 0)
    if changed > MOST * count:
        return f"{changed:,} documents of the sources changed, that is too many"
    unmatched = {name: int(n) for name, n in (base.get("unmatched") or {}).items()}
    read, revision = dict(base.get("merge_stats") or {}), str(base.get("revision") or "")
    return Increment(str(base["_id"]), revision, count, read, unmatched, logs, used)
