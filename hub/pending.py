"""What is to be done with builds: the flags ``diff``, ``snapshot``, ``release_note``, ``publish`` and ``install`` of
their records.

A flag goes when its work has succeeded. Work that fails is tried again, later each time; ``pending_errors`` of the
record says why it failed, how often, and when it is tried next. A build that its release gates hold back waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.accounts import HUB
from hub.autorelease import AutoRelease
from hub.commands import calling, find
from hub.commands.services import Services
from hub.databuild import views
from hub.databuild.auto_rules import DIFF, FLAGS, INSTALL, NOTE, PUBLISH, SNAPSHOT, AutoRules
from hub.databuild.builder import LINK
from hub.errors import HubError
from hub.jobs.events import Event
from hub.store.records.builds import held, merge_status

log = logging.getLogger("hub.flow")
JsonDict = dict[str, Any]
DIFF_TYPE = "jsondiff-selfcontained"
LOOK_EVERY = 10.0  #: seconds between two looks at what is pending
FIRST_WAIT = 60.0  #: seconds after the first failure; doubled after each further one
LONGEST_WAIT = 3600.0


class Pending:
    """Does what is pending.

    Args:
        services: the hub's managers.
    """

    def __init__(self, services: Services) -> None:
        self._hub, self.releases = services, AutoRelease(services)
        self._working: set[str] = set()
        self._candidates: set[str] | None = None  # builds that may have something pending; None before the first look
        services.bus.subscribe("state.changed", self._changed)

    def _changed(self, event: Event) -> None:
        if event.data.get("entity") == "build" and self._candidates is not None:
            self._candidates.add(str(event.data.get("id")))

    def want(self, build: str) -> list[str]:
        """Note what the configuration of a build wants done with it; returns the flags."""
        record = self._hub.state.builds.get(build) or {}
        rules = self._rules(record)
        flags = rules.pending(has_previous=self._previous(record) is not None)
        for flag in flags:
            self._hub.state.store.update(self._hub.state.builds.collection, build, add_to_set={"pending": flag})
        return flags

    async def watch(self) -> None:
        """Do what is pending, for ever."""
        while True:
            try:
                await self.run()
            except Exception:
                log.exception("What is pending could not be looked at", extra={"action": "pending_failed"})
            await asyncio.sleep(LOOK_EVERY)

    async def run(self) -> None:
        """Do what is pending now, build after build; one thing that fails stops the later ones of its build only."""
        if self._candidates is None:
            self._candidates = set()  # before the look, so that what changes meanwhile is not missed
            self._candidates |= await asyncio.to_thread(self._with_flags)
        records = []
        for name in sorted(self._candidates):
            record = self._hub.state.builds.get(name)
            if record and record.get("pending") and not record.get("archived"):
                records.append(record)
            else:
                self._candidates.discard(name)
        for record in sorted(records, key=views.age):
            await self.do(str(record["_id"]))

    def _with_flags(self) -> set[str]:
        """In a thread: there may be thousands of builds, and hardly any has something pending."""
        return {str(b["_id"]) for b in self._hub.state.builds.all() if b.get("pending") and not b.get("archived")}

    async def do(self, build: str) -> None:
        """Do what is pending for one build, in order, as far as it is due."""
        if build in self._working:
            return
        self._working.add(build)
        try:
            for flag in FLAGS:
                record = self._hub.state.builds.get(build) or {}
                if flag not in (record.get("pending") or []):
                    continue
                if held(record) or not self._is_due(record, flag) or not await self._one(record, flag):
                    return
        finally:
            self._working.discard(build)

    # -- one flag --------------------------------------------------------------------------------------------------

    async def _one(self, record: JsonDict, flag: str) -> bool:
        build, store = str(record["_id"]), self._hub.state.store
        collection = self._hub.state.builds.collection
        try:
            await self._act(record, flag)
        except HubError as error:
            self._failed(record, flag, error)
            return False
        store.update(collection, build, pull={"pending": flag}, unset=[f"pending_errors.{flag}"])
        self._hub.bus.publish("pending.done", build=build, flag=flag)
        return True

    async def _act(self, record: JsonDict, flag: str) -> None:
        build, rules = str(record["_id"]), self._rules(record)
        previous = self._previous(record)
        if flag == DIFF:
            if previous is not None:
                await self._call("diff", diff_type=DIFF_TYPE, old=previous, new=build)
        elif flag == SNAPSHOT:
            env = rules.index_env or "localhub"
            index = await self._index(record, env)
            await self._call("snapshot", snapshot_env=rules.snapshot_env or env, index=index)
        elif flag == NOTE and not record.get("release_note"):
            await self._call("create_release_note", old=previous or "none", new=build)
        elif flag == PUBLISH and rules.publish_env:
            await self._publish(record, rules, previous)
        elif flag == INSTALL:
            await self.releases.install(str((record.get("build_config") or {}).get("_id")))

    async def _publish(self, record: JsonDict, rules: AutoRules, previous: str | None) -> None:
        """Publish the snapshots and the diff that were made of a build, as far as its configuration wants."""
        build, to = str(record["_id"]), {"publisher_env": rules.publish_env}
        if SNAPSHOT in rules.publish_types:
            for name in record.get("snapshot") or {}:
                await self._call("publish_snapshot", **to, snapshot=name, build_name=build)
        if DIFF in rules.publish_types and previous in (record.get("diff") or {}):
            await self._call("publish_diff", **to, build_name=build, previous_build=previous)

    async def _index(self, record: JsonDict, env: str) -> str:
        """An index of a build in an environment; made when there is none."""
        build = str(record["_id"])
        for name, entry in (record.get("index") or {}).items():
            if entry.get("environment") == env:
                return str(name)
        await self._hub.indices.index(env, build, build.lower(), owner="auto")
        return build.lower()

    async def _call(self, name: str, **arguments: Any) -> Any:
        command = find(name)
        values = command.bind(arguments)
        with calling.calling(self._hub, command, values, HUB):
            return await command.fn(self._hub, **values)

    def _failed(self, record: JsonDict, flag: str, error: HubError) -> None:
        build = str(record["_id"])
        attempts = int(((record.get("pending_errors") or {}).get(flag) or {}).get("attempts") or 0) + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))
        at = datetime.now(UTC)
        entry = {"error": str(error), "attempts": attempts, "at": at, "next_at": at + timedelta(seconds=wait)}
        self._hub.state.builds.update(build, {f"pending_errors.{flag}": entry})
        extra = {"action": "pending_failed", "build": build, "flag": flag}
        log.error("%s of %s failed (%d times): %s", flag, build, attempts, error, extra=extra)
        self._hub.bus.publish("pending.failed", build=build, flag=flag, error=str(error))

    @staticmethod
    def _is_due(record: Mapping[str, Any], flag: str) -> bool:
        due = ((record.get("pending_errors") or {}).get(flag) or {}).get("next_at")
        return due is None or views.as_time(due) <= datetime.now(UTC)

    # -- builds ----------------------------------------------------------------------------------------------------

    def _rules(self, record: Mapping[str, Any]) -> AutoRules:
        own: Mapping[str, Any] = record.get("build_config") or {}
        name = str(own.get("_id") or "")
        return AutoRules.of(name, self._hub.state.build_configs.get(name) or own)

    def _previous(self, record: Mapping[str, Any]) -> str | None:
        """The newest earlier build of the configuration that went through and holds documents."""
        conf = str((record.get("build_config") or {}).get("_id"))
        good = [
            b
            for b in self._hub.state.builds.all(conf)
            if merge_status(b) == "success"
            and not b.get("archived")
            and not held(b)
            and views.age(b) < views.age(record)
            and (b.get("build_config") or {}).get("builder_class") != LINK
        ]
        newest = max(good, key=views.age, default=None)
        return str(newest["_id"]) if newest else None
