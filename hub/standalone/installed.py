"""What is installed of the releases of others: indices, the aliases that serve them, and the records of both."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from hub.config import Settings
from hub.datadiff.files import dump_json, write_whole
from hub.dataindex.manager import SERVING_ENV, IndexManager
from hub.errors import HubError
from hub.search import open_engine
from hub.search.errors import IndexNotFoundError
from hub.search.port import SearchEngine, SearchSpec
from hub.standalone.errors import BackendTakenError, NothingToRollBackError, SubscriptionError
from hub.standalone.installing import STATE, InstallReport
from hub.standalone.published import Version
from hub.standalone.subscriptions import Subscription, subscriptions

log = logging.getLogger("hub.standalone")

RECORD = "installed.json"
_PLAIN = re.compile(r"[^a-z0-9_-]+")


class InstalledReleases:
    """Indices of releases of others. All calls block.

    Args:
        indices: search engines; what is installed in the serving environment is served by the data API.
    """

    def __init__(self, indices: IndexManager) -> None:
        self._indices, self._bus = indices, indices.bus
        self._settings: Settings = indices.settings
        self._root = Path(self._settings["STANDALONE_PATH"])
        self._engines: dict[str, SearchEngine] = {}
        indices.served.also(self.served)

    def close(self) -> None:
        """Release the engines that are not those of an environment."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

    # -- indices ---------------------------------------------------------------------------------------------------

    def spec(self, sub: Subscription) -> SearchSpec:
        """Recipe of the search engine that a release is installed in."""
        return sub.engine if sub.engine is not None else self._indices.catalogue.spec(sub.env)

    def engine(self, sub: Subscription) -> SearchEngine:
        """The search engine that a release is installed in, opened once."""
        if sub.engine is None:
            return self._indices.engine(sub.env)
        if sub.name not in self._engines:
            self._engines[sub.name] = open_engine(sub.engine)
        return self._engines[sub.name]

    def _host(self, sub: Subscription) -> str:
        return sub.host or self._indices.catalogue.host(sub.env)

    def index_behind(self, sub: Subscription) -> str | None:
        """The index that is served, or None.

        Raises:
            BackendTakenError: the name is that of something that was not installed here.
        """
        engine, record = self.engine(sub), self.record(sub)
        mine = {entry["index"] for entry in record["history"]}
        index = engine.aliases().get(sub.index)
        if index is None and engine.exists(sub.index):
            index = sub.index
        if index is not None and index not in mine:
            raise BackendTakenError(sub.name, sub.index)
        return index

    def backend(self, sub: Subscription) -> dict[str, Any]:
        """What is installed: ``{"host", "index", "index_alias", "version", "count"}``."""
        index = self.index_behind(sub)
        engine = self.engine(sub)
        return {
            "host": self._host(sub),
            "index": index,
            "index_alias": sub.index,
            "version": engine.meta(index).get("build_version") if index else None,
            "count": engine.count(index) if index else 0,
        }

    def staged(self, sub: Subscription, way: Sequence[Version], base: str | None) -> str:
        """The index to make: always the same for the same releases, so that a run that was killed finds its own."""
        marks = [sub.index, str(base), *(entry.build_version for entry in way), *(entry.date for entry in way)]
        mark = hashlib.blake2b("\0".join(marks).encode(), digest_size=4).hexdigest()
        version = _PLAIN.sub("-", way[-1].target.lower())[:60]
        staged = f"{sub.index[:150]}_{version}_{mark}"
        # With force the version that is served is made anew beside itself.
        return f"{staged}b" if staged == base else staged

    def begin(self, sub: Subscription, staged: str) -> None:
        """Remove what an installation left that was killed and is not gone on with; remember this one."""
        record = self.record(sub)
        left = record.get("staged")
        if left not in (None, staged):
            self.discard(sub, str(left))
        self.save(sub, {**record, "staged": staged})

    def discard(self, sub: Subscription, staged: str) -> None:
        """Delete an index that was not finished."""
        engine = self.engine(sub)
        if staged not in engine.aliases().values() and staged not in {e["index"] for e in self.record(sub)["history"]}:
            engine.delete(staged)
        (self.folder(sub) / STATE).unlink(missing_ok=True)

    def make_visible(self, sub: Subscription, report: InstallReport) -> None:
        """Serve what was installed, and remove what is older than what is kept."""
        engine, record = self.engine(sub), self.record(sub)
        entry = {"index": report.index, "version": report.version, "installed_at": datetime.now(UTC).isoformat()}
        # Written before the alias moves: after a crash in between the index is known as our own.
        record["history"] = [e for e in record["history"] if e["index"] != report.index] + [entry]
        for key in ("downloaded", "skipped", "staged"):
            record.pop(key, None)
        self.save(sub, record)
        if report.index != sub.index and engine.aliases().get(sub.index) != report.index:
            engine.set_alias(sub.index, report.index)
        self._refresh(sub)
        self._retire(sub, engine, record)
        self._forget_downloads(sub)

    def _retire(self, sub: Subscription, engine: SearchEngine, record: dict[str, Any]) -> None:
        keep = int(self._settings["RELEASE_KEEP_N_RECENT_INDICES"])
        if keep < 0:
            return
        served = engine.aliases().get(sub.index, sub.index)
        older = [e for e in record["history"] if e["index"] != served]
        for entry in older[: max(0, len(older) - keep)]:
            if entry["index"] not in engine.aliases().values():
                engine.delete(entry["index"])
            record["history"].remove(entry)
        self.save(sub, record)

    def _forget_downloads(self, sub: Subscription) -> None:
        for path in self.folder(sub).iterdir():
            if path.is_dir() and not path.name.startswith("."):  # those are of a look at the versions just now
                shutil.rmtree(path, ignore_errors=True)

    def roll_back(self, sub: Subscription) -> dict[str, Any]:
        """Serve the index that was installed before; answers as `backend`.

        Raises:
            NothingToRollBackError: it is not kept.
        """
        engine, record = self.engine(sub), self.record(sub)
        served = engine.aliases().get(sub.index)
        before = [e for e in record["history"] if e["index"] != served and engine.exists(e["index"])]
        position = next((n for n, e in enumerate(record["history"]) if e["index"] == served), len(record["history"]))
        before = [e for e in before if record["history"].index(e) < position]
        if served is None or not before:
            raise NothingToRollBackError(sub.name)
        engine.set_alias(sub.index, before[-1]["index"])
        self._refresh(sub)
        version = before[-1]["version"]
        log.info("release %s: back at version %s", sub.name, version, extra={"action": "release_rolled_back"})
        self._bus.publish("standalone.rolled_back", release=sub.name, version=version)
        # The newer index goes: installing the version again makes it anew from here.
        record["skipped"] = record["history"][position]["version"] if position < len(record["history"]) else None
        record["history"] = record["history"][:position]
        self.save(sub, record)
        engine.delete(served)
        return self.backend(sub)

    def reset(self, sub: Subscription) -> None:
        """Remove everything that was installed."""
        engine, record = self.engine(sub), self.record(sub)
        self.index_behind(sub)
        engine.remove_alias(sub.index)
        for entry in record["history"]:
            engine.delete(entry["index"])
        shutil.rmtree(self.folder(sub), ignore_errors=True)
        self._refresh(sub)
        self._bus.publish("standalone.reset", release=sub.name)

    # -- records and serving ---------------------------------------------------------------------------------------

    def folder(self, sub: Subscription) -> Path:
        """Where downloads and the record of a release are."""
        folder = self._root / sub.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def record(self, sub: Subscription) -> dict[str, Any]:
        """What is known of a release: ``history`` of its indices, oldest first, and what is under way."""
        try:
            found = orjson.loads((self._root / sub.name / RECORD).read_bytes())
        except (OSError, ValueError):
            found = {}
        return {"history": [], **found} if isinstance(found, dict) else {"history": []}

    def save(self, sub: Subscription, record: Mapping[str, Any]) -> None:
        """Keep what is known of a release."""
        write_whole(self.folder(sub) / RECORD, dump_json(record))

    def _refresh(self, sub: Subscription) -> None:
        if sub.env == SERVING_ENV:
            with contextlib.suppress(HubError):
                self._indices.served.refresh()

    def served(self) -> dict[str, str]:
        """Document type to alias of what is installed where the data API reads."""
        try:
            known = subscriptions(self._settings)
        except SubscriptionError as error:  # what this hub builds is served all the same
            log.error("%s", error, extra={"action": "subscription_failed"})
            return {}
        found: dict[str, str] = {}
        for sub in known.values():
            if sub.env != SERVING_ENV:
                continue
            engine, mine = self._indices.serving_engine(), {e["index"] for e in self.record(sub)["history"]}
            index = engine.aliases().get(sub.index, sub.index)
            if index in mine:
                with contextlib.suppress(IndexNotFoundError):
                    found.setdefault(str(engine.meta(index).get("biothing_type")), sub.index)
        return found
