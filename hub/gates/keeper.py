"""The gate keeper: checks builds against the rules of their configurations, and keeps what people decide.

The record of a build holds it as ``gate``: ``{state, stage, checked_at, compared_with, results, fields, decisions}``.
``state`` is ``passed``, ``waiting``, ``approved``, ``rejected`` or ``superseded`` (a later build was checked while it
waited); `hub.store.records.builds.held` says which of them hold a build back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.databuild import views
from hub.databuild.config import read_ids
from hub.databuild.gate_rules import GateRules
from hub.databuild.manager import BuildManager
from hub.dataindex.manager import IndexManager
from hub.dataindex.report import IndexReport
from hub.errors import HubError, NotFound
from hub.gates.errors import GateStateError, GateWaitsError, NobodyError
from hub.gates.judge import Facts, Result, judge, judge_query
from hub.gates.scan import Scan, ScanRequest, scan_build
from hub.jobs.port import JobSpec
from hub.search.port import SearchRequest, Text
from hub.store.records.base import now
from hub.store.records.builds import held, merge_status

log = logging.getLogger("hub.gates")
JsonDict = dict[str, Any]
FIRST_HITS = 100  #: hits of a sample query among which its ids are looked for
GOOD = ("passed", "approved")


class GateKeeper:
    """Release gates.

    Args:
        builds: the builds and their configurations.
        indices: their indices.
    """

    def __init__(self, builds: BuildManager, indices: IndexManager) -> None:
        self._builds, self._indices = builds, indices
        self._services, self._state, self._bus = builds.services, builds.state, builds.bus

    # -- looking ---------------------------------------------------------------------------------------------------

    def rules(self, build: Mapping[str, Any]) -> GateRules | None:
        """The rules for a build: those that its configuration has now."""
        own: Mapping[str, Any] = build.get("build_config") or {}
        name = str(own.get("_id") or "")
        config = self._state.build_configs.get(name) or own
        return GateRules.of(name, config.get("gates"))

    def report(self, build: str) -> JsonDict:
        """What is known of a build at the gates: ``{build, build_config, state, stage, results, decisions, ...}``.

        ``state`` is ``none`` when its configuration has no rules, ``unchecked`` when they were not looked at yet.
        """
        record = self._build(build)
        gate: JsonDict = dict(record.get("gate") or {})
        gate.pop("fields", None)
        known = "unchecked" if self.rules(record) else "none"
        conf = (record.get("build_config") or {}).get("_id")
        return {"build": build, "build_config": conf, "state": known, "results": [], "decisions": [], **gate}

    def waiting(self) -> list[JsonDict]:
        """Reports of the builds that wait for a decision, newest first."""
        found = [b for b in self._state.builds.all() if held(b) == "waiting" and not b.get("archived")]
        return [self.report(str(b["_id"])) for b in sorted(found, key=views.age, reverse=True)]

    def is_held(self, build: str) -> str:
        """``waiting``, ``rejected``, ``superseded``, or an empty text when nothing holds a build back."""
        return held(self._state.builds.get(build) or {})

    # -- checking --------------------------------------------------------------------------------------------------

    async def check(self, build: str, *, again: bool = True, owner: str = "") -> JsonDict:
        """Check a build against the rules that look at documents; answers its `report`.

        Args:
            build: name of the build.
            again: also when it was checked before; then former decisions do not count any more.
            owner: who asks.
        """
        record = self._build(build)
        rules = self.rules(record)
        known = (record.get("gate") or {}).get("state")
        if rules is None:
            if known:
                self._state.store.update(self._state.builds.collection, build, unset=["gate"])
            return self.report(build)
        if known and not again:
            return self.report(build)
        if merge_status(record) != "success" or record.get("archived"):
            raise GateStateError(build, str(known), "checked", "its merge has not ended well, or it is archived.")
        before = self._before(record)
        scan = await self._scan(record, rules, owner)
        past = await self._past(before, rules, owner) if before else None
        facts = Facts(
            documents=scan.documents,
            fields=scan.fields,
            conflicts=scan.conflicts,
            missing=scan.missing,
            missing_count=scan.missing_count,
            quarantined=self._quarantined(record),
        )
        results = judge(rules, facts, past)
        gate: JsonDict = {
            "stage": "build",
            "checked_at": now(),
            "compared_with": str(before["_id"]) if before else None,
            "fields": None if scan.fields is None else [[name, count] for name, count in scan.fields.items()],
            "decisions": (record.get("gate") or {}).get("decisions") or [],
        }
        self._keep(record, gate, results)
        return self.report(build)

    async def check_index(self, build: str, env: str, index: str) -> JsonDict:
        """Check the sample queries on an index of a build; what somebody has approved is not looked at again."""
        record = self._build(build)
        rules, gate = self.rules(record), dict(record.get("gate") or {})
        if rules is None or not rules.queries or gate.get("state") in ("approved", "rejected", "superseded"):
            return self.report(build)
        found = await asyncio.to_thread(self._queries, rules, env, index)
        kept = [Result(**r) for r in gate.get("results") or [] if r["rule"] != "queries"]
        self._keep(record, {**gate, "stage": "index", "checked_at": now()}, [*kept, *found])
        return self.report(build)

    async def before_alias(self, report: IndexReport) -> None:
        """What `IndexManager.index` calls before an alias moves.

        Raises:
            GateWaitsError: a sample query came out wrong, or the build is held back already.
        """
        found = await self.check_index(report.build, report.environment, report.index)
        if held({"gate": found}):
            raise GateWaitsError(report.build, [r["said"] for r in found["results"] if not r["ok"]])

    def _queries(self, rules: GateRules, env: str, index: str) -> list[Result]:
        engine, results = self._indices.engine(env), []
        for rule in rules.queries:
            try:
                answer = engine.search(index, SearchRequest(Text(rule.query), fields=["_id"], size=FIRST_HITS))
                results.append(judge_query(rule, answer.total, [hit.id for hit in answer.hits]))
            except HubError as error:
                results.append(Result("queries", False, f"`{rule.query}` can not be run: {error}"))
        return results

    def _keep(self, record: JsonDict, gate: JsonDict, results: Sequence[Result]) -> None:
        name, broken = str(record["_id"]), [r.said for r in results if not r.ok]
        state = "waiting" if broken else "passed"
        plain = [r.as_dict() for r in results]
        self._state.builds.update(name, {"gate": {**gate, "state": state, "results": plain}})
        conf = str((record.get("build_config") or {}).get("_id"))
        if state == "passed":
            self._bus.publish("gate.passed", build=name, build_config=conf)
            return
        self._supersede(conf, record)
        log.warning(
            "Build %s waits for a decision: %s",
            name,
            "; ".join(broken),
            extra={"action": "gate_waiting", "build": name},
        )
        self._bus.publish("gate.waiting", build=name, build_config=conf, error="; ".join(broken))

    def _supersede(self, conf: str, newer: JsonDict) -> None:
        """Builds that waited before this one need no decision any more."""
        for other in self._state.builds.all(conf):
            if held(other) == "waiting" and views.age(other) < views.age(newer):
                self._state.builds.update(str(other["_id"]), {"gate.state": "superseded"})

    # -- facts -----------------------------------------------------------------------------------------------------

    def _before(self, record: JsonDict) -> JsonDict | None:
        """The newest earlier build of the configuration that went through."""
        conf = str((record.get("build_config") or {}).get("_id"))
        good = [
            b
            for b in self._state.builds.all(conf)
            if b["_id"] != record["_id"]
            and views.age(b) < views.age(record)
            and merge_status(b) == "success"
            and (b.get("gate") or {}).get("state") in (None, *GOOD)
        ]
        return max(good, key=views.age, default=None)

    async def _scan(self, record: JsonDict, rules: GateRules, owner: str) -> Scan:
        conf = str((record.get("build_config") or {}).get("_id"))
        ids = await asyncio.to_thread(read_ids, conf, rules.required_ids) or []
        return await self._submit(record, rules.looks_at_fields, rules.conflicts is not None, ids, owner)

    async def _past(self, before: JsonDict, rules: GateRules, owner: str) -> Facts:
        """What is known of the build before; its fields are counted now when nobody has."""
        kept = (before.get("gate") or {}).get("fields")
        count = ((before.get("_meta") or {}).get("stats") or {}).get("total")
        documents = count if isinstance(count, int) else int(before.get("merged_count") or 0)
        if kept is None and rules.looks_at_fields and self._has_documents(before):
            scan = await self._submit(before, True, False, (), owner)
            return Facts(scan.documents, scan.fields)
        return Facts(documents, dict(kept) if kept is not None else None)

    def _has_documents(self, record: JsonDict) -> bool:
        if record.get("archived"):
            return False
        collection = self._services.documents(record)
        linked = isinstance(record.get("backend_url"), list | tuple)
        return (self._services.src_store if linked else self._services.target_store).exists(collection.name)

    async def _submit(self, record: JsonDict, fields: bool, conflicts: bool, ids: Sequence[str], owner: str) -> Scan:
        linked = isinstance(record.get("backend_url"), list | tuple)
        store = self._services.src_store if linked else self._services.target_store
        name = str(record["_id"])
        request = ScanRequest(store.spec, self._services.documents(record).name, fields, conflicts, tuple(ids))
        found: Scan = await self._services.jobs.submit(
            JobSpec(
                kind="gates",
                subject=name,
                description="read what the release gates look at",
                fn=scan_build,
                args=(request,),
                shared=frozenset({f"documents:{name}", f"build:{name}"}),
                owner=owner,
            )
        ).result()
        return found

    def _quarantined(self, record: JsonDict) -> dict[str, tuple[int, int]]:
        wanted = set((record.get("build_config") or {}).get("sources") or [])
        found = {}
        for source in self._state.sources.all():
            for sub, job in ((source.get("upload") or {}).get("jobs") or {}).items():
                if sub in wanted:
                    bad = int((job.get("quarantine") or {}).get("count") or 0)
                    found[sub] = (bad, bad + int(job.get("count") or 0))
        return found

    # -- decisions -------------------------------------------------------------------------------------------------

    def approve(self, build: str, who: str, note: str = "") -> JsonDict:
        """Let a build go on although it broke rules; the automatic flow then indexes and serves it.

        Raises:
            GateStateError: it neither waits nor was rejected.
        """
        state = self._decidable(build, who, "approved")
        if state not in ("waiting", "rejected", "superseded"):
            raise GateStateError(build, state, "approved", f"its state is `{state}`; nothing holds it back.")
        return self._decide(build, "approved", who, note)

    def reject(self, build: str, who: str, note: str = "") -> JsonDict:
        """Hold a build back for good; what is served stays, and later builds are not compared with it.

        Raises:
            GateStateError: it was rejected already, or an alias serves it.
        """
        state = self._decidable(build, who, "rejected")
        if state == "rejected":
            raise GateStateError(build, state, "rejected", "it was rejected already.")
        serving = self._serving(build)
        if serving:
            raise GateStateError(build, state, "rejected", f"it is served as {serving}. Use rollback_alias first.")
        return self._decide(build, "rejected", who, note)

    def _decidable(self, build: str, who: str, what: str) -> str:
        record = self._build(build)
        if not who.strip():
            raise NobodyError(what)
        return str((record.get("gate") or {}).get("state") or "none")

    def _serving(self, build: str) -> str:
        """Aliases that point at an index of a build, in words."""
        record = self._build(build)
        found = []
        for index, entry in (record.get("index") or {}).items():
            env = str(entry.get("environment"))
            if env in self._indices.catalogue.environments():
                aliases = self._indices.engine(env).aliases()
                found += [f"`{alias}` in `{env}`" for alias, name in aliases.items() if name == index]
        return ", ".join(found)

    def _decide(self, build: str, what: str, who: str, note: str) -> JsonDict:
        record = self._build(build)
        gate: JsonDict = dict(record.get("gate") or {"results": []})
        at: datetime = now()
        decision = {"decision": what, "who": who.strip(), "note": note, "at": at}
        decisions = [*(gate.get("decisions") or []), decision]
        self._state.builds.update(build, {"gate": {**gate, "state": what, "decisions": decisions}})
        conf = str((record.get("build_config") or {}).get("_id"))
        log.info("Build %s was %s by %s", build, what, who, extra={"action": f"gate_{what}", "build": build})
        self._bus.publish(f"gate.{what}", build=build, build_config=conf, who=who.strip(), note=note)
        return self.report(build)

    def _build(self, name: str) -> JsonDict:
        record = self._state.builds.get(name)
        if record is None:
            raise NotFound("build", name, [str(b["_id"]) for b in self._state.builds.all()])
        return dict(record)
