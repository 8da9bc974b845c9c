"""The life of a hub under trial: operations over REST, faults at random instants, and what must hold after each."""

from __future__ import annotations

import collections
import contextlib
import json
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import requests

from tests.acceptance.chaos.world import SOURCES, World, digest
from tests.acceptance.hub_process import HubProcess

SUBS = [sub for subs in SOURCES.values() for sub in subs]
FAULTS = ("kill", "kill", "kill", "worker", "worker", "term", "freeze worker", "freeze hub", "kill twice")
BUSY = {"downloading", "uploading", "building", "indexing", "running", "queued", "diffing", "syncing"}


class Violation(AssertionError):
    """Something that must hold does not."""


class Trial:
    """One hub, driven through versions of its data.

    Args:
        world: its folder.
        seed: of the random numbers.
        share: of the operations that a fault happens to.
        environment: of the hub.
        say: takes lines for people.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        *,
        share: float = 0.8,
        environment: dict[str, str] | None = None,
        say: Callable[[str], None] = print,
        faults: tuple[str, ...] = FAULTS,
    ) -> None:
        self.world, self.say, self.share, self.faults = world, say, share, faults
        self.environment = environment or {}
        self.random = random.Random(seed)
        self.hub: HubProcess | None = None
        self.version = 0
        self.sources: dict[str, int] = {}  #: version that each sub-source must have
        self.builds: dict[str, dict[str, int]] = {}  #: versions of the sub-sources in each build
        self.gone: set[str] = set()  #: builds without documents
        self.order: list[str] = []
        self.served: str | None = None
        self.followed: int | None = None
        self.durations: dict[str, float] = {}
        self.counts: collections.Counter[str] = collections.Counter()
        self.messages: collections.Counter[str] = collections.Counter()
        self.violations: list[str] = []
        self.doing = ""
        self.params: dict[str, Any] = {}  #: of the build configuration

    # -- the hub ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        begun = time.monotonic()
        hub = HubProcess(self.world.folder, **self.environment)
        self.hub = hub
        hub.start()
        self.base = hub.addresses["REST API"]
        self.data = hub.addresses["data API"]
        self._expect(time.monotonic() - begun < 60, f"the hub needed {time.monotonic() - begun:.0f} s to start")
        ready = requests.get(self.base + "/health/ready", timeout=60)
        self._expect(ready.status_code == 200, f"not ready: {ready.text}")

    def end(self) -> None:
        if self.hub is not None:
            self.hub.__exit__()
            self.hub = None

    def kill(self) -> None:
        assert self.hub is not None
        self.hub.kill()
        self.end()

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = requests.request(method, self.base + path, json=body or None, timeout=120)
        told = answer.json()
        if answer.status_code != 200:
            raise Refused(path, answer.status_code, str(told.get("error")))
        return told["result"]

    def run(self, method: str, path: str, body: dict[str, Any], during: Callable[[], None] = lambda: None) -> Any:
        """Give a command and wait for its result."""
        record = self.ask(method, path, **body)
        during()
        deadline = time.monotonic() + 240
        while isinstance(record, dict) and record.get("is_done") is False:
            if time.monotonic() > deadline:
                raise Violation(f"{path} does not end: {record}; jobs {self.ask('GET', '/jobs?state=running')}")
            time.sleep(0.01)
            record = self.ask("GET", f"/command/{record['id']}")
        if isinstance(record, dict) and "is_done" in record:
            if record["failed"]:
                raise Refused(path, int(record.get("code") or 500), " | ".join(map(str, record["results"])))
            return record["results"][0] if record["results"] else None
        return record

    # -- faults ----------------------------------------------------------------------------------------------------

    def act(self, name: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Do an operation until it succeeds, faults meeting it; then what must hold is looked at."""
        body = body or {}
        tries = 0
        while True:
            self.doing = name
            faulty = tries < 3 and self.random.random() < self.share
            begun = time.monotonic()
            try:
                if faulty:
                    return self._with_fault(name, method, path, body)
                result = self.run(method, path, body)
                took = time.monotonic() - begun
                self.durations[name] = (self.durations.get(name, took) + took) / 2
                self.check(f"after {name}")
                return result
            except Refused as refused:
                if refused.status == 409 and tries and ("exists" in refused.told or "already" in refused.told):
                    if name != "index":  # it had come to its end all the same
                        return None
                    body = body | {"mode": "resume"}
                    continue
                if name == "delete" and refused.status == 404 and tries:
                    return None
                told = _plain(f"{name}: {refused}")
                self.messages[told] += 1
                if not faulty and tries >= 6:
                    raise Violation(f"{name} fails again and again: {refused}") from None
                if not faulty:
                    self.violation(f"{name} fails without a fault: {refused}")
                self.check(f"after a failed {name}")
            except _Gone:
                self.check(f"after a fault in {name}")
            tries += 1

    def _with_fault(self, name: str, method: str, path: str, body: dict[str, Any]) -> Any:
        fault = self.random.choice(self.faults)
        delay = self.random.uniform(0, 1.15) * self.durations.get(name, 0.6)
        self.counts[fault] += 1
        assert self.hub is not None
        process = psutil.Process(self.hub.process.pid)
        note = f"{name}: {fault} after {delay:.3f} s"
        self.say(note)
        begun = time.monotonic()

        def meanwhile() -> None:
            time.sleep(max(0.0, delay - (time.monotonic() - begun)))
            if fault in ("kill", "kill twice"):
                self.kill()
                raise _Gone
            if fault == "term":
                self.hub.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
                try:
                    self.hub.process.wait(120)  # type: ignore[union-attr]
                except subprocess.TimeoutExpired:
                    self.violation(f"{note}: the hub does not end")
                    self.kill()
                self.end()
                raise _Gone
            victims = [process] if fault == "freeze hub" else _workers(process)
            for victim in victims:
                with contextlib.suppress(psutil.NoSuchProcess):
                    if fault == "worker":
                        victim.kill()
                        self.say(f"  killed {' '.join(victim.cmdline())[-80:]}" if victim.is_running() else "  killed")
                        break
                    victim.suspend()
            if fault.startswith("freeze"):
                time.sleep(0.7)
                for victim in victims:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        victim.resume()

        try:
            result = self.run(method, path, body, meanwhile)
            self.check(f"after {note}")
            return result
        except (_Gone, requests.ConnectionError):
            if self.hub is not None:
                self.violation(f"{note}: the hub is gone: {self.hub.tail()}")
                self.kill()
            if fault == "kill twice":
                self.hub = HubProcess(self.world.folder, **self.environment)
                time.sleep(self.random.uniform(0, 1.5))
                self.kill()
            self.start()
            raise _Gone from None

    # -- what must hold --------------------------------------------------------------------------------------------

    def violation(self, text: str) -> None:
        self.violations.append(text)
        self.say(f"VIOLATION {text}")

    def _expect(self, holds: bool, text: str) -> None:
        if not holds:
            self.violation(f"[{self.doing}] {text}")

    def check(self, when: str) -> None:
        """States, contents and what is served."""
        self._quiet(when)
        for plugin in SOURCES:
            record = self.ask("GET", f"/source/{plugin}")
            for state in _states({k: record.get(k) for k in ("download", "upload", "inspect", "validate")}):
                self._expect(state not in BUSY, f"{when}: {plugin} is {state}")
        for sub in self.sources:
            self._compare(when, f"source {sub}", f"/documents/source/{sub}", self._source_candidates(sub))
        for record in self.ask("GET", "/builds"):
            name = record["_id"]
            steps = record.get("jobs") or []
            if steps and name not in self.gone:
                self._expect(steps[-1].get("status") not in BUSY, f"{when}: {name}: {steps[-1]}")
                for kind in ("index", "snapshot", "diff", "publish", "release_note", "sync"):
                    for state in _states(record.get(kind)):
                        self._expect(state not in BUSY, f"{when}: {name}: {kind} is {state}")
        for name in self.order:
            if name not in self.gone:
                expected = digest(self.world.build(self.builds[name]))
                self._compare(when, f"build {name}", f"/documents/build/{name}", [expected])
        self._check_served(when)
        self._check_published(when)

    def _quiet(self, when: str) -> None:
        """Nothing runs, or what does comes to its end by itself."""
        deadline = time.monotonic() + 120
        while True:
            running = [j for s in ("running", "queued") for j in self.ask("GET", f"/jobs?state={s}")]
            commands = [c for c in self.ask("GET", "/commands?running=true&limit=20").values() if not c["is_done"]]
            if not running and not commands:
                return
            if time.monotonic() > deadline:
                self._expect(False, f"{when}: still at work: jobs {running}, commands {commands}")
                return
            time.sleep(0.05)

    def _source_candidates(self, sub: str) -> list[str]:
        versions = {self.sources[sub]}
        if self.doing.startswith("upload"):
            versions.add(self.version)
        return [digest(self.world.source(sub, version)) for version in versions]

    def _pages(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        start = 0
        while True:
            page = self.ask("GET", f"{path}?limit=1000&start={start}")
            found.update({d["_id"]: d for d in page["documents"]})
            start += 1000
            if not page["more"]:
                return found

    def _slices(self, path: str) -> dict[str, Any]:
        """All documents of an index, which does not page as deep as a collection: by what their number is."""
        found: dict[str, Any] = {}
        total = self.ask("GET", f"{path}?limit=0")["total"]
        for start in range(0, self.world.size * 4, 1000):
            if len(found) >= total:
                break
            query = " OR ".join(f"{sub}.number:[{start} TO {start + 999}]" for sub in SUBS)
            page = self.ask("GET", f"{path}?limit=1000&q={quote(query)}")
            found.update({d["_id"]: d for d in page["documents"]})
        return found

    def _compare(self, when: str, what: str, path: str, expected: list[str]) -> str:
        try:
            got = digest(self._slices(path) if "/index/" in path else self._pages(path))
        except Refused as refused:
            self._expect(False, f"{when}: {what} cannot be read: {refused}")
            return ""
        self._expect(got in expected, f"{when}: {what} holds {got}, not {' or '.join(expected)}")
        return got

    def _check_served(self, when: str) -> None:
        if self.served is None:
            return
        candidates = [digest(self.world.build(self.builds[self.served]))]
        if self.doing == "index":
            candidates.append(digest(self.world.build(self.builds[self.order[-1]])))
        got: dict[str, Any] = {}
        page = requests.get(f"{self.data}/v1/thing/query?q=__all__&fetch_all=true", timeout=60)
        while page.status_code == 200 and page.json().get("hits"):
            for hit in page.json()["hits"]:
                got[hit["_id"]] = {k: v for k, v in hit.items() if k not in ("_score", "_version")}
            page = requests.get(f"{self.data}/v1/thing/query?scroll_id={page.json()['_scroll_id']}", timeout=60)
        found = digest(got)
        if found not in candidates:
            self._expect(False, f"{when}: the data API serves {found}, not {candidates}; {page.text[:300]}")

    def _check_published(self, when: str) -> None:
        place = self.world.folder / "hub_data" / "published" / "releases"
        listed = place / "versions.json"
        if not listed.exists():
            return
        for entry in json.loads(listed.read_text())["versions"]:
            described = Path(entry["url"].removeprefix("file://"))
            self._expect(described.exists(), f"{when}: published {entry['build_version']} is not there")
            json.loads(described.read_text())

    def leftovers(self) -> dict[str, int]:
        """Files by the pattern of their path, and processes, so that growth shows."""
        found: collections.Counter[str] = collections.Counter()
        home = self.world.folder / "hub_data"
        for path in home.rglob("*"):
            if path.is_file() or path.is_symlink():
                name = str(path.relative_to(home))
                found[re.sub(r"[0-9a-z]{8}(?=[._/-]|$)|[0-9a-f]{12,}|\d+", "#", name)] += 1
        return dict(found)


class Refused(Exception):
    """The hub said no, or a command failed."""

    def __init__(self, path: str, status: int, told: str) -> None:
        self.status, self.told = status, told
        super().__init__(f"{status} {told}")


class _Gone(Exception):
    """The hub was ended by a fault."""


def _workers(hub: psutil.Process) -> list[psutil.Process]:
    found = hub.children(recursive=True)
    return sorted(found, key=lambda p: -p.pid)


def _states(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("status", "state") and isinstance(inner, str):
                yield inner
            else:
                yield from _states(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _states(inner)


def _plain(text: str) -> str:
    text = re.sub(r"things_\d+_\w{8}", "BUILD", text)
    return re.sub(r"\d+", "#", text)


def life(trial: Trial, rounds: int) -> None:
    """Versions of the data one after the other, each through every stage."""
    names = SUBS
    trial.start()
    for version in range(1, rounds + 1):
        _round(trial, version, names)
        trial.say(f"== round {version}: {dict(trial.counts)}; {len(trial.violations)} violations")
        interesting = {k: v for k, v in trial.leftovers().items() if not k.startswith(("logs/", "datasources/"))}
        (trial.world.folder / f"leftovers.{version}.json").write_text(json.dumps(interesting, indent=1, sort_keys=True))


def _round(trial: Trial, version: int, names: list[str]) -> None:
    trial.version = version
    trial.world.publish(version)
    for plugin, subs in SOURCES.items():
        done = trial.act(f"dump {plugin}", "PUT", f"/source/{plugin}/dump")
        del done
        trial.act(f"upload {plugin}", "PUT", f"/source/{plugin}/upload")
        for sub in subs:
            trial.sources[sub] = version
        trial.check("exactly")
    config = {
        "name": "things",
        "doc_type": "thing",
        "sources": names,
        "params": {"build_version": str(version), **trial.params},
    }
    trial.doing = "configuration"
    trial.ask("PUT" if version > 1 else "POST", "/buildconf", **config)
    build = trial.act("merge", "PUT", "/build/things/new")
    trial.builds[build] = dict(trial.sources)
    trial.order.append(build)
    trial.check("after merge, exactly")
    trial.act("index", "PUT", "/index", {"indexer_env": "localhub", "build_name": build, "alias": "things"})
    trial.served = build
    trial.doing = "served"
    trial.check("after index, exactly")
    old = trial.order[-2] if len(trial.order) > 1 else None
    full = version % 3 == 1
    if old is not None:
        trial.act("diff", "PUT", "/diff", {"diff_type": "jsondiff-selfcontained", "new": build, "old": old})
    trial.act("release note", "PUT", "/release_note/create", {"new": build, "old": old or "none"})
    if full:
        trial.act("snapshot", "PUT", "/snapshot", {"snapshot_env": "localhub", "index": build})
        body = {
            "publisher_env": "localrelease",
            "snapshot": build,
            "build_name": build,
            "previous_build": old or "none",
        }
        trial.act("publish full", "POST", "/publish/full", body)
    if old is not None:
        body = {"publisher_env": "localrelease", "build_name": build, "previous_build": old}
        trial.act("publish diff", "POST", "/publish/incremental", body)
    trial.act("install", "POST", "/standalone/followed/install")
    trial.doing = "installed"
    expected = digest(trial.world.build(trial.builds[build]))
    trial._compare("after install", "index followed_current", "/documents/index/followed_current", [expected])
    if old is not None:
        _sync(trial, old, build, expected)
    trial.act("validate", "POST", "/mongo_builds/validate")
    while len(trial.order) - len(trial.gone) > 2:
        victim = next(name for name in trial.order if name not in trial.gone)
        trial.gone.add(victim)
        if trial.random.random() < 0.5:
            trial.act("archive", "POST", f"/build/{victim}/archive")
        else:
            trial.act("delete", "PUT", "/mongo_builds/delete", {"build_ids": [victim]})
            trial.order.remove(victim)
            trial.gone.discard(victim)


def _sync(trial: Trial, old: str, new: str, expected: str) -> None:
    index = {"indexer_env": "localhub", "build_name": old, "index_name": "synced", "mode": "purge"}
    trial.act("index purge", "PUT", "/index", index)
    body = {"backend_type": "es", "old_db_col_names": old, "new_db_col_names": new, "target_backend": "synced"}
    trial.act("sync", "POST", "/sync", body)
    trial._compare("after sync", "index synced", "/documents/index/synced", [expected])
    trial.act("reset", "PUT", f"/release_manager/reset_synced/{old}/{new}")
